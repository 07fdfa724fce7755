"""Telling people at once what a manager changed about their published shifts."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from service.notifications import service as notifications
from service.notifications.payloads import ShiftRole, YourShiftsPayload
from service.schemas.shifts import MyShift, WeekStatus
from service.shifts.models import WeeklySchedule


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
