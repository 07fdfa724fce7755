"""A sick call: off one's shifts at once, replacements asked in waves, managers told, nothing said to colleagues."""

from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from service import clock
from service.notifications.models import Notification
from service.people.models import User
from service.requests.models import TimeOffRequest
from service.schemas.shifts import WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment
from service.swaps import sweep
from service.swaps.models import SwapRequest
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.conftest import As

NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


class Ward:
    """Ana works the early shift of next Monday; six colleagues are free, the first of them has the most hours."""

    def __init__(self, session: Session, api: TestClient, as_user: As, colleagues: int = 6) -> None:
        self.session, self.api, self.as_user = session, api, as_user
        self.team, self.role = a_team(session), a_role(session)
        self.manager = a_manager(session, self.team, name="Maria")
        self.ana = a_user(session, self.team, name="Ana", roles=[self.role])
        self.colleagues = [
            a_user(session, self.team, name=f"Colleague {number}", roles=[self.role]) for number in range(colleagues)
        ]
        self.week = a_week(session, self.team, NEXT_MONDAY, status=WeekStatus.PUBLISHED)
        self.shift = a_shift(session, self.week, self.role, name="Early")
        self.place = an_assignment(session, self.shift, self.ana, self.role)
        if self.colleagues:
            later = a_shift(session, self.week, self.role, day=3, name="Early")
            an_assignment(session, later, self.colleagues[0], self.role)
        session.flush()

    def call_in(self, user: User, **body: Any) -> Any:
        first = NEXT_MONDAY.isoformat()
        return self.api.post("/api/swaps/sick-calls", json={"first": first} | body, headers=self.as_user(user))

    def on(self, shift: PlannedShift) -> list[str]:
        query = self.session.query(User.name).join(ShiftAssignment, ShiftAssignment.user_id == User.id)
        return [name for (name,) in query.filter(ShiftAssignment.planned_shift_id == shift.id)]

    def told(self, event: str) -> list[str]:
        query = (
            self.session.query(User.name)
            .join(Notification, Notification.user_id == User.id)
            .filter(Notification.payload["event"].astext == event)
            .order_by(Notification.id)
        )
        return [name for (name,) in query]

    def time_passes(self, request_id: int) -> SwapRequest:
        request = self.session.get_one(SwapRequest, request_id, populate_existing=True)
        assert request.wave_until is not None
        request.wave_until = clock.now() - timedelta(seconds=1)
        self.session.flush()
        sweep.attend(self.session, request_id)
        return self.session.get_one(SwapRequest, request_id, populate_existing=True)


@pytest.fixture
def ward(session: Session, api: TestClient, as_user: As) -> Ward:
    return Ward(session, api, as_user)


def test_the_shift_is_open_at_once_the_manager_knows_and_the_first_wave_is_asked(ward: Ward) -> None:
    called = ward.call_in(ward.ana)
    assert called.status_code == 201, called.text
    (request,) = called.json()["requests"]
    assert request["released"]
    assert ward.session.query(TimeOffRequest).one().status == "APPROVED"
    assert ward.told("SICK") == ["Maria"]
    # The fairest first: the colleague with a shift already is not among them.
    assert ward.told("UP_FOR_GRABS") == ["Colleague 1", "Colleague 2", "Colleague 3"]


def test_the_first_to_accept_wins_and_nobody_has_to_approve(ward: Ward) -> None:
    request_id = ward.call_in(ward.ana).json()["requests"][0]["id"]
    taker = ward.colleagues[2]
    done = ward.api.post(f"/api/swaps/{request_id}/accept", headers=ward.as_user(taker))
    assert (done.status_code, done.json()["status"]) == (200, "DONE")
    late = ward.api.post(f"/api/swaps/{request_id}/accept", headers=ward.as_user(ward.colleagues[1]))
    assert late.json()["code"] == "trade_closed"


def test_wave_after_wave_is_asked_and_then_the_manager_is_told_that_nobody_can(ward: Ward) -> None:
    request_id = ward.call_in(ward.ana).json()["requests"][0]["id"]
    assert ward.time_passes(request_id).wave == 2
    assert len(ward.told("UP_FOR_GRABS")) == 6
    assert ward.told("NOBODY") == []
    ended = ward.time_passes(request_id)
    assert (ended.wave_until, ended.status) == (None, "OPEN")
    assert ward.told("NOBODY") == ["Maria"]
    assert len(ward.told("UP_FOR_GRABS")) == 6, "nobody is asked twice"


