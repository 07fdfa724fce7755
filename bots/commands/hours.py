"""/hours: how many hours a person has in a week, how many they may have, and how that stands in the team."""

from bots import words
from bots.commands.command import Command
from bots.commands.talk import Talk, week_in
from bots.languages import N_, _, number
from bots.reply import Field, Reply, Table
from service.schemas.people import HoursRead


async def run(talk: Talk, argument: str) -> Reply:
    """The asker's hours of a week."""
    start, __ = week_in(argument, await talk.first_team())
    hours = await talk.person.hours(start)
    left = hours.max_minutes - hours.scheduled_minutes
    return Reply(
        heading=f"{talk.person.user.name}, {words.week(hours.week_start)}",
        text=_("{scheduled} scheduled, {left} left.").format(
            scheduled=words.hours(hours.scheduled_minutes), left=words.hours(max(0, left))
        ),
        fields=(
            Field(label=_("Scheduled"), value=words.hours(hours.scheduled_minutes)),
            Field(label=_("At least"), value=words.hours(hours.min_minutes)),
            Field(label=_("At most"), value=words.hours(hours.max_minutes)),
        ),
        table=_beside_the_team(hours),
    )


def _beside_the_team(hours: HoursRead) -> Table | None:
    own, middle = hours.own, hours.middle
    if own is None or middle is None:
        return None
    return Table(
        columns=(_("Four weeks up to then"), _("You"), _("Middle of the team")),
        rows=(
            (_("Hours"), words.hours(own.minutes), words.hours(middle.minutes)),
            (_("Weekends"), number(own.weekends), number(middle.weekends)),
            (_("Nights"), number(own.nights), number(middle.nights)),
            (_("Trades"), number(own.trades), number(middle.trades)),
        ),
    )


COMMAND = Command(name="hours", usage=N_("[week]"), summary=N_("show your hours and your limits"), run=run)
