"""The terminal chat: `@name /command` on one side, replies, channel posts and direct messages on the other."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from rich.console import Console as Screen
from rich.text import Text

from bots.client import Refused, Service, ServiceError
from bots.commands.talk import Refusal
from bots.desk import Asker, Desk
from bots.following import follow
from bots.platform import Address
from bots.reply import Audience, Button, Reply, Tone
from bots.terminal import asking
from bots.terminal.adapter import TerminalPlatform
from bots.terminal.post import Post
from bots.terminal.render import progress_line, show
from service.schemas.chat import ChatAccount
from service.schemas.people import TeamRead

PLATFORM = "terminal"
LINE = re.compile(r"^@(?P<handle>\S+)\s+(?P<said>.+)$")
HOW = "Say who speaks and what: @maria /optimize next week. @maria /help lists what she can type."
POLL_SECONDS = 0.1
FOLLOW_SECONDS = 0.5
# A transcript is read, not watched: progress is worth a line every few seconds.
PROGRESS_SECONDS = 3.0

# Raises when the wait is in vain; True when nothing is under way any more.
IsQuiet = Callable[[], Awaitable[bool]]


class Console:
    """One terminal chat. `is_quiet` tells whether everything that was caused has been said."""

    def __init__(
        self, service: Service, platform: TerminalPlatform, screen: Screen, pictures: Path, is_quiet: IsQuiet
    ) -> None:
        self._service = service
        self._desk = Desk(service)
        self._platform = platform
        self._screen = screen
        self._pictures = pictures
        self._is_quiet = is_quiet
        self._buttons: dict[int, Button] = {}
        self._forms: dict[str, asking.Asking] = {}
        self._followers: dict[int, tuple[asyncio.Task[None], Asker]] = {}
        self._read_to = ""
        self._progress_at = 0.0
        self._refused = False

    async def start(self) -> None:
        """Begin to listen; what was said before is history."""
        self._read_to = await self._platform.newest()

    async def run_line(self, line: str) -> bool:
        """Say a line as the person that it names; False where it was refused."""
        match = LINE.match(line.strip())
        if match is None:
            self._print("Rota", Reply(text=HOW, tone=Tone.REFUSAL))
            return False
        handle, said = match["handle"].lower(), match["said"].strip()
        account = ChatAccount(platform=PLATFORM, external_id=handle)
        asker = Asker(account=account, place=None, key=uuid4().hex)
        reply = await self._reply(asker, said)
        if reply.form is not None and not reply.faults:
            self._forms[handle] = asking.begin(reply)
            reply = asking.question(self._forms[handle])
        await self._answer(asker, reply)
        return reply.tone is not Tone.REFUSAL

    async def _reply(self, asker: Asker, said: str) -> Reply:
        form = self._forms.get(asker.account.external_id)
        if form is not None and not said.startswith("/"):
            return await self._form(asker, form, said)
        # Whoever types a command has left the form.
        self._forms.pop(asker.account.external_id, None)
        if said.isdigit() and int(said) in self._buttons:
            button = self._buttons[int(said)]
            return await self._desk.action(asker, button.action, button.value)
        return await self._desk.command(asker, said)

    async def _form(self, asker: Asker, form: asking.Asking, said: str) -> Reply:
        """The next question, or what came of the form once all are answered."""
        handle = asker.account.external_id
        try:
            form = asking.answered(form, said, form.form.today or datetime.now(UTC).date())
        except asking.WrongAnswer as error:
            return asking.question(replace(form, faults={form.asked.name: str(error)}))
        self._forms[handle] = form
        if form.to_come:
            return asking.question(form)
        reply = await self._desk.form(asker, form.form.form, form.form.value, asking.filled(form))
        if reply.faults:
            self._forms[handle] = asking.again(form, reply.faults)
            return asking.question(self._forms[handle])
        del self._forms[handle]
        return reply

    async def settle(self) -> bool:
        """Return when everything that the last line caused has been shown; False where one of it was a refusal."""
        self._refused = False
        while True:
            quiet = not self._running() and await self._is_quiet()
            shown = await self._show_new()
            if quiet and not shown:
                return not self._refused
            await asyncio.sleep(POLL_SECONDS)

    async def stop_runs(self) -> None:
        """Ask every run that is followed to stop, as the one who asked for it."""
        for run_id, (_, asker) in self._followers.items():
            with contextlib.suppress(ServiceError):
                person = await self._service.person(asker.account)
                await person.cancel(run_id)

    async def close(self) -> None:
        """Stop listening."""
        for task, _ in self._followers.values():
            task.cancel()
        await asyncio.gather(*(task for task, _ in self._followers.values()), return_exceptions=True)

    async def _answer(self, asker: Asker, reply: Reply) -> None:
        if reply.audience is not Audience.CHANNEL or reply.tone is Tone.REFUSAL:
            self._print(f"Rota → @{asker.account.external_id}", reply)
            return
        try:
            team = await self._team(asker, reply)
        except (Refusal, Refused):
            self._print(f"Rota → @{asker.account.external_id}", reply)
            return
        address = Address(workspace="", target=channel_of(team.name), direct=False)
        sent = await self._platform.send(address, reply)
        if reply.follow_run is not None:
            person = await self._service.person(asker.account)
            following = follow(person, self._platform, reply.follow_run, sent, every=FOLLOW_SECONDS)
            self._followers[reply.follow_run] = asyncio.create_task(following), asker

    async def _team(self, asker: Asker, reply: Reply) -> TeamRead:
        """Whose channel a reply belongs into. Raises Refusal or Refused."""
        if reply.follow_run is None:
            return await self._desk.team(asker)
        person = await self._service.person(asker.account)
        return await person.team((await person.run(reply.follow_run)).team_id)

    def _running(self) -> bool:
        self._followers = {run: each for run, each in self._followers.items() if not each[0].done()}
        return bool(self._followers)

    async def _show_new(self) -> bool:
        posts = await self._platform.read(self._read_to)
        for post in posts:
            self._read_to = post.message_id
            self._show(post)
        return bool(posts)

    def _show(self, post: Post) -> None:
        where = f"Rota → @{post.address.target} (direct message)" if post.address.direct else post.address.target
        if post.edits is None:
            self._refused = self._refused or post.reply.tone is Tone.REFUSAL
            self._print(where, post.reply)
            return
        now = asyncio.get_running_loop().time()
        if post.reply.progress is None:
            self._screen.print(Text(f"  {where}: {post.reply.heading}. {post.reply.text}", style="dim"))
        elif now - self._progress_at >= (FOLLOW_SECONDS if self._screen.is_terminal else PROGRESS_SECONDS):
            self._progress_at = now
            line = Text(progress_line(post.reply), style="dim")
            self._screen.print(line, end="\r" if self._screen.is_terminal else "\n", overflow="crop", no_wrap=True)

    def _print(self, where: str, reply: Reply) -> None:
        show(self._screen, reply, where=where, pictures=self._pictures, numbers=self._buttons)


def channel_of(team_name: str) -> str:
    """The terminal's channel of a team."""
    return "#" + re.sub(r"\s+", "-", team_name.strip().lower())
