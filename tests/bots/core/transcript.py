"""A chat written down as it goes: who says or presses what, what Rota answers, and whom it tells of it."""

import asyncio
import re
from datetime import date, timedelta

import httpx
from sqlalchemy import func, select

from bots import words
from bots.actions import Action
from bots.announcements import announcement
from bots.client import Service
from bots.desk import Desk
from bots.reply import Button, Reply
from service import db
from service.notifications.content import order
from service.notifications.models import Delivery, Notification
from service.people.models import User
from tests.bots.core.conftest import BOT_SECRET, asker

# What differs from one run of a test, or one version of the solver, to the next.
FLEETING = frozenset({"Took", "Score", "Bound"})


class Chat:
    """The chat of one team with Rota. `lines` is what was seen, as Markdown; days are told as in the week `shown`."""

    def __init__(self, transport: httpx.ASGITransport, monday: date, shown: date) -> None:
        self.lines: list[str] = []
        self._transport = transport
        self._days = _days(monday, shown)
        with db.unit_of_work() as session:
            self._told = session.scalar(select(func.max(Delivery.id))) or 0
        self._last: dict[str, list[Reply]] = {}

    def say(self, name: str, line: str) -> Reply:
        """Say a line as somebody."""
        self._write(f"**{name}** types `{line}`")
        return self._heard(name, asyncio.run(self._command(name, line)))

    def press(self, name: str, label: str, nth: int = 0) -> Reply:
        """Press the nth button of this label in what the person saw last with one."""
        for reply in reversed(self._last[name]):
            found = [one for one in _buttons(reply) if one.label == label]
            if len(found) > nth:
                self._write(f"**{name}** presses `[{label}]`")
                return self._heard(name, asyncio.run(self._press(name, found[nth].action, found[nth].value)))
        raise AssertionError(f"{name} has no button {label}: {self._last[name][-1]}")

    def meanwhile(self, what: str) -> None:
        """Note what happens outside the chat, and whom Rota tells of it."""
        self._write(f"*{what}*")
        self.listen()

    def listen(self) -> None:
        """Write down what Rota has told anybody since."""
        with db.unit_of_work() as session:
            query = (
                select(Delivery, User.name)
                .join(Notification, Notification.id == Delivery.notification_id)
                .outerjoin(User, User.id == Notification.user_id)
                .where(Delivery.id > self._told)
                .order_by(Delivery.id)
            )
            for delivery, name in session.execute(query).all():
                self._told = delivery.id
                self._hear(name, announcement(order(session, delivery, uncertain=False).content))

    def _hear(self, name: str | None, replies: list[Reply]) -> None:
        """Write down what somebody is told, or with None the channel."""
        for reply in replies:
            self._write(f"Rota tells {'the channel' if name is None else name}:")
            self._show(reply)
            for each in list(self._last) if name is None else [name]:
                self._last.setdefault(each, []).append(reply)

    def _heard(self, name: str, reply: Reply) -> Reply:
        self._last.setdefault(name, []).append(reply)
        self._show(reply)
        self.listen()
        return reply

    def _show(self, reply: Reply) -> None:
        self._write("\n".join(f"> {line}".rstrip() for line in "\n\n".join(_blocks(reply)).splitlines()))

    def _write(self, text: str) -> None:
        pattern, fixed = self._days
        self.lines.append(pattern.sub(lambda found: fixed[found[0]], text))

    async def _command(self, name: str, line: str) -> Reply:
        async with self._service() as service:
            return await Desk(service).command(asker(name.lower()), line)

    async def _press(self, name: str, action: Action, value: str) -> Reply:
        async with self._service() as service:
            return await Desk(service).action(asker(name.lower()), action, value)

    def _service(self) -> Service:
        return Service("http://service", BOT_SECRET, platform="terminal", transport=self._transport)


def _days(monday: date, shown: date) -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern of how the days of a week are said, and how those of the shown week are."""
    fixed = {words.week(monday): words.week(shown)}
    for offset in map(timedelta, range(7)):
        fixed[words.day(monday + offset).partition(" ")[2]] = words.day(shown + offset).partition(" ")[2]
    longest = sorted(fixed, key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(each)}\b" for each in longest)), fixed


def _buttons(reply: Reply) -> list[Button]:
    return [*(one for section in reply.sections for one in section.buttons), *reply.buttons]


def _blocks(reply: Reply) -> list[str]:
    found = [f"**{_broken(reply.heading)}**"] if reply.heading else []
    found.append(_broken(reply.text))
    fields = [f"{field.label}: {field.value}" for field in reply.fields if field.label not in FLEETING]
    found.append(" · ".join(fields))
    for section in reply.sections:
        heading = f"**{_broken(section.heading)}**\n" if section.heading else ""
        found.append(_broken(f"{heading}{section.text}"))
        found.append(_row(section.buttons))
    if reply.image is not None:
        found.append(f"*Picture: {reply.image.alt_text}*")
    found.append(_row(reply.buttons))
    return [block for block in found if block]


def _broken(text: str) -> str:
    """Lines that stay lines in Markdown."""
    return "\\\n".join(re.sub(r"  +", " ", line) for line in text.splitlines())


def _row(buttons: tuple[Button, ...]) -> str:
    return " ".join(f"`[{button.label}]`" for button in buttons)
