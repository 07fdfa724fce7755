"""Figures for Prometheus: what this process did, and what waits in the database and the queues.

What waits is read when it is asked for, so every process of the service tells the same and none has to be right.
Nothing here names a person.
"""

import os
from collections.abc import Iterable, Iterator

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from service import queues
from service.db import unit_of_work
from service.settings import get_settings

log = structlog.get_logger()

REQUESTS = Histogram(
    "rota_request_seconds",
    "Time to answer a request of the HTTP service.",
    ["method", "route", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.6, 1, 3, 10),
)
SOLVES = Histogram(
    "rota_solve_seconds",
    "Time in the solver, by how the solve ended.",
    ["status"],
    buckets=(1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600),
)
GAPS = Histogram(
    "rota_solve_gap",
    "Distance of a finished schedule from its bound, as a share of the objective.",
    buckets=(0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1),
)
ATTEMPTS_ENDED = Counter("rota_run_attempts", "Attempts at runs, by how they ended.", ["outcome"])
DELIVERIES = Counter("rota_deliveries", "Reports of delivery workers.", ["platform", "outcome"])
# Prometheus takes the first value that it sees for no increase: what an alert waits for begins with 0.
ATTEMPTS_ENDED.labels("FAILED")
for _platform in queues.CHATS:
    DELIVERIES.labels(_platform, "dead")

# Each reads a partial index that holds only what waits.
ACTIVE_RUNS = text(
    "SELECT status, count(*), extract(epoch FROM now() - min(created_at)) FROM scheduling_run"
    " WHERE status IN ('PENDING', 'RUNNING') GROUP BY status"
)
UNSENT = text(
    "SELECT queue, count(*), extract(epoch FROM now() - min(not_before)) FROM outbox"
    " WHERE sent_at IS NULL AND not_before <= now() GROUP BY queue"
)
WAITING_DELIVERIES = text(
    "SELECT platform, count(*), extract(epoch FROM now() - min(created_at)) FROM delivery"
    " WHERE status IN ('PENDING', 'SENDING', 'UNCERTAIN') GROUP BY platform"
)


class Waiting(Collector):
    """What waits, in the database and in Redis."""

    def describe(self) -> Iterable[Metric]:
        """Nothing: the registry must not ask the database when this is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The figures of now; where a part is away, that is the figure."""
        up = GaugeMetricFamily("rota_up", "Whether a part that the service needs answers.", labels=["part"])
        try:
            found = list(_waiting_in_database())
        except SQLAlchemyError as error:
            log.warning("metrics.database_away", error=type(error).__name__)
            up.add_metric(["database"], 0)
        else:
            up.add_metric(["database"], 1)
            yield from found
        try:
            found = list(_waiting_in_redis())
        except RedisError as error:
            log.warning("metrics.redis_away", error=type(error).__name__)
            up.add_metric(["redis"], 0)
        else:
            up.add_metric(["redis"], 1)
            yield from found
        yield up


def _waiting_in_database() -> Iterator[Metric]:
    with unit_of_work() as session:
        for name, thing, label, query in (
            ("rota_runs", "runs", "status", ACTIVE_RUNS),
            ("rota_outbox_unsent", "outbox rows that are due", "queue", UNSENT),
            ("rota_deliveries_waiting", "deliveries that are not done", "platform", WAITING_DELIVERIES),
        ):
            number = GaugeMetricFamily(name, f"Number of {thing}.", labels=[label])
            oldest = GaugeMetricFamily(f"{name}_oldest_seconds", f"Age of the oldest of the {thing}.", labels=[label])
            for value, count, seconds in session.execute(query):
                number.add_metric([value], count)
                oldest.add_metric([value], float(seconds))
            yield number
            yield oldest


def _waiting_in_redis() -> Iterator[Metric]:
    depths = GaugeMetricFamily("rota_queue_messages", "Messages waiting in a queue of Redis.", labels=["queue"])
    oldest = GaugeMetricFamily(
        "rota_queue_oldest_seconds", "For how long the message at the head of a queue has been due.", labels=["queue"]
    )
    unanswered = GaugeMetricFamily(
        "rota_inbox_waiting", "What people said in chat and bots have not answered yet.", labels=["platform"]
    )
    oldest_said = GaugeMetricFamily(
        "rota_inbox_oldest_seconds", "Age of what has been unanswered in chat for longest.", labels=["platform"]
    )
    with Redis.from_url(get_settings().redis_url, socket_timeout=2) as redis:
        now = float(redis.time()[0])
        for queue in queues.NAMES:
            depths.add_metric([queue], redis.llen(f"dramatiq:{queue}"))
            due = queues.head_of(redis, f"dramatiq:{queue}")
            oldest.add_metric([queue], 0 if due is None else max(0.0, now - due.timestamp()))
        for platform in queues.CHATS:
            unanswered.add_metric([platform], int(redis.xlen(queues.inbox(platform))))
            said = queues.oldest_said(redis, platform)
            oldest_said.add_metric([platform], 0 if said is None else max(0.0, now - said.timestamp()))
    yield from (depths, oldest, unanswered, oldest_said)


WAITING = Waiting()
REGISTRY.register(WAITING)


def page() -> bytes:
    """All figures as Prometheus reads them; those of all processes that share a port, where there are several."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # theirs
    registry.register(WAITING)
    return generate_latest(registry)


def serve(host: str, port: int | None) -> None:
    """Answer Prometheus at this address from a thread, for processes that speak no HTTP otherwise."""
    if port is not None:
        start_http_server(port, host)
        log.info("metrics.listening", host=host, port=port)
