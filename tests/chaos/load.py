"""The steady load: teams plan, publish and trade, week after week; people ask for time off in chat."""

import contextlib
import itertools
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from tests.builders import MONDAY
from tests.chaos.asking import Client, Stopped
from tests.chaos.business import Crowd, Worker
from tests.chaos.ledger import Kind, Ledger
from tests.standins.slack_side import SlackSide
from tests.standins.telegram_side import TelegramSide

# Time off may be asked for up to three years ahead.
FIRST_DAY_OFF = datetime.now(UTC).date() + timedelta(days=60)
# Telegram takes twenty messages a minute into a group, and one a second into a private chat, where the manager hears
# of each day off that is asked for: what piles up in an outage of a minute must be sayable in half a minute.
PAUSES = {"slack": 1.5, "telegram": 9.0}
COMMAND_PAUSES = {"slack": 1.0, "telegram": 5.0}


class Load:
    """The threads of the load. `problems` is what should never have happened, in words; pauses are `calm()` times as
    long as usual."""

    def __init__(
        self,
        url: str,
        crowds: list[Crowd],
        ledger: Ledger,
        slack: SlackSide,
        telegram: TelegramSide,
        *,
        calm: Callable[[], float],
    ) -> None:
        self._url = url
        self._ledger = ledger
        self._slack = slack
        self._telegram = telegram
        self._calm = calm
        self._stop = threading.Event()
        self.problems: list[str] = []
        work = [lambda crowd=crowd: self._plan(crowd) for crowd in crowds]
        work += [lambda crowd=crowd: self._ask_in_chat(crowd) for crowd in (crowds[0], crowds[-1])]
        self._threads = [threading.Thread(target=self._run, args=(one,), daemon=True) for one in work]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End; what nobody answered yet was not accepted."""
        self._stop.set()
        for thread in self._threads:
            thread.join(40)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Stopped:
            return
        except Exception as error:  # noqa: BLE001  # told at the end, with everything else
            self.problems.append(f"the load broke: {type(error).__name__}: {error}")

    def _plan(self, crowd: Crowd) -> None:
        manager = Client(self._url, crowd.manager, self._stop)
        people = {worker.user_id: Client(self._url, worker, self._stop) for worker in crowd.people}
        for number in itertools.count():
            self._week(manager, people, crowd, MONDAY + timedelta(weeks=number))
            self._pause(PAUSES[crowd.platform])

    def _week(self, manager: Client, people: dict[int, Client], crowd: Crowd, start: date) -> None:
        """One week from its opening to a traded shift."""
        wanted = {"team_id": crowd.team_id, "week_start": start.isoformat()}
        made = manager.ask("POST", "/weekly-schedules", json=wanted)
        if made.status_code == httpx.codes.CONFLICT:
            # An answer to an earlier try that got lost.
            made = manager.ask("GET", "/weekly-schedules", params=wanted)
        week = made.json()["items"][0] if "items" in made.json() else made.json()
        accepted = self._yes(manager.ask("POST", f"/scheduling/optimize/{week['id']}"))
        if accepted is None:
            return
        self._ledger.accept(Kind.RUN, accepted["run_id"])
        if not self._ended(manager, accepted["run_id"]):
            return
        if not self._published(manager, week["id"]):
            return
        self._ledger.accept(Kind.PUBLISH, week["id"])
        self._trade(manager, people, week["id"])

    def _ended(self, manager: Client, run_id: int) -> bool:
        while True:
            run = manager.ask("GET", f"/scheduling/runs/{run_id}").json()
            if run["status"] not in ("PENDING", "RUNNING"):
                return bool(run["status"] == "SUCCESS")
            if self._stop.wait(0.4):
                raise Stopped

    def _published(self, manager: Client, week_id: int) -> bool:
        path = f"/weekly-schedules/{week_id}"
        week = manager.ask("GET", path).json()
        while week["status"] != "PUBLISHED":
            answer = manager.ask("POST", f"{path}/publish", json={"version": week["version"]})
            if not answer.is_success and answer.json()["code"] != "version_moved":
                self.problems.append(f"publish: {answer.text}")
                return False
            week = manager.ask("GET", path).json()
        return True

    def _trade(self, manager: Client, people: dict[int, Client], week_id: int) -> None:
        """Somebody drops a shift and the first who may takes it."""
        roster = manager.ask("GET", f"/weekly-schedules/{week_id}/roster").json()
        place = roster["assignments"][0]
        wanted = {"kind": "DROP", "assignment_ids": [place["id"]]}
        dropped = self._yes(people[place["user_id"]].ask("POST", "/swaps", json=wanted))
        if dropped is None:
            return
        self._ledger.accept(Kind.DROP, dropped["id"])
        for user_id, client in people.items():
            if user_id != place["user_id"] and client.ask("POST", f"/swaps/{dropped['id']}/accept").is_success:
                self._ledger.accept(Kind.CLAIM, dropped["id"])
                return

    def _ask_in_chat(self, crowd: Crowd) -> None:
        say = self._say_on_slack if crowd.platform == "slack" else self._say_on_telegram
        for worker, day in _days_off(crowd.people):
            if say(crowd, worker, f"/timeoff {day.isoformat()}"):
                self._ledger.accept(Kind.TIME_OFF, f"{worker.user_id}:{day.isoformat()}")
            self._pause(COMMAND_PAUSES[crowd.platform])

    def _say_on_slack(self, crowd: Crowd, worker: Worker, line: str) -> bool:
        """Whether the bot took it; else the person hears so at once, from the bot or from Slack."""
        world = self._slack.world
        with contextlib.suppress(httpx.TransportError):
            channel = world.channels[crowd.place]
            ack = self._slack.command(world.people[worker.external_id], channel, line)
            return ack.status == httpx.codes.OK and not ack.body.get("text")
        return False

    def _say_on_telegram(self, _: Crowd, worker: Worker, line: str) -> bool:
        """Telegram keeps what a bot does not take."""
        self._telegram.say(self._telegram.world.people[int(worker.external_id)], line)
        return True

    def _yes(self, answer: httpx.Response) -> dict[str, Any] | None:
        if answer.is_success:
            found: dict[str, Any] = answer.json()
            return found
        self.problems.append(f"{answer.request.url.path}: {answer.status_code} {answer.text[:300]}")
        return None

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(seconds * self._calm()):
            raise Stopped


def _days_off(people: list[Worker]) -> Iterator[tuple[Worker, date]]:
    """Another person each time, and for each another day each time."""
    for number in itertools.count():
        yield people[number % len(people)], FIRST_DAY_OFF + timedelta(days=number // len(people))
