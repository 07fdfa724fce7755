"""What Slack needs of the chat core: who asks, and the three things people do."""

from dataclasses import dataclass
from typing import Protocol

from bots.actions import Action, FormId
from bots.reply import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Somebody on Slack, and where they are. `email` only where Slack has verified it; `key` names this request."""

    workspace: str
    account: str
    channel: str
    direct: bool
    key: str
    email: str | None = None
    locale: str = "en"
    time_zone: str = "UTC"


class Desk(Protocol):
    """Answers commands, buttons and forms; every refusal is a Reply too."""

    async def command(self, asker: Asker, line: str) -> Reply:
        """The answer to a line such as `/optimize next week`."""
        ...

    async def action(self, asker: Asker, action: Action, value: str) -> Reply:
        """The answer to a pressed button."""
        ...

    async def form(self, asker: Asker, form: FormId, value: str, answers: dict[str, str]) -> Reply:
        """The answer to a form; `faults` in it keep the form open."""
        ...
