"""All commands and buttons, in one table each."""

from bots.actions import Action
from bots.commands import export, help_, hours, myshifts, optimize, publish, runs, schedule, setup
from bots.commands.command import Command, Press

COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        myshifts.COMMAND,
        schedule.COMMAND,
        hours.COMMAND,
        optimize.COMMAND,
        runs.COMMAND,
        publish.COMMAND,
        export.COMMAND,
        setup.COMMAND,
    )
}
COMMANDS["help"] = help_.command(tuple(COMMANDS.values()))

ACTIONS: dict[Action, Press] = {
    Action.CANCEL_RUN: optimize.cancel,
    Action.RERUN: optimize.again,
    Action.DISCARD_RUN: optimize.discard,
    Action.RUN_DETAILS: runs.details,
    Action.WHY: runs.why,
    Action.PUBLISH: publish.pressed,
    Action.SHOW_WEEK: schedule.pressed,
}
