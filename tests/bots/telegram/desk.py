"""A chat core for tests of the bot alone: it notes what it is asked, and answers with the replies it was given."""

import asyncio
from dataclasses import dataclass, field

from bots import languages
from bots.actions import Action, FormId
from bots.desk import Asker
from bots.reply import Form, Reply, Tone


@dataclass
class NotingDesk:
    """`replies` are by command (`/publish`), action (`week.publish`) or form (`timeoff`)."""

    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[tuple[Asker, str]] = field(default_factory=list)
    answers: list[dict[str, str]] = field(default_factory=list)
    slow: float = 0.0

    async def speak_with(self, asker: Asker) -> None:
        """Take the platform's word for it."""
        languages.speak(asker.locale)

    async def command(self, asker: Asker, line: str) -> Reply:
        """Note and answer."""
        return await self._reply(asker, line, line.partition(" ")[0])

    async def action(self, asker: Asker, action: Action, value: str) -> Reply:
        """Note and answer."""
        return await self._reply(asker, f"{action} {value}", action)

    async def form(self, asker: Asker, form: FormId, value: str, answers: dict[str, str]) -> Reply:
        """Note and answer; a first of April is refused."""
        self.answers.append(answers)
        if answers.get("from", "").endswith("-04-01"):
            return Reply(text="No.", tone=Tone.REFUSAL, faults=(("from", "Not on the first of April."),))
        return await self._reply(asker, f"{form} {value}", form)

    @property
    def lines(self) -> list[str]:
        """What was asked, in order."""
        return [line for _, line in self.asked]

    async def _reply(self, asker: Asker, line: str, key: str) -> Reply:
        self.asked.append((asker, line))
        await asyncio.sleep(self.slow)
        if key == "/boom":
            raise RuntimeError("boom")
        return self.replies.get(key, Reply(text=f"answer to {line}"))


def asks(form: Form) -> Reply:
    """A reply that asks a form."""
    return Reply(text="Tell me when.", form=form)
