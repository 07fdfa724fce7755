"""Leads conversations: asks the next question, takes answers pressed and written, hands the form in."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bots.platform import Gone, SentMessage
from bots.reply import Reply
from bots.telegram import words
from bots.telegram.adapter import TelegramPlatform
from bots.telegram.answering import Place, patiently
from bots.telegram.callbacks import Callback, Press
from bots.telegram.conversation import (
    Conversation,
    Stale,
    Verb,
    View,
    WrongAnswer,
    press,
    typed,
    value_of,
    verb_of,
    with_faults,
)
from bots.telegram.desk import TelegramDesk
from bots.telegram.errors import TelegramRefused
from bots.telegram.markup import Run, marked
from bots.telegram.questions import question
from bots.telegram.render import TelegramMessage
from bots.telegram.store import Conversations

Answer = Callable[[Place, Reply], Awaitable[None]]


class Asking:
    """Conversations, each in the private chat of who answers. `answer` says what came of a form."""

    def __init__(
        self, desk: TelegramDesk, platform: TelegramPlatform, conversations: Conversations, answer: Answer
    ) -> None:
        self._desk = desk
        self._platform = platform
        self._conversations = conversations
        self._answer = answer

    async def begin(self, place: Place, reply: Reply) -> None:
        """Ask the first question of a reply's form, in place of the pressed message where that is meant."""
        assert reply.form is not None  # noqa: S101  # a reply without a form never comes here
        conversation = Conversation(id=_name(), form=reply.form, intro=reply.text)
        if reply.faults:
            conversation = with_faults(conversation, reply.faults)
        over = place.pressed if reply.update and place.chat.direct else None
        await self._ask(place, conversation, View(), over)

    async def pressed(self, place: Place, value: str) -> None:
        """A key of a question was pressed."""
        conversation = await self._conversations.get(place.account)
        try:
            verb, argument = verb_of(conversation, value)
            assert conversation is not None  # noqa: S101  # verb_of has seen to it
            if verb is Verb.NOTHING:
                return
            if verb is Verb.CANCEL:
                await self._close(place, conversation, words.cancelled())
            elif verb is Verb.SUBMIT and conversation.asked is None:
                await self._submit(place, conversation)
            else:
                following, view = press(conversation, verb, argument)
                await self._ask(place, following, view, _message_of(place, conversation))
        except Stale:
            if place.query is not None:
                await place.query.answer(words.answered_already() if conversation else words.too_late())

    async def written(self, place: Place, text: str) -> bool:
        """Something was written in the private chat; False when no question was open."""
        conversation = await self._conversations.get(place.account)
        if conversation is None:
            return False
        before = _message_of(place, conversation)
        try:
            following = typed(conversation, text)
        except Stale:
            following = conversation
        except WrongAnswer as error:
            asked = conversation.asked
            following = replace(conversation, faults={asked.name: str(error)} if asked else {})
        # The question moves below what was written; where it stood, its keys would only mislead.
        await self._ask(place, following, View(), None)
        await self._platform.remove(before)
        return True

    async def cancel(self, place: Place) -> bool:
        """End the open conversation; False when there is none."""
        conversation = await self._conversations.get(place.account)
        if conversation is None:
            return False
        await self._close(place, conversation, words.cancelled())
        return True

    async def _ask(self, place: Place, conversation: Conversation, view: View, over: SentMessage | None) -> None:
        chat = place.person.target

        def data_of(verb: Verb, argument: str) -> str:
            value = value_of(conversation, verb, argument)
            callback = Callback(press=Press.FORM, name=conversation.form.form, value=value)
            return self._platform.signer.pack(callback, chat)

        said = question(conversation, view, data_of, conversation.today)
        sent = await self._put(place, said, over)
        await self._conversations.put(place.account, replace(conversation, message_id=sent.message_id))

    async def _put(self, place: Place, said: TelegramMessage, over: SentMessage | None) -> SentMessage:
        if over is not None:
            try:
                return await patiently(lambda: self._platform.amend(over, said))
            except (Gone, TelegramRefused):
                # Deleted or too old: the question comes in a new message.
                pass
        return await patiently(lambda: self._platform.say(place.person, said))

    async def _submit(self, place: Place, conversation: Conversation) -> None:
        form = conversation.form
        reply = await self._desk.form(place.asker, form.form, form.value, conversation.answers)
        message = _message_of(place, conversation)
        if reply.faults:
            # Under another name, so that handing it in anew is no double click of having done so before.
            again = with_faults(replace(conversation, id=_name()), reply.faults)
            await self._ask(place, again, View(), message)
            return
        await self._conversations.drop(place.account)
        if reply.form is not None:
            await self.begin(replace(place, pressed=message), replace(reply, update=True))
        else:
            await self._answer(replace(place, pressed=message), replace(reply, update=True))

    async def _close(self, place: Place, conversation: Conversation, text: str) -> None:
        await self._conversations.drop(place.account)
        await self._put(place, TelegramMessage(html=marked([Run(text)])), _message_of(place, conversation))


def _name() -> str:
    return secrets.token_hex(2)


def _message_of(place: Place, conversation: Conversation) -> SentMessage:
    return SentMessage(address=place.person, message_id=conversation.message_id)
