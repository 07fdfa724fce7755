"""The state of the stand-in Telegram: people, chats, messages, updates, calls, limits and faults to answer with."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
BOT_ID = 110201543
BOT_USERNAME = "rota_stand_in_bot"


class Trouble(StrEnum):
    """How a call goes wrong."""

    NONE = "NONE"  # it goes well
    RATE_LIMITED = "RATE_LIMITED"  # 429 with retry_after, nothing happened
    SERVER_ERROR = "SERVER_ERROR"  # 500, nothing happened
    REFUSED = "REFUSED"  # 400 or 403 with a description, nothing happened
    SILENT = "SILENT"  # no answer until the caller gives up, nothing happened
    DROPPED = "DROPPED"  # it took effect, then the connection dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The next call of a method goes wrong like this."""

    trouble: Trouble
    description: str = "Bad Request: something"
    status: int = 400
    retry_after: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that the bot made, and what it was told."""

    method: str
    arguments: Json
    answer: Json
    at: float = field(default_factory=time.monotonic)


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody on Telegram. A bot may write to them only once they started it, until they block it."""

    id: int
    name: str
    language: str = "en"
    started: bool = True
    blocked: bool = False

    def as_telegram(self) -> Json:
        """The User object."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.name,
            "username": f"{self.name.lower()}_{self.id}",
            "language_code": self.language,
        }


@dataclass(slots=True, kw_only=True)
class Group:
    """A group, supergroup or forum. `moved_to` is the supergroup that it became."""

    id: int
    title: str
    forum: bool = False
    topics: set[int] = field(default_factory=set)
    bot_is_member: bool = True
    administrators: set[int] = field(default_factory=set)
    moved_to: int | None = None

    def as_telegram(self) -> Json:
        """The Chat object."""
        kind = "supergroup" if str(self.id).startswith("-100") else "group"
        return {"id": self.id, "type": kind, "title": self.title, **({"is_forum": True} if self.forum else {})}


@dataclass(slots=True, kw_only=True)
class Message:
    """A message as people in the chat see it. `html` is what the bot sent, `text` what is shown."""

    chat_id: int
    id: int
    sender: int
    text: str
    html: str = ""
    keyboard: list[list[Json]] = field(default_factory=list)
    photo: bytes | None = None
    document: tuple[str, bytes] | None = None
    thread: int | None = None
    reply_to: int | None = None
    silent: bool = False
    edits: int = 0
    deleted: bool = False
    at: int = field(default_factory=lambda: int(time.time()))

    @property
    def labels(self) -> list[str]:
        """What stands on the buttons, row by row."""
        return [button["text"] for row in self.keyboard for button in row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much Telegram lets a bot say: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this."""

    per_second: int = 30
    per_chat_second: int = 1
    per_group_minute: int = 20


class World:
    """What Telegram holds. Every public list is safe to read from a test while the server runs."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.messages: list[Message] = []
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        self.updates: list[Json] = []
        self.commands: dict[str, list[Json]] = {}
        self.callbacks: dict[str, Json | None] = {}
        self.webhook: Json = {}
        self.webhook_answers: list[int] = []
        self.limits: Limits | None = None
        self.refused_for_limits = 0
        self.weather: Callable[[], Fault] | None = None
        """What goes wrong with every call for which `fail` has nothing."""
        self._sent: list[tuple[float, int]] = []
        self._faults: dict[str, list[Fault]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def number(self) -> int:
        """A number never given before."""
        with self._lock:
            return next(self._numbers)

    def join(self, name: str, **kind: Any) -> Person:
        """Somebody new on Telegram."""
        person = Person(id=500_000 + self.number(), name=name, **kind)
        self.people[person.id] = person
        return person

    def open_group(self, title: str, *, forum: bool = False, supergroup: bool = False) -> Group:
        """A new group with the bot in it; a forum is always a supergroup."""
        number = self.number()
        group_id = -(1_000_000_000_000 + number) if forum or supergroup else -(5_000 + number)
        group = Group(id=group_id, title=title, forum=forum)
        self.groups[group.id] = group
        return group

    def upgrade(self, group: Group) -> Group:
        """Make a supergroup of a group: the old id is dead from now on."""
        bigger = self.open_group(group.title, supergroup=True)
        bigger.administrators = set(group.administrators)
        group.moved_to = bigger.id
        return bigger

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of this method go wrong, one fault a call, in order."""
        with self._lock:
            self._faults.setdefault(method, []).extend(faults)

    def next_fault(self, method: str) -> Fault | None:
        """The fault for this call, if one was asked for."""
        with self._lock:
            waiting = self._faults.get(method)
            fault = waiting.pop(0) if waiting else None
        if fault is None and self.weather is not None:
            fault = self.weather()
        return None if fault is None or fault.trouble is Trouble.NONE else fault

    def wait_for_limits(self, chat_id: int) -> int:
        """Seconds until this chat may get another message; 0 counts one as sent now."""
        if self.limits is None:
            return 0
        now = time.monotonic()
        self._sent = [(at, chat) for at, chat in self._sent if now - at < 60]
        second = [chat for at, chat in self._sent if now - at < 1]
        # A busy machine brings closer together what was sent further apart, by up to half a second here.
        same = [chat for at, chat in self._sent if now - at < 0.7 and chat == chat_id]
        minute = [chat for _, chat in self._sent if chat == chat_id]
        if chat_id < 0 and len(minute) >= self.limits.per_group_minute:
            return 60 - int(now - next(at for at, chat in self._sent if chat == chat_id))
        if len(second) >= self.limits.per_second or len(same) >= self.limits.per_chat_second:
            return 1
        self._sent.append((now, chat_id))
        return 0

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    def chat(self, chat_id: int) -> list[Message]:
        """The messages of a chat, oldest first, without deleted ones."""
        return [message for message in self.messages if message.chat_id == chat_id and not message.deleted]

    def from_bot(self, chat_id: int) -> list[Message]:
        """What the bot said in a chat."""
        return [message for message in self.chat(chat_id) if message.sender == BOT_ID]

    def find(self, chat_id: int, message_id: int) -> Message | None:
        """A message, unless it was deleted."""
        return next((message for message in self.chat(chat_id) if message.id == message_id), None)
