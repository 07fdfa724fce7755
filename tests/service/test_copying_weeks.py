"""Weeks copied, laid out again and archived."""

from datetime import UTC, datetime, time, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service import clock
from service.people.models import TeamMember
from service.requests.models import WorkRule
from service.schemas.requests import RuleKind, TimeOffStatus
from service.schemas.shifts import WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from tests.builders import (
    MONDAY,
    a_manager,
    a_role,
    a_shift,
    a_team,
    a_template,
    a_user,
    a_week,
    an_assignment,
    time_off,
)
from tests.service.conftest import As

BEFORE = MONDAY - timedelta(weeks=1)


class Bar:
    """Ana and Joe work Monday, Ana the next day too, in the week before MONDAY."""

    def __init__(self, session: Session) -> None:
        self.team, self.role = a_team(session), a_role(session)
        self.manager = a_manager(session, self.team)
        self.ana, self.joe = (a_user(session, self.team, name=name, roles=[self.role]) for name in ("Ana", "Joe"))
        self.week = a_week(session, self.team, BEFORE, WeekStatus.PUBLISHED)
        self.monday = a_shift(session, self.week, self.role, headcount=2, name="Monday")
        self.tuesday = a_shift(session, self.week, self.role, day=1, name="Tuesday")
        an_assignment(session, self.monday, self.ana, self.role, pinned=True)
        an_assignment(session, self.monday, self.joe, self.role)
        an_assignment(session, self.tuesday, self.ana, self.role)
        self.path = f"/api/weekly-schedules/{self.week.id}/copy"


@pytest.fixture
def bar(session: Session) -> Bar:
    return Bar(session)


