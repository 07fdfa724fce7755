"""Says one leased delivery on its platform, and reports to the service how it went."""

import asyncio
from collections.abc import Sequence

import structlog

from bots import languages
from bots.announcements import announcement
from bots.client import Service
from bots.figures import POSTS
from bots.platform import Address, Away, Gone, Platform, PlatformError, RateLimited, SentMessage, Uncertain
from service.schemas import traces
from service.schemas.notifications import DeliveryDone, DeliveryFailed, DeliveryOrder

# No announcement has more messages than that.
MOST_MESSAGES = 16
# Whoever is slower than this part of the lease stops, before another worker says the same.
PART_OF_LEASE = 0.8
LONGEST_WAIT_SECONDS = 24 * 3600.0

log = structlog.get_logger()


async def post(platform: Platform, service: Service, order: DeliveryOrder) -> None:
    """Say what the order holds, and report how it went; whatever goes wrong is reported too.

    Cancelled, it hands the order back, for another worker to look at what was said and to say the rest.
    """
    sent: list[SentMessage] = []
    try:
        async with asyncio.timeout(order.lease_seconds * PART_OF_LEASE):
            told: dict[str, traces.Told] = {"delivery_id": order.id, "kind": order.content.kind}
            with POSTS.labels(order.platform).time(), traces.span(f"post to {order.platform}", told=told):
                await _say(platform, order, sent)
    except asyncio.CancelledError:
        await service.failed(order.id, _handed_back(order))
        raise
    except TimeoutError:
        await service.failed(order.id, _report(order, Uncertain("too slow for its lease"), sent))
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
    languages.speak(order.locale)
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
        away=isinstance(error, Away),
    )


def _handed_back(order: DeliveryOrder) -> DeliveryFailed:
    return DeliveryFailed(attempt=order.attempt, error="the worker was ended", retry_after=0.0, uncertain=True)


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
