"""Ending requests whose shift, week or asker is no more.

The caller holds the weeks, so that nobody answers meanwhile.
"""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from service.people.models import User
from service.schemas.swaps import SwapEvent, SwapStatus
from service.swaps import telling
from service.swaps.models import SwapLeg, SwapRequest
from service.swaps.service import WHOLE
from service.swaps.states import LIVE, move_to


def shift_goes(session: Session, actor: User, planned_shift_id: int) -> None:
    """Cancel every live request in which this shift would change hands, and tell everybody in it."""
    naming = select(SwapLeg.request_id).where(SwapLeg.planned_shift_id == planned_shift_id)
    condition = SwapRequest.id.in_(naming)
    _end(session, actor, condition, SwapEvent.WEEK_CHANGED, "the shift was taken off the schedule")


def week_goes(session: Session, actor: User, weekly_schedule_id: int) -> None:
    """Cancel every live request of a week that employees no longer see, and tell everybody in it."""
    condition = SwapRequest.weekly_schedule_id == weekly_schedule_id
    _end(session, actor, condition, SwapEvent.WEEK_CHANGED, "the week was taken back to draft")


def person_goes(session: Session, actor: User, user_id: int) -> None:
    """Cancel the live requests of somebody who leaves, and tell everybody who was asked.

    A shift that a manager has released them from goes on looking for somebody.
    """
    theirs = or_(SwapRequest.asked_by == user_id, SwapRequest.owner_id == user_id)
    _end(session, actor, theirs & SwapRequest.released.is_(False), SwapEvent.ENDED, "the person left")


def _end(session: Session, actor: User, condition: ColumnElement[bool], event: SwapEvent, why: str) -> None:
    for request in session.scalars(
        select(SwapRequest)
        .where(condition, SwapRequest.status.in_(LIVE))
        .options(*WHOLE)
        .order_by(SwapRequest.id)
        .with_for_update(of=SwapRequest)
    ):
        move_to(session, request, actor.id, SwapStatus.CANCELLED, why)
        telling.ended(session, request, event, actor.id)
