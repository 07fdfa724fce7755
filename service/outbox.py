"""Work to be done after commit, written in the transaction of its fact.

The relay (`service.notifications.relay`) hands the rows to Dramatiq by actor name, so the service needs no import
of the bots' actors, and Redis can be lost without losing work.
"""

from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.notifications.models import Outbox
from service.schemas import messages, traces

CHANNEL = "rota_outbox"


def add(session: Session, *, queue: str, actor: str, ids: list[int], not_before: datetime | None = None) -> Outbox:
    """Queue `actor(*ids)` once this transaction commits, not before `not_before` (UTC) when given."""
    correlation_id = structlog.contextvars.get_contextvars().get("correlation_id")
    row = Outbox(
        queue=queue,
        actor=actor,
        args=ids,
        correlation_id=correlation_id,
        traceparent=traces.carried(),
        version=messages.VERSION,
    )
    if not_before is not None:
        row.not_before = not_before
    session.add(row)
    session.flush()
    # NOTIFY reaches the relay at commit, and never if the transaction rolls back.
    session.execute(select(func.pg_notify(CHANNEL, "")))
    return row
