"""Dramatiq actors that post notifications: one queue and one actor a platform, so that a slow one holds up no other.

An actor claims its delivery from the service, which leases it, and reports how it went. It may run twice: the second
finds the delivery taken or done. Waiting and repeating is the service's business, so the actors never retry.
"""

import asyncio
from collections.abc import Sequence

import dramatiq
import structlog

from bots.announcements import announcement
from bots.broker import broker
from bots.client import Refused, Service
from bots.platform import Address, Gone, Platform, PlatformError, RateLimited, SentMessage, Uncertain
from bots.platforms import open_platform
from bots.settings import get_settings
from service.schemas.notifications import DeliveryDone, DeliveryFailed, DeliveryOrder

log = structlog.get_logger()
# No announcement has more messages than that.
MOST_MESSAGES = 16
LONGEST_WAIT_SECONDS = 24 * 3600.0
PLATFORMS = ("terminal", "slack", "telegram")
TIME_LIMIT_MS = 120_000


def deliver(platform_name: str, delivery_id: int) -> None:
    """Post one delivery, if it is still to be posted."""
    asyncio.run(_deliver(platform_name, delivery_id))


async def _deliver(platform_name: str, delivery_id: int) -> None:
    settings = get_settings()
    async with Service(
        settings.rota_service_url, settings.rota_bot_secret.get_secret_value(), platform=platform_name
    ) as service:
        try:
            order = await service.claim(delivery_id)
        except Refused as refused:
            if refused.problem.code != "not_due":
                raise
            log.info("delivery.not_due", delivery_id=delivery_id)
            return
        platform = await open_platform(platform_name, settings)
        try:
            await post(platform, service, order)
        finally:
            await platform.close()


async def post(platform: Platform, service: Service, order: DeliveryOrder) -> None:
    """Say what the order holds, and report how it went; whatever goes wrong is reported too."""
    sent: list[SentMessage] = []
    try:
        await _say(platform, order, sent)
    except PlatformError as error:
        await service.failed(order.id, _report(order, error, sent))
    except Exception as error:
        log.exception("delivery.failed", delivery_id=order.id)
        await service.failed(order.id, _report(order, error, sent))
    else:
        await service.done(order.id, DeliveryDone(attempt=order.attempt, message_id=sent[0].message_id[:128]))
        log.info("delivery.sent", delivery_id=order.id, kind=order.content.kind, platform=order.platform)


async def _say(platform: Platform, order: DeliveryOrder, sent: list[SentMessage]) -> None:
    address = Address(workspace=order.workspace, target=order.target, direct=order.direct, thread=order.thread)
    for index, reply in enumerate(announcement(order.content)):
        mark = _mark(order, index)
        found = await platform.find_sent(address, mark) if order.uncertain else None
        sent.append(found or await platform.send(address, reply, notification_id=mark))


def _mark(order: DeliveryOrder, index: int) -> int:
    """What finds a message again: the notification; below zero, its further messages, such as a run's other weeks."""
    return order.notification_id if index == 0 else -(order.notification_id * MOST_MESSAGES + index)


def _report(order: DeliveryOrder, error: Exception, sent: Sequence[SentMessage]) -> DeliveryFailed:
    """What went wrong. What was uncertain stays so until it is said: a wait while looking for it found nothing."""
    retry_after = min(error.retry_after, LONGEST_WAIT_SECONDS) if isinstance(error, RateLimited) else None
    return DeliveryFailed(
        attempt=order.attempt,
        error=_short(error),
        retry_after=retry_after,
        gone=isinstance(error, Gone),
        uncertain=order.uncertain or bool(sent) or isinstance(error, Uncertain),
    )


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _actor(platform_name: str) -> dramatiq.Actor[[int], None]:
    def run(delivery_id: int) -> None:
        deliver(platform_name, delivery_id)

    name = f"deliver_{platform_name}"
    declared = dramatiq.actor(
        actor_name=name, queue_name=name, max_retries=3, time_limit=TIME_LIMIT_MS, broker=broker()
    )
    return declared(run)


ACTORS = tuple(_actor(name) for name in PLATFORMS)
