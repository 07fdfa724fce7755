"""Telling people at once what a manager changed about their published shifts."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock
from service.notifications import service as notifications
from service.notifications.payloads import ShiftRole, YourShiftsPayload
from service.schemas.shifts import AssignmentStatus, MyShift, WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule


def shifts_changed(
    session: Session,
    week: WeeklySchedule,
    user_id: int,
    *,
    added: Iterable[ShiftRole] = (),
    removed: Iterable[ShiftRole] = (),
    gone: Iterable[MyShift] = (),
    fact: str = "changed",
) -> None:
    """Tell a person what changed in a published week; nobody has seen a draft, so nobody is told of one.

    `gone` are shifts as they were, which are no more or are at other times now. Call it once a person and
    `fact`, when the week's version has been raised.
    """
    if week.status is not WeekStatus.PUBLISHED:
        return
    payload = YourShiftsPayload(
        weekly_schedule_id=week.id, first_time=False, added=list(added), removed=list(removed), gone=list(gone)
    )
    notifications.tell_user(
        session, user_id, payload, dedupe_key=f"week:{week.id}:{fact}:{week.version}:user:{user_id}"
    )


def weeks_ahead(session: Session, user_id: int, identity_id: int) -> None:
    """Tell a person of their shifts in the published weeks that are not over: what was said before they had a chat
    account, of which this is the first, has reached nobody."""
    weeks = session.scalars(
        select(WeeklySchedule.id)
        .join(PlannedShift, PlannedShift.weekly_schedule_id == WeeklySchedule.id)
        .join(ShiftAssignment, ShiftAssignment.planned_shift_id == PlannedShift.id)
        .where(
            WeeklySchedule.status == WeekStatus.PUBLISHED,
            ShiftAssignment.user_id == user_id,
            ShiftAssignment.status == AssignmentStatus.CONFIRMED,
            func.upper(ShiftAssignment.during) > clock.now(),
        )
        .group_by(WeeklySchedule.id)
        .order_by(WeeklySchedule.week_start, WeeklySchedule.id)
    )
    for week_id in weeks.all():
        payload = YourShiftsPayload(weekly_schedule_id=week_id, first_time=True, added=[], removed=[])
        key = f"week:{week_id}:linked:{identity_id}:user:{user_id}"
        notifications.tell_user(session, user_id, payload, dedupe_key=key)
