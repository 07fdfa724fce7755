"""Asking for runs, solving them, and what becomes of the result."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service import clock, db
from service.app import create_app
from service.notifications.models import Notification, Outbox
from service.people.models import Role, Team, TeamMember, User
from service.scheduling.execution import execute
from service.scheduling.models import SchedulingRun, SchedulingSolution
from service.scheduling.problem import Loaded, load
from service.scheduling.recording import Claim, hand_back, record
from service.scheduling.sweep import MAX_LOST, sweep
from service.schemas.scheduling import RunStatus, SolverStatus
from service.schemas.shifts import AssignmentSource, AssignmentStatus, WeekStatus
from service.shifts.models import ShiftAssignment, WeeklySchedule
from solver import Solution, solve
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.conftest import As

pytestmark = pytest.mark.usefixtures("own_database")
DONE = (200, "")
COMING = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


class Bar:
    """A small bar: one role, two people, a manager and a week of seven evenings."""

    def __init__(self, session: Session, *, headcount: int = 1, status: WeekStatus = WeekStatus.DRAFT) -> None:
        self.team: Team = a_team(session, "Bar", time_limit=5)
        self.role: Role = a_role(session, "Bartender")
        self.manager: User = a_manager(session, self.team, name="Maria")
        self.people = [a_user(session, self.team, roles=[self.role], name=name) for name in ("Ana", "Joe")]
        self.week: WeeklySchedule = a_week(session, self.team, COMING, status)
        self.shifts = [
            a_shift(session, self.week, self.role, day=day, start=16, hours=6, headcount=headcount)
            for day in range(7)
        ]


@pytest.fixture
def bar() -> Bar:
    with db.unit_of_work() as session:
        return Bar(session)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client


def _ask(client: TestClient, bar: Bar, as_user: As, **headers: str) -> int:
    answer = client.post(f"/api/scheduling/optimize/{bar.week.id}", headers=as_user(bar.manager) | headers)
    assert answer.status_code == 202, answer.text
    return int(answer.json()["run_id"])


def _run(run_id: int) -> SchedulingRun:
    with db.unit_of_work() as session:
        return session.get_one(SchedulingRun, run_id)


def test_a_run_is_accepted_at_once_and_handed_to_the_queue(client: TestClient, bar: Bar, as_user: As) -> None:
    run_id = _ask(client, bar, as_user)
    with db.unit_of_work() as session:
        row = session.scalars(select(Outbox)).one()
    assert (row.queue, row.actor, row.args) == ("solve", "solve_run", [run_id])


def test_a_solved_run_fills_the_week_and_is_announced_once(client: TestClient, bar: Bar, as_user: As) -> None:
    run_id = _ask(client, bar, as_user)
    execute(run_id)
    execute(run_id)
    answer = client.get(f"/api/scheduling/runs/{run_id}", headers=as_user(bar.manager)).json()
    assert (answer["status"], answer["solver_status"]) == (RunStatus.SUCCESS, SolverStatus.OPTIMAL)
    assert (answer["places"], answer["filled"]) == (7, 7)
    with db.unit_of_work() as session:
        assert len(session.scalars(select(ShiftAssignment)).all()) == 7
        assert len(session.scalars(select(SchedulingSolution)).all()) == 7
        assert [one.kind for one in session.scalars(select(Notification))] == ["run_finished"]


def test_two_managers_who_ask_at_once_get_one_run(client: TestClient, bar: Bar, as_user: As) -> None:
    headers = as_user(bar.manager)

    def ask(_: int) -> int:
        return int(client.post(f"/api/scheduling/optimize/{bar.week.id}", headers=headers).status_code)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ask, range(2))) == [202, 409]


def test_the_same_idempotency_key_is_the_same_run(client: TestClient, bar: Bar, as_user: As) -> None:
    first = _ask(client, bar, as_user, **{"Idempotency-Key": "slack-1"})
    assert _ask(client, bar, as_user, **{"Idempotency-Key": "slack-1"}) == first


def test_an_idempotency_key_of_another_week_is_refused(client: TestClient, bar: Bar, as_user: As) -> None:
    with db.unit_of_work() as session:
        pub = a_team(session, "Pub")
        session.add(TeamMember(team_id=pub.id, user_id=bar.manager.id))
        week = a_week(session, pub, COMING)
        a_shift(session, week, session.get_one(Role, bar.role.id))
    headers = as_user(bar.manager) | {"Idempotency-Key": "next week"}
    assert client.post(f"/api/scheduling/optimize/{bar.week.id}", headers=headers).status_code == 202
    theirs = client.post(f"/api/scheduling/optimize/{week.id}", headers=headers)
    longer = client.post(f"/api/scheduling/optimize/{bar.week.id}", json={"weeks": 2}, headers=headers)
    for answer in (theirs, longer):
        assert (answer.status_code, answer.json()["way_forward"]) == (409, "Use a new key.")


def test_employees_may_not_optimise(client: TestClient, bar: Bar, as_user: As) -> None:
    answer = client.post(f"/api/scheduling/optimize/{bar.week.id}", headers=as_user(bar.people[0]))
    assert answer.status_code == 403
    assert answer.json()["way_forward"]


def test_pinned_assignments_survive_a_run(client: TestClient, bar: Bar, as_user: As) -> None:
    with db.unit_of_work() as session:
        an_assignment(session, bar.shifts[3], bar.people[1], bar.role, pinned=True)
    execute(_ask(client, bar, as_user))
    with db.unit_of_work() as session:
        kept = session.scalars(select(ShiftAssignment).where(ShiftAssignment.pinned)).one()
        assert (kept.user_id, kept.source) == (bar.people[1].id, AssignmentSource.MANAGER)
        assert len(session.scalars(select(ShiftAssignment)).all()) == 7


def test_a_published_week_gets_a_proposal_beside_what_is_confirmed(client: TestClient, as_user: As) -> None:
    with db.unit_of_work() as session:
        bar = Bar(session, status=WeekStatus.PUBLISHED)
        an_assignment(session, bar.shifts[0], bar.people[0], bar.role)
    execute(_ask(client, bar, as_user))
    with db.unit_of_work() as session:
        states = [one.status for one in session.scalars(select(ShiftAssignment))]
    assert states.count(AssignmentStatus.CONFIRMED) == 1
    assert states.count(AssignmentStatus.PROPOSED) == 7


def test_too_few_people_still_give_the_best_schedule_with_its_gaps(client: TestClient, as_user: As) -> None:
    with db.unit_of_work() as session:
        bar = Bar(session, headcount=3)
    run_id = _ask(client, bar, as_user)
    execute(run_id)
    run = _run(run_id)
    assert run.status is RunStatus.SUCCESS
    assert (run.places, run.filled) == (21, 12)


def test_a_waiting_run_is_cancelled_at_once(client: TestClient, bar: Bar, as_user: As) -> None:
    run_id = _ask(client, bar, as_user)
    answer = client.post(f"/api/scheduling/runs/{run_id}/cancel", headers=as_user(bar.manager)).json()
    assert answer["status"] == RunStatus.CANCELLED
    execute(run_id)
    assert _run(run_id).status is RunStatus.CANCELLED


def test_a_run_that_another_attempt_took_over_writes_nothing(client: TestClient, bar: Bar, as_user: As) -> None:
    run_id = _ask(client, bar, as_user)
    claim, loaded, solution = _solved(run_id)
    with db.unit_of_work() as session:
        session.get_one(SchedulingRun, run_id).attempt += 1
    record(claim, loaded, solution, cancelled=False)
    with db.unit_of_work() as session:
        assert session.scalars(select(SchedulingSolution)).all() == []
        assert session.scalars(select(Notification)).all() == []
    assert _run(run_id).status is RunStatus.RUNNING


def test_a_result_that_the_database_refuses_is_solved_again(client: TestClient, bar: Bar, as_user: As) -> None:
    run_id = _ask(client, bar, as_user)
    claim, loaded, solution = _solved(run_id)
    with db.unit_of_work() as session:
        other = a_week(session, a_team(session, "Other bar"), COMING)
        taken = a_shift(session, other, bar.role, day=0, start=16, hours=6)
        chosen = next(int(one.employee) for one in solution.assignments if int(one.shift) == bar.shifts[0].id)
        an_assignment(session, taken, session.get_one(User, chosen), bar.role)
    record(claim, loaded, solution, cancelled=False)
    assert _run(run_id).status is RunStatus.PENDING
    execute(run_id)
    run = _run(run_id)
    assert (run.status, run.filled) == (RunStatus.SUCCESS, 7)
    with db.unit_of_work() as session:
        assert [one.kind for one in session.scalars(select(Notification))] == ["run_finished"]


def test_hours_worked_for_another_team_count_towards_the_contract(client: TestClient, as_user: As) -> None:
    with db.unit_of_work() as session:
        bar = Bar(session, headcount=2)
        other = a_week(session, a_team(session, "Other bar"), COMING)
        for day in range(3):
            early = a_shift(session, other, bar.role, day=day, start=2, hours=10)
            an_assignment(session, early, bar.people[0], bar.role)
    run_id = _ask(client, bar, as_user)
    execute(run_id)
    # Forty hours allow six evenings; thirty are taken, which leaves one.
    assert (_run(run_id).status, _run(run_id).filled) == (RunStatus.SUCCESS, 6 + 1)


def test_a_worker_told_to_end_hands_its_best_schedule_on(client: TestClient, bar: Bar, as_user: As) -> None:
    run_id = _ask(client, bar, as_user)
    claim, _, solution = _solved(run_id)
    hand_back(claim, solution)
    run = _run(run_id)
    assert run.status is RunStatus.PENDING
    with db.unit_of_work() as session:
        assert set(load(session, session.get_one(SchedulingRun, run_id)).start) == set(solution.assignments)
        assert session.scalars(select(ShiftAssignment)).all() == []
        assert session.scalars(select(Notification)).all() == []


def test_a_run_that_every_worker_dies_of_ends_with_a_reason(client: TestClient, bar: Bar, as_user: As) -> None:
    run_id = _ask(client, bar, as_user)
    _abandon(run_id, attempt=MAX_LOST)
    with db.unit_of_work() as session:
        sweep(session, {})
    run = _run(run_id)
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert "memory" in run.error
    with db.unit_of_work() as session:
        assert [one.kind for one in session.scalars(select(Notification))] == ["run_finished"]


def test_a_cancelled_run_whose_worker_died_is_not_solved_again(client: TestClient, bar: Bar, as_user: As) -> None:
    run_id = _ask(client, bar, as_user)
    _abandon(run_id, attempt=1)
    client.post(f"/api/scheduling/runs/{run_id}/cancel", headers=as_user(bar.manager))
    with db.unit_of_work() as session:
        sweep(session, {})
    assert _run(run_id).status is RunStatus.CANCELLED


def test_a_problem_is_read_in_few_statements(client: TestClient, bar: Bar, as_user: As) -> None:
    run_id = _ask(client, bar, as_user)
    statements: list[str] = []
    with db.unit_of_work() as session:
        run = session.get_one(SchedulingRun, run_id)
        event.listen(session.get_bind(), "before_cursor_execute", lambda *told: statements.append(told[2]))
        load(session, run)
    assert 0 < len(statements) <= 20


def test_a_night_through_the_end_of_summer_time_is_an_hour_longer(as_user: As, client: TestClient) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    with db.unit_of_work() as session:
        team, role = a_team(session, "Club", time_zone="Europe/Berlin"), a_role(session)
        manager = a_manager(session, team)
        week = a_week(session, team, date(2026, 10, 19))
        night, evening = a_shift(session, week, role), a_shift(session, week, role)
        night.during = Range(datetime(2026, 10, 24, 22, tzinfo=berlin), datetime(2026, 10, 25, 6, tzinfo=berlin))
        evening.during = Range(datetime(2026, 10, 25, 18, tzinfo=berlin), datetime(2026, 10, 25, 22, tzinfo=berlin))
    answer = client.post(f"/api/scheduling/optimize/{week.id}", headers=as_user(manager))
    with db.unit_of_work() as session:
        problem = load(session, session.get_one(SchedulingRun, answer.json()["run_id"])).problem
    shifts = {shift.id: shift for shift in problem.shifts}
    saturday, sunday = shifts[str(night.id)], shifts[str(evening.id)]
    assert (saturday.day, saturday.minutes, saturday.night) == (5, 9 * 60, True)
    assert (sunday.day, sunday.start) == (6, (6 * 24 + 19) * 60)


def _solved(run_id: int) -> tuple[Claim, Loaded, Solution]:
    """A run in the hands of a worker that has just found its answer."""
    with db.unit_of_work() as session:
        run = session.get_one(SchedulingRun, run_id)
        run.status, run.attempt = RunStatus.RUNNING, 1
        loaded = load(session, run)
    return Claim(run_id, 1), loaded, solve(loaded.problem, time_limit_s=5, workers=1, seed=1)


def _abandon(run_id: int, *, attempt: int) -> None:
    """Leave a run as a worker killed a minute ago leaves it."""
    with db.unit_of_work() as session:
        run = session.get_one(SchedulingRun, run_id)
        run.status, run.attempt = RunStatus.RUNNING, attempt
        run.heartbeat_at = clock.now() - timedelta(minutes=1)


def test_a_discarded_run_leaves_the_week_as_it_was(client: TestClient, bar: Bar, as_user: As) -> None:
    run_id = _ask(client, bar, as_user)
    execute(run_id)
    answer = client.post(f"/api/scheduling/runs/{run_id}/discard", headers=as_user(bar.manager))
    assert answer.status_code == 200
    with db.unit_of_work() as session:
        assert session.scalars(select(ShiftAssignment)).all() == []


def _discard(client: TestClient, bar: Bar, as_user: As, run_id: int) -> tuple[int, str]:
    """The status of the answer, and what is wrong where something is."""
    answer = client.post(f"/api/scheduling/runs/{run_id}/discard", headers=as_user(bar.manager))
    return answer.status_code, answer.json().get("detail", "")


def _on_shifts() -> dict[AssignmentStatus, int]:
    with db.unit_of_work() as session:
        statuses = list(session.scalars(select(ShiftAssignment.status)))
    return {status: statuses.count(status) for status in set(statuses)}


def _publish(client: TestClient, bar: Bar, as_user: As) -> None:
    headers = as_user(bar.manager)
    week = client.get(f"/api/weekly-schedules/{bar.week.id}", headers=headers).json()
    body = {"version": week["version"]}
    answer = client.post(f"/api/weekly-schedules/{bar.week.id}/publish", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


def test_discarding_an_older_run_leaves_the_newer_schedule_alone(client: TestClient, bar: Bar, as_user: As) -> None:
    older = _ask(client, bar, as_user)
    execute(older)
    newer = _ask(client, bar, as_user)
    execute(newer)
    refused = (409, "A newer schedule has taken the place of this one.")
    assert _discard(client, bar, as_user, older) == refused
    assert _on_shifts() == {AssignmentStatus.CONFIRMED: 7}
    assert _discard(client, bar, as_user, newer) == DONE
    # What the newer one left behind is not the older one's either.
    assert _discard(client, bar, as_user, older) == refused


def test_a_published_schedule_is_not_said_to_be_discarded(client: TestClient, bar: Bar, as_user: As) -> None:
    run_id = _ask(client, bar, as_user)
    execute(run_id)
    _publish(client, bar, as_user)
    refused = (409, "This run's schedule is published, so it cannot be discarded any more.")
    assert _discard(client, bar, as_user, run_id) == refused
    assert _on_shifts() == {AssignmentStatus.CONFIRMED: 7}


def test_discarding_a_published_run_leaves_the_proposal_of_another_alone(
    client: TestClient, bar: Bar, as_user: As
) -> None:
    published = _ask(client, bar, as_user)
    execute(published)
    _publish(client, bar, as_user)
    waiting = _ask(client, bar, as_user)
    execute(waiting)
    assert _discard(client, bar, as_user, published)[0] == 409
    assert _on_shifts() == {AssignmentStatus.CONFIRMED: 7, AssignmentStatus.PROPOSED: 7}
    assert _discard(client, bar, as_user, waiting) == DONE
    assert _on_shifts() == {AssignmentStatus.CONFIRMED: 7}


def test_a_proposal_that_went_with_its_publication_takes_nobody_off(
    client: TestClient, bar: Bar, as_user: As
) -> None:
    execute(_ask(client, bar, as_user))
    _publish(client, bar, as_user)
    proposed = _ask(client, bar, as_user)
    execute(proposed)
    headers = as_user(bar.manager)
    version = client.get(f"/api/weekly-schedules/{bar.week.id}", headers=headers).json()["version"]
    path = f"/api/weekly-schedules/{bar.week.id}/unpublish"
    assert client.post(path, json={"version": version}, headers=headers).status_code == 200
    assert _discard(client, bar, as_user, proposed) == (409, "This run's schedule is not in use.")
    assert _on_shifts() == {AssignmentStatus.CONFIRMED: 7}


def test_an_older_run_that_is_put_back_can_be_discarded_again(client: TestClient, bar: Bar, as_user: As) -> None:
    older = _ask(client, bar, as_user)
    execute(older)
    execute(_ask(client, bar, as_user))
    client.post(f"/api/scheduling/runs/{older}/apply", headers=as_user(bar.manager))
    assert _discard(client, bar, as_user, older) == DONE
    assert _on_shifts() == {}


def test_of_a_run_over_two_weeks_the_one_that_is_still_its_own_is_discarded(
    client: TestClient, bar: Bar, as_user: As
) -> None:
    with db.unit_of_work() as session:
        second = a_week(session, bar.team, bar.week.week_start + timedelta(weeks=1))
        a_shift(session, second, bar.role)
    answer = client.post(f"/api/scheduling/optimize/{bar.week.id}", json={"weeks": 2}, headers=as_user(bar.manager))
    both = answer.json()["run_id"]
    execute(both)
    execute(_ask(client, bar, as_user))
    assert _discard(client, bar, as_user, both) == DONE
    assert _on_shifts() == {AssignmentStatus.CONFIRMED: 7}
