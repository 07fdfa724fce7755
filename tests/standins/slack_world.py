"""The state of the stand-in Slack: people, channels, messages, files, views, calls and the faults to answer with."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]

TOKEN = "xoxb-stand-in"
WORKSPACE = "T0ROTA001"
BOT_USER = "U0ROTABOT"
BOT_ID = "B0ROTABOT"
APP_ID = "A0ROTAAPP"


class Trouble(StrEnum):
    """How a call goes wrong."""

    RATE_LIMITED = "RATE_LIMITED"  # 429 with Retry-After, nothing happened
    SERVER_ERROR = "SERVER_ERROR"  # 500, nothing happened
    REFUSED = "REFUSED"  # {"ok": false, "error": ...}
    SILENT = "SILENT"  # no answer until the caller gives up, nothing happened
    NONE = "NONE"  # nothing goes wrong: the fault after it is for the next call
    DROPPED = "DROPPED"  # it took effect, then the connection dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The next call of a method goes wrong like this."""

    trouble: Trouble
    error: str = "internal_error"
    retry_after: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that the app made, and what it was told."""

    method: str
    arguments: Json
    answer: Json | str
    workspace: str = ""
    at: float = field(default_factory=time.monotonic)


@dataclass(slots=True, kw_only=True)
class Person:
    """A member of the workspace."""

    id: str
    name: str
    email: str
    is_bot: bool = False
    guest: bool = False
    deactivated: bool = False
    time_zone: str = "Europe/Berlin"
    locale: str = "en-GB"

    def as_slack(self) -> Json:
        """The user object of users.info."""
        return {
            "id": self.id,
            "team_id": WORKSPACE,
            "name": self.name.lower(),
            "real_name": self.name,
            "deleted": self.deactivated,
            "is_bot": self.is_bot,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            "is_email_confirmed": True,
            "tz": self.time_zone,
            "locale": self.locale,
            "profile": {"email": self.email, "real_name": self.name},
        }


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel or direct conversation."""

    id: str
    name: str
    direct_with: str | None = None
    archived: bool = False
    bot_is_member: bool = True


@dataclass(slots=True, kw_only=True)
class Message:
    """A message as people in the channel see it; `only_for` marks one that a single person sees."""

    channel: str
    ts: str
    text: str
    blocks: list[Json]
    metadata: Json | None = None
    only_for: str | None = None
    thread: str | None = None
    edits: int = 0


@dataclass(slots=True, kw_only=True)
class Upload:
    """A file, on its way or complete. `ready_after` calls of files.info tell when Slack has processed it."""

    id: str
    filename: str
    title: str = ""
    alt_text: str = ""
    content: bytes = b""
    complete: bool = False
    shared_in: str | None = None
    looks: int = 0


class World:
    """What the workspace holds. Every public list is safe to read from a test while the server runs."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.files: dict[str, Upload] = {}
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        self.response_urls: dict[str, Json] = {}
        self.triggers: dict[str, float] = {}
        self.scopes: list[str] = []
        # Which workspace each token speaks in, and which one each code of an installation is for.
        self.tokens: dict[str, str] = {TOKEN: WORKSPACE}
        self.install_codes: dict[str, str] = {}
        self.files_take = 0
        self.weather: Callable[[], Fault] | None = None
        """What goes wrong with every call for which `fail` has nothing."""
        self._faults: dict[str, list[Fault]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def number(self) -> int:
        """A number never given before."""
        with self._lock:
            return next(self._numbers)

    def join(self, name: str, **kind: Any) -> Person:
        """A new member, with an address at example.com."""
        person = Person(id=f"U{self.number():08d}", name=name, email=f"{name.lower()}@example.com", **kind)
        self.people[person.id] = person
        return person

    def open_channel(self, name: str) -> Channel:
        """A new channel with the bot in it."""
        channel = Channel(id=f"C{self.number():08d}", name=name)
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: str) -> Channel:
        """The direct conversation of the bot with somebody, made when first asked for."""
        known = next((channel for channel in self.channels.values() if channel.direct_with == user), None)
        if known is None:
            known = Channel(id=f"D{self.number():08d}", name="directmessage", direct_with=user)
            self.channels[known.id] = known
        return known

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of this method go wrong, one fault a call, in order."""
        with self._lock:
            self._faults.setdefault(method, []).extend(faults)

    def next_fault(self, method: str) -> Fault | None:
        """The fault for this call, if one was asked for."""
        with self._lock:
            waiting = self._faults.get(method)
            if waiting:
                return waiting.pop(0)
        return None if self.weather is None else self.weather()

    def new_ts(self) -> str:
        """A message timestamp, unique and in order."""
        return f"{int(time.time())}.{self.number():06d}"

    def trigger(self) -> str:
        """A trigger id: good for one modal within three seconds."""
        name = f"{self.number()}.trigger"
        self.triggers[name] = time.monotonic()
        return name

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    def seen_by(self, user: str) -> list[Message]:
        """Direct messages to somebody and the ephemeral ones that only they see."""
        direct = {channel.id for channel in self.channels.values() if channel.direct_with == user}
        return [message for message in self.messages if message.channel in direct or message.only_for == user]

    def in_channel(self, channel: str) -> list[Message]:
        """What everybody in a channel sees."""
        return [message for message in self.messages if message.channel == channel and message.only_for is None]
