"""What is not worth saying any more once it can be said: a platform was away, and the week or the trade went on."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.notifications.models import Notification
from service.notifications.payloads import Payload, SwapPayload, WeekPublishedPayload, YourShiftsPayload
from service.schemas.shifts import WeekStatus
from service.schemas.swaps import Answer, SwapEvent, SwapStatus
from service.shifts.models import PlannedShift, WeeklySchedule
from service.swaps.models import SwapRequest

# Each says that somebody can or must do something; what came of it is told for itself.
QUESTIONS = frozenset({SwapEvent.ASKED, SwapEvent.COUNTERED, SwapEvent.REMINDER})
OFFERS = frozenset({SwapEvent.UP_FOR_GRABS})
DECISIONS = frozenset({SwapEvent.AWAITS_MANAGER, SwapEvent.DECIDE})


def is_outdated(session: Session, notification: Notification, payload: Payload) -> bool:
    """Whether what was to be told holds no more, or is about what is over meanwhile."""
    match payload:
        case WeekPublishedPayload():
            return _is_taken_back(session, payload) or _is_over(session, notification, payload)
        case YourShiftsPayload():
            taken_back = payload.first_time and _is_taken_back(session, payload)
            return taken_back or _is_over(session, notification, payload)
        case SwapPayload():
            return _is_settled(session, notification, payload)
        case _:
            return False


def _is_taken_back(session: Session, payload: WeekPublishedPayload | YourShiftsPayload) -> bool:
    return session.get_one(WeeklySchedule, payload.weekly_schedule_id).status is WeekStatus.DRAFT


def _is_over(session: Session, notification: Notification, payload: WeekPublishedPayload | YourShiftsPayload) -> bool:
    """Whether the last shift of the week has ended since. What is changed about a week that is over is told."""
    last: datetime | None = session.scalar(
        select(func.max(func.upper(PlannedShift.during))).where(
            PlannedShift.weekly_schedule_id == payload.weekly_schedule_id
        )
    )
    return last is not None and notification.created_at < last <= clock.now()


def _is_settled(session: Session, notification: Notification, payload: SwapPayload) -> bool:
    """Whether there is nothing to answer or to decide any more."""
    event = payload.event
    if event not in QUESTIONS | OFFERS | DECISIONS:
        return False
    request = session.scalars(
        select(SwapRequest)
        .where(SwapRequest.id == payload.request_id)
        .options(selectinload(SwapRequest.answers))
        .execution_options(populate_existing=True)
    ).one()
    if request.expires_at <= clock.now():
        return True
    if event in DECISIONS:
        return request.status is not SwapStatus.ACCEPTED or request.chosen != payload.option
    # While a manager decides it may be open again.
    if request.status not in {SwapStatus.OPEN, SwapStatus.ACCEPTED}:
        return True
    return event in QUESTIONS and not any(
        one.user_id == notification.user_id and one.option == payload.option and one.answer is Answer.ASKED
        for one in request.answers
    )
