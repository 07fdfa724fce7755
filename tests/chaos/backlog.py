"""Thousands of queued runs: rows as the service writes them, each for a week of its own with one shift."""

from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bots.demo import sample
from service.clock import now
from service.notifications.models import Outbox
from service.people.models import Role, User
from service.scheduling.models import OptimizationConfig, SchedulingRun
from service.schemas.scheduling import RunStatus
from tests.builders import MONDAY, a_manager, a_role, a_shift, a_team, a_user, a_week
from tests.chaos.servers import Postgres

WEEKS_A_TEAM = 100


def fill(database: Postgres, number: int) -> int:
    """So many runs, asked for in one moment; the id of the last of them."""
    with sample.transaction(database.url) as session:
        role = a_role(session)
        runs: list[int] = []
        for first in range(0, number, WEEKS_A_TEAM):
            runs += _team_of_runs(session, role, min(WEEKS_A_TEAM, number - first))
        rows = [{"queue": "solve", "actor": "solve_run", "args": [run]} for run in runs]
        session.execute(insert(Outbox), rows)
        return max(runs)


def waiting(database: Postgres, last: int) -> int:
    """How many runs up to this one are not done."""
    query = f"SELECT count(*) FROM scheduling_run WHERE status IN ('PENDING', 'RUNNING') AND id <= {last}"
    return int(database.run(query)[0][0])


def _team_of_runs(session: Session, role: Role, number: int) -> list[int]:
    team = a_team(session, time_limit=1)
    manager: User = a_manager(session, team)
    a_user(session, team, roles=[role])
    config = session.query(OptimizationConfig.id).filter_by(team_id=team.id).scalar()
    runs = []
    for week_number in range(number):
        week = a_week(session, team, MONDAY + timedelta(weeks=week_number))
        a_shift(session, week, role)
        runs.append(
            SchedulingRun(
                weekly_schedule_id=week.id,
                team_id=team.id,
                first_week=week.week_start,
                config_id=config,
                requested_by=manager.id,
                status=RunStatus.PENDING,
                heartbeat_at=now(),
            )
        )
    session.add_all(runs)
    session.flush()
    return [run.id for run in runs]
