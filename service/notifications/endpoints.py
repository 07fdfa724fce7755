"""Routes of delivery, for our own bots; and dead letters, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from service import problems
from service.errors import NotAllowed
from service.notifications import content, service
from service.people.models import User
from service.schemas.base import Page
from service.schemas.notifications import (
    DeadLetters,
    DeliveryDone,
    DeliveryFailed,
    DeliveryOrder,
    DeliveryRead,
    DeliveryStatus,
)
from service.security import BotCaller, CurrentUser, DbSession

router = APIRouter(prefix="/notifications", tags=["notifications"])
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


@router.post("/deliveries/{delivery_id}/claim", response_model=DeliveryOrder)
def claim(session: DbSession, _: BotCaller, delivery_id: int) -> DeliveryOrder | JSONResponse:
    """Lease a delivery that is due, with all that is to be sent; bots only."""
    delivery, uncertain = service.claim(session, delivery_id)
    order = content.order_if_any(session, delivery, uncertain=uncertain)
    if order is None:
        service.drop(delivery)
        # Answered, not raised: that it was dropped is to be kept.
        return problems.answer(service.NotDue("There is nothing to say here any more."))
    return order


@router.post("/deliveries/{delivery_id}/done", status_code=204)
def done(session: DbSession, _: BotCaller, delivery_id: int, report: DeliveryDone) -> None:
    """Report a message that the platform took; bots only."""
    service.done(session, delivery_id, report)


@router.post("/deliveries/{delivery_id}/failed", status_code=204)
def failed(session: DbSession, _: BotCaller, delivery_id: int, report: DeliveryFailed) -> None:
    """Report a message that did not go through; bots only."""
    service.failed(session, delivery_id, report)


@router.get("/deliveries")
def deliveries(
    session: DbSession, user: CurrentUser, status: DeliveryStatus | None = None, limit: Limit = 50, offset: Offset = 0
) -> Page[DeliveryRead]:
    """Deliveries, newest first; administrators only."""
    _require_admin(user)
    items, total = service.deliveries(session, status=status, limit=limit, offset=offset)
    return Page(items=items, total=total, limit=limit, offset=offset)


@router.post("/replay")
def replay(session: DbSession, user: CurrentUser, letters: DeadLetters) -> dict[str, int]:
    """Try dead deliveries again; administrators only."""
    _require_admin(user)
    return {"replayed": service.replay(session, letters.delivery_ids)}


def _require_admin(user: User) -> None:
    if not user.is_admin:
        raise NotAllowed("Only administrators see deliveries.", way_forward="Ask whoever runs Rota.")
