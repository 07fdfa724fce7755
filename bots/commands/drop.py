"""/drop: offer one's own shift to whoever can take it. It stays one's own until somebody does."""

from bots import words_trading
from bots.actions import Action
from bots.client_swaps import ask
from bots.commands.command import Command
from bots.commands.own_shifts import coming_shifts, ids_of, named_shifts, own_shifts, value_of
from bots.commands.talk import Talk
from bots.languages import N_, _
from bots.reply import Button, Reply, Tone
from service.schemas.swaps import SwapAsk, SwapKind


async def run(talk: Talk, argument: str) -> Reply:
    """Drop the shift of the day that is named, or a whole weekend; without one, show the shifts that could be."""
    shifts = await coming_shifts(talk)
    if not argument:
        return own_shifts(shifts, Action.DROP, _("Which shift can you not work?"))
    chosen, _rest = named_shifts(talk, shifts, argument)
    return await pressed(talk, value_of(chosen))


async def pressed(talk: Talk, value: str) -> Reply:
    """Drop the shifts of a button."""
    request = await ask(talk.person, SwapAsk(kind=SwapKind.DROP, assignment_ids=ids_of(value)))
    withdraw = Button(action=Action.WITHDRAW, value=f"trade:{request.id}", label=_("Withdraw"))
    return Reply(text=words_trading.dropped(request), tone=Tone.SUCCESS, buttons=(withdraw,))


COMMAND = Command(
    name="drop", usage=N_("[day or weekend]"), summary=N_("offer a shift to whoever can take it"), run=run
)
