"""/myshifts: a person's own published shifts of a week, in all of their teams."""

from datetime import UTC, date, datetime

from bots import words, words_trading
from bots.actions import Action
from bots.commands.command import Command
from bots.commands.talk import Talk, week_around, week_in
from bots.languages import N_, _, ngettext
from bots.reply import Button, Reply, Section
from service.schemas.people import TeamRead
from service.schemas.shifts import MyShift


async def run(talk: Talk, argument: str) -> Reply:
    """The shifts of the asker, each with who else is on."""
    here = await talk.first_team()
    teams = talk.person.user.teams or [here]
    start, __ = week_in(argument, here)
    shifts = await talk.person.my_shifts(start)
    unseen = await _unseen(talk, teams, shifts, start)
    lines = []
    if shifts:
        total = sum(shift.minutes for shift in shifts)
        count = ngettext("{count} shift", "{count} shifts", len(shifts)).format(count=len(shifts))
        lines.append(f"{count}, {words.hours(total)}")
    elif len(unseen) < len(teams):
        lines.append(_("You have no shifts in this week."))
    if unseen:
        lines.append(words.no_such_week(unseen, start, manager=False))
    return Reply(
        heading=f"{talk.person.user.name}, {words.week(start)}",
        text="\n".join(lines),
        sections=tuple(section(shift, of_team=len(teams) > 1) for shift in shifts),
    )


async def _unseen(talk: Talk, teams: list[TeamRead], shifts: list[MyShift], day: date) -> list[TeamRead]:
    """The teams whose week around that day may still bring shifts: it is not there for the person yet."""
    worked = {shift.team_id for shift in shifts}
    return [
        team
        for team in teams
        if team.id not in worked and await talk.person.week_starting(team.id, week_around(day, team)) is None
    ]


def section(shift: MyShift, *, of_team: bool) -> Section:
    """One shift and who else is on; with the team where it could be another one."""
    names = ", ".join(person.name for person in shift.colleagues[:6])
    more = len(shift.colleagues) - 6
    others = _("{names} and {count} more").format(names=names, count=more) if more > 0 else names
    return Section(
        heading=words.shift_line(shift, of_team=of_team),
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
