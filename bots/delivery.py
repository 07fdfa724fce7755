"""Dramatiq actors that post notifications: one queue and one actor a platform, so that a slow one holds up no other.

An actor claims its delivery from the service, which leases it, and reports how it went. It may run twice: the second
finds the delivery taken or done. Waiting and repeating is the service's business, so the actors never retry.
"""

import asyncio

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
    try:
        sent = await _say(platform, order)
    except RateLimited as wait:
        report = DeliveryFailed(attempt=order.attempt, error="asked to wait", retry_after=wait.retry_after)
        await service.failed(order.id, report)
    except Gone as error:
        await service.failed(order.id, DeliveryFailed(attempt=order.attempt, error=_short(error), gone=True))
    except Uncertain as error:
        await service.failed(order.id, DeliveryFailed(attempt=order.attempt, error=_short(error), uncertain=True))
    except PlatformError as error:
        await service.failed(order.id, DeliveryFailed(attempt=order.attempt, error=_short(error)))
    except Exception as error:
        log.exception("delivery.failed", delivery_id=order.id)
        await service.failed(order.id, DeliveryFailed(attempt=order.attempt, error=_short(error)))
    else:
        await service.done(order.id, DeliveryDone(attempt=order.attempt, message_id=sent.message_id[:128]))
        log.info("delivery.sent", delivery_id=order.id, kind=order.content.kind, platform=order.platform)


async def _say(platform: Platform, order: DeliveryOrder) -> SentMessage:
    address = Address(workspace=order.workspace, target=order.target, direct=order.direct, thread=order.thread)
    if order.uncertain:
        found = await platform.find_sent(address, order.notification_id)
        if found is not None:
            return found
    first, *more = announcement(order.content)
    sent = await platform.send(address, first, notification_id=order.notification_id)
    for reply in more:
        await platform.send(address, reply)
    return sent


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
