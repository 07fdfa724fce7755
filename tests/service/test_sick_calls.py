"""A sick call: off one's shifts at once, replacements asked in waves, managers told, nothing said to colleagues."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service import clock
from service.notifications.content import order
from service.notifications.models import Delivery, Notification
from service.people.models import User
from service.requests.models import TimeOffRequest
from service.schemas.notifications import SickCalled, SwapNews
from service.schemas.requests import TimeOffKind, TimeOffStatus
from service.schemas.shifts import WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment
from service.swaps import sweep
from service.swaps.models import SwapRequest
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment, without_chat
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

    def told_of_sickness(self) -> list[str]:
        query = self.session.query(User.name).join(Notification, Notification.user_id == User.id)
        return [name for (name,) in query.filter(Notification.kind == "sick_call").order_by(Notification.id)]

    def last_news(self) -> SickCalled:
        """What the last manager who was told of a sick call reads."""
        query = self.session.query(Delivery).join(Notification).filter(Notification.kind == "sick_call")
        content = order(self.session, query.order_by(Delivery.id.desc()).limit(1).one(), uncertain=False).content
        assert isinstance(content, SickCalled)
        return content

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
    assert ward.told_of_sickness() == ["Maria"]
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
    assert (ward.told_of_sickness(), ward.told("NOBODY")) == (["Maria"], ["Maria"])


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
    assert ward.told_of_sickness() == [], "who said it need not be told"


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


def midnight(day: int) -> datetime:
    """The beginning of a day after next Monday, in UTC."""
    return datetime.combine(NEXT_MONDAY + timedelta(days=day), time(0), tzinfo=UTC)


def away(session: Session, user: User, day: int, status: TimeOffStatus) -> TimeOffRequest:
    """A day of vacation in the week of next Monday."""
    during = Range(midnight(day), midnight(day + 1))
    request = TimeOffRequest(user_id=user.id, kind=TimeOffKind.VACATION, status=status, during=during)
    session.add(request)
    session.flush()
    return request


def sick_days(ward: Ward) -> list[tuple[str, int, int]]:
    """Every sick leave: its state, its first day after next Monday and the day after its last."""
    ward.session.expire_all()
    query = ward.session.query(TimeOffRequest).filter_by(kind=TimeOffKind.SICK).order_by(TimeOffRequest.id)
    found = [(one.status.value, *clock.bounds(one.during)) for one in query]
    return [(status, (starts - midnight(0)).days, (ends - midnight(0)).days) for status, starts, ends in found]


def test_a_shift_that_has_begun_stays_and_the_manager_hears_of_it(ward: Ward) -> None:
    began = clock.now() - timedelta(hours=1)
    monday = clock.week_of(began.date(), 0)
    week = a_week(ward.session, ward.team, monday, status=WeekStatus.PUBLISHED)
    day = (began.date() - monday).days
    running = a_shift(ward.session, week, ward.role, day=day, start=began.hour, name="Running")
    an_assignment(ward.session, running, ward.ana, ward.role)
    called = ward.call_in(ward.ana, first=None)
    assert called.status_code == 201, called.text
    assert (called.json()["requests"], [one["name"] for one in called.json()["begun"]]) == ([], ["Running"])
    assert [one["name"] for one in called.json()["told"]] == ["Maria"]
    assert ward.on(running) == ["Ana"]
    assert ward.told_of_sickness() == ["Maria"]
    assert [one.name for one in ward.last_news().begun] == ["Running"]


def test_the_manager_hears_of_a_shift_that_stands_in_a_draft_alone(ward: Ward) -> None:
    draft = a_week(ward.session, ward.team, NEXT_MONDAY + timedelta(weeks=1))
    shift = a_shift(ward.session, draft, ward.role, name="Planned")
    an_assignment(ward.session, shift, ward.ana, ward.role)
    called = ward.call_in(ward.ana, first=(NEXT_MONDAY + timedelta(weeks=1)).isoformat())
    assert (called.json()["requests"], called.json()["begun"]) == ([], [])
    assert ward.on(shift) == []
    assert [one.name for one in ward.last_news().planned] == ["Planned"]


def test_a_manager_without_a_chat_account_is_named_as_not_reached(ward: Ward) -> None:
    without_chat(ward.session, ward.manager)
    called = ward.call_in(ward.ana).json()
    assert (called["told"], [one["name"] for one in called["unreached"]]) == ([], ["Maria"])


def test_who_is_sick_for_longer_says_so_and_only_the_further_days_are_news(ward: Ward) -> None:
    further = a_shift(ward.session, ward.week, ward.role, day=2, name="Wednesday")
    an_assignment(ward.session, further, ward.ana, ward.role)
    assert len(ward.call_in(ward.ana).json()["requests"]) == 1
    longer = ward.call_in(ward.ana, last=(NEXT_MONDAY + timedelta(days=3)).isoformat())
    assert longer.status_code == 201, longer.text
    (request,) = longer.json()["requests"]
    assert request["places"][0]["name"] == "Wednesday"
    assert sick_days(ward) == [("APPROVED", 0, 4)]
    assert ward.told_of_sickness() == ["Maria", "Maria"]
    assert [one.name for one in ward.last_news().reopened] == ["Wednesday"]


def test_single_sick_days_become_one_sick_leave_that_is_taken_back_as_one(ward: Ward) -> None:
    for day in (1, 3):
        assert ward.call_in(ward.ana, first=(NEXT_MONDAY + timedelta(days=day)).isoformat()).status_code == 201
    called = ward.call_in(ward.ana, last=(NEXT_MONDAY + timedelta(days=4)).isoformat())
    assert sick_days(ward) == [("APPROVED", 0, 5), ("CANCELLED", 3, 4)]
    assert ward.on(ward.shift) == []
    back = ward.api.post(
        f"/api/time-off-requests/{called.json()['time_off']['id']}/withdraw",
        json={"seen": "APPROVED"},
        headers=ward.as_user(ward.ana),
    )
    assert back.status_code == 200, back.text
    assert ward.on(ward.shift) == ["Ana"]


def test_a_vacation_that_waits_for_a_decision_does_not_keep_anybody_from_being_sick(ward: Ward) -> None:
    away(ward.session, ward.ana, 0, TimeOffStatus.PENDING)
    assert ward.call_in(ward.ana).status_code == 201
    assert ward.on(ward.shift) == []


def test_sick_leave_ends_where_an_approved_vacation_begins(ward: Ward) -> None:
    away(ward.session, ward.ana, 2, TimeOffStatus.APPROVED)
    called = ward.call_in(ward.ana, last=(NEXT_MONDAY + timedelta(days=2)).isoformat())
    assert called.status_code == 201, called.text
    assert sick_days(ward) == [("APPROVED", 0, 2)]


def test_sick_leave_around_a_vacation_is_said_in_two_calls(ward: Ward) -> None:
    away(ward.session, ward.ana, 2, TimeOffStatus.APPROVED)
    refused = ward.call_in(ward.ana, last=(NEXT_MONDAY + timedelta(days=4)).isoformat())
    assert refused.status_code == 409
    assert "before it" in refused.json()["way_forward"]
    assert ward.on(ward.shift) == ["Ana"]


def test_no_wave_is_spent_on_people_without_a_chat_account_whom_the_manager_hears_of(ward: Ward) -> None:
    without_chat(ward.session, *ward.colleagues[1:5])
    request_id = ward.call_in(ward.ana).json()["requests"][0]["id"]
    assert ward.told("UP_FOR_GRABS") == ["Colleague 5", "Colleague 0"]
    ward.time_passes(request_id)
    assert ward.told("NOBODY") == ["Maria"]
    query = ward.session.query(Delivery).join(Notification).filter(Notification.payload["event"].astext == "NOBODY")
    content = order(ward.session, query.one(), uncertain=False).content
    assert isinstance(content, SwapNews)
    assert [one.name for one in content.unreached] == [f"Colleague {number}" for number in range(1, 5)]
