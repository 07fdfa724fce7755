"""Rules of telling: one notification a fact, one delivery a target, leases so that nobody is told twice.

PENDING ──claimed──> SENDING ──> SENT
   ^                    │ ├──> PENDING (waits, tries again)
   │                    │ ├──> DEAD (target gone, too many failures, or nothing to say any more)
   └──replayed── DEAD   │ └──> UNCERTAIN (lease ran out, or the platform may have taken it) ──claimed──> SENDING
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service import clock, metrics, outbox, queues
from service.errors import Conflict, NotFound
from service.notifications.models import Delivery, Notification
from service.notifications.payloads import Payload, UnreachablePayload
from service.people.models import ChatChannel, ChatIdentity, Team, User
from service.schemas.chat import ChannelPurpose
from service.schemas.notifications import NEEDLESS, DeliveryDone, DeliveryFailed, DeliveryRead, DeliveryStatus
from service.settings import get_settings

log = structlog.get_logger()
UNREACHABLE = "unreachable"
# Managers need not hear that these could not be said: they are about being out of reach themselves.
UNFLAGGED = frozenset({UNREACHABLE, "account_replaced"})
MAX_FAILURES = 8
LONGEST_WAIT = timedelta(minutes=10)
LONGEST_WAIT_FOR_PLATFORM = timedelta(seconds=5)
"""So that half a minute after a platform is well again, everything has been said; a call that it left without an
answer takes most of a lease to end, too."""
GIVE_UP_AFTER = timedelta(days=1)
"""For how long a platform that is in trouble is tried again: news of shifts are worth something for that long."""


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


def has_channel(session: Session, team_id: int, purpose: ChannelPurpose) -> bool:
    """Whether a team has a channel for this."""
    return session.scalar(select(ChatChannel.id).where(*_for(team_id, purpose)).limit(1)) is not None


def _for(team_id: int, purpose: ChannelPurpose) -> tuple[ColumnElement[bool], ...]:
    return ChatChannel.team_id == team_id, ChatChannel.purpose == purpose


def tell_team(
    session: Session,
    team_id: int,
    payload: Payload,
    *,
    dedupe_key: str,
    purpose: ChannelPurpose = ChannelPurpose.WEEKS,
) -> None:
    """Tell a team, in every channel it has for this. The same key tells nothing twice."""
    notification_id = _note(session, payload, dedupe_key, team_id=team_id)
    if notification_id is None:
        return
    for channel in session.scalars(select(ChatChannel).where(*_for(team_id, purpose))):
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


def tell_managers(session: Session, teams: Sequence[int], payload: Payload, *, dedupe_key: str, but: int) -> None:
    """Tell the managers of these teams, each once, except the user `but`."""
    managers = select(User.id).where(User.is_manager, User.active, User.id != but, User.teams.any(Team.id.in_(teams)))
    for manager_id in session.scalars(managers.order_by(User.id)):
        tell_user(session, manager_id, payload, dedupe_key=f"{dedupe_key}:user:{manager_id}")


def known(session: Session, dedupe_keys: Iterable[str]) -> set[str]:
    """Those of these keys under which somebody was told something."""
    return set(session.scalars(select(Notification.dedupe_key).where(Notification.dedupe_key.in_(dedupe_keys))))


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


def drop_account(session: Session, platform: str, workspace: str, external_id: str) -> None:
    """Send nothing more to an account that was untied from its user."""
    session.execute(
        update(Delivery)
        .where(*_still_to_say(platform, workspace, external_id))
        .values(status=DeliveryStatus.DEAD, error=f"{NEEDLESS} the account was unlinked")
    )


def move_account(session: Session, platform: str, workspace: str, old_id: str, new_id: str) -> None:
    """Send to a person's new account what their old one was still to be told."""
    session.execute(update(Delivery).where(*_still_to_say(platform, workspace, old_id)).values(target=new_id))


def _still_to_say(platform: str, workspace: str, external_id: str) -> tuple[ColumnElement[bool], ...]:
    """What waits for an account, or is just being sent: that may fail, and be tried again."""
    return (
        Delivery.platform == platform,
        Delivery.workspace == workspace,
        Delivery.target == external_id,
        Delivery.direct.is_(True),
        Delivery.status.in_([DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.UNCERTAIN]),
    )


def hand_out(session: Session, delivery: Delivery, not_before: datetime | None = None) -> None:
    """Queue the sending of a delivery."""
    name = queues.delivering(delivery.platform)
    outbox.add(session, queue=name, actor=name, ids=[delivery.id], not_before=not_before)


