"""Answers to a request: yes, no, another offer, taken back, and a manager's word. Late answers lose politely."""

from datetime import timedelta

from sqlalchemy.orm import Session

from service import clock
from service.errors import Conflict, NotAllowed, WrongState
from service.people.models import User
from service.people.service import manages
from service.schemas.swaps import Answer, SwapEvent, SwapKind, SwapStatus
from service.swaps import applying, ending, partners, telling
from service.swaps import market as markets
from service.swaps import policy as policies
from service.swaps.models import SwapAnswerRow, SwapRequest
from service.swaps.service import add_option, check, hold, legs_of
from service.swaps.states import LIVE, move_to


class TradeClosed(Conflict):
    """Somebody else was first, or the request has ended."""

    code, title = "trade_closed", "No longer open"


CLOSED = {
    SwapStatus.ACCEPTED: "Somebody else was faster; a manager decides about it now.",
    SwapStatus.APPROVED: "Somebody else was faster.",
    SwapStatus.DONE: "Somebody else was faster: the shift has changed hands.",
    SwapStatus.DECLINED: "This request has been declined.",
    SwapStatus.EXPIRED: "This request has expired.",
    SwapStatus.CANCELLED: "This request has ended: it was taken back, or the week has changed.",
}


def accept(session: Session, actor: User, request_id: int, option: int | None) -> SwapRequest:
    """Say yes to an option, or claim a dropped shift. When everybody in it has, it is decided or applied.

    A repeated yes changes nothing, but where a claim was collected and nobody settles it any more: then it counts.
    Raises TradeClosed, NotLegal, PlaceGone, NotAllowed.
    """
    request = hold(session, actor, request_id)
    if _agreed_before(request, actor, option):
        return request
    _refuse_closed(request)
    waits_for_others = False
    if request.kind is SwapKind.DROP and request.owner_id != actor.id:
        claimed = _claimed(request, actor)
        if claimed is not None and request.claims_until is not None:
            return request
        number = _claim(session, actor, request) if claimed is None else claimed
        waits_for_others = request.claims_until is not None and request.claims_until > clock.now()
    else:
        answer = _awaited(request, actor, option)
        answer.answer = Answer.ACCEPTED
        answer.answered_at = clock.now()
        number = answer.option
        session.flush()
    if waits_for_others:
        telling.half_way(session, request, actor.id)
    elif all(one.answer is Answer.ACCEPTED for one in request.answers if one.option == number):
        settle(session, actor.id, request, number)
    else:
        telling.half_way(session, request, actor.id)
    return request


def _agreed_before(request: SwapRequest, actor: User, option: int | None) -> bool:
    chosen = request.chosen
    if chosen is None or option not in (None, chosen):
        return False
    return any(one.option == chosen and one.user_id == actor.id for one in request.answers)


def _refuse_closed(request: SwapRequest) -> None:
    if request.status is not SwapStatus.OPEN:
        raise TradeClosed(CLOSED[request.status], way_forward="/myshifts shows your shifts as they are.")
    if request.expires_at <= clock.now():
        raise TradeClosed(CLOSED[SwapStatus.EXPIRED], way_forward="/myshifts shows your shifts as they are.")


def _awaited(request: SwapRequest, actor: User, option: int | None) -> SwapAnswerRow:
    """The answer that waits for the actor: the one named, or the only one."""
    mine = [one for one in request.answers if one.user_id == actor.id and option in (None, one.option)]
    waiting = [one for one in mine if one.answer is Answer.ASKED]
    if len(waiting) == 1:
        return waiting[0]
    if waiting:
        raise WrongState("You are asked for several exchanges.", way_forward="Say which option.")
    if mine:
        raise WrongState("You have answered this already.")
    raise NotAllowed("You are not asked in this trade.")


def _claimed(request: SwapRequest, actor: User) -> int | None:
    """The option in which the actor claims a dropped shift already."""
    return next(
        (one.option for one in request.answers if one.user_id == actor.id and one.answer is Answer.ACCEPTED), None
    )


