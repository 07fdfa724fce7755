"""Thousands of queued runs: rows as the service writes them, each for a week of its own with one shift."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from bots.demo import sample
from service.clock import now
from service.notifications.models import Outbox
from service.people.models import Role, User
from service.scheduling.models import OptimizationConfig, SchedulingRun
from service.schemas.scheduling import RunStatus
from service.shifts.models import PlannedShift, PlannedShiftRole, WeeklySchedule
from tests.builders import MONDAY, a_manager, a_role, a_team, a_user
from tests.chaos.servers import Postgres

WEEKS_A_TEAM = 100
Numbered = WeeklySchedule | PlannedShift | SchedulingRun


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
    """How many runs up to this one are not done, or not told; only their teams have their channel in the terminal."""
    query = f"""
        SELECT (SELECT count(*) FROM scheduling_run WHERE status IN ('PENDING', 'RUNNING') AND id <= {last})
        + (SELECT count(*) FROM delivery
            WHERE status IN ('PENDING', 'SENDING', 'UNCERTAIN') AND platform = 'terminal')
    """
    return int(database.run(query)[0][0])


def _team_of_runs(session: Session, role: Role, number: int) -> list[int]:
    """In bulk: what is asked for in one moment must not take minutes to write."""
    team = a_team(session, time_limit=1)
    manager: User = a_manager(session, team)
    a_user(session, team, roles=[role])
    config = session.query(OptimizationConfig.id).filter_by(team_id=team.id).scalar()
    starts = [MONDAY + timedelta(weeks=week) for week in range(number)]
    weeks = _insert(session, WeeklySchedule, [{"team_id": team.id, "week_start": start} for start in starts])
    shifts = _insert(session, PlannedShift, [_shift(week, start) for week, start in zip(weeks, starts, strict=True)])
    needs = [{"planned_shift_id": shift, "role_id": role.id, "headcount": 1} for shift in shifts]
    session.execute(insert(PlannedShiftRole), needs)
    asked = {
        "team_id": team.id,
        "config_id": config,
        "requested_by": manager.id,
        "status": RunStatus.PENDING,
        "heartbeat_at": now(),
    }
    runs = [
        asked | {"weekly_schedule_id": week, "first_week": start} for week, start in zip(weeks, starts, strict=True)
    ]
    return _insert(session, SchedulingRun, runs)


def _shift(week: int, start: date) -> dict[str, Any]:
    begins = datetime.combine(start, time(9), tzinfo=UTC)
    during = Range(begins, begins + timedelta(hours=8))
    return {"weekly_schedule_id": week, "week_start": start, "name": "Day", "during": during}


def _insert(session: Session, kind: type[Numbered], rows: list[dict[str, Any]]) -> list[int]:
    """The ids of the new rows, in their order."""
    return list(session.scalars(insert(kind).returning(kind.id, sort_by_parameter_order=True), rows))
