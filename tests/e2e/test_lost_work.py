"""What is lost on the way is found again: workers killed, Redis emptied."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bots.demo.embedded import Servers
from service import outbox
from service.db import make_engine
from service.notifications.models import Notification
from service.requests.models import EmployeePreference, WorkRule
from service.scheduling.models import OptimizationConfig, SchedulingRun, SchedulingSolution
from service.schemas.requests import RuleKind
from service.schemas.scheduling import RunStatus
from service.schemas.shifts import AssignmentStatus
from service.shifts.models import ShiftAssignment
from tests.builders import MONDAY, a_manager, a_role, a_shift, a_team, a_user, a_week
from tests.patience import stretched
from tests.processes import Crew, crew, kill, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("processes")]
RECOVERY_SECONDS = 30


@pytest.fixture
def redis_url(embedded: Servers) -> Iterator[str]:
    """A Valkey database of its own, empty."""
    url = embedded.redis_url.removesuffix("/0") + "/5"
    with Redis.from_url(url) as redis:
        redis.flushdb()
        yield url
        redis.flushdb()


@pytest.fixture
def processes(fresh_database: str, redis_url: str, tmp_path: Path) -> Iterator[Crew]:
    with crew(fresh_database, redis_url, tmp_path / "logs") as running:
        yield running


@pytest.fixture
def own_engine(fresh_database: str) -> Iterator[Engine]:
    engine = make_engine(fresh_database)
    yield engine
    engine.dispose()


@pytest.fixture
def run_id(own_engine: Engine) -> int:
    """A queued run that takes its whole time limit: many people, many wishes, three weeks."""
    with Session(own_engine) as session, session.begin():
        team, role = a_team(session, time_limit=6), a_role(session)
        manager = a_manager(session, team)
        people = [a_user(session, team, roles=[role], max_hours=20 + number % 5 * 5) for number in range(60)]
        for number, user in enumerate(people):
            wishes = ((number % 7, True, 3), ((number + 2) % 7, False, 7), ((number + 5) % 7, True, 4))
            session.add_all(
                EmployeePreference(user_id=user.id, weekday=weekday, wanted=wanted, weight=weight)
                for weekday, wanted, weight in wishes
            )
        for kind, value in ((RuleKind.MAX_CONSECUTIVE_DAYS, 4), (RuleKind.MIN_CONSECUTIVE_DAYS_OFF, 2)):
            session.add(WorkRule(team_id=team.id, kind=kind, value=value))
        weeks = [a_week(session, team, MONDAY + timedelta(weeks=number)) for number in range(3)]
        for week in weeks:
            for day in range(7):
                for start in (6, 9, 13, 15):
                    a_shift(session, week, role, day=day, start=start, hours=7, headcount=6)
        week = weeks[0]
        run = SchedulingRun(
            weekly_schedule_id=week.id,
            team_id=team.id,
            first_week=week.week_start,
            weeks=len(weeks),
            config_id=session.scalars(select(OptimizationConfig.id)).one(),
            requested_by=manager.id,
            status=RunStatus.PENDING,
        )
        session.add(run)
        session.flush()
        run.heartbeat_at = run.created_at
        outbox.add(session, queue="solve", actor="solve_run", ids=[run.id])
        return run.id


def _run(engine: Engine, run_id: int) -> SchedulingRun:
    with Session(engine) as session:
        return session.get_one(SchedulingRun, run_id)


def test_a_worker_killed_during_a_solve_loses_nothing(processes: Crew, own_engine: Engine, run_id: int) -> None:
    processes.start("scheduler")
    first = processes.start("worker", "--queues", "solve")
    wait_until(lambda: bool(_run(own_engine, run_id).progress), seconds=30)
    kill(first)
    assert _run(own_engine, run_id).status is RunStatus.RUNNING
    processes.start("worker", "--queues", "solve")
    wait_until(lambda: _run(own_engine, run_id).attempt == 2, seconds=RECOVERY_SECONDS)
    wait_until(lambda: _run(own_engine, run_id).status is RunStatus.SUCCESS, seconds=30)
    with Session(own_engine) as session:
        assert [one.kind for one in session.scalars(select(Notification))] == ["run_finished"]
        placed = session.scalars(select(ShiftAssignment)).all()
        assert {one.status for one in placed} == {AssignmentStatus.CONFIRMED}
        assert len({(one.planned_shift_id, one.user_id) for one in placed}) == len(placed)


def test_a_run_is_found_again_when_redis_forgets_it(
    processes: Crew, own_engine: Engine, run_id: int, redis_url: str
) -> None:
    processes.start("scheduler")
    with Redis.from_url(redis_url) as redis:
        wait_until(lambda: bool(redis.llen("dramatiq:solve")), seconds=20)
        redis.flushdb()
    processes.start("worker", "--queues", "solve")
    wait_until(lambda: _run(own_engine, run_id).status is RunStatus.RUNNING, seconds=RECOVERY_SECONDS)


def test_a_worker_told_to_end_hands_its_run_to_the_next(processes: Crew, own_engine: Engine, run_id: int) -> None:
    processes.start("scheduler")
    first = processes.start("worker", "--queues", "solve")
    wait_until(lambda: bool(_run(own_engine, run_id).progress), seconds=30)
    # What is reported first is the objective of an empty week.
    wait_until(lambda: _run(own_engine, run_id).progress.get("seconds", 0) >= 3, seconds=60)
    first.terminate()
    assert first.wait(30) == 0
    handed_back = _run(own_engine, run_id)
    assert handed_back.status is RunStatus.PENDING
    with Session(own_engine) as session:
        assert session.scalars(select(SchedulingSolution)).first(), "the best so far is where the next one begins"


def test_a_running_solve_is_cancelled_within_two_seconds(processes: Crew, own_engine: Engine, run_id: int) -> None:
    processes.start("scheduler")
    processes.start("worker", "--queues", "solve")
    wait_until(lambda: bool(_run(own_engine, run_id).progress), seconds=30)
    with Session(own_engine) as session, session.begin():
        session.get_one(SchedulingRun, run_id, with_for_update=True).cancel_requested = True
    wait_until(lambda: _run(own_engine, run_id).status is RunStatus.CANCELLED, seconds=stretched(2))
    with Session(own_engine) as session:
        assert session.scalars(select(ShiftAssignment)).all() == []
