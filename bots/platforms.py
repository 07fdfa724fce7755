"""Opens a platform by its name, loading no other platform's library."""

from dataclasses import replace

from bots.platform import Platform
from bots.settings import BotSettings

LONGEST_WAIT_SECONDS = 2.0
"""What must wait longer for its turn in a chat goes back to the service until then: other chats need the thread."""


class NotConfigured(Exception):
    """A platform that is asked for and has no token."""


async def open_platform(name: str, settings: BotSettings) -> Platform:
    """The platform to deliver on. Raises NotConfigured."""
    match name:
        case "terminal":
            from bots.terminal.adapter import TerminalPlatform  # noqa: PLC0415

            return TerminalPlatform(settings.redis_url)
        case "slack" if settings.slack_bot_token or settings.slack_client_id:
            from bots.slack.opening import open_workspaces  # noqa: PLC0415

            return open_workspaces(settings)
        case "telegram" if settings.telegram_bot_token:
            from redis.asyncio import Redis  # noqa: PLC0415

            from bots.telegram.options import TelegramOptions, make_platform  # noqa: PLC0415

            options = replace(TelegramOptions.from_settings(settings), longest_wait=LONGEST_WAIT_SECONDS)
            return make_platform(options, Redis.from_url(settings.redis_url))
    raise NotConfigured(f"{name} has no token: see `rota doctor`")
