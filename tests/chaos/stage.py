"""Everything that runs in production, running: servers, our processes, the stand-in platforms, people."""

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.chaos import business
from tests.chaos.business import Crowd, OnSlack, OnTelegram
from tests.chaos.ledger import Ledger
from tests.chaos.load import Load
from tests.chaos.servers import Postgres, Valkey, postgres, valkey
from tests.processes import Crew, crew, free_port, wait_until
from tests.standins import slack_world, telegram_world
from tests.standins.slack import SlackServer, slack_server
from tests.standins.slack_side import SIGNING_SECRET, SlackSide
from tests.standins.telegram import TelegramServer, telegram_server
from tests.standins.telegram_side import TelegramSide

START_SECONDS = 90.0
TEAMS = 3
DELIVERIES = "deliver_slack,deliver_telegram,deliver_terminal"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where our own processes listen, the same after every start."""

    api: int
    slack: int


class Stage:
    """The whole house. `start` and `kill` take the names of `commands`; `calm` makes the load slower."""

    def __init__(
        self, crew: Crew, *, database: Postgres, broker: Valkey, slack: SlackServer, telegram: TelegramServer
    ) -> None:
        ports = Ports(free_port(), free_port())
        self.crew = crew
        self.database = database
        self.broker = broker
        self.slack = slack
        self.telegram = telegram
        self.ports = ports
        self.ledger = Ledger()
        self.crowds: list[Crowd] = []
        self.calm = 1.0
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.commands = {
            "api": ("api", "--port", str(ports.api)),
            "scheduler": ("scheduler",),
            "solver worker": ("worker", "--queues", "solve"),
            "delivery worker": ("worker", "--queues", DELIVERIES),
            "slack bot": ("slack", "--host", "127.0.0.1", "--port", str(ports.slack)),
            "telegram bot": ("telegram",),
        }

    @property
    def url(self) -> str:
        """Where the service is."""
        return f"http://127.0.0.1:{self.ports.api}"

    def start(self, name: str, **environment: str) -> None:
        """Start one process."""
        self.running[name] = self.crew.start(*self.commands[name], **environment)

    def kill(self, name: str) -> None:
        """kill -9."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def end(self, name: str) -> None:
        """End one process kindly, and wait for it."""
        process = self.running.pop(name)
        process.terminate()
        process.wait(60)

    def start_all(self) -> None:
        """Start everything, and return when all of it answers."""
        for name in self.commands:
            self.start(name)
        wait_until(lambda: self.answers() or bool(self.dead()), seconds=START_SECONDS)
        assert not self.dead(), f"{self.dead()} did not start:\n{self.crew.logs()}"

    def answers(self) -> bool:
        """Whether the service and the bots are there."""
        with contextlib.suppress(httpx.HTTPError):
            ready = httpx.get(f"{self.url}/ready").is_success
            health = httpx.get(f"http://127.0.0.1:{self.ports.slack}/health").is_success
            return ready and health and bool(self.telegram.world.commands)
        return False

    def dead(self) -> list[str]:
        """Which processes ended though nobody ended them."""
        return [name for name, process in self.running.items() if process.poll() is not None]

    def mend(self) -> list[str]:
        """Start again whatever is not there, as after a fault that went wrong; says what that was."""
        wrong = []
        if not self.database.answers():
            wrong.append("the database had to be started again")
            self.database.restart()
        if not self.broker.answers():
            wrong.append("the broker had to be started again")
            self.broker.start()
        for name in self.commands:
            if name in self.dead() or name not in self.running:
                wrong.append(f"the {name} had to be started again")
                self.start(name)
        return wrong

    def load(self) -> Load:
        """The load, not yet begun."""
        url = f"http://127.0.0.1:{self.ports.slack}/slack/events"
        slack, telegram = SlackSide(self.slack, url), TelegramSide(self.telegram)
        return Load(self.url, self.crowds, self.ledger, slack, telegram, calm=lambda: self.calm)


@contextlib.contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Everything, ready; ended with the block. Logs of the processes are in `folder`/logs."""
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(postgres(folder / "postgres"))
        broker = stack.enter_context(valkey(folder / "valkey"))
        slack, telegram = stack.enter_context(slack_server()), stack.enter_context(telegram_server())
        running = stack.enter_context(crew(database.url, broker.url, folder / "logs"))
        whole = Stage(running, database=database, broker=broker, slack=slack, telegram=telegram)
        running._environment |= {
            "ROTA_SERVICE_URL": whole.url,
            "SLACK_BOT_TOKEN": slack_world.TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.url,
            "TELEGRAM_BOT_TOKEN": telegram_world.TOKEN,
            "TELEGRAM_API_URL": telegram.url,
            "SOLVER_WORKERS": "1",
            "COLUMNS": "200",
        }
        whole.crowds = business.build(database.url, OnSlack(slack.world), OnTelegram(telegram.world), TEAMS)
        whole.start_all()
        yield whole


def wait(seconds: float) -> None:
    """Let things happen."""
    time.sleep(seconds)
