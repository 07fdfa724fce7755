"""Time off: asked once, decided once by somebody else, and nobody is left on a shift while away."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service import clock
from service.activity.models import ActivityLog
from service.notifications.models import Delivery, Notification, Outbox
from service.people.models import User
from service.requests.models import TimeOffRequest
from service.requests.service import ALLOWED
from service.schemas.requests import TimeOffKind, TimeOffStatus
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import ShiftAssignment
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.conftest import As

URL = "/api/time-off-requests"
MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


def _at(day: int, hour: int = 0) -> datetime:
    return datetime.combine(MONDAY, datetime.min.time(), tzinfo=UTC) + timedelta(days=day, hours=hour)


def _wanted(first: int = 0, days: int = 1, **more: Any) -> dict[str, Any]:
    wanted = {"kind": "VACATION", "starts_at": _at(first).isoformat(), "ends_at": _at(first + days).isoformat()}
    return wanted | more


class Cafe:
    """A café with a manager, Sam on Monday and Tuesday, and a manager of another house."""

    def __init__(self, session: Session, api: TestClient, as_user: As) -> None:
        self._api, self._as = api, as_user
        self.session = session
        self.team, self.role = a_team(session), a_role(session)
        self.maria = a_manager(session, self.team, name="Maria")
        self.sam = a_user(session, self.team, name="Sam", roles=[self.role])
        self.joe = a_user(session, self.team, name="Joe", roles=[self.role])
        self.stranger = a_manager(session, a_team(session))
        self.week = a_week(session, self.team, MONDAY, WeekStatus.PUBLISHED)
        self.monday, self.tuesday = (a_shift(session, self.week, self.role, day=day) for day in range(2))
        an_assignment(session, self.monday, self.sam, self.role)
        an_assignment(session, self.tuesday, self.sam, self.role, pinned=True)

    def post(self, user: User, path: str, body: dict[str, Any] | None = None, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer: Response = self._api.post(f"{URL}{path}", json=body, headers=self._as(user) | named)
        return answer

    def get(self, user: User, path: str = "", **params: Any) -> Response:
        answer: Response = self._api.get(f"{URL}{path}", params=params, headers=self._as(user))
        return answer

    def asked(self, user: User | None = None, first: int = 14, days: int = 1, **more: Any) -> int:
        answer = self.post(user or self.sam, "", _wanted(first, days, **more))
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def told(self) -> list[tuple[str, int | None]]:
        query = select(Notification.kind, Notification.user_id).order_by(Notification.id)
        return [(kind, user_id) for kind, user_id in self.session.execute(query)]


@pytest.fixture
def cafe(session: Session, api: TestClient, as_user: As) -> Cafe:
    return Cafe(session, api, as_user)


def test_a_request_waits_and_its_managers_alone_are_told(cafe: Cafe) -> None:
    answer = cafe.post(cafe.sam, "", _wanted(reason="wedding"))
    assert answer.status_code == 201
    body = answer.json()
    assert (body["status"], body["person"]["name"], body["can_decide"]) == ("PENDING", "Sam", False)
    assert cafe.told() == [("time_off_asked", cafe.maria.id)]
    assert [row.queue for row in cafe.session.scalars(select(Outbox))] == ["deliver_terminal"]


def test_the_same_key_asks_once(cafe: Cafe) -> None:
    answers = [cafe.post(cafe.sam, "", _wanted(), Idempotency_Key="one") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(cafe.told()) == 1
    other = cafe.post(cafe.sam, "", _wanted(5), Idempotency_Key="one")
    assert (other.status_code, other.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("first", "days", "status"), [(0, 1, 409), (-1, 2, 409), (0, 3, 409), (1, 1, 201), (-1, 1, 201)]
)
def test_time_off_is_not_asked_for_twice(cafe: Cafe, first: int, days: int, status: int) -> None:
    cafe.asked(first=0, days=1)
    assert cafe.post(cafe.sam, "", _wanted(first, days)).status_code == status
    # What others ask for is their own matter.
    assert cafe.post(cafe.joe, "", _wanted(0, 1)).status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (_wanted(0, 0), ""),
        (_wanted(0, 400), "ends_at"),
        (_wanted(-100, 1), "ends_at"),
        (_wanted(2000, 1), "starts_at"),
        (_wanted(reason="x" * 501), "reason"),
        (_wanted(colour="red"), "colour"),
        (_wanted(kind="FUN"), "kind"),
        ({"kind": "SICK", "starts_at": "2026-12-01T00:00:00", "ends_at": "2026-12-02T00:00:00"}, "starts_at"),
    ],
)
def test_times_out_of_reason_are_refused_with_the_field(cafe: Cafe, body: dict[str, Any], field: str) -> None:
    answer = cafe.post(cafe.sam, "", body)
    assert answer.status_code == 422
    assert field in {fault["field"].split(".")[0] for fault in answer.json()["faults"]} | {""}
    assert cafe.session.scalar(select(func.count()).select_from(TimeOffRequest)) == 0


def test_a_manager_enters_time_off_for_their_people_and_nobody_else_does(cafe: Cafe) -> None:
    assert cafe.post(cafe.maria, "", _wanted(14, user_id=cafe.sam.id)).json()["person"]["id"] == cafe.sam.id
    assert cafe.post(cafe.joe, "", _wanted(14, user_id=cafe.sam.id)).status_code == 404
    assert cafe.post(cafe.stranger, "", _wanted(14, user_id=cafe.sam.id)).status_code == 404


def test_nobody_but_the_person_and_their_managers_sees_a_request(cafe: Cafe) -> None:
    number = cafe.asked(reason="a private matter")
    for user, status in ((cafe.sam, 200), (cafe.maria, 200), (cafe.joe, 404), (cafe.stranger, 404)):
        for path in ("", "/effect"):
            answer = cafe.get(user, f"/{number}{path}")
            assert answer.status_code == status
            assert status == 200 or "private" not in answer.text
        assert cafe.get(user).json()["total"] == (status == 200)
        assert status == 200 or "private" not in cafe.get(user, user_id=cafe.sam.id).text


def test_lists_are_filtered_sorted_and_paged(cafe: Cafe) -> None:
    late, soon = cafe.asked(first=20), cafe.asked(first=10)
    other = cafe.asked(cafe.joe, first=15)
    cafe.post(cafe.maria, f"/{other}/reject")

    def ids(**params: Any) -> list[int]:
        return [item["id"] for item in cafe.get(cafe.maria, **params).json()["items"]]

    assert ids() == [other, soon, late]
    assert ids(sort="starts_at") == [soon, other, late]
    assert ids(sort="-starts_at", limit=1, offset=1) == [other]
    assert ids(status="REJECTED") == [other]
    assert ids(user_id=cafe.sam.id, sort="created_at") == [late, soon]
    assert ids(since=_at(12).isoformat(), until=_at(16).isoformat()) == [other]
    assert ids(team_id=cafe.team.id + 1000) == []
    assert cafe.get(cafe.maria, limit=1).json()["total"] == 3
    assert cafe.get(cafe.maria, status="MAYBE").status_code == 422


def test_a_decision_is_told_logged_and_made_once(cafe: Cafe) -> None:
    number = cafe.asked()
    answers = [cafe.post(cafe.maria, f"/{number}/approve", {"note": "enjoy"}) for _ in range(2)]
    assert [answer.json()["request"]["status"] for answer in answers] == ["APPROVED", "APPROVED"]
    assert answers[0].json()["request"]["decided_by"]["name"] == "Maria"
    assert cafe.told()[1:] == [("time_off_decided", cafe.sam.id)]
    logged = cafe.session.execute(
        select(ActivityLog.action, ActivityLog.actor_id, ActivityLog.before, ActivityLog.after).order_by(
            ActivityLog.id
        )
    ).all()
    assert [(row.action, row.actor_id) for row in logged] == [
        ("time_off.ask", cafe.sam.id),
        ("time_off.approved", cafe.maria.id),
    ]
    assert (logged[1].before["status"], logged[1].after["status"]) == ("PENDING", "APPROVED")


def test_the_person_hears_the_decision_with_its_note(cafe: Cafe, api: TestClient, as_bot: dict[str, str]) -> None:
    number = cafe.asked()
    cafe.post(cafe.maria, f"/{number}/reject", {"note": "the fair is that day"})
    delivery = cafe.session.scalars(select(Delivery.id).where(Delivery.target == "sam")).one()
    content = api.post(f"/api/notifications/deliveries/{delivery}/claim", headers=as_bot).json()["content"]
    assert content["kind"] == "time_off_decided"
    assert (content["request"]["status"], content["request"]["note"]) == ("REJECTED", "the fair is that day")


def test_employees_and_strangers_do_not_decide(cafe: Cafe) -> None:
    number = cafe.asked()
    for verb in ("approve", "reject"):
        assert cafe.post(cafe.sam, f"/{number}/{verb}").status_code == 403
        assert cafe.post(cafe.joe, f"/{number}/{verb}").status_code == 404
        assert cafe.post(cafe.stranger, f"/{number}/{verb}").status_code == 404
    assert cafe.post(cafe.joe, f"/{number}/withdraw").status_code == 404
    assert cafe.post(cafe.maria, f"/{number}/withdraw").status_code == 403
    assert cafe.get(cafe.sam, f"/{number}").json()["status"] == "PENDING"


def test_a_manager_decides_their_own_only_where_nobody_else_can(cafe: Cafe) -> None:
    alone = cafe.asked(cafe.maria)
    assert cafe.get(cafe.maria, f"/{alone}").json()["can_decide"] is True
    assert cafe.post(cafe.maria, f"/{alone}/approve").status_code == 200
    nora = a_manager(cafe.session, cafe.team, name="Nora")
    number = cafe.asked(cafe.maria, first=30)
    refused = cafe.post(cafe.maria, f"/{number}/approve")
    assert (refused.status_code, refused.json()["way_forward"]) == (403, "Ask Nora.")
    assert cafe.get(cafe.maria, f"/{number}").json()["can_decide"] is False
    assert cafe.post(nora, f"/{number}/approve").status_code == 200


def test_an_approval_that_opens_shifts_is_refused_until_that_is_accepted(cafe: Cafe) -> None:
    number = cafe.asked(first=0, days=2)
    effect = cafe.get(cafe.maria, f"/{number}/effect").json()["shifts"]
    assert [shift["planned_shift_id"] for shift in effect] == [cafe.monday.id, cafe.tuesday.id]
    assert {shift["week_status"] for shift in effect} == {"PUBLISHED"}
    refused = cafe.post(cafe.maria, f"/{number}/approve")
    assert (refused.status_code, refused.json()["code"], len(refused.json()["faults"])) == (409, "breaks_shifts", 2)
    assert cafe.get(cafe.sam, f"/{number}").json()["status"] == "PENDING"
    version = cafe.week.version
    accepted = cafe.post(cafe.maria, f"/{number}/approve", {"accept_effect": True}).json()
    assert [shift["planned_shift_id"] for shift in accepted["released"]] == [cafe.monday.id, cafe.tuesday.id]
    assert cafe.session.scalar(select(func.count()).select_from(ShiftAssignment)) == 0
    cafe.session.refresh(cafe.week)
    assert cafe.week.version == version + 1


def test_shifts_that_begun_or_lie_outside_are_kept(cafe: Cafe) -> None:
    last_week = a_week(cafe.session, cafe.team, MONDAY - timedelta(weeks=1), WeekStatus.PUBLISHED)
    past = a_shift(cafe.session, last_week, cafe.role, day=0, start=0, hours=1)
    before = an_assignment(cafe.session, past, cafe.sam, cafe.role)
    number = cafe.asked(first=-7, days=8)
    assert cafe.post(cafe.maria, f"/{number}/approve", {"accept_effect": True}).status_code == 200
    kept = set(cafe.session.scalars(select(ShiftAssignment.planned_shift_id)))
    assert kept == {before.planned_shift_id, cafe.tuesday.id}


def test_drafts_and_proposals_are_opened_too_and_hidden_from_the_person(cafe: Cafe) -> None:
    draft = a_week(cafe.session, cafe.team, MONDAY + timedelta(weeks=1))
    for week, status in ((draft, AssignmentStatus.CONFIRMED), (cafe.week, AssignmentStatus.PROPOSED)):
        shift = a_shift(cafe.session, week, cafe.role, day=4)
        an_assignment(cafe.session, shift, cafe.sam, cafe.role, status)
    number = cafe.asked(first=3, days=10)
    assert len(cafe.get(cafe.maria, f"/{number}/effect").json()["shifts"]) == 2
    assert cafe.get(cafe.sam, f"/{number}/effect").json()["shifts"] == []
    cafe.post(cafe.maria, f"/{number}/approve", {"accept_effect": True})
    kept = set(cafe.session.scalars(select(ShiftAssignment.planned_shift_id)))
    assert kept == {cafe.monday.id, cafe.tuesday.id}


def test_a_run_that_read_the_week_before_an_approval_must_read_it_again(cafe: Cafe) -> None:
    # It compares the versions of the weeks: an approval without any shift in it counts as well.
    version = cafe.week.version
    cafe.post(cafe.maria, f"/{cafe.asked(first=5)}/approve")
    cafe.session.refresh(cafe.week)
    assert cafe.week.version == version + 1


def test_a_pending_request_is_withdrawn_quietly_and_an_approved_one_is_told(cafe: Cafe) -> None:
    pending, approved = cafe.asked(first=10), cafe.asked(first=20)
    cafe.post(cafe.maria, f"/{approved}/approve")
    before = len(cafe.told())
    for _ in range(2):
        assert cafe.post(cafe.sam, f"/{pending}/withdraw").json()["status"] == "CANCELLED"
    assert len(cafe.told()) == before
    unseen = cafe.post(cafe.sam, f"/{approved}/withdraw")
    assert (unseen.status_code, unseen.json()["code"]) == (409, "wrong_state")
    assert cafe.post(cafe.sam, f"/{approved}/withdraw", {"seen": "APPROVED"}).json()["status"] == "CANCELLED"
    assert cafe.told()[before:] == [("time_off_withdrawn", cafe.maria.id)]


def test_a_manager_takes_a_yes_back_and_the_person_hears_it(cafe: Cafe) -> None:
    number = cafe.asked()
    cafe.post(cafe.maria, f"/{number}/approve")
    before = len(cafe.told())
    assert cafe.post(cafe.maria, f"/{number}/withdraw", {"seen": "APPROVED"}).json()["status"] == "CANCELLED"
    assert cafe.told()[before:] == [("time_off_withdrawn", cafe.sam.id)]


@pytest.mark.parametrize("decided", ["approve", "reject", "withdraw"])
@pytest.mark.parametrize("late", ["approve", "reject", "withdraw"])
def test_whoever_comes_late_is_told_so(cafe: Cafe, decided: str, late: str) -> None:
    number = cafe.asked()
    by = {"approve": cafe.maria, "reject": cafe.maria, "withdraw": cafe.sam}
    assert cafe.post(by[decided], f"/{number}/{decided}").status_code == 200
    answer = cafe.post(by[late], f"/{number}/{late}")
    assert (answer.status_code, answer.json().get("code")) == (
        (200, None) if decided == late else (409, "wrong_state")
    )


def _request(session: Session, user: User, status: TimeOffStatus, during: Range[datetime]) -> TimeOffRequest:
    request = TimeOffRequest(user_id=user.id, kind=TimeOffKind.OTHER, status=status, during=during)
    session.add(request)
    session.flush()
    return request


def test_overlapping_approvals_are_refused_as_a_sentence(cafe: Cafe) -> None:
    _request(cafe.session, cafe.sam, TimeOffStatus.APPROVED, Range(_at(14), _at(16)))
    second = _request(cafe.session, cafe.sam, TimeOffStatus.PENDING, Range(_at(15), _at(17)))
    answer = cafe.post(cafe.maria, f"/{second.id}/approve")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "approved time off during that time" in answer.json()["detail"]


@pytest.mark.parametrize("before", list(TimeOffStatus))
@pytest.mark.parametrize("after", list(TimeOffStatus))
def test_postgresql_keeps_the_same_states(cafe: Cafe, before: TimeOffStatus, after: TimeOffStatus) -> None:
    request = _request(cafe.session, cafe.sam, before, Range(_at(14), _at(15)))
    change = text("UPDATE time_off_request SET status = :status WHERE id = :id")
    if after is before or after in ALLOWED[before]:
        cafe.session.execute(change, {"status": after, "id": request.id})
        return
    with pytest.raises(IntegrityError, match="cannot become"), cafe.session.begin_nested():
        cafe.session.execute(change, {"status": after, "id": request.id})
