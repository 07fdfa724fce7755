"""The figures of a team's week, in a handful of statements."""

from datetime import date, timedelta
from statistics import median_low

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service import clock
from service.people.models import Team, TeamMember, User
from service.people.service import require_manager
from service.requests.models import TimeOffRequest
from service.scheduling.models import SchedulingRun
from service.schemas.activity import Spread, SummaryRead
from service.schemas.requests import TimeOffStatus
from service.schemas.scheduling import RunStatus
from service.schemas.shifts import AssignmentStatus
from service.schemas.swaps import SwapKind, SwapStatus
from service.shifts.models import PlannedShift, PlannedShiftRole, ShiftAssignment, WeeklySchedule
from service.swaps.models import SwapRequest

RECENT = timedelta(days=30)


def summary(session: Session, actor: User, team_id: int, day: date | None) -> SummaryRead:
    """The week of a team that `day` lies in, or the present one; managers only. Raises NotFound and NotAllowed."""
    team = require_manager(session, actor, team_id)
    week_start = clock.week_of(day or clock.local_day(clock.now(), team.zone), team.week_start)
    week = session.scalar(
        select(WeeklySchedule).where(WeeklySchedule.team_id == team_id, WeeklySchedule.week_start == week_start)
    )
    in_week = PlannedShift.weekly_schedule_id == (week.id if week else None)
    worked = _worked(session, team, in_week)
    minutes = sorted(total for total, _ in worked.values())
    runs, seconds = _runs(session, team_id)
    filled = _count(
        session,
        ShiftAssignment.planned_shift_id.in_(select(PlannedShift.id).where(in_week)),
        ShiftAssignment.status == AssignmentStatus.CONFIRMED,
    )
    return SummaryRead(
        team_id=team_id,
        week_start=week_start,
        week_status=week.status if week else None,
        places=session.scalar(
            select(func.coalesce(func.sum(PlannedShiftRole.headcount), 0))
            .join(PlannedShift, PlannedShift.id == PlannedShiftRole.planned_shift_id)
            .where(in_week)
        )
        or 0,
        filled=filled,
        planned_minutes=sum(minutes),
        cost=sum(total * wage for total, wage in worked.values()) // 60,
        people=len(minutes),
        spread=Spread(
            least=minutes[0] if minutes else 0,
            middle=median_low(minutes) if minutes else 0,
            most=minutes[-1] if minutes else 0,
        ),
        waiting_time_off=_count(
            session,
            TimeOffRequest.status == TimeOffStatus.PENDING,
            TimeOffRequest.user_id.in_(select(TeamMember.user_id).where(TeamMember.team_id == team_id)),
        ),
        waiting_trades=_count(session, SwapRequest.team_id == team_id, SwapRequest.status == SwapStatus.ACCEPTED),
        open_shifts=_count(
            session,
            SwapRequest.team_id == team_id,
            SwapRequest.status == SwapStatus.OPEN,
            SwapRequest.kind == SwapKind.DROP,
        ),
        runs=runs,
        mean_run_seconds=seconds,
    )


def _worked(session: Session, team: Team, in_week: ColumnElement[bool]) -> dict[int, tuple[int, int]]:
    """The minutes and the wage of everybody active in the team, also of who has no shift."""
    minutes = (
        select(ShiftAssignment.user_id, func.sum(PlannedShift.minutes).label("minutes"))
        .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
        .where(in_week, ShiftAssignment.status == AssignmentStatus.CONFIRMED)
        .group_by(ShiftAssignment.user_id)
        .subquery()
    )
    rows = session.execute(
        select(User.id, func.coalesce(minutes.c.minutes, 0), User.cost_per_hour)
        .join(TeamMember, TeamMember.user_id == User.id)
        .outerjoin(minutes, minutes.c.user_id == User.id)
        .where(TeamMember.team_id == team.id, User.active)
    )
    return {user_id: (int(total), wage) for user_id, total, wage in rows}


def _count(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*where)) or 0


def _runs(session: Session, team_id: int) -> tuple[dict[RunStatus, int], float | None]:
    rows = session.execute(
        select(SchedulingRun.status, func.count(), func.avg(SchedulingRun.runtime_seconds))
        .where(SchedulingRun.team_id == team_id, SchedulingRun.created_at > clock.now() - RECENT)
        .group_by(SchedulingRun.status)
    ).all()
    mean = next((float(seconds) for status, _, seconds in rows if status is RunStatus.SUCCESS and seconds), None)
    return {status: count for status, count, _ in rows}, mean
