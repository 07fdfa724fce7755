"""What can happen to the broker: it forgets, restarts, or is away for a minute."""

from random import Random

from tests.chaos import options
from tests.chaos.stage import Stage, wait


def emptied(stage: Stage, random: Random) -> None:
    """FLUSHALL in the middle of work."""
    wait(random.uniform(0, 2))
    stage.broker.flush()


def restarted(stage: Stage, _: Random) -> None:
    """kill -9 of the broker and a start: what was not saved is gone, and every connection."""
    stage.broker.kill()
    wait(1)
    stage.broker.start()


def gone(stage: Stage, _: Random) -> None:
    """No broker for a minute, then one with what was saved."""
    stage.broker.stop()
    wait(options.read().valkey_gone_seconds)
    stage.broker.start()