def _claim(session: Session, actor: User, request: SwapRequest) -> int:
    market = markets.enter(session, request.weekly_schedule_id)
    policy = policies.policy_of(session, market.week.team)
    legs = tuple(
        markets.Leg(
            assignment_id=leg.assignment_id,
            planned_shift_id=leg.planned_shift_id,
            role_id=leg.role_id,
            giver_id=leg.giver_id,
            taker_id=actor.id,
        )
        for leg in request.legs
        if leg.option == 0
    )
    if not request.released:
        policies.refuse_times(market, policy, [leg.planned_shift_id for leg in legs])
    markets.judge(market, legs, released=request.released)
    number = max((leg.option for leg in request.legs), default=0) + 1
    add_option(request, number, legs, agreed={actor.id, request.owner_id})
    session.flush()
    return number


def settle(session: Session, actor_id: int | None, request: SwapRequest, number: int) -> None:
    """Everybody in the option agrees: a manager decides, or it is applied at once. Raises NotLegal, PlaceGone."""
    legs = legs_of(request, number)
    market = markets.enter(session, request.weekly_schedule_id)
    policy = policies.policy_of(session, market.week.team)
    if not request.released:
        policies.refuse_times(market, policy, [leg.planned_shift_id for leg in legs])
    markets.judge(market, legs, released=request.released)
    request.chosen = number
    # Whoever released the shift wants it filled.
    request.approval = None if request.released else policies.approval_reason(market, policy, legs)
    move_to(session, request, actor_id, SwapStatus.ACCEPTED)
    if request.approval is not None:
        # Another exchange than the one asked for may have shifts that begin sooner.
        first = min(market.starts_at(leg.planned_shift_id) for leg in legs)
        request.expires_at = min(request.expires_at, first - timedelta(minutes=policy.latest_minutes))
        telling.awaits_manager(session, request)
        return
    applying.apply(session, market, legs, actor_id=actor_id, request_id=request.id, released=request.released)
    move_to(session, request, actor_id, SwapStatus.DONE)
    telling.done(session, request)


def decline(session: Session, actor: User, request_id: int, option: int | None) -> SwapRequest:
    """Say no to an option, or to all that wait for the actor. Once nobody is left to say yes, the request ends."""
    request = hold(session, actor, request_id)
    _refuse_closed(request)
    mine = [one for one in request.answers if one.user_id == actor.id and option in (None, one.option)]
    if not mine:
        raise NotAllowed("You are not asked in this trade.")
    # Who claimed a shift that others may still claim can think again.
    is_claim = request.kind is SwapKind.DROP and actor.id != request.owner_id
    asked = [one for one in mine if one.answer is Answer.ASKED or (is_claim and one.answer is Answer.ACCEPTED)]
    if not asked:
        raise WrongState("You have answered this already.")
    for one in asked:
        one.answer = Answer.DECLINED
        one.answered_at = clock.now()
    session.flush()
    telling.declined(session, request, actor.id)
    _end_without_hope(session, actor, request)
    return request


def _end_without_hope(session: Session, actor: User, request: SwapRequest) -> None:
    if request.kind is SwapKind.DROP:
        return
    refused = {one.option for one in request.answers if one.answer is Answer.DECLINED}
    if {one.option for one in request.answers} <= refused:
        move_to(session, request, actor.id, SwapStatus.DECLINED)
        telling.ended(session, request, SwapEvent.ENDED, actor.id)


def counter(session: Session, actor: User, request_id: int, wanted: list[tuple[int, int]]) -> SwapRequest:
    """Another exchange than the one asked for, as (assignment, taker); the asker and whoever is in it are asked."""
    request = hold(session, actor, request_id)
    _refuse_closed(request)
    asked = [one for one in request.answers if one.user_id == actor.id and one.answer is Answer.ASKED]
    if not asked:
        raise NotAllowed("You are not asked in this trade.")
    market = markets.enter(session, request.weekly_schedule_id)
    policy = policies.policy_of(session, market.week.team)
    legs = tuple(partners.leg_of(market, assignment_id, taker_id) for assignment_id, taker_id in wanted)
    offered = [leg.assignment_id for leg in request.legs if leg.option == 0 and leg.assignment_id is not None]
    check(market, policy, legs, actor_id=actor.id, offered=offered)
    for one in asked:
        one.answer = Answer.DECLINED
        one.answered_at = clock.now()
    number = max(leg.option for leg in request.legs) + 1
    add_option(request, number, legs, agreed={actor.id})
    session.flush()
    telling.countered(session, request, actor.id, number)
    return request


