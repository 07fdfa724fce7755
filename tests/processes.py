"""Real processes of Rota for tests: started as in production, watched, killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

SECRETS = {
    "JWT_SECRET_KEY": "a-key-for-signing-tokens-in-these-tests-only",
    "ROTA_BOT_SECRET": "the-bots-own-secret-for-these-tests-only",
}


class Crew:
    """Processes that share a database and a broker; all are ended with the test."""

    def __init__(self, database_url: str, redis_url: str, logs: Path) -> None:
        self._environment = os.environ | SECRETS | {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        self._logs = logs
        self.running: list[subprocess.Popen[bytes]] = []
        self._services: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start `rota <command>`; its output goes to a file of the test's own."""
        log = self._logs / f"{len(self.running)}-{command[0]}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "bots.cli", *command],
                env=self._environment | environment,
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
        self.running.append(process)
        if command[0] == "api":
            self._services.append(process)
        return process

    def start_api(self) -> str:
        """Start the service and return its URL once it is ready."""
        port = free_port()
        self._environment["ROTA_SERVICE_URL"] = f"http://127.0.0.1:{port}"
        self.start("api", "--port", str(port))
        wait_until(lambda: _is_ready(port), seconds=30)
        return f"http://127.0.0.1:{port}"

    def logs(self) -> str:
        """Everything that all processes have said, for a failing test to show."""
        return "\n".join(
            f"== {path.name}\n{path.read_text(errors='replace')}" for path in sorted(self._logs.iterdir())
        )

    def stop(self) -> None:
        """End every process, kindly first; the service last, for the others finish by telling it."""
        _end([process for process in self.running if process not in self._services])
        _end(self._services)


@contextmanager
def crew(database_url: str, redis_url: str, logs: Path) -> Iterator[Crew]:
    """A crew that is ended with the block."""
    logs.mkdir(parents=True, exist_ok=True)
    running = Crew(database_url, redis_url, logs)
    try:
        yield running
    finally:
        running.stop()


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], *, seconds: float, every: float = 0.1) -> None:
    """Return once the condition holds; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(every)
    raise AssertionError(f"not within {seconds} s")


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/ready").is_success
    except httpx.TransportError:
        return False
