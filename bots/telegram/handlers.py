"""What the bot does with each kind of update: one table of python-telegram-bot handlers."""

import asyncio
import re
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram import Message, Update, User
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    ExtBot,
    MessageHandler,
    filters,
)

from bots.actions import Action
from bots.desk import Asker
from bots.pace import Pace, Turn
from bots.platform import Address, Gone, PlatformError
from bots.reply import Audience, Reply, Tone
from bots.telegram import words
from bots.telegram.adapter import OnMoved, Part, TelegramPlatform, sent
from bots.telegram.answering import Answering, Follow, Place, Query, patiently
from bots.telegram.asking import Asking
from bots.telegram.callbacks import Callback, Forged, Press
from bots.telegram.confirming import asking, put, taken_back
from bots.telegram.conversation import hands_in
from bots.telegram.desk import TelegramDesk, account_of, place_of
from bots.telegram.errors import TelegramRefused, nothing_changed
from bots.telegram.journal import Journal
from bots.telegram.store import Conversations
from bots.words import only_commands, too_fast

# Telegram shows a spinner on a pressed button until the press is answered.
SPINNER_SECONDS = 1.5

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[ExtBot[None], Any, Any, Any]
Handle = Callable[[Update, Context], Awaitable[None]]

_COMMAND = re.compile(r"/(\w+)(?:@(\w+))?\s*(.*)", re.DOTALL)

log = structlog.get_logger()


