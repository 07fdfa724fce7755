"""A one-time code for a person, with the link and the picture that take it to a chat for them."""

import io
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

import segno

from bots.settings import BotSettings

# Answers with the name of the Telegram bot without the @, or None where there is none, or Telegram does not say.
TelegramName = Callable[[], Coroutine[Any, Any, str | None]]


def asking_telegram(settings: BotSettings) -> TelegramName:
    """Asks Telegram what the bot of these settings is called, until it has said so once."""
    known: str | None = None

    async def ask() -> str | None:
        nonlocal known
        if known is None and settings.telegram_bot_token:
            from bots.telegram.check import username  # noqa: PLC0415  # loads Telegram's library only where it is used

            known = await username(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
        return known

    return ask


async def no_telegram() -> str | None:
    """Where there is no Telegram bot."""
    return None


def telegram_link(username: str, code: str) -> str:
    """Opens the bot and hands it the code when Start is pressed: https://core.telegram.org/bots/features#deep-linking."""
    return f"https://t.me/{quote(username)}?start={quote(code)}"


def qr_code(link: str) -> str:
    """A QR code to show in a terminal."""
    drawn = io.StringIO()
    segno.make(link, error="m").terminal(drawn, compact=True)
    return drawn.getvalue()


def qr_picture(link: str) -> bytes:
    """A QR code as PNG."""
    drawn = io.BytesIO()
    segno.make(link, error="m").save(drawn, kind="png", scale=8)
    return drawn.getvalue()


def invitation(name: str, code: str, minutes: int, username: str | None) -> str:
    """What to hand to this person; `username` is that of the Telegram bot, where there is one."""
    lines = [f"{name}'s code, for {minutes} minutes and one use: {code}", "In chat: /link " + code]
    if username:
        link = telegram_link(username, code)
        lines += [f"On Telegram: {link}", "", qr_code(link)]
    return "\n".join(lines)
