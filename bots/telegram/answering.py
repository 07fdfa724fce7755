"""Puts a reply where it belongs: over the pressed message, into the group or the private chat, or on the screen."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bots.desk import Asker
from bots.platform import Address, Gone, RateLimited, SentMessage
from bots.reply import Audience, Reply, Tone
from bots.telegram import words
from bots.telegram.adapter import TelegramPlatform
from bots.telegram.errors import TelegramRefused
from bots.telegram.markup import Run, marked, shorten
from bots.telegram.render import SIGNS, Key, TelegramMessage

# How long an answer to a person waits for Telegram's limits before it is given up.
PATIENCE_SECONDS = 60.0
ALERT = 200

# Told when a message that shows the progress of a run has been posted.
Follow = Callable[[Asker, int, SentMessage], Awaitable[None]]
# Begins the conversation that a reply's form asks for.
Begin = Callable[["Place", Reply], Awaitable[None]]

Done = TypeVar("Done")

log = structlog.get_logger()


class Query:
    """A press that waits for its answer. Telegram shows a spinner until then, so it is answered once, and always."""

    def __init__(self, bot: Bot, query_id: str) -> None:
        self._bot = bot
        self._id = query_id
        self.answered = False

    async def answer(self, text: str = "", *, alert: bool = False) -> None:
        """Answer, unless that was done."""
        if self.answered:
            return
        self.answered = True
        try:
            await self._bot.answer_callback_query(self._id, text=shorten(text, ALERT) or None, show_alert=alert)
        except TelegramError as error:
            # After a restart it may be too old; the work itself is done all the same.
            log.info("telegram.press_unanswered", error=error.message)

    async def answer_after(self, seconds: float) -> None:
        """Take the spinner away from slow work."""
        await asyncio.sleep(seconds)
        await self.answer()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an answer can go: `chat` is where was asked, by somebody of this `name`. `pressed` is the message of the
    button, `said` the one that is answered."""

    asker: Asker
    name: str
    chat: Address
    line: str = ""
    said: int | None = None
    pressed: SentMessage | None = None
    query: Query | None = None

    @property
    def account(self) -> str:
        """Who asked."""
        return self.asker.account.external_id

    @property
    def person(self) -> Address:
        """The private chat with who asked."""
        return Address(workspace="", target=self.account, direct=True)


class Answering:
    """Says replies on Telegram. `username` is the bot's, for links to it."""

    def __init__(self, platform: TelegramPlatform, follow: Follow, username: str) -> None:
        self._platform = platform
        self._follow = follow
        self._username = username

    async def answer(self, place: Place, reply: Reply, begin: Begin) -> None:
        """Say a reply. Raises PlatformError where Telegram takes it nowhere."""
        if reply.form is not None:
            await self.privately(place, lambda: begin(place, reply))
        elif reply.update and place.pressed is not None:
            await self._update(place, place.pressed, reply)
        elif place.chat.direct or reply.audience is Audience.CHANNEL:
            await self._say(place, place.chat, reply, None if place.chat.direct else place.said)
        elif _fits_alert(place, reply) and place.query is not None:
            await place.query.answer(SIGNS[reply.tone] + reply.text, alert=True)
        else:
            await self.privately(place, lambda: self._say(place, place.person, reply, None))

    async def privately(self, place: Place, work: Callable[[], Awaitable[None]]) -> None:
        """Do something in the private chat; where the person never opened it, show them the way to it."""
        try:
            await work()
        except Gone:
            if place.chat.direct:
                raise
            link = f"https://t.me/{self._username}?start={start_of(place.line)}"
            pointer = TelegramMessage(
                html=marked([Run(words.only_privately(name=place.name))]),
                keyboard=((Key(words.start(), url=link),),),
            )
            await patiently(lambda: self._platform.say(place.chat, pointer, answer_to=place.said))

    async def _update(self, place: Place, pressed: SentMessage, reply: Reply) -> None:
        try:
            sent = await patiently(lambda: self._platform.replace(pressed, reply))
        except (Gone, TelegramRefused) as error:
            # Older than two days, or deleted: then the answer is a message of its own.
            log.info("telegram.not_edited", error=str(error))
            await self._say(place, place.chat, reply, None)
            return
        await self._followed(place, reply, sent)

    async def _say(self, place: Place, address: Address, reply: Reply, answer_to: int | None) -> None:
        try:
            sent = await patiently(lambda: self._platform.send(address, reply, answer_to=answer_to))
        except Gone as error:
            if address.direct:
                raise
            # Only administrators may write there, or the topic is closed: whoever asked still hears the answer.
            log.info("telegram.answered_privately", chat=address.target, error=str(error))
            sent = await patiently(lambda: self._platform.send(place.person, reply))
        await self._followed(place, reply, sent)

    async def _followed(self, place: Place, reply: Reply, sent: SentMessage) -> None:
        if reply.follow_run is not None:
            await self._follow(place.asker, reply.follow_run, sent)


async def patiently(work: Callable[[], Awaitable[Done]]) -> Done:
    """Do it, waiting as long as Telegram asks, up to a minute. Raises RateLimited after that."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return await work()
        except RateLimited as error:
            if time.monotonic() + error.retry_after > until:
                raise
            await asyncio.sleep(error.retry_after)


def start_of(line: str) -> str:
    """What a deep link carries so that a line is asked again in the private chat: `/hours next week` as `c_hours`."""
    command = re.match(r"/(\w+)", line)
    return f"c_{command[1] if command else 'help'}"


def _fits_alert(place: Place, reply: Reply) -> bool:
    """A short refusal to a press in a group shows on the presser's screen alone, as nothing else there can."""
    plain = not (reply.sections or reply.fields or reply.table or reply.image or reply.files or reply.buttons)
    query = place.query
    short = len(reply.text) < ALERT
    return query is not None and not query.answered and plain and short and reply.tone is not Tone.PLAIN
