"""What has begun stays as it was: no run spends anything on it, and no publish rewrites it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock, db
from service.app import create_app
from service.errors import WrongState
from service.people.models import User
from service.requests.models import WorkRule
from service.scheduling.execution import execute
from service.scheduling.models import SchedulingRun
from service.schemas.requests import RuleKind, TimeOffStatus
from service.schemas.scheduling import RunStatus
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts import publishing
from service.shifts.models import PlannedShift, ShiftAssignment
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment, time_off
from tests.service.conftest import As

TODAY = clock.now().date()
NIGHT = "Night"


class Bar:
    """A week from today on: its first shift, at midnight, has begun; the evenings of the days after lie ahead."""

    def __init__(self, session: Session, status: WeekStatus = WeekStatus.PUBLISHED, *, evenings: int = 2) -> None:
        self.team, self.role = a_team(session), a_role(session)
        self.manager = a_manager(session, self.team)
        self.ana, self.joe = (a_user(session, self.team, name=name, roles=[self.role]) for name in ("Ana", "Joe"))
        self.week = a_week(session, self.team, TODAY, status)
        self.night = a_shift(session, self.week, self.role, start=0, hours=8, headcount=2, name=NIGHT)
        self.evenings = [
            a_shift(session, self.week, self.role, day=day, start=16, hours=8, name=f"Evening {day}")
            for day in range(1, evenings + 1)
        ]


def who(session: Session, status: AssignmentStatus = AssignmentStatus.CONFIRMED) -> set[tuple[str, str]]:
    """Who is on which shift."""
    query = (
        select(PlannedShift.name, User.name)
        .join(ShiftAssignment, ShiftAssignment.planned_shift_id == PlannedShift.id)
        .join(User, User.id == ShiftAssignment.user_id)
        .where(ShiftAssignment.status == status)
    )
    return {(shift, name) for shift, name in session.execute(query)}


def test_what_has_begun_stays_when_a_proposal_is_published(session: Session) -> None:
    bar = Bar(session)
    an_assignment(session, bar.night, bar.ana, bar.role)
    an_assignment(session, bar.evenings[0], bar.ana, bar.role)
    an_assignment(session, bar.night, bar.ana, bar.role, AssignmentStatus.PROPOSED)
    an_assignment(session, bar.evenings[0], bar.joe, bar.role, AssignmentStatus.PROPOSED)
    result = publishing.publish(session, bar.manager, bar.week.id, bar.week.version)
    assert who(session) == {(NIGHT, "Ana"), ("Evening 1", "Joe")}
    assert who(session, AssignmentStatus.PROPOSED) == set()
    assert result.told == 2


def test_a_proposal_that_changes_what_has_begun_is_made_anew(session: Session) -> None:
    bar = Bar(session)
    an_assignment(session, bar.night, bar.ana, bar.role)
    an_assignment(session, bar.night, bar.joe, bar.role, AssignmentStatus.PROPOSED)
    an_assignment(session, bar.evenings[0], bar.ana, bar.role, AssignmentStatus.PROPOSED)
    with pytest.raises(WrongState, match="has begun meanwhile"):
        publishing.publish(session, bar.manager, bar.week.id, bar.week.version)


def test_a_proposal_that_has_all_begun_changes_nothing_and_goes(session: Session) -> None:
    bar = Bar(session)
    for status in (AssignmentStatus.CONFIRMED, AssignmentStatus.PROPOSED):
        an_assignment(session, bar.night, bar.joe, bar.role, status)
    an_assignment(session, bar.evenings[0], bar.ana, bar.role)
    result = publishing.publish(session, bar.manager, bar.week.id, bar.week.version)
    assert who(session) == {(NIGHT, "Joe"), ("Evening 1", "Ana")}
    assert who(session, AssignmentStatus.PROPOSED) == set()
    assert result.told == 0


@pytest.fixture
def client(own_database: None) -> Iterator[TestClient]:
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client


def solved(client: TestClient, bar: Bar, as_user: As) -> SchedulingRun:
    """A run over the week that has ended, with a schedule."""
    answer = client.post(f"/api/scheduling/optimize/{bar.week.id}", headers=as_user(bar.manager))
    assert answer.status_code == 202, answer.text
    run_id = int(answer.json()["run_id"])
    execute(run_id)
    with db.unit_of_work() as session:
        run = session.get_one(SchedulingRun, run_id)
    assert run.status is RunStatus.SUCCESS, run.error
    return run


def test_a_run_fills_no_place_of_a_shift_that_has_begun(client: TestClient, as_user: As) -> None:
    with db.unit_of_work() as session:
        bar = Bar(session)
        an_assignment(session, bar.night, bar.ana, bar.role)
    run = solved(client, bar, as_user)
    with db.unit_of_work() as session:
        proposed = who(session, AssignmentStatus.PROPOSED)
    assert {name for shift, name in proposed if shift == NIGHT} == {"Ana"}
    assert (run.places, run.filled) == (1 + 2, 1 + 2)


def test_a_run_counts_what_was_worked(client: TestClient, as_user: As) -> None:
    with db.unit_of_work() as session:
        bar = Bar(session, evenings=3)
        an_assignment(session, bar.night, bar.ana, bar.role)
        # Eight hours a week, which Ana has worked: the evenings are Joe's, who has time for one of them.
        for evening in bar.evenings:
            evening.roles[0].under_weight = 10_000
        for person in (bar.ana, bar.joe):
            session.add(WorkRule(team_id=bar.team.id, user_id=person.id, kind=RuleKind.MAX_HOURS_PER_WEEK, value=8))
    assert solved(client, bar, as_user).filled == 1 + 1
    with db.unit_of_work() as session:
        proposed = who(session, AssignmentStatus.PROPOSED)
    assert {(shift == NIGHT, name) for shift, name in proposed} == {(True, "Ana"), (False, "Joe")}


def test_who_has_been_away_since_is_not_held_to_a_shift_that_has_begun(client: TestClient, as_user: As) -> None:
    with db.unit_of_work() as session:
        bar = Bar(session)
        an_assignment(session, bar.night, bar.ana, bar.role, pinned=True)
        away = time_off(session, bar.ana, status=TimeOffStatus.APPROVED)
        away.during = bar.night.during
    solved(client, bar, as_user)
    with db.unit_of_work() as session:
        assert {name for shift, name in who(session, AssignmentStatus.PROPOSED) if shift == NIGHT} == set()
        assert (NIGHT, "Ana") in who(session)


@pytest.mark.parametrize(
    ("kind", "value", "parameters"),
    [
        (RuleKind.MIN_PRESENT, 2, {"start_time": "02:00", "end_time": "03:00"}),
        (RuleKind.MIN_SKILLED, 1, {"skill": "First aid"}),
        (RuleKind.MAX_HOURS_PER_WEEK, 4, {}),
    ],
)
def test_a_rule_that_was_broken_already_does_not_stop_the_rest_of_the_week(
    client: TestClient, as_user: As, kind: RuleKind, value: int, parameters: dict[str, Any]
) -> None:
    with db.unit_of_work() as session:
        bar = Bar(session)
        an_assignment(session, bar.night, bar.ana, bar.role)
        if kind is RuleKind.MIN_PRESENT:
            parameters = parameters | {"role_id": bar.role.id, "weekdays": [TODAY.weekday()]}
        session.add(WorkRule(team_id=bar.team.id, kind=kind, value=value, parameters=parameters))
    solved(client, bar, as_user)


def test_a_draft_is_planned_whole(client: TestClient, as_user: As) -> None:
    with db.unit_of_work() as session:
        bar = Bar(session, WeekStatus.DRAFT)
    run = solved(client, bar, as_user)
    assert (run.places, run.filled) == (2 + 2, 2 + 2)
    with db.unit_of_work() as session:
        assert {(NIGHT, "Ana"), (NIGHT, "Joe")} <= who(session)


def test_of_two_weeks_only_what_has_begun_is_settled(client: TestClient, as_user: As) -> None:
    with db.unit_of_work() as session:
        bar = Bar(session)
        later = a_week(session, bar.team, TODAY + timedelta(weeks=1), WeekStatus.PUBLISHED)
        a_shift(session, later, bar.role, headcount=2, name="Later")
    answer = client.post(f"/api/scheduling/optimize/{bar.week.id}", json={"weeks": 2}, headers=as_user(bar.manager))
    execute(int(answer.json()["run_id"]))
    with db.unit_of_work() as session:
        proposed = who(session, AssignmentStatus.PROPOSED)
    assert {shift for shift, _ in proposed} == {"Evening 1", "Evening 2", "Later"}
