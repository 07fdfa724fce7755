"""What the Telegram bot needs to know, taken from the settings of the bots and checked for mix-ups."""

import re
from dataclasses import dataclass

from redis.asyncio import Redis

from bots.settings import BotSettings
from bots.telegram.adapter import OnMoved, TelegramPlatform, make_bot
from bots.telegram.callbacks import CallbackSigner
from bots.telegram.journal import Journal
from bots.telegram.limits import PacedRateLimiter, Paces
from bots.telegram.looking import Lookout

# https://core.telegram.org/bots/api#setwebhook
SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")


class Misconfigured(Exception):
    """A setting is missing or mixed up; the message says which and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramOptions:
    """How the bot reaches Telegram, and Telegram the bot: without a `webhook_url` it polls."""

    token: str
    api_url: str = "https://api.telegram.org"
    webhook_url: str | None = None
    webhook_secret: str = ""
    host: str = "0.0.0.0"  # noqa: S104  # Telegram reaches it from outside, through whatever terminates TLS
    port: int = 3001
    paces: Paces | None = None
    longest_wait: float = 25.0
    """Seconds that a message may wait for its turn; one that must wait longer is refused with the time it takes."""

    @classmethod
    def from_settings(
        cls,
        settings: BotSettings,
        *,
        host: str = "0.0.0.0",  # noqa: S104
        port: int = 3001,
    ) -> "TelegramOptions":
        """The options that these settings say. Raises Misconfigured."""
        token = settings.telegram_bot_token.get_secret_value() if settings.telegram_bot_token else ""
        secret = settings.telegram_webhook_secret.get_secret_value() if settings.telegram_webhook_secret else ""
        if not TOKEN.fullmatch(token):
            raise Misconfigured("TELEGRAM_BOT_TOKEN must be the token that @BotFather gave, such as 123456:ABC-DEF…")
        if settings.telegram_webhook_url and not SECRET.fullmatch(secret):
            raise Misconfigured(
                "TELEGRAM_WEBHOOK_SECRET must be 16 to 256 letters, digits, _ or -: without it anybody could pose as "
                "Telegram. Make one with: openssl rand -hex 32"
            )
        return cls(
            token=token,
            api_url=settings.telegram_api_url,
            webhook_url=settings.telegram_webhook_url,
            webhook_secret=secret,
            host=host,
            port=port,
        )


def make_platform(options: TelegramOptions, redis: Redis, on_moved: OnMoved | None = None) -> TelegramPlatform:
    """The adapter, at Telegram's pace. Closing it closes `redis` too."""
    limiter = PacedRateLimiter(redis, paces=options.paces, longest_wait=options.longest_wait)
    bot = make_bot(options.token, options.api_url, limiter)
    return TelegramPlatform(
        bot, CallbackSigner(options.token), journal=Journal(redis), lookout=Lookout(redis), on_moved=on_moved
    )