def copied(api: TestClient, headers: dict[str, str], path: str, **wanted: object) -> dict[str, object]:
    answer = api.post(path, json={"week_start": MONDAY.isoformat()} | wanted, headers=headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


def people_in(session: Session, week_id: object) -> list[tuple[str, int, bool]]:
    rows = session.execute(
        select(PlannedShift.name, ShiftAssignment.user_id, ShiftAssignment.pinned)
        .join(ShiftAssignment, ShiftAssignment.planned_shift_id == PlannedShift.id)
        .where(PlannedShift.weekly_schedule_id == week_id)
        .order_by(ShiftAssignment.during, ShiftAssignment.user_id)
    )
    return [(name, user_id, pinned) for name, user_id, pinned in rows]


def test_a_copy_is_a_draft_with_the_same_shifts_and_nobody_on_them(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    copy = copied(api, as_user(bar.manager), bar.path)
    assert (copy["shifts"], copy["assigned"], copy["left_out"]) == (2, 0, [])
    week = session.query(WeeklySchedule).filter_by(team_id=bar.team.id, week_start=MONDAY).one()
    assert week.status is WeekStatus.DRAFT
    roster = api.get(f"/api/weekly-schedules/{week.id}/roster", headers=as_user(bar.manager)).json()
    assert [one["starts_at"] for one in roster["shifts"]] == ["2030-12-02T09:00:00Z", "2030-12-03T09:00:00Z"]
    assert [one["needs"][0]["headcount"] for one in roster["shifts"]] == [2, 1]
    assert people_in(session, week.id) == []


def test_people_are_copied_with_their_shifts_and_pinned_to_none(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    copy = copied(api, as_user(bar.manager), bar.path, assignments=True)
    assert (copy["assigned"], copy["left_out"]) == (3, [])
    week = session.query(WeeklySchedule).filter_by(team_id=bar.team.id, week_start=MONDAY).one()
    assert people_in(session, week.id) == [
        ("Monday", bar.ana.id, False),
        ("Monday", bar.joe.id, False),
        ("Tuesday", bar.ana.id, False),
    ]


def test_whoever_is_away_or_gone_is_left_out_with_the_reason(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    time_off(session, bar.ana, day=1, status=TimeOffStatus.APPROVED)
    session.execute(delete(TeamMember).where(TeamMember.user_id == bar.joe.id))
    copy = copied(api, as_user(bar.manager), bar.path, assignments=True)
    assert copy["assigned"] == 1
    left_out = copy["left_out"]
    assert isinstance(left_out, list)
    assert [(one["person"]["name"], one["reason"]) for one in left_out] == [
        ("Joe", "is not an active member of the team any more"),
        ("Ana", "Ana has time off during Tuesday on Tuesday"),
    ]


def test_only_as_much_is_copied_as_rules_that_came_since_allow(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    session.add(WorkRule(team_id=bar.team.id, kind=RuleKind.MAX_SHIFTS_PER_WEEK, value=1))
    session.flush()
    copy = copied(api, as_user(bar.manager), bar.path, assignments=True)
    assert copy["assigned"] == 2
    left_out = copy["left_out"]
    assert isinstance(left_out, list)
    assert [one["person"]["name"] for one in left_out] == ["Ana"]
    assert "at most 1" in left_out[0]["reason"]


def test_hard_lacks_such_as_of_hours_keep_nobody_off(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    session.add(WorkRule(team_id=bar.team.id, kind=RuleKind.MIN_HOURS_PER_WEEK, value=30))
    session.flush()
    assert copied(api, as_user(bar.manager), bar.path, assignments=True)["assigned"] == 3


def test_rest_counts_from_the_week_before(api: TestClient, session: Session, bar: Bar, as_user: As) -> None:
    session.add(WorkRule(team_id=bar.team.id, kind=RuleKind.MIN_REST_HOURS, value=11))
    sunday = a_shift(session, bar.week, bar.role, day=6, start=16, hours=8, name="Sunday")
    an_assignment(session, sunday, bar.ana, bar.role)
    copy = copied(api, as_user(bar.manager), bar.path, assignments=True)
    left_out = copy["left_out"]
    assert isinstance(left_out, list)
    assert [one["person"]["name"] for one in left_out] == ["Ana"]
    assert "rests 9 h" in left_out[0]["reason"]


def test_shifts_keep_their_local_times_over_a_change_of_the_clocks(
    api: TestClient, session: Session, as_user: As
) -> None:
    team, role = a_team(session, time_zone="Europe/Berlin"), a_role(session)
    week = a_week(session, team, MONDAY.replace(month=10, day=12))
    a_shift(session, week, role, day=6, start=20, hours=8, name="Night")
    a_shift(session, week, role, day=0, start=7, hours=8, name="Day")
    headers = as_user(a_manager(session, team))
    copy = copied(api, headers, f"/api/weekly-schedules/{week.id}/copy", week_start="2026-10-26")
    assert copy["shifts"] == 2
    shifts = api.get("/api/planned-shifts", params={"week_start": "2026-10-26"}, headers=headers).json()["items"]
    # 22:00 and 09:00 in Berlin, in summer time then and in winter time now.
    assert [(one["name"], one["starts_at"], one["minutes"]) for one in shifts] == [
        ("Day", "2026-10-26T08:00:00Z", 480),
        ("Night", "2026-11-01T21:00:00Z", 480),
    ]


def test_a_week_that_exists_is_not_copied_over(api: TestClient, session: Session, bar: Bar, as_user: As) -> None:
    a_week(session, bar.team)
    answer = api.post(bar.path, json={"week_start": MONDAY.isoformat()}, headers=as_user(bar.manager))
    assert answer.status_code == 409


def test_templates_made_later_are_laid_out_once(api: TestClient, session: Session, as_user: As) -> None:
    team, role = a_team(session), a_role(session)
    headers = as_user(a_manager(session, team))
    a_template(session, team, role, name="Early", start=time(6), end=time(14))
    week = api.post(
        "/api/weekly-schedules", json={"team_id": team.id, "week_start": MONDAY.isoformat()}, headers=headers
    ).json()
    a_template(session, team, role, name="Late", start=time(14), end=time(22))
    path = f"/api/weekly-schedules/{week['id']}/from-templates"
    assert {one["name"] for one in api.post(path, headers=headers).json()} == {"Late"}
    assert api.post(path, headers=headers).json() == []
    listed = api.get("/api/planned-shifts", params={"weekly_schedule_id": week["id"]}, headers=headers)
    assert listed.json()["total"] == 14


def test_only_a_published_week_that_is_over_is_archived_and_then_nothing_changes(
    api: TestClient, session: Session, as_user: As
) -> None:
    team, role = a_team(session), a_role(session)
    headers = as_user(a_manager(session, team))
    this_week = clock.week_of(datetime.now(UTC).date(), 0)
    past, coming = (this_week + timedelta(weeks=number) for number in (-3, 1))

    def archived(start: object, status: WeekStatus) -> tuple[int, WeeklySchedule]:
        week = session.query(WeeklySchedule).filter_by(team_id=team.id, week_start=start).one()
        week.status = status
        session.flush()
        answer = api.post(f"/api/weekly-schedules/{week.id}/archive", json={"version": week.version}, headers=headers)
        return answer.status_code, session.get_one(WeeklySchedule, week.id)

    a_shift(session, a_week(session, team, past), role)
    a_shift(session, a_week(session, team, coming), role)
    assert archived(coming, WeekStatus.PUBLISHED)[0] == 409
    assert archived(past, WeekStatus.DRAFT)[0] == 409
    status, week = archived(past, WeekStatus.PUBLISHED)
    assert (status, week.status) == (200, WeekStatus.ARCHIVED)
    late = api.post(f"/api/weekly-schedules/{week.id}/from-templates", headers=headers)
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")