def test_where_nobody_can_the_manager_hears_it_at_once(session: Session, api: TestClient, as_user: As) -> None:
    ward = Ward(session, api, as_user, colleagues=0)
    assert ward.call_in(ward.ana).status_code == 201
    assert (ward.told("SICK"), ward.told("NOBODY")) == (["Maria"], ["Maria"])


def test_asking_stops_when_a_manager_has_filled_the_place(ward: Ward) -> None:
    request_id = ward.call_in(ward.ana).json()["requests"][0]["id"]
    wanted = {
        "planned_shift_id": ward.shift.id,
        "user_id": ward.colleagues[5].id,
        "role_id": ward.role.id,
        "accept_warnings": True,
    }
    made = ward.api.post("/api/shift-assignments", json=wanted, headers=ward.as_user(ward.manager))
    assert made.status_code == 201
    assert ward.time_passes(request_id).status == "CANCELLED"
    assert len(ward.told("UP_FOR_GRABS")) == 3


def test_a_trade_that_was_asked_for_before_ends_with_the_sick_call(ward: Ward) -> None:
    legs = [{"assignment_id": ward.place.id, "taker_id": ward.colleagues[1].id}]
    asked = {"kind": "GIVE_AWAY", "assignment_ids": [ward.place.id], "options": [{"legs": legs}]}
    before = ward.api.post("/api/swaps", json=asked, headers=ward.as_user(ward.ana)).json()["id"]
    assert ward.call_in(ward.ana).status_code == 201
    assert ward.session.get_one(SwapRequest, before, populate_existing=True).status == "CANCELLED"


def test_calling_in_twice_or_for_days_gone_is_refused_and_changes_nothing(ward: Ward) -> None:
    assert ward.call_in(ward.ana).status_code == 201
    assert ward.call_in(ward.ana).status_code == 409
    assert ward.call_in(ward.colleagues[1], first=date(2026, 1, 5).isoformat()).status_code == 422
    assert ward.session.query(SwapRequest).count() == 1


def test_a_manager_calls_in_for_somebody_who_cannot(ward: Ward) -> None:
    assert ward.call_in(ward.colleagues[1], user_id=ward.ana.id).status_code == 404
    called = ward.call_in(ward.manager, user_id=ward.ana.id)
    assert len(called.json()["requests"]) == 1
    assert ward.told("SICK") == [], "who said it need not be told"


def test_who_is_not_sick_after_all_has_the_shift_again_unless_somebody_took_it(ward: Ward) -> None:
    other = a_shift(ward.session, ward.week, ward.role, name="Late", start=18, hours=5)
    mine = an_assignment(ward.session, other, ward.ana, ward.role)
    assert mine.id
    called = ward.call_in(ward.ana).json()
    early, late = sorted(called["requests"], key=lambda one: one["places"][0]["starts_at"])
    taken = ward.api.post(f"/api/swaps/{late['id']}/accept", headers=ward.as_user(ward.colleagues[1]))
    assert taken.json()["status"] == "DONE", taken.text
    back = ward.api.post(
        f"/api/time-off-requests/{called['time_off']['id']}/withdraw",
        json={"seen": "APPROVED"},
        headers=ward.as_user(ward.ana),
    )
    assert back.status_code == 200, back.text
    assert ward.session.get_one(SwapRequest, early["id"], populate_existing=True).status == "CANCELLED"
    assert (ward.on(ward.shift), ward.on(other)) == (["Ana"], ["Colleague 1"])
    again = ward.api.post(f"/api/swaps/{early['id']}/accept", headers=ward.as_user(ward.colleagues[2]))
    assert again.json()["code"] == "trade_closed"


def test_nobody_is_passed_over_when_one_of_a_wave_cannot_take_it_any_more(ward: Ward) -> None:
    request_id = ward.call_in(ward.ana).json()["requests"][0]["id"]
    an_assignment(ward.session, a_shift(ward.session, ward.week, ward.role, start=12), ward.colleagues[1], ward.role)
    ward.time_passes(request_id)
    ward.time_passes(request_id)
    assert sorted(set(ward.told("UP_FOR_GRABS"))) == [f"Colleague {number}" for number in range(6)]
