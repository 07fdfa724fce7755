"""The commands that Telegram offers while somebody types `/`, by kind of chat and language."""

from dataclasses import dataclass

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

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Entry:
    """A command, what it does in each language, and whether groups and only managers need it."""

    command: str
    english: str
    german: str
    group: bool = False
    manager: bool = False


ENTRIES = (
    Entry("myshifts", "Your shifts this week", "Deine Schichten dieser Woche"),
    Entry("schedule", "The whole week", "Die ganze Woche", group=True),
    Entry("swap", "Trade a shift", "Eine Schicht tauschen"),
    Entry("drop", "Give a shift back", "Eine Schicht abgeben"),
    Entry("open", "Shifts you can take", "Schichten, die du übernehmen kannst", group=True),
    Entry("sick", "Call in sick", "Krank melden"),
    Entry("timeoff", "Ask for time off", "Urlaub oder frei beantragen"),
    Entry("prefer", "Say what you like to work", "Wünsche angeben"),
    Entry("available", "Say when you can work", "Verfügbarkeit angeben"),
    Entry("hours", "Your hours this week", "Deine Stunden dieser Woche"),
    Entry("calendar", "Your shifts in your calendar", "Deine Schichten im Kalender"),
    Entry("why", "Why a shift is as it is", "Warum eine Schicht so ist", group=True),
    Entry("optimize", "Plan a week", "Eine Woche planen", group=True, manager=True),
    Entry("runs", "The latest plans", "Die letzten Planungen", group=True, manager=True),
    Entry("publish", "Publish a week", "Eine Woche veröffentlichen", group=True, manager=True),
    Entry("assign", "Put somebody on a shift", "Jemanden einteilen", group=True, manager=True),
    Entry("approvals", "Requests that wait for you", "Anfragen, die auf dich warten", manager=True),
    Entry("whatif", "Try a change", "Eine Änderung ausprobieren", group=True, manager=True),
    Entry("export", "The week as a file", "Die Woche als Datei", manager=True),
    Entry("link", "Link your account or this group", "Konto oder Gruppe verbinden", group=True),
    Entry("cancel", "Stop answering questions", "Fragen abbrechen"),
    Entry("help", "What Rota can do", "Was Rota kann", group=True),
)


async def publish_menu(bot: Bot) -> None:
    """Tell Telegram the commands; without them the bot still works, so a failure is only logged."""
    scopes: tuple[tuple[BotCommandScope, list[Entry]], ...] = (
        (BotCommandScopeAllPrivateChats(), [*ENTRIES]),
        (BotCommandScopeAllGroupChats(), [entry for entry in ENTRIES if entry.group and not entry.manager]),
        (BotCommandScopeAllChatAdministrators(), [entry for entry in ENTRIES if entry.group]),
    )
    try:
        for scope, entries in scopes:
            english = [BotCommand(entry.command, entry.english) for entry in entries]
            german = [BotCommand(entry.command, entry.german) for entry in entries]
            await bot.set_my_commands(english, scope=scope)
            await bot.set_my_commands(german, scope=scope, language_code="de")
    except TelegramError as error:
        log.warning("telegram.menu_not_set", error=error.message)
