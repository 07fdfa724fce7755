"""Which of several teams somebody means: a button for each, which says the command again for that team."""

from collections.abc import Mapping
from dataclasses import replace

from bots import words
from bots.actions import Action
from bots.commands.command import Command, Press
from bots.commands.talk import Refusal, Talk, WhichTeam
from bots.languages import _
from bots.reply import LONGEST_VALUE, Button, Reply


def choice(which: WhichTeam, line: str) -> Reply:
    """The teams to choose from, for a line such as `optimize next week`. Raises WhichTeam where that is too long."""
    buttons = tuple(
        Button(action=Action.FOR_TEAM, value=f"{team.id}:{line}", label=team.name) for team in which.teams
    )
    if any(len(button.value.encode()) > LONGEST_VALUE for button in buttons):
        raise which
    return Reply(heading=f"/{line}", text=_("Which of your teams do you mean?"), buttons=buttons)


def chosen(commands: Mapping[str, Command]) -> Press:
    """Does what was asked, for the team of a button."""

    async def press(talk: Talk, value: str) -> Reply:
        team_id, __, line = value.partition(":")
        name, __, argument = line.partition(" ")
        if name not in commands:
            raise Refusal(words.unknown_command(f"/{name}", ()))
        return await commands[name].run(replace(talk, team_id=int(team_id)), argument)

    return press
