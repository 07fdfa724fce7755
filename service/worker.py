"""The broker, and the worker process of the service's own actors."""

import importlib
import threading

import dramatiq
import structlog
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import (
    AgeLimit,
    Callbacks,
    CurrentMessage,
    Pipelines,
    Retries,
    ShutdownNotifications,
    TimeLimit,
)

from service import metrics
from service.migrated import wait_for_migration
from service.queues import SOLVING
from service.schemas import traces
from service.schemas.logs import configure
from service.schemas.messages import Carried
from service.settings import get_settings

log = structlog.get_logger()
DRAIN_MILLISECONDS = 30_000


def make_broker(redis_url: str) -> RedisBroker:
    """The Redis broker with the middleware that Rota uses."""
    return RedisBroker(  # type: ignore[no-untyped-call]  # the library leaves it untyped
        url=redis_url,
        middleware=[
            AgeLimit(),
            TimeLimit(),
            ShutdownNotifications(),
            Callbacks(),
            Pipelines(),
            Retries(max_retries=0),
            CurrentMessage(),
            Carried(),
        ],
    )


def run_worker(stop: threading.Event) -> None:
    """Solve runs until `stop` is set; a run in work is handed back, not abandoned. A migration is waited for."""
    settings = get_settings()
    configure(settings.log_level, settings.log_format)
    traces.configure("solver")
    # Whoever asks whether this process lives asks for its figures.
    metrics.serve(settings.metrics_host, settings.metrics_port)
    wait_for_migration(stop)
    if stop.is_set():
        return
    broker = make_broker(settings.redis_url)
    dramatiq.set_broker(broker)
    # Actors register with the broker that is set when their module is loaded.
    tasks = importlib.import_module("service.scheduling.tasks")
    worker = dramatiq.Worker(broker, queues={SOLVING}, worker_threads=1)
    worker.start()
    log.info("worker.started", queue=SOLVING)
    stop.wait()
    tasks.interrupt_all()
    worker.stop(timeout=DRAIN_MILLISECONDS)
    broker.close()
