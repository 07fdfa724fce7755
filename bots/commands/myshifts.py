"""/myshifts: a person's own published shifts of a week."""

from datetime import UTC, datetime

from bots import words, words_trading
from bots.actions import Action
from bots.commands.command import Command
from bots.commands.talk import Talk, week_in
from bots.languages import N_, _, ngettext
from bots.reply import Button, Reply, Section
from service.schemas.shifts import MyShift


async def run(talk: Talk, argument: str) -> Reply:
    """The shifts of the asker, each with who else is on."""
    team = await talk.team()
    start, __ = week_in(argument, team)
    shifts = await talk.person.my_shifts(start)
    heading = f"{talk.person.user.name}, {words.week(start)}"
    if shifts:
        total = sum(shift.minutes for shift in shifts)
        count = ngettext("{count} shift", "{count} shifts", len(shifts)).format(count=len(shifts))
        return Reply(heading=heading, text=f"{count}, {words.hours(total)}", sections=tuple(map(section, shifts)))
    if await talk.person.week_starting(team.id, start) is None:
        return Reply(heading=heading, text=words.no_such_week(team, start, manager=False))
    return Reply(heading=heading, text=_("You have no shifts in this week."))


def section(shift: MyShift) -> Section:
    """One shift and who else is on."""
    names = ", ".join(person.name for person in shift.colleagues[:6])
    more = len(shift.colleagues) - 6
    others = _("{names} and {count} more").format(names=names, count=more) if more > 0 else names
    return Section(
        heading=words.shift_line(shift),
        text=_("with {names}").format(names=others) if others else _("on your own"),
        buttons=_buttons(shift),
    )


def _buttons(shift: MyShift) -> tuple[Button, ...]:
    """What can be done about a shift that has not begun."""
    if shift.assignment_id is None or shift.starts_at <= datetime.now(UTC):
        return ()
    value = str(shift.assignment_id)
    return (
        Button(action=Action.SWAP, value=value, label=_("Swap")),
        Button(action=Action.DROP, value=value, label=_("Drop"), confirm=_(words_trading.DROP_SURE)),
    )


COMMAND = Command(name="myshifts", usage=N_("[week]"), summary=N_("show your shifts and who is on with you"), run=run)
