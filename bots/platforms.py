"""Opens a platform by its name, loading no other platform's library."""

from bots.platform import Platform
from bots.settings import BotSettings


class NotConfigured(Exception):
    """A platform that is asked for and has no token."""


async def open_platform(name: str, settings: BotSettings) -> Platform:
    """The platform to speak on. Raises NotConfigured."""
    match name:
        case "terminal":
            from bots.terminal.adapter import TerminalPlatform  # noqa: PLC0415

            return TerminalPlatform(settings.redis_url)
        case "slack" if settings.slack_bot_token is not None:
            from bots.slack.adapter import SlackPlatform, web_client  # noqa: PLC0415

            return SlackPlatform(web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url))
        case "telegram" if settings.telegram_bot_token is not None:
            from redis.asyncio import Redis  # noqa: PLC0415

            from bots.telegram.options import TelegramOptions, make_platform  # noqa: PLC0415

            return make_platform(TelegramOptions.from_settings(settings), Redis.from_url(settings.redis_url))
    raise NotConfigured(f"{name} has no token: see `rota doctor`")
