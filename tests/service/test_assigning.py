"""People put on shifts by hand: what the rules forbid is refused, what they dislike is said first."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.activity.models import ActivityLog
from service.notifications.models import Notification
from service.requests.models import EmployeePreference, WorkRule
from service.schemas.requests import RuleKind
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import ShiftAssignment, WeeklySchedule
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.conftest import As


class Bar:
    """Ana works Monday night; the next morning is free. Everybody rests eleven hours."""

    def __init__(self, session: Session) -> None:
        team = a_team(session)
        self.role = a_role(session, "Bartender")
        self.manager = a_manager(session, team)
        self.ana, self.joe = (a_user(session, team, name=name, roles=[self.role]) for name in ("Ana", "Joe"))
        self.week = a_week(session, team, status=WeekStatus.PUBLISHED)
        self.night = a_shift(session, self.week, self.role, start=16, hours=8, name="Night")
        self.morning = a_shift(session, self.week, self.role, day=1, start=6, hours=8, name="Morning")
        self.hers = an_assignment(session, self.night, self.ana, self.role)
        session.add(WorkRule(team_id=team.id, kind=RuleKind.MIN_REST_HOURS, value=11))
        session.add(EmployeePreference(user_id=self.joe.id, wanted=False, weekday=1, weight=10))
        session.flush()

    def on_morning(self, user_id: int, **more: object) -> dict[str, object]:
        return {"planned_shift_id": self.morning.id, "user_id": user_id, "role_id": self.role.id} | more


@pytest.fixture
def bar(session: Session) -> Bar:
    return Bar(session)


def version(session: Session, bar: Bar) -> int:
    return session.scalars(select(WeeklySchedule.version).where(WeeklySchedule.id == bar.week.id)).one()


def on_shifts(session: Session) -> set[tuple[int, int]]:
    """Who is on which shift, or is proposed for it."""
    rows = session.execute(select(ShiftAssignment.planned_shift_id, ShiftAssignment.user_id))
    return {(shift_id, user_id) for shift_id, user_id in rows}


def test_an_assignment_that_breaks_a_hard_rule_is_refused_in_words(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    wanted = bar.on_morning(bar.ana.id, accept_warnings=True)
    answer = api.post("/api/shift-assignments", json=wanted, headers=as_user(bar.manager))
    assert answer.status_code == 409
    assert answer.json()["code"] == "breaks_rules"
    assert answer.json()["detail"] == "Ana rests 6 h between Night on Monday and Morning on Tuesday; 11 h are needed."
    assert session.query(ShiftAssignment).filter_by(planned_shift_id=bar.morning.id).count() == 0


def test_what_soft_rules_dislike_is_a_warning_that_can_be_accepted(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    headers, before = as_user(bar.manager), version(session, bar)
    warned = api.post("/api/shift-assignments", json=bar.on_morning(bar.joe.id), headers=headers)
    assert (warned.status_code, warned.json()["code"]) == (409, "costs_something")
    assert "Joe" in warned.json()["detail"]
    assert version(session, bar) == before
    accepted = api.post(
        "/api/shift-assignments", json=bar.on_morning(bar.joe.id, accept_warnings=True), headers=headers
    )
    assert accepted.status_code == 201
    assert version(session, bar) == before + 1


def test_nobody_is_crowded_onto_a_full_shift_without_a_warning(api: TestClient, bar: Bar, as_user: As) -> None:
    wanted = {"planned_shift_id": bar.night.id, "user_id": bar.joe.id, "role_id": bar.role.id}
    answer = api.post("/api/shift-assignments", json=wanted, headers=as_user(bar.manager))
    assert answer.json()["code"] == "costs_something"


def test_people_outside_the_team_and_unknown_roles_are_bad_input(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    stranger = a_user(session, a_team(session), roles=[bar.role])
    for wanted, field in (
        (bar.on_morning(stranger.id), "user_id"),
        (bar.on_morning(bar.joe.id, role_id=2_000_000), "role_id"),
    ):
        answer = api.post("/api/shift-assignments", json=wanted, headers=as_user(bar.manager))
        assert (answer.status_code, answer.json()["faults"][0]["field"]) == (422, field)


def test_an_assignment_is_pinned_and_removed_and_both_are_logged(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    path, headers = f"/api/shift-assignments/{bar.hers.id}", as_user(bar.manager)
    assert api.put(path, json={"pinned": True}, headers=headers).json()["pinned"] is True
    assert api.delete(path, headers=headers).status_code == 204
    assert api.delete(path, headers=headers).status_code == 404
    logged = session.scalars(select(ActivityLog).where(ActivityLog.entity == "shift_assignment")).all()
    assert [(one.action, one.before, one.after) for one in logged] == [
        ("assignment.change", {"pinned": False}, {"pinned": True}),
        (
            "assignment.delete",
            {"user_id": bar.ana.id, "planned_shift_id": bar.night.id, "role_id": bar.role.id},
            None,
        ),
    ]


def test_an_archived_week_does_not_change(api: TestClient, session: Session, bar: Bar, as_user: As) -> None:
    bar.week.status = WeekStatus.ARCHIVED
    session.flush()
    answer = api.delete(f"/api/shift-assignments/{bar.hers.id}", headers=as_user(bar.manager))
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_who_is_put_on_or_taken_off_a_published_shift_is_told(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    headers = as_user(bar.manager)
    wanted = bar.on_morning(bar.joe.id, accept_warnings=True)
    made = api.post("/api/shift-assignments", json=wanted, headers=headers).json()
    api.delete(f"/api/shift-assignments/{made['id']}", headers=headers)
    told = session.scalars(select(Notification).where(Notification.user_id == bar.joe.id).order_by(Notification.id))
    place = [{"planned_shift_id": bar.morning.id, "role_id": bar.role.id}]
    changes = [(one.payload["added"], one.payload["removed"]) for one in told]
    assert changes == [(place, []), ([], place)]


def test_who_is_put_on_by_hand_is_not_taken_off_again_by_a_proposal_from_before(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    headers = as_user(bar.manager)
    an_assignment(session, bar.night, bar.ana, bar.role, AssignmentStatus.PROPOSED)
    wanted = bar.on_morning(bar.joe.id, accept_warnings=True)
    assert api.post("/api/shift-assignments", json=wanted, headers=headers).status_code == 201
    seen = {"version": version(session, bar)}
    published = api.post(f"/api/weekly-schedules/{bar.week.id}/publish", json=seen, headers=headers)
    assert (published.status_code, published.json()["told"]) == (200, 0)
    assert on_shifts(session) == {(bar.night.id, bar.ana.id), (bar.morning.id, bar.joe.id)}


def test_who_is_taken_off_by_hand_is_not_put_back_by_a_proposal_from_before(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    headers = as_user(bar.manager)
    for shift, user in ((bar.night, bar.ana), (bar.morning, bar.joe)):
        an_assignment(session, shift, user, bar.role, AssignmentStatus.PROPOSED)
    assert api.delete(f"/api/shift-assignments/{bar.hers.id}", headers=headers).status_code == 204
    assert on_shifts(session) == set()


def test_what_is_refused_leaves_the_proposal(api: TestClient, session: Session, bar: Bar, as_user: As) -> None:
    waiting = an_assignment(session, bar.night, bar.ana, bar.role, AssignmentStatus.PROPOSED)
    wanted = bar.on_morning(bar.ana.id, accept_warnings=True)
    assert api.post("/api/shift-assignments", json=wanted, headers=as_user(bar.manager)).status_code == 409
    assert session.get(ShiftAssignment, waiting.id) is not None


def test_nobody_is_told_of_a_draft(api: TestClient, session: Session, bar: Bar, as_user: As) -> None:
    bar.week.status = WeekStatus.DRAFT
    session.flush()
    wanted = bar.on_morning(bar.joe.id, accept_warnings=True)
    assert api.post("/api/shift-assignments", json=wanted, headers=as_user(bar.manager)).status_code == 201
    assert session.query(Notification).count() == 0
