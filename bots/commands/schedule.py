"""/schedule: a whole week as a picture."""

from bots import words
from bots.commands.command import Command
from bots.commands.talk import Talk
from bots.languages import N_
from bots.picture import week_image
from bots.reply import Audience, Reply
from service.schemas.shifts import Roster


async def run(talk: Talk, argument: str) -> Reply:
    """The week that the asker names."""
    week = await talk.week(argument)
    return week_reply(await talk.person.roster(week.id))


async def pressed(talk: Talk, value: str) -> Reply:
    """The week of a button."""
    return week_reply(await talk.person.roster(int(value)))


def week_reply(roster: Roster) -> Reply:
    """A week to look at, for the asker alone: it was asked, not announced."""
    gaps = "\n".join(f"• {line}" for line in words.gap_lines(roster))
    text = f"{words.sentence(words.week_state(roster.week.status))}, {words.coverage(roster)}."
    return Reply(
        heading=words.week_title(roster),
        text=f"{text}\n{gaps}" if gaps else text,
        image=week_image(roster),
        audience=Audience.ASKER,
    )


COMMAND = Command(name="schedule", usage=N_("[week]"), summary=N_("show a whole week as a picture"), run=run)
