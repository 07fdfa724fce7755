"""Asking "sure?" inside the keyboard: the pressed key makes way for Yes and Back, and Back brings it again.

All that is needed stands in the keyboard itself, so a restart changes nothing. That a message asks is noted only for
those who change it meanwhile, as whoever follows a run does: the question then stays.
"""

from collections.abc import Sequence
from dataclasses import replace

from telegram import InlineKeyboardMarkup, Message

from bots import languages
from bots.telegram import words
from bots.telegram.callbacks import Callback, CallbackSigner, Forged, Press
from bots.telegram.errors import translated
from bots.telegram.markup import shorten
from bots.telegram.render import BUTTON_TEXT, Key, TelegramMessage

Rows = Sequence[Sequence[Key]]


def asking(rows: Rows, asked: Callback, chat: str, signer: CallbackSigner) -> InlineKeyboardMarkup:
    """The keyboard with Yes and Back in place of the key that was pressed."""
    data = signer.pack(asked, chat)
    pressed = next((key for row in rows for key in row if key.callback_data == data), None)
    yes = Key(
        shorten(words.yes(label=pressed.text if pressed else ""), BUTTON_TEXT),
        callback_data=signer.pack(replace(asked, press=Press.ACT), chat),
        style=pressed.style if pressed else None,
    )
    back = Key(f"‹ {words.back()}", callback_data=signer.pack(replace(asked, press=Press.BACK), chat))
    return InlineKeyboardMarkup([*_without(rows, data), [yes, back]])


def still_asking(said: TelegramMessage, data: str | None, chat: str, signer: CallbackSigner) -> TelegramMessage:
    """What a message now says, with the open question about the key of `data`; without where that key is gone."""
    if data is None or not any(key.callback_data == data for row in said.keyboard for key in row):
        return said
    try:
        asked = signer.read(data, chat)
    except Forged:
        return said
    rows = asking(said.keyboard, asked, chat, signer).inline_keyboard
    return replace(said, keyboard=tuple(tuple(row) for row in rows))


def taken_back(rows: Rows, back: Callback, chat: str, signer: CallbackSigner) -> InlineKeyboardMarkup:
    """The keyboard with the key again whose question was taken back."""
    yes_data = signer.pack(replace(back, press=Press.ACT), chat)
    yes = next((key for row in rows for key in row if key.callback_data == yes_data), None)
    key = Key(
        (_asked_about(yes.text) if yes else "") or "?",
        callback_data=signer.pack(replace(back, press=Press.ASK), chat),
        style=yes.style if yes else None,
    )
    return InlineKeyboardMarkup([*_without(rows, yes_data, signer.pack(back, chat)), [key]])


async def put(message: Message, markup: InlineKeyboardMarkup) -> None:
    """Give a message this keyboard. Raises PlatformError."""
    with translated():
        await message.edit_reply_markup(markup)


def _asked_about(yes: str) -> str:
    """The label that a Yes is about, in whichever language somebody else in the group was asked."""
    for tag in languages.LANGUAGES:
        with languages.speaking(tag):
            before, __, after = words.yes(label="\0").partition("\0")
        if yes.startswith(before) and yes.endswith(after):
            return yes.removeprefix(before).removesuffix(after)
    return yes


def _without(rows: Rows, *gone: str) -> list[list[Key]]:
    kept = [[key for key in row if key.callback_data not in gone] for row in rows]
    return [row for row in kept if row]
