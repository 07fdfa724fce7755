"""Telegram as a `Platform`: posts and edits through the Bot API, one attempt a call.

A message id here is the ids of all the messages that say one reply, joined by commas; `p` marks one whose text is
the caption of a picture, since those are edited by another method.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog
from telegram import InputFile, InputMediaPhoto, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import BaseRateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bots.platform import Address, SentMessage, Uncertain
from bots.reply import Button, File, Reply
from bots.telegram.callbacks import Callback, CallbackSigner, Press
from bots.telegram.confirming import still_asking
from bots.telegram.errors import (
    Moved,
    is_another,
    nothing_changed,
    picture_refused,
    platform_error,
    translated,
)
from bots.telegram.journal import Journal
from bots.telegram.limits import LOOKING, MARK
from bots.telegram.looking import Lookout
from bots.telegram.render import TelegramMessage, render

TIMEOUT_SECONDS = 20.0
CONNECTIONS = 32
PICTURE = "p"

OnMoved = Callable[[str, str], Awaitable[None]]

log = structlog.get_logger()


def make_bot(token: str, api_url: str, limiter: BaseRateLimiter[int] | None = None) -> ExtBot[int]:
    """A bot that makes each call once, at the pace of its limiter."""
    request = HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        read_timeout=TIMEOUT_SECONDS,
        write_timeout=TIMEOUT_SECONDS,
        connect_timeout=5,
        pool_timeout=TIMEOUT_SECONDS,
        media_write_timeout=TIMEOUT_SECONDS,
    )
    return ExtBot(token=token, base_url=f"{api_url.rstrip('/')}/bot", request=request, rate_limiter=limiter)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the messages that say a reply."""

    id: int
    picture: bool = False

    def __str__(self) -> str:
        return f"{self.id}{PICTURE if self.picture else ''}"

    @classmethod
    def of(cls, message: Message) -> "Part":
        """The part that this message is."""
        return cls(message.message_id, picture=bool(message.photo))

    @classmethod
    def read(cls, text: str) -> "Part":
        """From its text."""
        return cls(int(text.removesuffix(PICTURE)), text.endswith(PICTURE))


