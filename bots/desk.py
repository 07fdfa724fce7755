"""The front desk of the chat core: who asks, which command or button it is, and a Reply to everything."""

import contextlib
import difflib
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog
from pydantic import ValidationError

from bots import languages, words, words_refusals
from bots.actions import Action, FormId
from bots.client import Refused, Service, ServiceError, Unreachable
from bots.commands.choosing import choice
from bots.commands.registry import ACTIONS, COMMANDS, FORMS
from bots.commands.talk import Refusal, Talk, WhichTeam
from bots.inviting import TelegramName, no_telegram
from bots.languages import _
from bots.reply import Reply, Tone
from service.schemas import traces
from service.schemas.chat import ChatAccount, ChatAccountGone, ChatPlace
from service.schemas.people import TeamRead

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Somebody on a chat platform. `place` is the channel, or None in a direct conversation; `key` names the request,
    so that one that arrives twice has one effect. `alone` says that nobody else sees the message whose button they
    pressed, though it is in a channel."""

    account: ChatAccount
    place: ChatPlace | None
    key: str
    locale: str = "en"
    alone: bool = False


class Desk:
    """Answers commands, buttons and forms. Never raises: whatever goes wrong is a Reply."""

    def __init__(self, service: Service, telegram_name: TelegramName = no_telegram) -> None:
        self._service = service
        self._telegram_name = telegram_name

    async def command(self, asker: Asker, line: str) -> Reply:
        """The answer to a line such as `/optimize next week`."""
        await self.speak_with(asker)
        word, __, argument = line.strip().partition(" ")
        name = word.removeprefix("/").partition("@")[0].lower()
        if name == "link":
            return await self._guarded(lambda: self._link(asker, argument.strip()))
        command = COMMANDS.get(name)
        if command is None:
            near = difflib.get_close_matches(name, COMMANDS, n=2, cutoff=0.6)
            text = words.unknown_command(word, [f"/{each}" for each in near])
            return Reply(text=text, tone=Tone.REFUSAL)
        traces.note(command=name)

        async def run() -> Reply:
            talk = await self._talk(asker)
            try:
                return _dated(await command.run(talk, argument.strip()), talk)
            except WhichTeam as which:
                return choice(which, f"{name} {argument.strip()}".strip())

        return await self._guarded(run)

    async def action(self, asker: Asker, action: Action, value: str) -> Reply:
        """The answer to a pressed button."""
        traces.note(action=action.value)
        await self.speak_with(asker)

        async def run() -> Reply:
            talk = await self._talk(asker)
            return _dated(await ACTIONS[action](talk, value), talk)

        return await self._guarded(run)

    async def form(self, asker: Asker, form: FormId, value: str, answers: dict[str, str]) -> Reply:
        """The answer to a form; `faults` in it keep the form open."""
        traces.note(form=form.value)
        await self.speak_with(asker)

        async def run() -> Reply:
            talk = await self._talk(asker)
            return _dated(await FORMS[form](talk, value, answers), talk)

        return await self._guarded(run)

    async def speak_with(self, asker: Asker) -> None:
        """Speak the asker's language for the rest of the task; the platform's, where Rota does not know them."""
        languages.speak(asker.locale)
        # Whatever is wrong with the service shows, and is told, when it is asked for the answer itself.
        with contextlib.suppress(ServiceError, ValidationError):
            languages.speak((await self._service.person(_account(asker), key=asker.key)).user.locale)

    async def gone(self, account: ChatAccount) -> None:
        """The platform has closed this account. Raises ServiceError."""
        self._service.forget(account)
        await self._service.account_gone(ChatAccountGone(**account.model_dump(exclude={"email"})))

    async def team(self, asker: Asker) -> TeamRead:
        """The team that the asker speaks of. Raises Refusal or ServiceError."""
        return await (await self._talk(asker)).team()

    async def _talk(self, asker: Asker) -> Talk:
        person = await self._service.person(_account(asker), key=asker.key)
        return Talk(person=person, place=asker.place, alone=asker.alone, telegram_name=self._telegram_name)

    async def _link(self, asker: Asker, code: str) -> Reply:
        if not code:
            raise Refusal(words.LINK_HOW)
        session = await self._service.link(_account(asker), code)
        self._service.forget(_account(asker))
        languages.speak(session.user.locale)
        return Reply(text=words.welcome(session.user.name), tone=Tone.SUCCESS)

    async def _guarded(self, answer: Callable[[], Awaitable[Reply]]) -> Reply:
        try:
            return await answer()
        except Refusal as refusal:
            return Reply(text=_(str(refusal)), tone=Tone.REFUSAL)
        except Refused as refused:
            return Reply(text=words_refusals.refusal(refused.problem), tone=Tone.REFUSAL)
        except Unreachable as error:
            log.warning("desk.service_unreachable", error=str(error))
            return Reply(text=_(words.UNREACHABLE), tone=Tone.REFUSAL)
        except Exception:  # the last line of defence: people meet a reference, never a stack trace
            reference = uuid.uuid4().hex[:8]
            log.exception("desk.failed", reference=reference)
            return Reply(text=words.broken(reference), tone=Tone.REFUSAL)


def _dated(reply: Reply, talk: Talk) -> Reply:
    """The reply; a form in it knows what day it is where the person works."""
    return reply if reply.form is None else replace(reply, form=replace(reply.form, today=talk.today()))


def _account(asker: Asker) -> ChatAccount:
    """The account, with the language of its platform for somebody whom Rota meets for the first time."""
    return asker.account.model_copy(update={"locale": asker.locale[:16]})