def withdraw(session: Session, actor: User, request_id: int) -> SwapRequest:
    """Take one's own request back; once withdrawn, again changes nothing. Raises TradeClosed and NotAllowed."""
    request = hold(session, actor, request_id)
    if actor.id != request.asked_by:
        raise NotAllowed("Only the person who asked can withdraw this.", way_forward="Decline it instead.")
    if request.status is SwapStatus.CANCELLED:
        return request
    if request.status not in LIVE:
        raise TradeClosed("It is too late: this request has ended.", way_forward="/myshifts shows your shifts.")
    if request.released:
        raise NotAllowed("A manager has released this shift.", way_forward="Talk to your manager.")
    move_to(session, request, actor.id, SwapStatus.CANCELLED, "withdrawn")
    telling.ended(session, request, SwapEvent.WITHDRAWN, actor.id)
    return request


def approve(session: Session, actor: User, request_id: int) -> SwapRequest:
    """A manager's yes: the exchange is looked at once more and applied. Once done, again changes nothing.

    Raises NotAllowed, TradeClosed, WrongState where one of the shifts has begun, NotLegal and PlaceGone; the request
    then stays as it was.
    """
    request = _for_decision(session, actor, request_id)
    if request.status is SwapStatus.DONE:
        return request
    chosen = request.chosen
    if request.status is not SwapStatus.ACCEPTED or chosen is None:
        raise TradeClosed("There is nothing to decide here any more.")
    market = markets.enter(session, request.weekly_schedule_id)
    legs = legs_of(request, chosen)
    markets.refuse_begun(market, [leg.planned_shift_id for leg in legs])
    markets.judge(market, legs, released=request.released)
    request.decided_by = actor.id
    move_to(session, request, actor.id, SwapStatus.APPROVED)
    applying.apply(session, market, legs, actor_id=actor.id, request_id=request.id, released=request.released)
    move_to(session, request, actor.id, SwapStatus.DONE)
    telling.done(session, request)
    return request


def reject(session: Session, actor: User, request_id: int, note: str) -> SwapRequest:
    """A manager's no. Once declined, again changes nothing.

    A dropped shift is open again for others; where more people had claimed it, the fairest of them is next.
    """
    request = _for_decision(session, actor, request_id)
    if request.status is SwapStatus.DECLINED:
        return request
    if request.status is not SwapStatus.ACCEPTED:
        raise TradeClosed("There is nothing to decide here any more.")
    request.decided_by = actor.id
    request.decision_note = note
    telling.rejected(session, request)
    # Notes can be forgotten and the log cannot: only that there was one is in it.
    why = "refused with a note" if note else "refused"
    if request.kind is SwapKind.DROP:
        ending.reopen(session, request, actor.id, why)
    else:
        move_to(session, request, actor.id, SwapStatus.DECLINED, why)
    return request


def _for_decision(session: Session, actor: User, request_id: int) -> SwapRequest:
    request = hold(session, actor, request_id)
    if not manages(actor, request.team_id):
        raise NotAllowed("Only managers decide about trades.", way_forward="Your managers have been told.")
    if request.chosen is not None and not actor.is_admin:
        people = {who for leg in legs_of(request, request.chosen) for who in (leg.giver_id, leg.taker_id)}
        if actor.id in people and telling.other_managers(session, request.team_id, actor.id):
            raise NotAllowed("Nobody decides their own trade.", way_forward="Ask another manager of the team.")
    return request
