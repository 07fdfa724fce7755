"""/sick: call in sick; one's shifts are offered to who could take them, and the manager is told."""

from datetime import date, timedelta

from bots import words_sick, words_trading
from bots.actions import Action
from bots.client_swaps import call_in_sick
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.dates import UnknownDate
from bots.heard import hear
from bots.languages import N_, _
from bots.reply import Button, Reply, Section, Tone
from bots.spans import days_in, span_of
from service.schemas.swaps import SickCall


async def run(talk: Talk, argument: str) -> Reply:
    """Today, or the days that are named: tomorrow, fri, 3 days, until 3 Dec; said again, for longer.

    A slip of the thumb can be taken back.
    """
    first, last = _days(talk, argument)
    called = await call_in_sick(talk.person, SickCall(first=first, last=last))
    zone = talk.zone()
    sections = tuple(
        Section(text="\n".join(words_trading.shift(place, zone) for place in request.places))
        for request in called.requests
    )
    back = Button(
        action=Action.WITHDRAW,
        value=f"timeoff:{called.time_off.id}:APPROVED",
        label=_("I am not sick"),
        confirm=_("Take the sick call back? Shifts that somebody has taken stay theirs."),
    )
    text = words_sick.called_in(called)
    return Reply(heading=_("Get well soon"), text=text, tone=Tone.SUCCESS, sections=sections, buttons=(back,))


def _days(talk: Talk, said: str) -> tuple[date, date]:
    today = talk.today()
    words_said = said.strip()
    if not words_said:
        return today, today
    if length := days_in(words_said):
        return today, today + timedelta(days=length - 1)
    heard = hear(words_said)
    until = len(heard.said) > 1 and heard.meant[0].lower() in {"until", "till"}
    if until:
        words_said = heard.after(1).rest
    teams = talk.person.user.teams
    try:
        span = span_of(words_said, today, teams[0].this_week if teams else today)
    except UnknownDate as error:
        raise Refusal(_(words_sick.HOW)) from error
    return (today, span.last) if until else (span.first, span.last)


COMMAND = Command(name="sick", usage=N_("[days]"), summary=N_("call in sick, and have your shifts covered"), run=run)
