"""The commands that Telegram offers while somebody types `/`, by kind of chat and language."""

from collections.abc import Sequence

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError

from bots import languages, words
from bots.commands.command import Command
from bots.commands.registry import COMMANDS
from bots.languages import LANGUAGES, N_, _
from bots.telegram.markup import shorten

# What a group offers while typing; everything else is answered in private, but works there too.
IN_GROUPS = frozenset({"schedule", "optimize", "publish", "runs", "open", "assign", "why", "whatif", "setup", "help"})
# These two are not the chat core's.
LINK = ("link", N_("link your account with a code"))
CANCEL = ("cancel", N_("stop answering questions"))
DESCRIPTION = 256

log = structlog.get_logger()


async def publish_menu(bot: Bot) -> None:
    """Tell Telegram the commands; without them the bot still works, so a failure is only logged."""
    commands = [*COMMANDS.values()]
    grouped = [command for command in commands if command.name in IN_GROUPS]
    scopes: tuple[tuple[BotCommandScope, list[Command], bool], ...] = (
        (BotCommandScopeAllPrivateChats(), commands, True),
        (BotCommandScopeAllGroupChats(), [command for command in grouped if not command.manager], False),
        (BotCommandScopeAllChatAdministrators(), grouped, False),
    )
    try:
        for tag in LANGUAGES:
            # English stands for every language that has no list of its own.
            code = None if tag == languages.ENGLISH else tag
            for scope, offered, private in scopes:
                with languages.speaking(tag):
                    entries = _entries(offered, (LINK, CANCEL) if private else ())
                await bot.set_my_commands(entries, scope=scope, language_code=code)
    except TelegramError as error:
        log.warning("telegram.menu_not_set", error=error.message)


def _entries(commands: Sequence[Command], more: Sequence[tuple[str, str]]) -> list[BotCommand]:
    named = [*((command.name, command.summary) for command in commands), *more]
    return [BotCommand(name, shorten(words.sentence(_(summary)), DESCRIPTION)) for name, summary in named]
