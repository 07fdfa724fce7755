"""The folder a demo lives in: database, queue, logs, pictures, secrets, and the lock that makes it one's own.

DemoError
├── InUse               another demo runs on this folder
└── ChildDied           a process of the demo ended on its own
"""

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import fasteners


class DemoError(Exception):
    """Base of what can keep a demo from running; its text is for people."""


class InUse(DemoError):
    """Another process holds this data folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"Another Rota is already running on {path}. Use that one, stop it first, or give this one a folder of"
            " its own with --data-dir."
        )


class ChildDied(DemoError):
    """A process of the demo ended on its own."""

    def __init__(self, name: str, log: Path, tail: str) -> None:
        self.name = name
        self.log = log
        super().__init__(f"The {name} stopped unexpectedly. Its log is {log}; the last lines:\n{tail}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Generated once for a data folder and kept in it, readable by its owner alone."""

    jwt_secret_key: str
    rota_bot_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Where the parts of a running demo can be reached."""

    database_url: str
    redis_url: str
    service_url: str


def default_data_dir() -> Path:
    """`$XDG_DATA_HOME/rota`, by default ~/.local/share/rota."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "rota"


@contextlib.contextmanager
def hold(path: Path) -> Iterator[None]:
    """Make `path` this process's own until the end of the block; the lock of a killed process is void.

    Raises InUse when another process holds it.
    """
    path.mkdir(parents=True, exist_ok=True)
    lock = fasteners.InterProcessLock(path / "lock")
    if not lock.acquire(blocking=False):
        raise InUse(path)
    try:
        yield
    finally:
        lock.release()


def log_file(path: Path, name: str) -> Path:
    """Where the process called `name` writes its log."""
    logs = path / "logs"
    logs.mkdir(exist_ok=True)
    return logs / f"{name.replace(' ', '-')}.log"


def load_secrets(path: Path) -> Secrets:
    """The secrets of this data folder, made at its first use."""
    file = path / "secrets.json"
    if not file.exists():
        made = Secrets(jwt_secret_key=secrets.token_urlsafe(48), rota_bot_secret=secrets.token_urlsafe(48))
        _write_private(file, json.dumps(asdict(made)))
    return Secrets(**json.loads(file.read_text()))


@contextlib.contextmanager
def announced(path: Path, running: Running) -> Iterator[None]:
    """Leave word of a running demo in its folder, so that `rota import` can join it."""
    file = path / "running.json"
    _write_private(file, json.dumps(asdict(running)))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def find_running(path: Path) -> Running | None:
    """The demo that says it runs on this folder, if any; whoever holds the lock tells whether it is true."""
    file = path / "running.json"
    return Running(**json.loads(file.read_text())) if file.exists() else None


def _write_private(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
