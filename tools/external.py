"""`make test-external`: the tests on servers as others run them, in place of the embedded ones.

On those of ROTA_TEST_DATABASE_URL (a role that may make databases and roles) and ROTA_TEST_REDIS_URL (its databases 0
to 15 are emptied) where they are set; else on Debian's own PostgreSQL and Redis, started here and stopped at the end.
Arguments go to pytest.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg2
from redis import Redis
from redis.exceptions import RedisError

DATABASE, REDIS = "ROTA_TEST_DATABASE_URL", "ROTA_TEST_REDIS_URL"
DEBIAN = Path("/usr/lib/postgresql")
START_SECONDS = 30.0


class NotThere(Exception):
    """A server is neither given nor installed."""


def main(arguments: list[str]) -> int:
    """Run the tests; what pytest ends with."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rota-external-")))
        folder.chmod(0o755)
        try:
            database_url = os.environ.get(DATABASE) or stack.enter_context(_postgres(folder / "postgres"))
            redis_url = os.environ.get(REDIS) or stack.enter_context(_redis(folder))
        except NotThere as error:
            sys.stderr.write(f"{error}, or set {DATABASE} and {REDIS}\n")
            return 2
        sys.stdout.write(f"{_version_of_database(database_url)}, {_version_of_redis(redis_url)}\n")
        sys.stdout.flush()
        return subprocess.run(  # noqa: S603  # our own tests
            [sys.executable, "-m", "pytest", *arguments],
            env=os.environ | {DATABASE: database_url, REDIS: redis_url},
            check=False,
        ).returncode


@contextlib.contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    newest = max(DEBIAN.glob("*/bin"), key=lambda path: int(path.parent.name), default=None)
    if newest is None:
        raise NotThere("no PostgreSQL under /usr/lib/postgresql: apt-get install postgresql")
    # PostgreSQL refuses to run as root; Debian brings a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    folder.mkdir()
    if user:
        shutil.chown(folder, user)
    initdb: list[str | Path] = [
        newest / "initdb",
        "--auth=trust",
        "--username=postgres",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        folder,
    ]

    subprocess.run(initdb, check=True, user=user, stdout=subprocess.DEVNULL)  # noqa: S603
    url = f"postgresql://postgres@/postgres?host={folder}"
    options = ("listen_addresses=", f"unix_socket_directories={folder}", "fsync=off", "max_connections=200")
    command: list[str | Path] = [
        newest / "postgres",
        "-D",
        folder,
        *(part for option in options for part in ("-c", option)),
    ]
    with (folder / "log").open("wb") as log, _running(command, user, log.fileno()):
        _wait_for(lambda: psycopg2.connect(url).close())
        yield url


@contextlib.contextmanager
def _redis(folder: Path) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        raise NotThere("no redis-server: apt-get install redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with (folder / "redis.log").open("wb") as log, _running(command, None, log.fileno()):
        url = f"redis://127.0.0.1:{port}/0"
        _wait_for(lambda: Redis.from_url(url).ping())
        yield url


@contextlib.contextmanager
def _running(command: Sequence[str | Path], user: str | None, log: int) -> Iterator[None]:
    process = subprocess.Popen(command, user=user, stdout=log, stderr=log)  # noqa: S603
    try:
        yield
    finally:
        # "Fast" shutdown: it does not wait for those who are still connected.
        process.send_signal(2)
        process.wait(START_SECONDS)


def _wait_for(answer: Callable[[], object]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            answer()
        except (psycopg2.OperationalError, RedisError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _version_of_database(url: str) -> str:
    connection = psycopg2.connect(url)
    try:
        return f"PostgreSQL {connection.info.parameter_status('server_version')}"
    finally:
        connection.close()


def _version_of_redis(url: str) -> str:
    with Redis.from_url(url, decode_responses=True) as redis:
        about = redis.info("server")
        return (
            f"{about.get('server_name', 'Redis').capitalize()} {about.get('valkey_version', about['redis_version'])}"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
