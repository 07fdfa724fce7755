"""The states of a request to trade, as one table. PostgreSQL keeps the same one by trigger (migration 0006).

OPEN ──everybody in an option agrees──> ACCEPTED ──policy asks nobody────────────> DONE
 │ ^                                      │ ├─────manager──> APPROVED ──applied──> DONE
 │ └──manager refuses who claimed a drop──┘ │
 ├──nobody is left to agree──> DECLINED <───┤ manager refuses
 ├──time is up──────────────> EXPIRED <─────┤
 └──withdrawn, shift gone───> CANCELLED <───┘
"""

from sqlalchemy.orm import Session

from service import clock
from service.activity.service import record
from service.errors import WrongState
from service.schemas.swaps import SwapStatus
from service.swaps.models import SwapRequest

ALLOWED: dict[SwapStatus, frozenset[SwapStatus]] = {
    SwapStatus.OPEN: frozenset({SwapStatus.ACCEPTED, SwapStatus.DECLINED, SwapStatus.EXPIRED, SwapStatus.CANCELLED}),
    SwapStatus.ACCEPTED: frozenset(
        {
            SwapStatus.OPEN,
            SwapStatus.APPROVED,
            SwapStatus.DONE,
            SwapStatus.DECLINED,
            SwapStatus.EXPIRED,
            SwapStatus.CANCELLED,
        }
    ),
    SwapStatus.APPROVED: frozenset({SwapStatus.DONE}),
    SwapStatus.DONE: frozenset(),
    SwapStatus.DECLINED: frozenset(),
    SwapStatus.EXPIRED: frozenset(),
    SwapStatus.CANCELLED: frozenset(),
}
LIVE = frozenset(state for state, following in ALLOWED.items() if following)


def move_to(session: Session, request: SwapRequest, actor_id: int | None, status: SwapStatus, why: str = "") -> None:
    """Move a locked request on and log it; `actor_id` is None for Rota itself.

    Raises WrongState where the table above has no such move.
    """
    if status not in ALLOWED[request.status]:
        raise WrongState(f"A request that is {request.status.lower()} cannot become {status.lower()}.")
    before = request.status
    request.status = status
    if status not in LIVE:
        request.closed_at = clock.now()
    session.flush()
    after: dict[str, object] = {"status": status}
    if request.chosen is not None:
        after["chosen"] = request.chosen
    if why:
        after["why"] = why
    record(
        session,
        actor_id=actor_id,
        action=f"swap.{status.lower()}",
        entity="swap_request",
        entity_id=request.id,
        team_id=request.team_id,
        before={"status": before},
        after=after,
    )
