"""What an adapter of a chat platform fulfils, and the errors it may answer with.

PlatformError
├── RateLimited     wait `retry_after` seconds; not a failure
├── Gone            this account or channel cannot be reached any more
└── Away            the platform itself is in trouble; the message was not taken
    └── Uncertain   the connection was lost after sending: it may have been taken
"""

from dataclasses import dataclass
from typing import Protocol

from bots.reply import Reply


class PlatformError(Exception):
    """Base of what a platform can answer instead of taking a message."""


class RateLimited(PlatformError):
    """The platform asks to wait; a wait is not a failed attempt."""

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(f"asked to wait {retry_after} s")


class Gone(PlatformError):
    """The account or channel cannot be reached any more: archived, blocked, removed or deactivated."""


class Away(PlatformError):
    """The platform cannot be reached, or answers with its own errors: that says nothing about the message."""


class Uncertain(Away):
    """The message may or may not have been taken: look before repeating it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An account (`direct`) or a channel on a platform; `thread` is a forum topic."""

    workspace: str
    target: str
    direct: bool
    thread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """A message as the platform knows it, to edit it later."""

    address: Address
    message_id: str


class Platform(Protocol):
    """How Rota speaks on one platform. One contract suite in tests/bots/platform_contract.py holds for all."""

    name: str

    async def send(self, address: Address, reply: Reply, *, notification_id: int | None = None) -> SentMessage:
        """Post a reply. `notification_id` marks the message so that `find_sent` can find it again.

        Raises RateLimited, Gone or Uncertain.
        """
        ...

    async def edit(self, message: SentMessage, reply: Reply) -> None:
        """Replace a message. Raises RateLimited, Gone or Uncertain."""
        ...

    async def find_sent(self, address: Address, notification_id: int) -> SentMessage | None:
        """The message posted for this notification, where the platform can tell; else None."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
