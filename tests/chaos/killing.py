"""kill -9 at a random moment, and what a supervisor does then; and two schedulers at once."""

import subprocess
from collections.abc import Callable, Sequence
from random import Random

from tests.chaos.stage import Stage, wait

LONGEST_WAIT = 3.0
AWAY_SECONDS = 1.0
TOGETHER_SECONDS = 15.0


def kill(name: str) -> Callable[[Stage, Random], None]:
    """Kill this process, and start it again a second later."""

    def break_and_mend(stage: Stage, random: Random) -> None:
        wait(random.uniform(0, LONGEST_WAIT))
        stage.kill(name)
        wait(AWAY_SECONDS)
        stage.start(name)

    return break_and_mend


def two_schedulers(stage: Stage, _: Random) -> None:
    """A second scheduler and a second worker of each kind, for a while."""
    second = [stage.crew.start(*stage.commands[name]) for name in ("scheduler", "delivery worker", "solver worker")]
    try:
        wait(TOGETHER_SECONDS)
    finally:
        end(second)


def end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """End processes kindly, all at once, and wait for them."""
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(60)
