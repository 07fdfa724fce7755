"""Routes of trades: partners, requests, answers, decisions, rules of the house."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query

from service.schemas.base import Page, RowId
from service.schemas.swaps import (
    OpenShift,
    ShiftMove,
    ShiftMoved,
    SickCall,
    SickCallRead,
    SwapAnswer,
    SwapAsk,
    SwapCounter,
    SwapDecision,
    SwapPartners,
    SwapRead,
    TakeableShift,
    TradePolicyRead,
    TradePolicyWrite,
)
from service.security import CurrentUser, DbSession
from service.swaps import answering, opening, partners, policy, reading, service, sick, takeable

router = APIRouter(tags=["trades"])
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
SwapId = Annotated[int, Path(ge=1, le=2**31 - 1)]
TeamId = Annotated[int, Path(ge=1, le=2**31 - 1)]
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=100)]


@router.get("/swaps/partners")
def swap_partners(
    session: DbSession, user: CurrentUser, assignment_id: Annotated[list[RowId], Query(min_length=1, max_length=7)]
) -> SwapPartners:
    """Who could take these shifts of the caller, for what, and what that changes: only what is legal, ranked."""
    return partners.partners(session, user, list(dict.fromkeys(assignment_id)))


@router.post("/swaps", status_code=201)
def ask(session: DbSession, user: CurrentUser, wanted: SwapAsk, idempotency_key: IdempotencyKey = None) -> SwapRead:
    """Ask one, several (the first to accept wins) or everybody suitable; drop a shift; or offer to take one."""
    return reading.read(session, user, service.ask(session, user, wanted, idempotency_key=idempotency_key))


@router.get("/swaps")
def swaps(
    session: DbSession,
    user: CurrentUser,
    *,
    live: bool = True,
    team_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[SwapRead]:
    """The requests that the caller made, is asked in, could claim, or manages; newest first."""
    found, total = reading.visible(session, user, live=live, team_id=team_id, limit=limit, offset=offset)
    return Page(items=reading.reads(session, user, found), total=total, limit=limit, offset=offset)


@router.get("/swaps/open")
def open_shifts(session: DbSession, user: CurrentUser) -> list[OpenShift]:
    """The dropped shifts that the caller could take without breaking a rule, by time."""
    return opening.open_shifts(session, user)


@router.get("/swaps/takeable")
def takeable_shifts(session: DbSession, user: CurrentUser, day: date) -> list[TakeableShift]:
    """The shifts of colleagues on that day that the caller could offer to take without breaking a rule, by time."""
    return takeable.takeable(session, user, day)


@router.post("/swaps/moves")
def move(session: DbSession, user: CurrentUser, wanted: ShiftMove) -> ShiftMoved:
    """Give somebody's shift to somebody else at once; managers only, and still only what is legal."""
    return opening.move(session, user, wanted.assignment_id, wanted.user_id)


@router.post("/swaps/sick-calls", status_code=201)
def sick_call(session: DbSession, user: CurrentUser, wanted: SickCall) -> SickCallRead:
    """Call in sick, or for longer: one's shifts are offered to others, in waves, and managers are told."""
    return sick.read(session, user, sick.call_in(session, user, wanted))


@router.get("/swaps/{swap_id}")
def swap(session: DbSession, user: CurrentUser, swap_id: SwapId) -> SwapRead:
    """One request."""
    return reading.read(session, user, service.find(session, user, swap_id))


@router.post("/swaps/{swap_id}/accept")
def accept(session: DbSession, user: CurrentUser, swap_id: SwapId, wanted: SwapAnswer | None = None) -> SwapRead:
    """Say yes, or claim a dropped shift. Late answers are refused with `trade_closed`."""
    option = None if wanted is None else wanted.option
    return reading.read(session, user, answering.accept(session, user, swap_id, option))


@router.post("/swaps/{swap_id}/decline")
def decline(session: DbSession, user: CurrentUser, swap_id: SwapId, wanted: SwapAnswer | None = None) -> SwapRead:
    """Say no."""
    option = None if wanted is None else wanted.option
    return reading.read(session, user, answering.decline(session, user, swap_id, option))


@router.post("/swaps/{swap_id}/counter")
def counter(session: DbSession, user: CurrentUser, swap_id: SwapId, wanted: SwapCounter) -> SwapRead:
    """Offer another exchange instead; the asker is asked."""
    legs = [(leg.assignment_id, leg.taker_id) for leg in wanted.legs]
    return reading.read(session, user, answering.counter(session, user, swap_id, legs))


@router.get("/swaps/{swap_id}/alternatives")
def alternatives(session: DbSession, user: CurrentUser, swap_id: SwapId) -> SwapPartners:
    """What the caller, who is asked, could offer instead."""
    return partners.alternatives(session, user, service.find(session, user, swap_id))


@router.post("/swaps/{swap_id}/release")
def release(session: DbSession, user: CurrentUser, swap_id: SwapId) -> SwapRead:
    """Let the owner of a dropped shift go before anybody has claimed it; managers only."""
    return reading.read(session, user, opening.release(session, user, swap_id))


@router.post("/swaps/{swap_id}/withdraw")
def withdraw(session: DbSession, user: CurrentUser, swap_id: SwapId) -> SwapRead:
    """Take one's own request back."""
    return reading.read(session, user, answering.withdraw(session, user, swap_id))


@router.post("/swaps/{swap_id}/approve")
def approve(session: DbSession, user: CurrentUser, swap_id: SwapId) -> SwapRead:
    """A manager's yes: the exchange is applied, if it still breaks no rule."""
    return reading.read(session, user, answering.approve(session, user, swap_id))


@router.post("/swaps/{swap_id}/reject")
def reject(session: DbSession, user: CurrentUser, swap_id: SwapId, wanted: SwapDecision | None = None) -> SwapRead:
    """A manager's no; a dropped shift is open again for others."""
    note = "" if wanted is None else wanted.note
    return reading.read(session, user, answering.reject(session, user, swap_id, note))


@router.get("/teams/{team_id}/trade-policy")
def trade_policy(session: DbSession, user: CurrentUser, team_id: TeamId) -> TradePolicyRead:
    """A team's rules of the house."""
    return policy.read(session, user, team_id)


@router.put("/teams/{team_id}/trade-policy")
def write_trade_policy(
    session: DbSession, user: CurrentUser, team_id: TeamId, wanted: TradePolicyWrite
) -> TradePolicyRead:
    """New rules of the house; managers only."""
    return policy.write(session, user, team_id, wanted)
