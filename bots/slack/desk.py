"""What Slack needs of the chat core, as `bots.desk.Desk` has it."""

from typing import Protocol

from bots.actions import Action, FormId
from bots.desk import Asker
from bots.reply import Reply
from service.schemas.chat import ChatAccount, ChatPlace

PLATFORM = "slack"


class SlackDesk(Protocol):
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
        """The answer to a form; `faults` in it keep the form open."""
        ...

    async def gone(self, account: ChatAccount) -> None:
        """Slack has closed this account."""
        ...


def account_of(workspace: str, user: str, email: str | None = None) -> ChatAccount:
    """Somebody on Slack; `email` only where Slack has confirmed it."""
    return ChatAccount(platform=PLATFORM, workspace=workspace, external_id=user, email=email)


def place_of(workspace: str, channel: str) -> ChatPlace | None:
    """A channel; None for a direct conversation, or where there is no channel, as on the Home tab."""
    if not channel or channel.startswith("D"):
        return None
    return ChatPlace(platform=PLATFORM, workspace=workspace, external_id=channel)
