"""From the outbox to the queues: the one place that hands work to Dramatiq."""

from datetime import timedelta
from uuid import uuid4

import dramatiq
import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service import clock
from service.notifications.models import Outbox
from service.schemas import messages, traces

log = structlog.get_logger()
BATCH = 200
KEEP = timedelta(days=7)


def relay(session: Session, broker: dramatiq.Broker) -> int:
    """Hand out what is due; returns how many rows. A crash before the commit hands them out again.

    Raises the broker's connection error, with nothing marked as sent.
    """
    rows = session.scalars(
        select(Outbox)
        .where(Outbox.sent_at.is_(None), Outbox.not_before <= func.clock_timestamp())
        .order_by(Outbox.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    now = clock.database_now(session)
    for row in rows:
        with traces.span(f"hand out {row.actor}", role=traces.Role.PRODUCER, parent=row.traceparent):
            _hand_out(row, broker)
        row.sent_at = now
    return len(rows)


def _hand_out(row: Outbox, broker: dramatiq.Broker) -> None:
    broker.declare_queue(row.queue)
    broker.enqueue(
        dramatiq.Message(
            queue_name=row.queue,
            actor_name=row.actor,
            args=tuple(row.args),
            kwargs={},
            # By this the sweeps tell what was lost from what waits behind others (`service.queues`).
            message_timestamp=int(row.not_before.timestamp() * 1000),
            options=messages.options(
                correlation_id=row.correlation_id or uuid4().hex,
                version=row.version,
                # A scheduler that records nothing passes on what it was given.
                traceparent=traces.carried() or row.traceparent,
            ),
        )
    )


def prune(session: Session) -> None:
    """Forget rows that were handed out a week ago."""
    session.execute(delete(Outbox).where(Outbox.sent_at < clock.database_now(session) - KEEP))
