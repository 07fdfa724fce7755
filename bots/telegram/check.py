"""Asks Telegram who the bot is."""

from telegram import Bot
from telegram.error import TelegramError


async def username(token: str, api_url: str) -> str | None:
    """The bot's name without the @; None where Telegram does not take the token or cannot be reached."""
    try:
        async with Bot(token, base_url=f"{api_url.rstrip('/')}/bot") as bot:
            return bot.username
    except TelegramError:
        return None
