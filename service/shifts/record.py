"""What people have worked and have before them, for whoever is to change or end what ties them to it."""

from datetime import timedelta

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from service import clock
from service.activity.service import record
from service.people.models import User
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from service.shifts.service import touch


def hold_coming_weeks(session: Session, team_ids: list[int]) -> None:
    """Hold the weeks of these teams that are not over: nobody is assigned in them until the transaction ends."""
    earliest = clock.now().date() - timedelta(days=8)
    session.execute(
        select(WeeklySchedule.id)
        .where(
            WeeklySchedule.team_id.in_(team_ids),
            WeeklySchedule.week_start >= earliest,
            WeeklySchedule.status != WeekStatus.ARCHIVED,
        )
        .order_by(WeeklySchedule.id)
        .with_for_update()
    )


def shifts_ahead(session: Session, user_id: int, team_id: int | None = None) -> list[str]:
    """The shifts that have not ended which somebody is on or proposed for, by time; of one team or of all."""
    query = (
        select(PlannedShift.name, PlannedShift.during)
        .join(ShiftAssignment, ShiftAssignment.planned_shift_id == PlannedShift.id)
        .join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
        .where(
            ShiftAssignment.user_id == user_id,
            ShiftAssignment.status.in_([AssignmentStatus.CONFIRMED, AssignmentStatus.PROPOSED]),
            func.upper(PlannedShift.during) > clock.now(),
        )
        .distinct()
        .order_by(PlannedShift.during)
    )
    if team_id is not None:
        query = query.where(WeeklySchedule.team_id == team_id)
    return [f"{name} on {clock.bounds(during)[0].date().isoformat()}" for name, during in session.execute(query)]


def has_worked(session: Session, user_id: int) -> bool:
    """Whether somebody is or was on any shift."""
    return bool(session.scalar(select(exists().where(ShiftAssignment.user_id == user_id))))


def release_ahead(session: Session, actor: User, user_id: int) -> None:
    """Take somebody off every shift that has not begun; their places are open again.

    The caller holds the weeks. Their versions rise, so that runs and managers who read them before notice.
    """
    gone = session.execute(
        delete(ShiftAssignment)
        .where(ShiftAssignment.user_id == user_id, func.lower(ShiftAssignment.during) > clock.now())
        .returning(ShiftAssignment.id, ShiftAssignment.planned_shift_id, ShiftAssignment.role_id)
    ).all()
    weeks: dict[int, WeeklySchedule] = {}
    for assignment_id, shift_id, role_id in gone:
        week = session.scalars(
            select(WeeklySchedule)
            .join(PlannedShift, PlannedShift.weekly_schedule_id == WeeklySchedule.id)
            .where(PlannedShift.id == shift_id)
        ).one()
        weeks[week.id] = week
        record(
            session,
            actor_id=actor.id,
            action="assignment.release",
            entity="shift_assignment",
            entity_id=assignment_id,
            team_id=week.team_id,
            before={"user_id": user_id, "planned_shift_id": shift_id, "role_id": role_id},
        )
    for week in weeks.values():
        touch(session, week)
