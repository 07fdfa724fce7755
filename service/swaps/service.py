"""Rules of trades: asking for one, and finding it again. Who changes a request holds its week first, then its row.

`service.swaps.states` has the states and their moves; what an exchange may do is judged when it is asked for, when
everybody has agreed, and when it is applied.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.activity.service import record
from service.errors import Conflict, NotAllowed, NotFound, Unprocessable
from service.people.models import User
from service.people.service import manages, require_member
from service.schemas.base import FieldFault
from service.schemas.swaps import Answer, ClaimMode, SwapAsk, SwapKind, SwapStatus, TradePolicyRead
from service.shifts.models import WeeklySchedule
from service.swaps import market as markets
from service.swaps import partners, telling
from service.swaps import policy as policies
from service.swaps.market import Leg, Market
from service.swaps.models import SwapAnswerRow, SwapLeg, SwapRequest

MOST_ASKED = 40
"""How many options "everybody suitable" is at most."""
TO_SETTLE = timedelta(minutes=1)
"""What is left at least after claims were collected, for one of them to be settled before the request expires."""


class AlreadyTrading(Conflict):
    """One of the shifts is on offer already."""

    code, title = "already_trading", "On offer already"


def ask(session: Session, actor: User, wanted: SwapAsk, *, idempotency_key: str | None = None) -> SwapRequest:
    """An open request; everybody asked is told. The same key answers with the same request.

    Raises Conflict (a key of other shifts), NotFound, NotAllowed, AlreadyTrading, NotLegal, what the house refuses.
    """
    known = _by_key(session, actor, idempotency_key, wanted)
    if known is not None:
        return known
    market = markets.enter(session, markets.week_of(session, wanted.assignment_ids))
    require_member(session, actor, market.week.team_id)
    # Under the lock of the week: a second request with this key waits here, and finds the first.
    known = _by_key(session, actor, idempotency_key, wanted)
    if known is not None:
        return known
    session.execute(select(User.id).where(User.id == actor.id).with_for_update(key_share=True))
    gone = set(wanted.assignment_ids) - market.places.keys()
    if gone:
        raise markets.PlaceGone("This shift has changed hands just now.", way_forward="See /schedule as it is now.")
    owner_id = partners.owner_of(market, wanted.assignment_ids)
    _refuse_others_shifts(actor, wanted.kind, owner_id)
    policy = policies.policy_of(session, market.week.team)
    policies.refuse_times(market, policy, [market.places[one].planned_shift_id for one in wanted.assignment_ids])
    policies.refuse_too_many(session, policy, actor)
    options = _options(session, market, actor, wanted)
    places = [market.places[one] for one in wanted.assignment_ids]
    shift_ids = {place.planned_shift_id for place in places} | {
        leg.planned_shift_id for one in options for leg in one
    }
    closes = min(market.starts_at(shift_id) for shift_id in shift_ids) - timedelta(minutes=policy.latest_minutes)
    answer_by = clock.now() + timedelta(hours=policy.answer_hours)
    request = SwapRequest(
        team_id=market.week.team_id,
        weekly_schedule_id=market.week.id,
        kind=wanted.kind if not options or wanted.kind is SwapKind.OFFER else partners.kind_of(options[0]),
        status=SwapStatus.OPEN,
        owner_id=owner_id,
        asked_by=actor.id,
        released=False,
        team=market.week.team,
        note=wanted.note,
        idempotency_key=idempotency_key,
        expires_at=closes if wanted.kind is SwapKind.DROP else min(closes, answer_by),
        legs=[
            SwapLeg(
                option=0,
                position=position,
                request_status=SwapStatus.OPEN,
                assignment_id=place.id,
                planned_shift_id=place.planned_shift_id,
                role_id=place.role_id,
                giver_id=place.user_id,
            )
            for position, place in enumerate(places)
        ],
        answers=[],
        claims_until=_claims_until(policy, wanted.kind, closes),
    )
    for number, legs in enumerate(options, start=1):
        add_option(request, number, legs, agreed={actor.id})
    session.add(request)
    _flush(session)
    log_asked(session, actor, request)
    suitable = partners.takers(market, wanted.assignment_ids) if wanted.kind is SwapKind.DROP else []
    telling.asked(session, request, suitable)
    return request


def log_asked(session: Session, actor: User, request: SwapRequest) -> None:
    """Write down that a request is open from now on."""
    record(
        session,
        actor_id=actor.id,
        action="swap.ask",
        entity="swap_request",
        entity_id=request.id,
        team_id=request.team_id,
        after={
            "status": request.status,
            "kind": request.kind,
            "owner_id": request.owner_id,
            "assignment_ids": [leg.assignment_id for leg in request.legs if leg.option == 0],
            "options": len({leg.option for leg in request.legs} - {0}),
        },
    )


def _claims_until(policy: TradePolicyRead, kind: SwapKind, closes: datetime) -> datetime | None:
    """Until when claims are collected; None where the first wins."""
    if kind is not SwapKind.DROP or policy.claim is not ClaimMode.FAIR:
        return None
    until = clock.now() + timedelta(minutes=policy.fair_minutes)
    # Claims that are collected up to the closing could only be thrown away: there the first has it.
    return until if until + TO_SETTLE <= closes else None


def _by_key(session: Session, actor: User, key: str | None, wanted: SwapAsk) -> SwapRequest | None:
    if key is None:
        return None
    known = session.scalar(
        select(SwapRequest)
        .where(SwapRequest.asked_by == actor.id, SwapRequest.idempotency_key == key)
        .options(*WHOLE)
    )
    offered = {leg.assignment_id for leg in known.legs if leg.option == 0} if known else set()
    # Of a place that somebody was taken off nothing is left to compare.
    if known and None not in offered and offered != set(wanted.assignment_ids):
        raise Conflict("This idempotency key was used for another request.", way_forward="Use a new key.")
    return known


WHOLE = (
    selectinload(SwapRequest.legs),
    selectinload(SwapRequest.answers),
    selectinload(SwapRequest.team),
)
"""What is loaded with every request."""


def _refuse_others_shifts(actor: User, kind: SwapKind, owner_id: int) -> None:
    if kind is SwapKind.OFFER:
        if owner_id == actor.id:
            raise NotAllowed("This is your own shift.", way_forward="Offer to take a colleague's.")
    elif owner_id != actor.id:
        raise NotAllowed("This shift is not yours.", way_forward="Offer to take it instead.")


def _options(session: Session, market: Market, actor: User, wanted: SwapAsk) -> list[tuple[Leg, ...]]:
    """The exchanges asked for, each legal and within the rules of the house."""
    policy = policies.policy_of(session, market.week.team)
    if wanted.kind is SwapKind.DROP:
        return []
    if wanted.kind is SwapKind.OFFER:
        written = [tuple(partners.leg_of(market, one, actor.id) for one in wanted.assignment_ids)]
    elif wanted.everyone:
        found = partners.feasible(market, policy, wanted.assignment_ids)
        written = [one.legs for one in found if one.kind is wanted.kind][:MOST_ASKED]
        if not written:
            raise markets.NotLegal(
                "Nobody can take this without breaking a rule.", way_forward="Drop it, or talk to your manager."
            )
        return written
    else:
        written = [
            tuple(partners.leg_of(market, leg.assignment_id, leg.taker_id) for leg in option.legs)
            for option in wanted.options
        ]
    for legs in written:
        check(market, policy, legs, actor_id=actor.id, offered=wanted.assignment_ids)
    return written


def check(
    market: Market,
    policy: TradePolicyRead,
    legs: Sequence[Leg],
    *,
    actor_id: int,
    offered: Sequence[int],
) -> None:
    """Raises Unprocessable where the legs are no trade of what is on offer, and what forbids them otherwise."""
    ids = [leg.assignment_id for leg in legs]
    givers, takers = {leg.giver_id for leg in legs}, {leg.taker_id for leg in legs}
    people = givers | takers
    reason = None
    if len(set(ids)) < len(ids) or any(leg.giver_id == leg.taker_id for leg in legs):
        reason = "names a place twice, or gives one to who has it"
    elif not set(offered) <= set(ids):
        reason = "leaves out a place that is on offer"
    elif len(people) > 3 or actor_id not in people:
        reason = "is not between the asker and one or two others"
    elif len(givers) > 1 and givers != takers:
        reason = "takes from somebody who gets nothing"
    if reason:
        raise Unprocessable("This is no exchange.", faults=(FieldFault(field="legs", reason=reason),))
    policies.refuse_times(market, policy, [leg.planned_shift_id for leg in legs])
    markets.judge(market, legs)


def add_option(request: SwapRequest, number: int, legs: Sequence[Leg], *, agreed: set[int]) -> None:
    """One more exchange of a request; everybody in it but `agreed` is asked."""
    for position, leg in enumerate(legs):
        request.legs.append(
            SwapLeg(
                option=number,
                position=position,
                request_status=request.status,
                assignment_id=leg.assignment_id,
                planned_shift_id=leg.planned_shift_id,
                role_id=leg.role_id,
                giver_id=leg.giver_id,
                taker_id=leg.taker_id,
            )
        )
    for user_id in dict.fromkeys(who for leg in legs for who in (leg.giver_id, leg.taker_id)):
        has = user_id in agreed
        request.answers.append(
            SwapAnswerRow(
                option=number,
                user_id=user_id,
                answer=Answer.ACCEPTED if has else Answer.ASKED,
                answered_at=clock.now() if has else None,
            )
        )


def _flush(session: Session) -> None:
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if constraint == "uq_swap_leg_live":
            raise AlreadyTrading(
                "This shift is on offer already.", way_forward="Withdraw that request first, or wait for its answer."
            ) from error
        raise


def find(session: Session, actor: User, request_id: int) -> SwapRequest:
    """The request, if the actor is in it, manages its team, or could claim it. Raises NotFound."""
    request = session.scalar(
        select(SwapRequest)
        .where(SwapRequest.id == request_id)
        .options(*WHOLE)
        .execution_options(populate_existing=True)
    )
    if request is None or not _may_see(actor, request):
        raise NotFound("There is no such request.")
    return request


def _may_see(actor: User, request: SwapRequest) -> bool:
    if actor.id in {request.owner_id, request.asked_by} or manages(actor, request.team_id):
        return True
    if any(answer.user_id == actor.id for answer in request.answers):
        return True
    return request.kind is SwapKind.DROP and request.team_id in {team.id for team in actor.teams}


def hold(session: Session, actor: User, request_id: int) -> SwapRequest:
    """The request, its week and then itself held until the transaction ends. Raises NotFound."""
    week_id = find(session, actor, request_id).weekly_schedule_id
    session.execute(select(WeeklySchedule.id).where(WeeklySchedule.id == week_id).with_for_update())
    session.execute(select(SwapRequest.id).where(SwapRequest.id == request_id).with_for_update())
    return find(session, actor, request_id)


def legs_of(request: SwapRequest, option: int) -> tuple[Leg, ...]:
    """The exchange of an option."""
    return tuple(
        Leg(
            assignment_id=leg.assignment_id,
            planned_shift_id=leg.planned_shift_id,
            role_id=leg.role_id,
            giver_id=leg.giver_id,
            taker_id=leg.taker_id,
        )
        for leg in request.legs
        if leg.option == option and leg.taker_id is not None
    )
