"""`python -m benchmarks.friday`: ten thousand teams publish around 17:00 on a Friday, and everybody is to be told.

A simulation of the queues, not a load test: what a publish and a message cost is measured (`--measure` does it on
this machine, `benchmarks.friday_costs`), the limits are those that the platforms document, all else is first come,
first served. Cores of the API serve people and delivery workers alike, unless some are kept for people.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from statistics import median, quantiles
from typing import Annotated

import typer

from benchmarks.friday_costs import Costs, measure

TEAMS, PEOPLE, TEAMS_A_WORKSPACE = 10_000, 20, 20
# Nobody presses at the same second: most in the first minutes, the last after ten.
WINDOW, PEAK = 600.0, 60.0
SLOTS = 8
"""Messages that one delivery worker has under way at once (`bots.broker.THREADS`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """How fast a platform takes messages, and how long it takes for one."""

    name: str
    seconds: float
    """From the call to its answer."""
    workspaces: int
    """How many there are with a limit of their own; one for a bot of Telegram."""
    most: int
    """So many messages in `period` seconds and workspace."""
    period: float
    waits: bool
    """Whether our own pacing waits for a turn; else the platform answers 429, and the message goes back in line."""


# "Several hundred messages per minute" and workspace: https://docs.slack.dev/apis/web-api/rate-limits
SLACK = Platform(name="Slack", seconds=0.25, workspaces=TEAMS // TEAMS_A_WORKSPACE, most=300, period=60, waits=False)
SLACK_OF_CHAINS = replace(SLACK, name="Slack, a hundred chains", workspaces=100)
# Thirty a second and bot, of which we use 25, or a thousand against payment: https://core.telegram.org/bots/faq
TELEGRAM = Platform(name="Telegram", seconds=0.1, workspaces=1, most=25, period=1, waits=True)
TELEGRAM_PAID = replace(TELEGRAM, name="Telegram, paid", most=950)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What is there to do the work. `for_people` of the API's cores do nothing else."""

    platform: Platform
    api: int
    for_people: int = 0
    database: int
    workers: int


SETUPS = (
    Setup(platform=SLACK, api=2, database=2, workers=1),
    Setup(platform=SLACK, api=8, database=4, workers=4),
    Setup(platform=SLACK, api=16, database=4, workers=10),
    Setup(platform=SLACK, api=16, for_people=6, database=4, workers=10),
    Setup(platform=SLACK, api=32, for_people=8, database=8, workers=40),
    Setup(platform=SLACK_OF_CHAINS, api=32, for_people=8, database=8, workers=40),
    Setup(platform=TELEGRAM, api=16, for_people=6, database=4, workers=10),
    Setup(platform=TELEGRAM_PAID, api=16, for_people=6, database=4, workers=10),
)


Event = Callable[[float], None]
"""Something that happens at a time, in seconds from the first press."""


@dataclass(slots=True)
class Cores:
    """Servers with one line before them."""

    number: int
    free: list[float] = field(init=False)
    worked: float = 0.0

    def __post_init__(self) -> None:
        self.free = [0.0] * self.number

    def work(self, now: float, seconds: float) -> float:
        """When work that comes now is done."""
        begins = max(now, heapq.heappop(self.free))
        heapq.heappush(self.free, begins + seconds)
        self.worked += seconds
        return begins + seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds from pressing Publish until the manager had an answer, and until a message was said."""

    answered: list[float]
    said: list[float]
    ended: float
    longest_line: int
    sent_back: int
    api_used: float


class Friday:
    """One run of the simulation."""

    def __init__(
        self, setup: Setup, costs: Costs, *, teams: int = TEAMS, people: int = PEOPLE, seed: int = 1
    ) -> None:
        self._setup, self._costs, self._people = setup, costs, people
        self._api = Cores(setup.api - setup.for_people)
        self._for_people = Cores(setup.for_people) if setup.for_people else self._api
        self._database, self._relay = Cores(setup.database), Cores(1)
        self._idle = setup.workers * SLOTS
        self._line: deque[tuple[float, int]] = deque()
        self._turns: list[deque[float]] = [deque() for _ in range(setup.platform.workspaces)]
        self._events: list[tuple[float, int, Event]] = []
        self._number = self._longest = self._sent_back = 0
        self._answered: list[float] = []
        self._said: list[float] = []
        pressed = random.Random(seed)  # nothing is secret here
        for team in range(teams):
            self._at(pressed.triangular(0, WINDOW, PEAK), self._publish(team % setup.platform.workspaces))

    def run(self) -> Outcome:
        """Until everybody is told."""
        now = 0.0
        while self._events:
            now, _, event = heapq.heappop(self._events)
            event(now)
        worked = self._api.worked + (self._for_people.worked if self._for_people is not self._api else 0)
        return Outcome(
            self._answered, self._said, now, self._longest, self._sent_back, worked / (self._setup.api * now)
        )

    def _at(self, when: float, event: Event) -> None:
        self._number += 1
        heapq.heappush(self._events, (when, self._number, event))

    def _publish(self, workspace: int) -> Event:
        def pressed(now: float) -> None:
            def answered(then: float) -> None:
                self._answered.append(then - now)
                for _ in range(self._people + 1):
                    self._at(self._relay.work(then, self._costs.relay), self._queue(now, workspace))

            self._serve(now, self._for_people, self._costs.publish_api, self._costs.publish_database, answered)

        return pressed

    def _serve(self, now: float, api: Cores, in_api: float, in_database: float, then: Event) -> None:
        def asked(when: float) -> None:
            self._at(self._database.work(when, in_database), then)

        self._at(api.work(now, in_api), asked)

    def _queue(self, pressed: float, workspace: int) -> Event:
        def event(now: float) -> None:
            self._line.append((pressed, workspace))
            self._longest = max(self._longest, len(self._line))
            self._take(now)

        return event

    def _take(self, now: float) -> None:
        while self._idle and self._line:
            self._idle -= 1
            pressed, workspace = self._line.popleft()
            self._tell(now, self._say(pressed, workspace))

    def _tell(self, now: float, then: Event) -> None:
        """Claiming is half of the work for a message, reporting the other half."""
        self._serve(now, self._api, self._costs.message_api / 2, self._costs.message_database / 2, then)

    def _say(self, pressed: float, workspace: int) -> Event:
        platform = self._setup.platform

        def event(now: float) -> None:
            turns = self._turns[workspace]
            turn = max(now, turns[0] + platform.period) if len(turns) == platform.most else now
            if turn > now and not platform.waits:
                self._sent_back += 1
                self._at(turn, self._queue(pressed, workspace))
                self._at(now + platform.seconds, self._report)
                return
            turns.append(turn)
            if len(turns) > platform.most:
                turns.popleft()
            self._said.append(turn + platform.seconds - pressed)
            self._at(turn + platform.seconds, self._report)

        return event

    def _report(self, now: float) -> None:
        self._tell(now, self._rest)

    def _rest(self, now: float) -> None:
        self._idle += 1
        self._take(now)


def table(costs: Costs) -> str:
    """Every set-up and what came of it, as Markdown."""
    titles = (
        "platform",
        "API cores (for people)",
        "database cores",
        "delivery workers",
        "answer to Publish: half, 99 of 100",
        "told: half, 99 of 100, all",
        "longest line",
        "sent back",
        "API used",
    )
    rows = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for setup in SETUPS:
        outcome = Friday(setup, costs).run()
        kept = f" ({setup.for_people})" if setup.for_people else ""
        rows.append(
            f"| {setup.platform.name} | {setup.api}{kept} | {setup.database} | {setup.workers} "
            f"| {_time(median(outcome.answered))}, {_time(_of_100(outcome.answered))} "
            f"| {_time(median(outcome.said))}, {_time(_of_100(outcome.said))}, {_time(max(outcome.said))} "
            f"| {outcome.longest_line:,} | {outcome.sent_back:,} | {outcome.api_used:.0%} |"
        )
    return "\n".join(rows)


def _of_100(values: list[float]) -> float:
    return quantiles(values, n=100)[98]


def _time(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def main(
    measured: Annotated[bool, typer.Option("--measure", help="Measure the costs on this machine first.")] = False,
) -> None:
    """Simulate the Friday with every set-up, and print the table of docs/scaling.md."""
    costs = measure() if measured else Costs()
    typer.echo(f"{costs}\n")
    typer.echo(table(costs))


if __name__ == "__main__":
    typer.run(main)
