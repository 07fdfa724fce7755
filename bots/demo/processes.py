"""The processes of a demo: the same commands that production runs, as child processes with logs in the folder."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from bots.demo import datadir
from bots.demo.datadir import ChildDied, DemoError, Running
from bots.demo.embedded import Servers

START_SECONDS = 60.0
STOP_SECONDS = 10.0
TAIL_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One running process of the demo."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Crew:
    """The processes of one demo, watched together."""

    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self._path = path
        self._environment = environment
        self._children: list[Child] = []

    def start(self, name: str, *command: str) -> None:
        """Start `rota <command>` as the process called `name`."""
        log = datadir.log_file(self._path, name)
        with log.open("ab") as stream:
            process = subprocess.Popen(  # noqa: S603  # our own interpreter and our own command
                [sys.executable, "-m", "bots.demo.child", *command],
                env=dict(self._environment),
                stdin=subprocess.PIPE,
                stdout=stream,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches the whole foreground group; the demo alone decides in which order its children end.
                start_new_session=True,
            )
        self._children.append(Child(name=name, process=process, log=log))

    def check(self) -> None:
        """Raise ChildDied when a process has ended on its own."""
        for child in self._children:
            if child.process.poll() is not None:
                raise ChildDied(child.name, child.log, _tail(child.log))

    def wait_until_ready(self, service_url: str) -> None:
        """Return when the service says it is ready; raises ChildDied or DemoError."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.check()
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{service_url}/ready", timeout=5.0).is_success:
                    return
            time.sleep(0.1)
        raise DemoError(f"The service was not ready within {START_SECONDS:.0f} s. The logs are in {self._path}/logs.")

    def stop(self) -> None:
        """End all processes, kindly first; the service, which was started first, as the last of them.

        Bots and workers finish what they have begun by telling the service, and wait for one that is away.
        """
        _end(self._children[1:])
        _end(self._children[:1])


def _end(children: Sequence[Child]) -> None:
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        if child.process.stdin is not None:
            child.process.stdin.close()


@contextlib.contextmanager
def crew(path: Path, servers: Servers) -> Iterator[tuple[Crew, Running]]:
    """Service and workers on `servers`, still starting; stopped at the end of the block."""
    secrets = datadir.load_secrets(path)
    port = _free_port()
    running = Running(
        database_url=servers.database_url, redis_url=servers.redis_url, service_url=f"http://127.0.0.1:{port}"
    )
    crew = Crew(path, environment(running, secrets))
    try:
        crew.start("service", "api", "--host", "127.0.0.1", "--port", str(port))
        crew.start("solver worker", "worker", "--queues", "solve")
        crew.start("delivery worker", "worker", "--queues", "deliver_terminal")
        yield crew, running
    finally:
        crew.stop()


def environment(running: Running, secrets: datadir.Secrets) -> dict[str, str]:
    """The environment in which a process finds the parts of this demo."""
    return os.environ | {
        "DATABASE_URL": running.database_url,
        "REDIS_URL": running.redis_url,
        "ROTA_SERVICE_URL": running.service_url,
        "JWT_SECRET_KEY": secrets.jwt_secret_key,
        "ROTA_BOT_SECRET": secrets.rota_bot_secret,
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO"),
        "PYTHONUNBUFFERED": "1",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