class Handlers:
    """The handlers and what they work with. Sentences come from the chat core and `words`."""

    def __init__(
        self,
        desk: TelegramDesk,
        *,
        platform: TelegramPlatform,
        journal: Journal,
        conversations: Conversations,
        pace: Pace,
        follow: Follow,
        on_moved: OnMoved,
        username: str,
    ) -> None:
        self._desk = desk
        self._platform = platform
        self._journal = journal
        self._pace = pace
        self._username = username
        self._on_moved = on_moved
        self._answering = Answering(platform, follow, username)
        self._asking = Asking(desk, platform, conversations, self._answer)

    def table(self) -> list[BaseHandler[Any, Any, Any]]:
        """The first handler that fits an update has it."""
        message = filters.UpdateType.MESSAGE
        private = message & filters.ChatType.PRIVATE
        return [
            MessageHandler(message & filters.StatusUpdate.MIGRATE, self.on_migration),
            MessageHandler(message & filters.SenderChat.ALL & filters.COMMAND, self.on_anonymous),
            MessageHandler(private & filters.Regex(re.compile(r"^/start\b", re.IGNORECASE)), self.on_start),
            MessageHandler(private & filters.Regex(r"^/cancel\b"), self.on_cancel),
            MessageHandler(message & filters.COMMAND, self.on_command),
            MessageHandler(private & filters.TEXT, self.on_text),
            CallbackQueryHandler(self.on_press),
            ChatMemberHandler(self.on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
        ]

    async def on_command(self, update: Update, _: Context) -> None:
        """A command such as `/optimize@rota_bot next week`."""
        message = _message(update)
        if found := self._ours(message):
            # Start, which in a group is said by whoever has just let the bot in, is no command of the chat core.
            line = "/help" if found[1].lower() == "start" else f"/{found[1].lower()} {found[3]}"
            await self._command(update, message, line.strip())

    async def on_start(self, update: Update, _: Context) -> None:
        """Start was pressed: plainly, from a link with a code, or to ask again here what was asked in a group."""
        message = _message(update)
        found = self._ours(message)
        payload = found[3].strip() if found else ""
        if payload.startswith("c_"):
            line = f"/{payload.removeprefix('c_')}"
        else:
            line = f"/link {payload}" if payload else "/help"
        await self._command(update, message, line)

    async def on_cancel(self, update: Update, _: Context) -> None:
        """End the open conversation."""
        message = _message(update)
        place = await self._heard(update, message)
        if not await self._asking.cancel(place):
            await self._answer(place, Reply(text=words.no_form()))

    async def on_text(self, update: Update, _: Context) -> None:
        """Plain text in the private chat answers the open question."""
        message = _message(update)
        place = await self._heard(update, message)
        if not await self._asking.written(place, message.text or ""):
            await self._answer(place, Reply(text=only_commands()))

    async def on_press(self, update: Update, context: Context) -> None:
        """A button was pressed. The press is answered in any case, soon."""
        pressed = update.callback_query
        if pressed is None or pressed.message is None:
            return
        query = Query(context.bot, pressed.id)
        spinner = asyncio.create_task(query.answer_after(SPINNER_SECONDS))
        try:
            await self._pressed(update, query)
        finally:
            spinner.cancel()
            await query.answer()

    async def on_migration(self, update: Update, _: Context) -> None:
        """A group became a supergroup: both chats tell, in any order."""
        message = _message(update)
        old = message.migrate_from_chat_id or message.chat_id
        new = message.migrate_to_chat_id or message.chat_id
        log.info("telegram.group_moved", old=old, new=new)
        await self._on_moved(str(old), str(new))

    async def on_anonymous(self, update: Update, _: Context) -> None:
        """An administrator who hides behind the group cannot be known: nothing is done for them."""
        message = _message(update)
        if self._ours(message):
            await self._answer(await self._heard(update, message), _to_all(words.anonymous()))

    async def on_membership(self, update: Update, _: Context) -> None:
        """The bot was blocked, kicked or let in; deliveries find out by themselves."""
        change = update.my_chat_member
        if change is not None:
            before, after = change.old_chat_member.status, change.new_chat_member.status
            log.info("telegram.membership", chat=change.chat.id, before=before, after=after)

    async def on_error(self, update: object, context: Context) -> None:
        """The last line of defence: the person gets a reference that is also in the log."""
        if isinstance(context.error, PlatformError) and not isinstance(context.error, TelegramRefused):
            # The person cannot be told on the platform that fails; one that refused a message takes another.
            log.warning("telegram.not_said", error=str(context.error))
            return
        reference = uuid.uuid4().hex[:8]
        log.error("telegram.failed", reference=reference, exc_info=context.error)
        message = update.effective_message if isinstance(update, Update) else None
        if not isinstance(update, Update) or not isinstance(message, Message) or update.effective_user is None:
            return
        place = await self._heard(update, message)
        sorry = words.failed(reference=reference)
        try:
            await self._platform.send(place.chat, Reply(text=sorry, tone=Tone.WARNING))
        except PlatformError as error:
            log.warning("telegram.not_said", error=str(error))

    def _ours(self, message: Message) -> re.Match[str] | None:
        """The command of a message, unless it is meant for another bot."""
        found = _COMMAND.fullmatch((message.text or "").strip())
        return found if found and (found[2] or self._username).lower() == self._username.lower() else None

    async def _command(self, update: Update, message: Message, line: str) -> None:
        place = _place(update, message, line=line)
        turn = await self._pace.turn(place.asker.account)
        if turn is Turn.REFUSE:
            await self._desk.speak_with(place.asker)
            await self._answer(place, Reply(text=too_fast(), tone=Tone.WARNING))
        if turn is not Turn.TAKE:
            return
        await self._answer(place, await self._desk.command(place.asker, line))

    async def _pressed(self, update: Update, query: Query) -> None:
        pressed = update.callback_query
        assert pressed is not None  # noqa: S101  # on_press has seen to it
        assert pressed.message is not None  # noqa: S101
        chat = str(pressed.message.chat.id)
        # The library makes a message that Telegram shows no more a Message too, of no date.
        is_shown = pressed.message.is_accessible
        message = pressed.message if isinstance(pressed.message, Message) and is_shown else None
        place = await self._heard(update, message, chat=chat, query=query)
        try:
            callback = self._platform.signer.read(pressed.data or "", chat)
        except Forged as error:
            log.warning("telegram.press_refused", chat=chat, account=pressed.from_user.id, reason=str(error))
            await query.answer(words.not_yours(), alert=True)
            return
        if callback.press is Press.FORM and not hands_in(callback.value):
            await self._asking.pressed(place, callback.value)
        elif callback.press is Press.ACT and await self._pace.turn(place.asker.account) is not Turn.TAKE:
            await query.answer(too_fast(), alert=True)
        elif callback.press in {Press.ACT, Press.FORM}:
            async with self._journal.one_press(place.account, pressed.data or "", place.asker.key) as first:
                if first:
                    await self._do(place, callback, pressed.message.message_id)
        elif message is None:
            # Deleted, or too old for Telegram to show us: its keyboard cannot ask.
            await query.answer(words.too_late(), alert=True)
        else:
            await self._confirm(message, callback, chat, query)

    async def _do(self, place: Place, callback: Callback, message_id: int) -> None:
        """What must not be done twice: a form is handed in, or a button does its work."""
        if callback.press is Press.FORM:
            await self._asking.pressed(place, callback.value)
            return
        assert isinstance(callback.name, Action)  # noqa: S101  # forms travel as FORM only
        await self._journal.settle(place.chat.target, message_id)
        await self._answer(place, await self._desk.action(place.asker, callback.name, callback.value))

    async def _confirm(self, message: Message, callback: Callback, chat: str, query: Query) -> None:
        rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
        if callback.press is Press.ASK:
            data = self._platform.signer.pack(callback, chat)
            await self._journal.ask(chat, message.message_id, data)
            await query.answer(await self._journal.question(data) or words.press_again(), alert=True)
            markup = asking(rows, callback, chat, self._platform.signer)
        else:
            await self._journal.settle(chat, message.message_id)
            markup = taken_back(rows, callback, chat, self._platform.signer)
        try:
            await patiently(lambda: put(message, markup))
        except (Gone, TelegramRefused) as error:
            if not isinstance(error, Gone) and not nothing_changed(error.__cause__):
                raise
            log.info("telegram.not_edited", error=str(error))

    async def _heard(
        self, update: Update, message: Message | None, *, chat: str = "", query: Query | None = None
    ) -> Place:
        """Where the answer goes; from here on their language is spoken."""
        place = _place(update, message, chat=chat, query=query)
        await self._desk.speak_with(place.asker)
        return place

    async def _answer(self, place: Place, reply: Reply) -> None:
        await self._answering.answer(place, reply, self._asking.begin)


def build_application(bot: ExtBot[Any], handlers: Handlers) -> App:
    """The application. It is fed by whoever receives updates, one `process_update` each."""
    application: App = Application.builder().bot(bot).updater(None).build()
    application.add_handlers(handlers.table())
    application.add_error_handler(handlers.on_error)
    return application


def _place(
    update: Update, message: Message | None, *, line: str = "", chat: str = "", query: Query | None = None
) -> Place:
    user = update.effective_user
    assert user is not None  # noqa: S101  # every update of the table has a sender
    chat_id = int(chat) if chat else message.chat_id if message else user.id
    thread = str(message.message_thread_id) if message is not None and message.is_topic_message else ""
    asker = Asker(
        account=account_of(user.id),
        place=place_of(chat_id, thread),
        key=f"tg{update.update_id}",
        locale=_locale(user),
    )
    address = Address(workspace="", target=str(chat_id), direct=chat_id > 0, thread=thread)
    return Place(
        asker=asker,
        name=user.first_name,
        chat=address,
        line=line,
        said=message.message_id if message else None,
        pressed=sent(address, [Part.of(message)]) if query is not None and message is not None else None,
        query=query,
    )


def _message(update: Update) -> Message:
    message = update.message
    assert message is not None  # noqa: S101  # the filters let only messages through
    return message


def _locale(user: User) -> str:
    return user.language_code or "en"


def _to_all(text: str) -> Reply:
    return Reply(text=text, tone=Tone.WARNING, audience=Audience.CHANNEL)
