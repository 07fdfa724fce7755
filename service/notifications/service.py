"""Rules of telling: one notification a fact, one delivery a target, leases so that nobody is told twice.

PENDING ──claimed──> SENDING ──> SENT
   ^                    │ ├──> PENDING (waits, tries again)
   │                    │ ├──> DEAD (target gone, or too many failures)
   └──replayed── DEAD   │ └──> UNCERTAIN (lease ran out, or the platform may have taken it) ──claimed──> SENDING
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service import clock, metrics, outbox
from service.errors import Conflict, NotFound
from service.notifications.models import Delivery, Notification
from service.notifications.payloads import Payload
from service.people.models import ChatChannel, ChatIdentity
from service.schemas.notifications import DeliveryDone, DeliveryFailed, DeliveryRead, DeliveryStatus

log = structlog.get_logger()
LEASE = timedelta(seconds=60)
MAX_FAILURES = 8
LONGEST_WAIT = timedelta(minutes=10)


class NotDue(Conflict):
    """Somebody else has this delivery, it is done, or its time has not come."""

    code, title = "not_due", "Nothing to deliver"


def tell_user(session: Session, user_id: int, payload: Payload, *, dedupe_key: str) -> None:
    """Tell a person, on every chat account they have. The same key tells nothing twice."""
    notification_id = _note(session, payload, dedupe_key, user_id=user_id)
    if notification_id is None:
        return
    for identity in session.scalars(select(ChatIdentity).where(ChatIdentity.user_id == user_id)):
        _queue(
            session,
            Delivery(
                notification_id=notification_id,
                platform=identity.platform,
                workspace=identity.workspace,
                target=identity.external_id,
                direct=True,
            ),
        )


def tell_team(session: Session, team_id: int, payload: Payload, *, dedupe_key: str) -> None:
    """Tell a team, in every channel it has. The same key tells nothing twice."""
    notification_id = _note(session, payload, dedupe_key, team_id=team_id)
    if notification_id is None:
        return
    for channel in session.scalars(select(ChatChannel).where(ChatChannel.team_id == team_id)):
        _queue(
            session,
            Delivery(
                notification_id=notification_id,
                platform=channel.platform,
                workspace=channel.workspace,
                target=channel.external_id,
                thread=channel.thread,
                direct=False,
            ),
        )


def _note(
    session: Session, payload: Payload, dedupe_key: str, *, user_id: int | None = None, team_id: int | None = None
) -> int | None:
    return session.scalar(
        insert(Notification)
        .values(
            kind=payload.kind,
            dedupe_key=dedupe_key,
            user_id=user_id,
            team_id=team_id,
            payload=payload.model_dump(mode="json"),
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(Notification.id)
    )


def _queue(session: Session, delivery: Delivery) -> None:
    session.add(delivery)
    session.flush()
    hand_out(session, delivery)


def hand_out(session: Session, delivery: Delivery, not_before: datetime | None = None) -> None:
    """Queue the sending of a delivery; one queue a platform, so that a slow one holds up no other."""
    name = f"deliver_{delivery.platform}"
    outbox.add(session, queue=name, actor=name, ids=[delivery.id], not_before=not_before)


def claim(session: Session, delivery_id: int) -> tuple[Delivery, bool]:
    """Lease a delivery that is due; says whether an earlier attempt may have gone through. Raises NotDue."""
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        raise NotFound("There is no such delivery.")
    now = clock.now()
    expired = (
        delivery.status is DeliveryStatus.SENDING and delivery.lease_until is not None and delivery.lease_until < now
    )
    waiting = delivery.status in (DeliveryStatus.PENDING, DeliveryStatus.UNCERTAIN)
    if not expired and not (waiting and delivery.next_attempt_at <= now):
        raise NotDue("This delivery is done, or somebody else has it.")
    uncertain = expired or delivery.status is DeliveryStatus.UNCERTAIN
    delivery.status = DeliveryStatus.SENDING
    delivery.attempts += 1
    delivery.lease_until = now + LEASE
    return delivery, uncertain


def _leased(session: Session, delivery_id: int, attempt: int) -> Delivery:
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        raise NotFound("There is no such delivery.")
    if delivery.status is not DeliveryStatus.SENDING or delivery.attempts != attempt:
        raise NotDue("Another attempt has taken over.")
    return delivery


def done(session: Session, delivery_id: int, report: DeliveryDone) -> None:
    """Note that the platform took the message."""
    delivery = _leased(session, delivery_id, report.attempt)
    delivery.status = DeliveryStatus.SENT
    delivery.platform_message_id = report.message_id
    delivery.sent_at = clock.now()
    delivery.error = None
    log.info("delivery.sent", delivery_id=delivery.id, platform=delivery.platform, attempts=delivery.attempts)
    metrics.DELIVERIES.labels(delivery.platform, "sent").inc()


def failed(session: Session, delivery_id: int, report: DeliveryFailed) -> None:
    """Note why the platform did not take the message, and when to try again.

    A wait that the platform asked for is no failure.
    """
    delivery = _leased(session, delivery_id, report.attempt)
    delivery.error = report.error
    log.warning("delivery.failed", delivery_id=delivery.id, platform=delivery.platform, error=report.error)
    if report.retry_after is None:
        delivery.failures += 1
    dead = report.gone or delivery.failures >= MAX_FAILURES
    metrics.DELIVERIES.labels(delivery.platform, _outcome(report, dead=dead)).inc()
    if dead:
        delivery.status = DeliveryStatus.DEAD
        return
    delivery.status = DeliveryStatus.UNCERTAIN if report.uncertain else DeliveryStatus.PENDING
    wait = (
        timedelta(seconds=report.retry_after)
        if report.retry_after is not None
        else min(LONGEST_WAIT, timedelta(seconds=2**delivery.failures))
    )
    delivery.next_attempt_at = clock.now() + wait
    hand_out(session, delivery, not_before=delivery.next_attempt_at)


def _outcome(report: DeliveryFailed, *, dead: bool) -> str:
    if dead:
        return "dead"
    if report.retry_after is not None:
        return "asked_to_wait"
    return "uncertain" if report.uncertain else "failed"


def replay(session: Session, delivery_ids: list[int]) -> int:
    """Try dead deliveries again; returns how many."""
    rows = session.scalars(
        update(Delivery)
        .where(Delivery.id.in_(delivery_ids), Delivery.status == DeliveryStatus.DEAD)
        .values(status=DeliveryStatus.PENDING, failures=0, next_attempt_at=clock.now())
        .returning(Delivery)
    ).all()
    for delivery in rows:
        hand_out(session, delivery)
    return len(rows)


def deliveries(
    session: Session, *, status: DeliveryStatus | None, limit: int, offset: int
) -> tuple[list[DeliveryRead], int]:
    """Deliveries in a state, newest first, and how many there are."""
    query = select(Delivery, Notification.kind).join(Notification)
    if status is not None:
        query = query.where(Delivery.status == status)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(Delivery.id.desc()).limit(limit).offset(offset))
    plain = [field for field in DeliveryRead.model_fields if field != "kind"]
    return [
        DeliveryRead(kind=kind, **{field: getattr(delivery, field) for field in plain}) for delivery, kind in rows
    ], total
