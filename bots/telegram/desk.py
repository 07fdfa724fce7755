"""What Telegram needs of the chat core, as `bots.desk.Desk` has it. Telegram has no workspaces: theirs is empty."""

from typing import Protocol

from bots.actions import Action, FormId
from bots.desk import Asker
from bots.reply import Reply
from service.schemas.chat import ChatAccount, ChatPlace

PLATFORM = "telegram"


class TelegramDesk(Protocol):
    """Answers commands, buttons and forms; every refusal is a Reply too."""

    async def speak_with(self, asker: Asker) -> None:
        """Speak the asker's language for the rest of the task."""
        ...

    async def command(self, asker: Asker, line: str) -> Reply:
        """The answer to a line such as `/optimize next week`."""
        ...

    async def action(self, asker: Asker, action: Action, value: str) -> Reply:
        """The answer to a pressed button."""
        ...

    async def form(self, asker: Asker, form: FormId, value: str, answers: dict[str, str]) -> Reply:
        """The answer to a form; `faults` in it ask those inputs again."""
        ...


def account_of(user_id: int) -> ChatAccount:
    """Somebody on Telegram, which verifies no address."""
    return ChatAccount(platform=PLATFORM, external_id=str(user_id))


def place_of(chat_id: int, thread: str = "") -> ChatPlace | None:
    """A group or a topic in it; None for a private chat, whose id is above zero."""
    if chat_id > 0:
        return None
    return ChatPlace(platform=PLATFORM, external_id=str(chat_id), thread=thread)
