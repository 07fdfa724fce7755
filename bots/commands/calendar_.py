"""/calendar: one's own shifts in one's own calendar, by a link."""

from bots import words_calendar
from bots.actions import Action
from bots.client import Refused
from bots.client_weeks import calendar_file, calendar_status, end_calendar, new_calendar
from bots.commands.command import Command
from bots.commands.talk import Talk
from bots.languages import N_, _
from bots.reply import Button, ButtonStyle, File, Reply, Tone


async def run(talk: Talk, _argument: str) -> Reply:
    """A first link at once; where there is one already, what became of it."""
    try:
        feed = await calendar_status(talk.person)
    except Refused as refused:
        if refused.problem.status != 404:
            raise
        return await created(talk, "")
    text = words_calendar.status(feed.created_at, feed.last_read_at, talk.zone())
    return Reply(heading=_("Your calendar"), text=text, buttons=_buttons())


async def created(talk: Talk, _value: str) -> Reply:
    """A new link, told this once; a file where the outside cannot reach the service."""
    feed = await new_calendar(talk.person)
    if feed.url is not None:
        text = words_calendar.link(feed.url)
        return Reply(heading=_("Your calendar"), text=text, tone=Tone.SUCCESS, buttons=_buttons())
    content = await calendar_file(talk.person, feed.path)
    await end_calendar(talk.person)
    file = File(content=content, filename="my-shifts.ics", media_type="text/calendar")
    return Reply(heading=_("Your calendar"), text=_(words_calendar.ONLY_A_FILE), files=(file,))


async def ended(talk: Talk, _value: str) -> Reply:
    """Take the link back."""
    await end_calendar(talk.person)
    return Reply(text=_(words_calendar.ENDED), tone=Tone.SUCCESS, update=True)


def _buttons() -> tuple[Button, ...]:
    new = Button(
        action=Action.NEW_CALENDAR,
        value="",
        label=_("New link"),
        confirm=_("Make a new link? The old one stops working."),
    )
    end = Button(
        action=Action.END_CALENDAR,
        value="",
        label=_("Turn off"),
        style=ButtonStyle.DANGER,
        confirm=_("Turn the link off? Your calendar stops showing your shifts."),
    )
    return new, end


COMMAND = Command(name="calendar", usage="", summary=N_("see your shifts in your own calendar"), run=run)
