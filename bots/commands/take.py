"""/take: offer to take a colleague's shift, without being asked: somebody in hospital cannot fill in a form."""

from collections.abc import Sequence
from datetime import date, timedelta

from bots import words_moving, words_trading
from bots.actions import Action
from bots.client_swaps import ask, takeable
from bots.commands.asked import meant, when_in
from bots.commands.command import Command
from bots.commands.talk import Refusal, Talk
from bots.heard import without_first
from bots.languages import N_, _
from bots.reply import Button, ButtonStyle, Reply, Section, Tone
from service.schemas.swaps import SwapAsk, SwapKind

MOST = 12


async def run(talk: Talk, argument: str) -> Reply:
    """The shifts of that day that one could take; of whom is named, where somebody is. Else today and tomorrow."""
    if not talk.person.user.teams:
        raise Refusal(_(words_trading.NO_SHIFTS))
    when = when_in(argument, talk.person.user.teams[0])
    days = [talk.today(), talk.today() + timedelta(days=1)] if when.day is None else [when.day]
    if when.day is None and when.rest:
        raise Refusal(_(words_moving.TAKE_HOW))
    return await _list(talk, days, without_first(when.rest, "from"))


async def _list(talk: Talk, days: Sequence[date], name: str) -> Reply:
    found = [one for day in days for one in await takeable(talk.person, day)]
    if name:
        givers = {one.id for one in meant(name, [one.place.giver for one in found])}
        found = [one for one in found if one.place.giver.id in givers]
    sections = tuple(
        Section(
            heading=words_moving.held_by(one.place, one.time_zone),
            text=words_trading.change(one.change, you=True),
            buttons=(
                Button(
                    action=Action.OFFER_TO_TAKE,
                    value=str(one.place.assignment_id),
                    label=_("Offer to take it"),
                    style=ButtonStyle.PRIMARY if len(found) == 1 else ButtonStyle.NORMAL,
                ),
            ),
        )
        for one in found[:MOST]
    )
    text = words_moving.takeable(days, len(found), len(found) - len(sections))
    return Reply(heading=_("Shifts of colleagues"), text=text, sections=sections)


async def pressed(talk: Talk, value: str) -> Reply:
    """Offer to take the shift of a button; whose it is decides."""
    request = await ask(talk.person, SwapAsk(kind=SwapKind.OFFER, assignment_ids=[int(value)]))
    withdraw = Button(action=Action.WITHDRAW, value=f"trade:{request.id}", label=_("Withdraw"))
    return Reply(text=words_moving.offered(request), tone=Tone.SUCCESS, buttons=(withdraw,))


COMMAND = Command(name="take", usage=N_("[day] [person]"), summary=N_("offer to take a colleague's shift"), run=run)
