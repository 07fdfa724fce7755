"""Slack and Telegram in trouble: asked to wait, errors, silence, connections that drop before and after."""

from random import Random

from tests.chaos import options
from tests.chaos.stage import Stage, wait
from tests.standins import slack_world, telegram_world

# What piles up in ten minutes must be sayable in half a minute, within the platforms' limits and by two cores.
CALM = 40.0
WEIGHTS = {"RATE_LIMITED": 2, "SERVER_ERROR": 3, "SILENT": 1, "DROPPED": 2}


def in_trouble(stage: Stage, random: Random) -> None:
    """Every call of both goes wrong in one of these ways, drawn anew each time, for minutes."""

    def trouble() -> str:
        return random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]

    stage.slack.world.weather = lambda: slack_world.Fault(trouble=slack_world.Trouble(trouble()), retry_after=3)
    stage.telegram.world.weather = lambda: telegram_world.Fault(
        trouble=telegram_world.Trouble(trouble()), retry_after=3
    )
    stage.calm = CALM
    try:
        wait(options.read().platform_seconds)
    finally:
        stage.calm = 1.0
        stage.slack.world.weather = None
        stage.telegram.world.weather = None