class TelegramPlatform:
    """How Rota speaks on Telegram. `on_moved(old, new)` is told when a group became a supergroup.

    Telegram keeps no mark on a message and shows a bot nothing of what it sent, so the parts of a notification are
    noted in `journal` as soon as Telegram took them.
    """

    name = "telegram"

    def __init__(
        self,
        bot: ExtBot[int],
        signer: CallbackSigner,
        *,
        journal: Journal | None = None,
        lookout: Lookout | None = None,
        on_moved: OnMoved | None = None,
    ) -> None:
        self.bot = bot
        self.signer = signer
        self._journal = journal
        self._lookout = lookout
        self._on_moved = on_moved

    async def send(
        self, address: Address, reply: Reply, *, notification_id: int | None = None, answer_to: int | None = None
    ) -> SentMessage:
        """Post a reply, as several messages where it is long. Raises RateLimited, Gone, Uncertain or TelegramRefused.

        With a `notification_id`, the parts that Telegram is known to have taken are not posted again, and one that it
        may have taken is looked for.
        `answer_to` is the message that this answers.
        """
        try:
            return await self._send(address, reply, notification_id, answer_to)
        except Moved as moved:
            log.info("telegram.group_moved", old=address.target, new=moved.new_target)
            if self._on_moved is not None:
                await self._on_moved(address.target, moved.new_target)
            return await self._send(replace(address, target=moved.new_target), reply, notification_id, None)

    async def edit(self, message: SentMessage, reply: Reply) -> None:
        """Replace a message and all that belongs to it. Raises RateLimited, Gone or Uncertain."""
        await self.replace(message, reply)

    async def replace(self, message: SentMessage, reply: Reply) -> SentMessage:
        """Like `edit`; answers the message as it is now, of more parts or fewer."""
        address = message.address
        old = parts_of(message)
        new = self._rendered(address, reply)
        parts: list[Part] = []
        with translated():
            await self._remember_questions(address, reply)
            for number, said in enumerate(new):
                if number < len(old):
                    asking = await self._with_question(address, old[number], said)
                    parts.append(await self._edit(address, old[number], asking))
                else:
                    parts.append(await self._say(address, said, silent=True))
            for part in old[len(new) :]:
                await self._delete(address, part)
            await self._send_files(address, reply.files)
        return sent(address, parts)

    async def find_sent(self, address: Address, notification_id: int) -> SentMessage | None:
        """The message of this notification if the journal has all of it; Telegram itself cannot tell."""
        if self._journal is None:
            return None
        noted = await self._journal.noted(address, notification_id)
        return sent(address, [Part.read(one) for one in noted.parts]) if noted.complete else None

    async def say(self, address: Address, said: TelegramMessage, *, answer_to: int | None = None) -> SentMessage:
        """Post one message as it is. Raises like `send`."""
        with translated():
            return sent(address, [await self._say(address, said, silent=False, answer_to=answer_to)])

    async def amend(self, message: SentMessage, said: TelegramMessage) -> SentMessage:
        """Make one message say this. Raises like `edit`."""
        with translated():
            return sent(message.address, [await self._edit(message.address, parts_of(message)[0], said)])

    async def remove(self, message: SentMessage) -> None:
        """Delete a message where Telegram lets us: not one older than two days."""
        for part in parts_of(message):
            await self._delete(message.address, part)

    async def close(self) -> None:
        """Let go of connections."""
        await self.bot.shutdown()
        if self._journal is not None:
            await self._journal.close()

    async def _send(
        self, address: Address, reply: Reply, notification_id: int | None, answer_to: int | None
    ) -> SentMessage:
        if notification_id is not None and self._journal is not None:
            return await self._send_once(address, reply, notification_id, self._journal)
        with translated():
            await self._remember_questions(address, reply)
            parts: list[Part] = []
            for said in self._rendered(address, reply):
                # Only the first part of a long reply makes a sound.
                parts.append(await self._say(address, said, silent=bool(parts), answer_to=answer_to))
                answer_to = None
            await self._send_files(address, reply.files)
        return sent(address, parts)

    async def _send_once(self, address: Address, reply: Reply, notification_id: int, journal: Journal) -> SentMessage:
        noted = await journal.noted(address, notification_id)
        parts = [Part.read(one) for one in noted.parts]
        with translated():
            said = self._rendered(address, reply)
            await self._remember_questions(address, reply)
            for number in range(len(parts), len(said)):
                mark = f"{notification_id}.{number}"
                part = await self._lost(address, said[number], mark)
                part = part or await self._post_marked(address, said[number], mark, silent=number > 0)
                parts.append(part)
                last = number == len(said) - 1 and not reply.files
                await journal.note(address, notification_id, str(part), last=last)
                await self._known(address, part)
                if self._lookout:
                    await self._lookout.end(address, mark)
            await self._send_files(address, reply.files)
        if reply.files:
            await journal.note(address, notification_id, "", last=True)
        return sent(address, parts)

    async def _post_marked(self, address: Address, said: TelegramMessage, mark: str, *, silent: bool) -> Part:
        """Post, so that what may have been taken can be looked for."""
        if self._lookout:
            await self._lookout.begin(address, mark)
        token = MARK.set(mark)
        try:
            return await self._post(address, said, silent=silent)
        except TelegramError as error:
            if self._lookout and not isinstance(platform_error(error), Uncertain):
                await self._lookout.end(address, mark)
            raise
        finally:
            MARK.reset(token)

    async def _lost(self, address: Address, said: TelegramMessage, mark: str) -> Part | None:
        """The message of an earlier attempt whose answer never came, if it was taken after all."""
        if self._lookout is None:
            return None
        looking = LOOKING if self.bot.rate_limiter else None
        numbers = await self._lookout.candidates(address, mark)
        if not numbers and await self._lookout.is_open(address, mark):
            # It cannot be looked for. Not to be repeated again and again, it waits until Telegram answers something.
            await self.bot.get_me()
        for number in numbers:
            try:
                found = await self._edit(address, Part(number, picture=said.image is not None), said, looking=looking)
            except BadRequest as error:
                if not is_another(error):
                    raise
                await self._lookout.missed(address, mark, number)
            else:
                log.info("telegram.lost_found", mark=mark, message=number)
                return found
        return None

    async def _say(
        self, address: Address, said: TelegramMessage, *, silent: bool, answer_to: int | None = None
    ) -> Part:
        part = await self._post(address, said, silent=silent, answer_to=answer_to)
        await self._known(address, part)
        return part

    async def _known(self, address: Address, part: Part) -> None:
        if self._lookout:
            await self._lookout.saw(address.target, part.id)

    async def _remember_questions(self, address: Address, reply: Reply) -> None:
        buttons = [*reply.buttons, *(button for section in reply.sections for button in section.buttons)]
        questions = {self._data(button, address.target): button.confirm for button in buttons if button.confirm}
        if self._journal and questions:
            await self._journal.remember(questions)

    async def _with_question(self, address: Address, part: Part, said: TelegramMessage) -> TelegramMessage:
        asked = await self._journal.asked(address.target, part.id) if self._journal else None
        return still_asking(said, asked, address.target, self.signer)

    def _data(self, button: Button, chat: str) -> str:
        press = Press.ASK if button.confirm else Press.ACT
        return self.signer.pack(Callback(press=press, name=button.action, value=button.value), chat)

    def _rendered(self, address: Address, reply: Reply) -> list[TelegramMessage]:
        return render(reply, lambda button: self._data(button, address.target))

    async def _post(
        self, address: Address, said: TelegramMessage, *, silent: bool, answer_to: int | None = None
    ) -> Part:
        try:
            return await self._post_as_it_is(address, said, silent=silent, answer_to=answer_to)
        except BadRequest as error:
            if said.image is None or not picture_refused(error):
                raise
            # Its text and buttons are worth more than nothing at all.
            log.warning("telegram.picture_refused", filename=said.image.filename, reason=error.message)
            alone = replace(said, image=None)
            return await self._post_as_it_is(address, alone, silent=silent, answer_to=answer_to)

    async def _post_as_it_is(
        self, address: Address, said: TelegramMessage, *, silent: bool, answer_to: int | None
    ) -> Part:
        replied = ReplyParameters(answer_to, allow_sending_without_reply=True) if answer_to else None
        thread = int(address.thread) if address.thread else None
        if said.image is not None:
            message = await self.bot.send_photo(
                address.target,
                InputFile(said.image.png, filename=said.image.filename),
                caption=said.html,
                parse_mode=ParseMode.HTML,
                reply_markup=said.markup,
                message_thread_id=thread,
                disable_notification=silent,
                reply_parameters=replied,
            )
        else:
            message = await self.bot.send_message(
                address.target,
                said.html,
                parse_mode=ParseMode.HTML,
                reply_markup=said.markup,
                message_thread_id=thread,
                disable_notification=silent,
                reply_parameters=replied,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        return Part.of(message)

    async def _edit(self, address: Address, part: Part, said: TelegramMessage, *, looking: int | None = None) -> Part:
        """Edit one message by the method that fits what it is and what it becomes."""
        chat_id, message_id = address.target, part.id
        try:
            if said.image is not None:
                media = InputMediaPhoto(
                    InputFile(said.image.png, filename=said.image.filename, attach=True),
                    caption=said.html,
                    parse_mode=ParseMode.HTML,
                )
                await self.bot.edit_message_media(
                    media, chat_id, message_id, reply_markup=said.markup, rate_limit_args=looking
                )
                return Part(part.id, picture=True)
            if part.picture:
                await self.bot.edit_message_caption(
                    chat_id,
                    message_id,
                    caption=said.html,
                    parse_mode=ParseMode.HTML,
                    reply_markup=said.markup,
                    rate_limit_args=looking,
                )
                return part
            await self.bot.edit_message_text(
                said.html,
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=said.markup,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                rate_limit_args=looking,
            )
        except BadRequest as error:
            if not nothing_changed(error):
                raise
        return part

    async def _delete(self, address: Address, part: Part) -> None:
        try:
            await self.bot.delete_message(address.target, part.id)
        except TelegramError as error:
            log.info("telegram.part_not_deleted", message=part.id, reason=error.message)

    async def _send_files(self, address: Address, files: tuple[File, ...]) -> None:
        for file in files:
            await self.bot.send_document(
                address.target,
                InputFile(file.content, filename=file.filename),
                message_thread_id=int(address.thread) if address.thread else None,
            )


def sent(address: Address, parts: list[Part]) -> SentMessage:
    """The message that these parts are."""
    return SentMessage(address=address, message_id=",".join(map(str, parts)))


def parts_of(message: SentMessage) -> list[Part]:
    """The parts of a message."""
    return [Part.read(one) for one in message.message_id.split(",")]
