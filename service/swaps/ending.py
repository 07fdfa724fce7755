"""Ending requests whose shift, week or people are no more, or what is left of them without these.

The caller holds the weeks, so that nobody answers meanwhile.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service import clock
from service.people.models import User
from service.schemas.swaps import Answer, SwapEvent, SwapKind, SwapStatus
from service.swaps import telling
from service.swaps.models import SwapAnswerRow, SwapLeg, SwapRequest
from service.swaps.service import WHOLE
from service.swaps.states import LIVE, move_to


@dataclass(frozen=True, slots=True)
class Cause:
    """Who ended it, None for Rota itself; what people are told, and what the log says."""

    actor_id: int | None
    event: SwapEvent
    why: str


def shift_goes(session: Session, actor: User, planned_shift_id: int) -> None:
    """Take back every exchange in which this shift would change hands, and tell everybody in it."""
    cause = Cause(actor.id, SwapEvent.WEEK_CHANGED, "the shift was taken off the schedule")
    for request in _live(session, SwapRequest.legs.any(SwapLeg.planned_shift_id == planned_shift_id)):
        _strike(session, request, _with_shift(request, planned_shift_id), cause)


def shift_moves(session: Session, actor: User, planned_shift_id: int, by: timedelta) -> None:
    """Take back every exchange of a shift that is at other times now: nobody has agreed to those.

    Where somebody was released from it the place is empty all the same, and stays on offer so much longer.
    """
    cause = Cause(actor.id, SwapEvent.WEEK_CHANGED, "the shift was moved")
    for request in _live(session, SwapRequest.legs.any(SwapLeg.planned_shift_id == planned_shift_id)):
        if request.released:
            request.expires_at += by
        else:
            _strike(session, request, _with_shift(request, planned_shift_id), cause)


def place_goes(session: Session, assignment_id: int) -> None:
    """Take back every exchange in which this place would change hands, and tell everybody in it."""
    cause = Cause(None, SwapEvent.WEEK_CHANGED, "the shift was reopened")
    for request in _live(session, SwapRequest.legs.any(SwapLeg.assignment_id == assignment_id)):
        _strike(session, request, {leg.option for leg in request.legs if leg.assignment_id == assignment_id}, cause)


def week_goes(session: Session, actor: User, weekly_schedule_id: int) -> None:
    """Cancel every live request of a week that employees no longer see, and tell everybody in it."""
    cause = Cause(actor.id, SwapEvent.WEEK_CHANGED, "the week was taken back to draft")
    for request in _live(session, SwapRequest.weekly_schedule_id == weekly_schedule_id):
        _cancel(session, request, cause)


def person_goes(session: Session, actor: User, user_id: int) -> None:
    """Cancel the live requests of somebody who leaves, and take them out of those of others.

    A shift that a manager has released them from goes on looking for somebody.
    """
    cause = Cause(actor.id, SwapEvent.ENDED, "the person left")
    theirs = (SwapRequest.asked_by == user_id) | (SwapRequest.owner_id == user_id)
    for request in _live(session, theirs & SwapRequest.released.is_(False)):
        _cancel(session, request, cause)
    for request in _live(session, SwapRequest.answers.any(SwapAnswerRow.user_id == user_id) & ~theirs):
        _strike(session, request, {one.option for one in request.answers if one.user_id == user_id}, cause)


def reopen(session: Session, request: SwapRequest, actor_id: int | None, why: str) -> None:
    """Let others claim a dropped shift again that is not for whoever was to have it; who claimed it too is next."""
    for one in request.answers:
        if one.option == request.chosen:
            one.answer = Answer.DECLINED
    request.chosen = request.approval = None
    if any(one.answer is Answer.ACCEPTED and one.user_id != request.owner_id for one in request.answers):
        # They still wait: the next sweep settles their claims.
        request.claims_until = clock.now()
    move_to(session, request, actor_id, SwapStatus.OPEN, why)


def _live(session: Session, condition: ColumnElement[bool]) -> list[SwapRequest]:
    return list(
        session.scalars(
            select(SwapRequest)
            .where(condition, SwapRequest.status.in_(LIVE))
            .options(*WHOLE)
            .order_by(SwapRequest.id)
            .with_for_update(of=SwapRequest)
        )
    )


def _with_shift(request: SwapRequest, planned_shift_id: int) -> set[int]:
    return {leg.option for leg in request.legs if leg.planned_shift_id == planned_shift_id}


def _strike(session: Session, request: SwapRequest, struck: set[int], cause: Cause) -> None:
    """Take back some exchanges of a request, which ends where nothing is left that anybody could agree to."""
    refused = {one.option for one in request.answers if one.answer is Answer.DECLINED}
    left = {one.option for one in request.answers} - refused - struck
    can_be_claimed = request.kind is SwapKind.DROP and 0 not in struck
    if not can_be_claimed and (0 in struck or not left or request.chosen in struck):
        _cancel(session, request, cause)
        return
    telling.struck(session, request, struck, cause.event, cause.actor_id)
    for one in request.answers:
        if one.option in struck:
            one.answer = Answer.DECLINED
    if request.chosen in struck:
        telling.open_again(session, request)
        reopen(session, request, cause.actor_id, cause.why)
    session.flush()


def _cancel(session: Session, request: SwapRequest, cause: Cause) -> None:
    move_to(session, request, cause.actor_id, SwapStatus.CANCELLED, cause.why)
    telling.ended(session, request, cause.event, cause.actor_id)