def claim(session: Session, delivery_id: int) -> tuple[Delivery, bool]:
    """Lease a delivery that is due; says whether an earlier attempt may have gone through. Raises NotDue."""
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        raise NotFound("There is no such delivery.")
    now = clock.database_now(session)
    expired = (
        delivery.status is DeliveryStatus.SENDING and delivery.lease_until is not None and delivery.lease_until < now
    )
    waiting = delivery.status in (DeliveryStatus.PENDING, DeliveryStatus.UNCERTAIN)
    if not expired and not (waiting and delivery.next_attempt_at <= now):
        raise NotDue("This delivery is done, or somebody else has it.")
    uncertain = expired or delivery.status is DeliveryStatus.UNCERTAIN
    delivery.status = DeliveryStatus.SENDING
    delivery.attempts += 1
    delivery.lease_until = now + timedelta(seconds=get_settings().delivery_lease_seconds)
    return delivery, uncertain


def drop(delivery: Delivery) -> None:
    """Do not send a leased delivery that has nothing to say any more: it is outdated, or not for its reader now."""
    delivery.status = DeliveryStatus.DEAD
    delivery.error = f"{NEEDLESS} it holds no more, or its reader may not see it any more"
    log.info("delivery.dropped", delivery_id=delivery.id, platform=delivery.platform)


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
    delivery.sent_at = clock.database_now(session)
    delivery.error = None
    log.info("delivery.sent", delivery_id=delivery.id, platform=delivery.platform, attempts=delivery.attempts)
    metrics.DELIVERIES.labels(delivery.platform, "sent").inc()


def failed(session: Session, delivery_id: int, report: DeliveryFailed) -> None:
    """Note why the platform did not take the message, and when to try again.

    A wait that the platform asked for is no failure, nor is a platform in trouble within GIVE_UP_AFTER.
    """
    delivery = _leased(session, delivery_id, report.attempt)
    delivery.error = report.error
    log.warning("delivery.failed", delivery_id=delivery.id, platform=delivery.platform, error=report.error)
    now = clock.database_now(session)
    if report.retry_after is None and not report.away:
        delivery.failures += 1
    too_old = report.away and delivery.created_at < now - GIVE_UP_AFTER
    dead = report.gone or too_old or delivery.failures >= MAX_FAILURES
    metrics.DELIVERIES.labels(delivery.platform, _outcome(report, dead=dead)).inc()
    if dead:
        delivery.status = DeliveryStatus.DEAD
        if report.gone:
            _flag(session, delivery)
        return
    delivery.status = DeliveryStatus.UNCERTAIN if report.uncertain else DeliveryStatus.PENDING
    delivery.next_attempt_at = now + _wait(delivery, report)
    hand_out(session, delivery, not_before=delivery.next_attempt_at)


def _wait(delivery: Delivery, report: DeliveryFailed) -> timedelta:
    if report.retry_after is not None:
        return timedelta(seconds=report.retry_after)
    if report.away:
        return min(LONGEST_WAIT_FOR_PLATFORM, timedelta(seconds=2 ** min(delivery.attempts, 8)))
    return min(LONGEST_WAIT, timedelta(seconds=2**delivery.failures))


def teams_of(session: Session, user_id: int | None) -> list[int]:
    """The ids of the teams of a person."""
    return list(session.scalars(select(Team.id).where(Team.members.any(User.id == user_id))))


def _flag(session: Session, delivery: Delivery) -> None:
    """Tell managers, once a day and target, of what cannot be reached any more."""
    notification = session.get_one(Notification, delivery.notification_id)
    if notification.kind in UNFLAGGED:
        return
    teams = [notification.team_id] if notification.team_id else teams_of(session, notification.user_id)
    day = clock.now().date().isoformat()
    key = f"{UNREACHABLE}:{delivery.platform}:{delivery.workspace}:{delivery.target}:{day}"
    payload = UnreachablePayload(delivery_id=delivery.id)
    tell_managers(session, teams, payload, dedupe_key=key, but=notification.user_id or 0)


def _outcome(report: DeliveryFailed, *, dead: bool) -> str:
    if dead:
        return "dead"
    if report.retry_after is not None:
        return "asked_to_wait"
    return "uncertain" if report.uncertain else "failed"


def replay(session: Session, delivery_ids: list[int]) -> int:
    """Try dead deliveries again; returns how many.

    What was for one person stays dead where its account is not linked to them any more: it may be somebody else's.
    """
    rows = session.scalars(
        update(Delivery)
        .where(Delivery.id.in_(delivery_ids), Delivery.status == DeliveryStatus.DEAD, _reaches_whom_it_is_for())
        .values(status=DeliveryStatus.PENDING, failures=0, next_attempt_at=clock.database_now(session))
        .returning(Delivery)
    ).all()
    for delivery in rows:
        hand_out(session, delivery)
    return len(rows)


def _reaches_whom_it_is_for() -> ColumnElement[bool]:
    """That a delivery goes to a channel, or to an account that is linked to the person whom it tells."""
    theirs = (
        select(ChatIdentity.id)
        .join(Notification, Notification.user_id == ChatIdentity.user_id)
        .where(
            Notification.id == Delivery.notification_id,
            ChatIdentity.platform == Delivery.platform,
            ChatIdentity.workspace == Delivery.workspace,
            ChatIdentity.external_id == Delivery.target,
        )
    )
    return Delivery.direct.is_(False) | theirs.exists()


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
