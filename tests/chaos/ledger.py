"""What Rota said yes to: each entry must end well, once, whatever is broken meanwhile."""

import threading
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What was asked for; `key` of an entry is what the database knows it by."""

    RUN = "run"  # the run's id
    PUBLISH = "publish"  # the week's id
    DROP = "drop"  # the request's id
    CLAIM = "claim"  # the request's id
    TIME_OFF = "time off"  # by a command in chat: "user:date"


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted request."""

    kind: Kind
    key: str


@dataclass(slots=True)
class Ledger:
    """Everything accepted so far, in order; written by the threads of the load."""

    entries: list[Entry] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def accept(self, kind: Kind, key: object) -> None:
        """Rota said yes."""
        with self._lock:
            self.entries.append(Entry(kind, str(key)))

    def of(self, kind: Kind, entries: list[Entry] | None = None) -> list[str]:
        """The keys of one kind."""
        return [entry.key for entry in (self.entries if entries is None else entries) if entry.kind is kind]
