"""Finding deliveries whose worker died or whose message was lost, and handing them out again."""

from datetime import timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service import clock, queues
from service.notifications import service
from service.notifications.models import Delivery
from service.schemas.notifications import DeliveryStatus

log = structlog.get_logger()
UNHEARD = timedelta(seconds=15)
BATCH = 200


def sweep(session: Session, heads: queues.Heads) -> int:
    """Queue again what was lost; returns how many deliveries.

    What waits its turn behind others in its queue is left alone. One whose lease ran out may have gone through: it
    becomes UNCERTAIN, to be looked for before it is repeated.
    """
    now = clock.database_now(session)
    abandoned = (Delivery.status == DeliveryStatus.SENDING) & (Delivery.lease_until < now)
    waiting = Delivery.status.in_([DeliveryStatus.PENDING, DeliveryStatus.UNCERTAIN])
    unheard = waiting & or_(
        *(
            (Delivery.platform == platform)
            & (Delivery.next_attempt_at < min(now, heads.get(queues.delivering(platform), now)) - UNHEARD)
            for platform in queues.PLATFORMS
        )
    )
    deliveries = session.scalars(
        select(Delivery)
        .where(abandoned | unheard)
        .order_by(Delivery.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for delivery in deliveries:
        log.warning("delivery.found_lost", delivery_id=delivery.id, status=delivery.status)
        if delivery.status is DeliveryStatus.SENDING:
            delivery.status = DeliveryStatus.UNCERTAIN
        # Pushed back, so that it is not found again before it can have been taken.
        delivery.next_attempt_at = now
        service.hand_out(session, delivery)
    return len(deliveries)
