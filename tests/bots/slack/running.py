"""The Slack app in a thread of its own, as a process would run it."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
from redis.asyncio import Redis

from bots import languages
from bots.actions import Action, FormId
from bots.client import Service
from bots.desk import Asker
from bots.platform import SentMessage
from bots.reply import Audience, Button, Form, Input, InputKind, Reply, Tone
from bots.slack.options import InstallOptions, SlackOptions
from bots.slack.serving import serve
from service.schemas.chat import ChatAccount
from tests.standins.slack import APP_TOKEN, SlackServer
from tests.standins.slack_side import SIGNING_SECRET, SlackSide
from tests.standins.slack_world import TOKEN

ASK = Form(
    form=FormId.TIME_OFF,
    title="Ask for time off",
    submit="Ask",
    inputs=(
        Input(name="from", label="First day", kind=InputKind.DATE),
        Input(name="reason", label="Reason", kind=InputKind.TEXT, required=False),
    ),
    value="17",
)

# Those that are about whoever presses them: there is nothing to name.
WITHOUT_VALUE = tuple(
    Button(action=action, value="", label=action.value)
    for action in (
        Action.CHANGE_AVAILABILITY,
        Action.ALWAYS_AVAILABLE,
        Action.ADD_WISH,
        Action.NEW_CALENDAR,
        Action.END_CALENDAR,
    )
)


@dataclass(slots=True)
class CountingDesk:
    """A desk that answers like the chat core and remembers what reached it.

    `seconds` is how slow it is, `refused` the lines that it refuses, `updates` whether a form's answer is to replace
    the message of its button.
    """

    seconds: float = 0.0
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    askers: list[Asker] = field(default_factory=list)
    refused: tuple[str, ...] = ()
    updates: bool = False

    async def speak_with(self, asker: Asker) -> None:
        languages.speak(asker.locale)

    async def command(self, asker: Asker, line: str) -> Reply:
        await self._work(asker, "command", line)
        if line in self.refused:
            return Reply(text=f"Not {line}", tone=Tone.REFUSAL)
        match line.split(maxsplit=1)[0]:
            case "/timeoff":
                return Reply(text="When?", form=ASK)
            case "/optimize":
                return Reply(
                    text="Planning.",
                    audience=Audience.CHANNEL,
                    follow_run=7,
                    buttons=(Button(action=Action.CANCEL_RUN, value="7", label="Cancel"),),
                )
            case "/break":
                raise ZeroDivisionError("secret detail")
            case "/calendar":
                return Reply(text="Your calendar", buttons=WITHOUT_VALUE)
            case "/runs":
                return Reply(text="Only managers see runs.", tone=Tone.REFUSAL)
        return Reply(text=f"You said {line}", buttons=(Button(action=Action.DROP, value="5", label="Drop"),))

    async def action(self, asker: Asker, action: Action, value: str) -> Reply:
        await self._work(asker, action, value)
        return Reply(text=f"Did {action} {value}", update=True)

    async def form(self, asker: Asker, form: FormId, value: str, answers: dict[str, str]) -> Reply:
        await self._work(asker, form, f"{value} {sorted(answers.items())}")
        if "from" not in answers:
            return Reply(text="", faults=(("from", "Say from when."),))
        return Reply(text=f"Asked for {answers['from']}", update=self.updates)

    async def gone(self, account: ChatAccount) -> None:
        self.seen.append((account.external_id, "gone", account.workspace))

    async def _work(self, asker: Asker, kind: str, what: str) -> None:
        self.seen.append((asker.account.external_id, kind, what))
        self.askers.append(asker)
        await asyncio.sleep(self.seconds)


@dataclass(slots=True)
class Running:
    """A running app: people's side of it, its desk, and the runs that it was told to follow."""

    side: SlackSide
    desk: CountingDesk
    followed: list[tuple[int, SentMessage]]


@contextlib.contextmanager
def running(
    slack: SlackServer,
    redis_url: str,
    *,
    socket_mode: bool = False,
    install: InstallOptions | None = None,
    service: Service | None = None,
) -> Iterator[Running]:
    """The app, ready, until the end of the block."""
    port = free_port()
    url = None if socket_mode else f"http://127.0.0.1:{port}/slack/events"
    app = Running(SlackSide(slack, url), CountingDesk(), [])
    options = SlackOptions(
        bot_token="" if install else TOKEN,
        install=install,
        signing_secrets=[SIGNING_SECRET, "the-secret-before-it-was-rotated"],
        api_url=slack.url,
        app_token=APP_TOKEN if socket_mode else None,
        host="127.0.0.1",
        port=port,
    )
    loop = asyncio.new_event_loop()

    async def follow(_: Asker, run: int, message: SentMessage) -> None:
        app.followed.append((run, message))

    async def main() -> None:
        async with Redis.from_url(redis_url) as redis:
            await serve(options, redis, app.desk, follow, service)

    task = loop.create_task(main())

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = threading.Thread(target=run, name="slack-app", daemon=True)
    thread.start()
    try:
        until(lambda: slack.has_socket if socket_mode else healthy(port))
        yield app
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(15)
        loop.close()


def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def healthy(port: int) -> bool:
    """Whether the app answers on this port."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health").is_success
    except httpx.TransportError:
        return False
