"""`rota scheduler`: the relay from the database to the queues, and the sweeps for what was lost.

Several may run at once: every row is taken with SKIP LOCKED.
"""

import select
import threading
import time
from collections.abc import Callable

import psycopg2
import structlog
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT
from redis.exceptions import RedisError
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from service import metrics, outbox, queues
from service.activity import seals
from service.db import unit_of_work
from service.migrated import wait_for_migration
from service.notifications import sweep as notification_sweep
from service.notifications.relay import prune, relay
from service.personal import keeping
from service.scheduling import sweep as run_sweep
from service.schemas import traces
from service.schemas.logs import configure
from service.settings import get_settings
from service.swaps import sweep as swap_sweep
from service.worker import make_broker

log = structlog.get_logger()
POLL_SECONDS = 1.0
SWEEP_SECONDS = 3.0
PRUNE_SECONDS = 3600.0


class _Listener:
    """Waits for the NOTIFY of an outbox row; a lost connection costs a poll's delay, no work."""

    def __init__(self, database_url: str) -> None:
        self._url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg2.extensions.connection | None = None

    def wait(self) -> None:
        try:
            connection = self._connected()
            if select.select([connection], [], [], POLL_SECONDS)[0]:
                connection.poll()
                connection.notifies.clear()
        except psycopg2.Error as error:
            log.warning("scheduler.listen_failed", error=type(error).__name__)
            self.close()
            time.sleep(POLL_SECONDS)

    def _connected(self) -> psycopg2.extensions.connection:
        if self._connection is None:
            self._connection = psycopg2.connect(self._url, connect_timeout=10)
            self._connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            self._connection.cursor().execute(f"LISTEN {outbox.CHANNEL}")
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Every:
    """Says whether it is time again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0

    def due(self) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True


def run_scheduler(stop: threading.Event) -> None:
    """Relay and sweep until `stop` is set. A migration, and a database or broker that is away, is waited for."""
    settings = get_settings()
    configure(settings.log_level, settings.log_format)
    traces.configure("scheduler")
    # Whoever asks whether this process lives asks for its figures.
    metrics.serve(settings.metrics_host, settings.metrics_port)
    wait_for_migration(stop)
    if stop.is_set():
        return
    broker = make_broker(settings.redis_url)
    listener = _Listener(settings.database_url)
    sweep_time, prune_time = _Every(SWEEP_SECONDS), _Every(PRUNE_SECONDS)
    log.info("scheduler.started")

    def relay_all() -> None:
        more = True
        while more and not stop.is_set():
            with unit_of_work() as session:
                more = relay(session, broker) > 0

    def sweep_all() -> None:
        heads = queues.heads(broker)
        with unit_of_work() as session:
            run_sweep.sweep(session, heads)
        with unit_of_work() as session:
            notification_sweep.sweep(session, heads)
        swap_sweep.sweep()

    def prune_all() -> None:
        with unit_of_work() as session:
            prune(session)
            log.info("activity.head", head=str(seals.head(session)))
        with unit_of_work() as session:
            keeping.forget(session)

    while not stop.is_set():
        _try(relay_all)
        if sweep_time.due():
            _try(sweep_all)
        if prune_time.due():
            _try(prune_all)
        listener.wait()
    listener.close()
    broker.close()


def _try(work: Callable[[], None]) -> None:
    try:
        work()
    except (SQLAlchemyError, RedisError, ConnectionError) as error:
        log.warning("scheduler.waits", work=work.__name__, error=type(error).__name__)
        time.sleep(POLL_SECONDS)
    except Exception:
        # One row that cannot be worked on must not hold up the relay of all others.
        log.exception("scheduler.failed", work=work.__name__)
        time.sleep(POLL_SECONDS)
