"""The queue broker of the delivery workers, and the worker process itself."""

import importlib
import threading
from collections.abc import Collection
from functools import lru_cache

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from bots.logs import configure
from bots.settings import get_settings

THREADS = 8
DRAIN_MILLISECONDS = 30_000


@lru_cache
def broker() -> RedisBroker:
    """This process's broker, in the same namespace as the service's relay hands messages out in."""
    made: RedisBroker = RedisBroker(url=get_settings().redis_url)  # type: ignore[no-untyped-call]  # theirs
    dramatiq.set_broker(made)
    return made


def run_worker(stop: threading.Event, queues: Collection[str]) -> None:
    """Post the deliveries of `queues` until `stop` is set; those in work are finished first."""
    settings = get_settings()
    configure(settings.log_level, settings.log_format)
    # Actors register with the broker when their module is loaded.
    importlib.import_module("bots.delivery")
    worker = dramatiq.Worker(broker(), queues=set(queues), worker_threads=THREADS)
    worker.start()
    stop.wait()
    worker.stop(timeout=DRAIN_MILLISECONDS)
    broker().close()
