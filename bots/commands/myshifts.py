"""/myshifts: a person's own published shifts of a week."""

from bots import words
from bots.commands.command import Command
from bots.commands.talk import Talk, week_in
from bots.reply import Reply, Section
from service.schemas.shifts import MyShift


async def run(talk: Talk, argument: str) -> Reply:
    """The shifts of the asker, each with who else is on."""
    team = await talk.team()
    start, _ = week_in(argument, team)
    shifts = await talk.person.my_shifts(start)
    heading = f"{talk.person.user.name}, {words.week(start)}"
    if shifts:
        total = sum(shift.minutes for shift in shifts)
        count = "1 shift" if len(shifts) == 1 else f"{len(shifts)} shifts"
        return Reply(heading=heading, text=f"{count}, {words.hours(total)}", sections=tuple(map(section, shifts)))
    if await talk.person.week_starting(team.id, start) is None:
        return Reply(heading=heading, text=words.no_such_week(team, start, manager=False))
    return Reply(heading=heading, text="You have no shifts in this week.")


def section(shift: MyShift) -> Section:
    """One shift and who else is on."""
    names = ", ".join(person.name for person in shift.colleagues[:6])
    more = len(shift.colleagues) - 6
    others = f"{names} and {more} more" if more > 0 else names
    return Section(heading=words.shift_line(shift), text=f"with {others}" if others else "on your own")


COMMAND = Command(name="myshifts", usage="[week]", summary="show your shifts and who is on with you", run=run)
