"""Dramatiq actors that post notifications: one queue and one actor a platform, so that a slow one holds up no other.

An actor claims its delivery from the service, which leases it, and reports how it went. It may run twice: the second
finds the delivery taken or done. Waiting and repeating is the service's business, so the actors never retry.
"""

import asyncio
import concurrent.futures
import threading
from functools import lru_cache

import dramatiq
import structlog

from bots.broker import broker
from bots.client import Refused, Service
from bots.platform import Platform
from bots.platforms import open_platform
from bots.posting import post
from bots.settings import get_settings

log = structlog.get_logger()
PLATFORMS = ("terminal", "slack", "telegram")
TIME_LIMIT_SECONDS = 120.0
CLOSE_SECONDS = 10.0


class Courier:
    """What all deliveries of a process share: an event loop in a thread of its own, and open connections.

    Making them anew for each delivery costs more than the delivery.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._services: dict[str, Service] = {}
        self._platforms: dict[str, Platform] = {}
        self._going: set[asyncio.Task[None]] = set()
        threading.Thread(target=self._loop.run_forever, name="courier", daemon=True).start()

    def deliver(self, platform_name: str, delivery_id: int) -> None:
        """Post one delivery, if it is still to be posted. Raises TimeoutError if it takes too long."""
        going = asyncio.run_coroutine_threadsafe(self._deliver(platform_name, delivery_id), self._loop)
        try:
            going.result(TIME_LIMIT_SECONDS)
        except concurrent.futures.CancelledError:
            log.info("delivery.handed_back", delivery_id=delivery_id)
        except TimeoutError:
            going.cancel()
            raise

    def close(self) -> None:
        """Hand back what was not finished in time, and let go of all connections."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(CLOSE_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _deliver(self, platform_name: str, delivery_id: int) -> None:
        service = self._service(platform_name)
        try:
            order = await service.claim(delivery_id)
        except Refused as refused:
            if refused.problem.code != "not_due":
                raise
            log.info("delivery.not_due", delivery_id=delivery_id)
            return
        going = asyncio.ensure_future(post(await self._platform(platform_name), service, order))
        self._going.add(going)
        going.add_done_callback(self._going.discard)
        await going

    def _service(self, platform_name: str) -> Service:
        if platform_name not in self._services:
            settings = get_settings()
            secret = settings.rota_bot_secret.get_secret_value()
            self._services[platform_name] = Service(
                settings.rota_service_url,
                secret,
                platform=platform_name,
                patience_seconds=settings.service_patience_seconds,
            )
        return self._services[platform_name]

    async def _platform(self, platform_name: str) -> Platform:
        known = self._platforms.get(platform_name)
        if known is None:
            opened = await open_platform(platform_name, get_settings())
            known = self._platforms.setdefault(platform_name, opened)
            if known is not opened:
                await opened.close()
        return known

    async def _close(self) -> None:
        for task in self._going:
            task.cancel()
        if self._going:
            await asyncio.wait(self._going, timeout=CLOSE_SECONDS / 2)
        for platform in self._platforms.values():
            await platform.close()
        for service in self._services.values():
            await service.close()


@lru_cache
def courier() -> Courier:
    """This process's courier; made before the threads that use it."""
    return Courier()


def _actor(platform_name: str) -> dramatiq.Actor[[int], None]:
    def run(delivery_id: int) -> None:
        courier().deliver(platform_name, delivery_id)

    name = f"deliver_{platform_name}"
    declared = dramatiq.actor(
        actor_name=name,
        queue_name=name,
        max_retries=5,
        min_backoff=1_000,
        max_backoff=10_000,
        time_limit=(TIME_LIMIT_SECONDS + 5) * 1000,
        broker=broker(),
    )
    return declared(run)


ACTORS = tuple(_actor(name) for name in PLATFORMS)
