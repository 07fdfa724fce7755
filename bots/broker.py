"""The queue broker of the delivery workers, and the worker process itself."""

import importlib
import threading
from collections.abc import Collection
from functools import lru_cache

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from bots import figures
from bots.settings import get_settings
from service.schemas import traces
from service.schemas.logs import configure
from service.schemas.messages import Carried

THREADS = 8
DRAIN_MILLISECONDS = 30_000


@lru_cache
def broker() -> RedisBroker:
    """This process's broker, in the same namespace as the service's relay hands messages out in."""
    made: RedisBroker = RedisBroker(url=get_settings().redis_url)  # type: ignore[no-untyped-call]  # theirs
    made.add_middleware(Carried())
    dramatiq.set_broker(made)
    return made


def run_worker(stop: threading.Event, queues: Collection[str], *, alone: bool = True) -> None:
    """Post the deliveries of `queues` until `stop` is set; those in work are finished first.

    Not `alone` in its process, it leaves it to the other work to answer Prometheus.
    """
    settings = get_settings()
    configure(settings.log_level, settings.log_format)
    traces.configure("delivery")
    # Actors register with the broker when their module is loaded.
    courier = importlib.import_module("bots.delivery").courier()
    # Threads of its own for each queue: those of one platform may all be waiting for it.
    workers = [dramatiq.Worker(broker(), queues={queue}, worker_threads=THREADS) for queue in sorted(queues)]
    for worker in workers:
        worker.start()
    if alone:
        figures.serve(settings.metrics_host, settings.metrics_port)
    stop.wait()
    _stop(workers)
    courier.close()
    broker().close()


def _stop(workers: Collection[dramatiq.Worker]) -> None:
    """End all at the same time, so that the time to drain is one for all."""
    stopping = [threading.Thread(target=worker.stop, args=(DRAIN_MILLISECONDS,)) for worker in workers]
    for thread in stopping:
        thread.start()
    for thread in stopping:
        thread.join()
