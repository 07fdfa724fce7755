"""/swap: trade one of one's own shifts. Only exchanges that break no rule for anybody are ever offered.

An exchange travels in a button as a short name made of what changes hands, for Telegram lets a button hold little. It
is looked up among what is possible when the button is pressed, and the service judges it again.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence

from bots import words, words_trading
from bots.actions import Action, FormId
from bots.client_swaps import ask, partners
from bots.commands.asked import meant
from bots.commands.command import Command
from bots.commands.own_shifts import coming_shifts, ids_of, named_shifts, own_shifts, value_of
from bots.commands.talk import Refusal, Talk
from bots.heard import without_first
from bots.languages import N_, _
from bots.reply import Button, ButtonStyle, Form, Input, InputKind, Option, Reply, Section, Tone
from service.schemas.base import LONGEST_NOTE
from service.schemas.swaps import LegWrite, OptionWrite, SwapAsk, SwapKind, SwapOption, SwapPartners

MOST_OPTIONS = 6
MOST_CHOICES = 20
NAME = 6
"""Characters of the name of an exchange: enough to tell a few hundred apart."""


async def run(talk: Talk, argument: str) -> Reply:
    """The exchanges for the day or weekend that is named, with whom is named; without words, one's shifts."""
    shifts = await coming_shifts(talk)
    if not argument:
        return own_shifts(shifts, Action.SWAP, _("Which shift would you like to trade?"))
    chosen, rest = named_shifts(talk, shifts, argument)
    return await _offers(talk, chosen, without_first(rest, "with"))


async def pressed(talk: Talk, value: str) -> Reply:
    """The exchanges for the shifts of a button."""
    return offers(await partners(talk.person, ids_of(value)), talk.person.user.id)


async def _offers(talk: Talk, chosen: list[int], name: str) -> Reply:
    found = await partners(talk.person, chosen)
    if name:
        options = _with(name, found.options, talk.person.user.id)
        if not options:
            raise Refusal(words_trading.not_with(name))
        found = found.model_copy(update={"options": options, "found": len(options)})
    return offers(found, talk.person.user.id)


def _with(name: str, options: Sequence[SwapOption], reader: int) -> list[SwapOption]:
    """Those of the exchanges in which a colleague of that handle or name takes a shift."""
    takers = {leg.taker.id: leg.taker for one in options for leg in one.legs if leg.taker is not None}
    takers.pop(reader, None)
    wanted = {one.id for one in meant(name, list(takers.values()))}
    return [one for one in options if any(leg.taker is not None and leg.taker.id in wanted for leg in one.legs)]


def offers(found: SwapPartners, reader: int) -> Reply:
    """The best exchanges, each with what it changes and a button; several or everybody at once by a form."""
    own = value_of(place.assignment_id for place in found.places)
    heading = words_trading.trade_heading(found.places, found.time_zone)
    drop = Button(action=Action.DROP, value=own, label=_("Drop it"), confirm=_(words_trading.DROP_SURE))
    if not found.options:
        return Reply(heading=heading, text=_(words_trading.NOBODY), tone=Tone.WARNING, buttons=(drop,))
    sections = tuple(
        Section(
            heading=words_trading.option_line(one, reader, found.time_zone),
            text="\n".join(words_trading.changes(one, reader)),
            buttons=(
                Button(
                    action=Action.ASK_TRADE,
                    value=f"{own}:{name_of(one)}",
                    label=_("Ask"),
                    style=ButtonStyle.PRIMARY if number == 0 else ButtonStyle.NORMAL,
                ),
            ),
        )
        for number, one in enumerate(found.options[:MOST_OPTIONS])
    )
    several = Button(action=Action.ASK_SEVERAL, value=own, label=_("Ask several"))
    everybody = Button(action=Action.ASK_EVERYBODY, value=own, label=_("Ask everybody"))
    buttons = (several, drop) if len(found.options) > 1 else (drop,)
    if len(_best_with_each(found)) > 1:
        buttons = (everybody, *buttons)
    text = words_trading.how_many(found.found, len(sections))
    return Reply(heading=heading, text=text, sections=sections, buttons=buttons)


def name_of(option: SwapOption) -> str:
    """A short name of an exchange, the same for the same legs."""
    legs = "+".join(sorted(f"{leg.assignment_id}>{leg.taker.id}" for leg in option.legs if leg.taker is not None))
    return base64.urlsafe_b64encode(hashlib.sha256(legs.encode()).digest())[:NAME].decode()


def named(found: SwapPartners, names: Iterable[str]) -> list[OptionWrite]:
    """The exchanges of these names, the best first. Raises Refusal where one is not possible any more."""
    wanted = set(names)
    options = [one for one in found.options if name_of(one) in wanted]
    if not wanted or len(options) < len(wanted):
        raise Refusal(_(words_trading.OLD_BUTTON))
    return [write(one) for one in options]


def write(option: SwapOption) -> OptionWrite:
    """An exchange as the service takes it."""
    legs = [
        LegWrite(assignment_id=leg.assignment_id, taker_id=leg.taker.id)
        for leg in option.legs
        if leg.assignment_id is not None and leg.taker is not None
    ]
    return OptionWrite(legs=legs)


async def asking(talk: Talk, value: str) -> Reply:
    """Ask for the exchange of a button."""
    own, _colon, name = value.partition(":")
    found = await partners(talk.person, ids_of(own))
    return await _ask(talk, ids_of(own), named(found, [name]), "")


async def several(talk: Talk, value: str) -> Reply:
    """Let the asker choose whom to ask; the first to accept wins."""
    found = await partners(talk.person, ids_of(value))
    if not found.options:
        return offers(found, talk.person.user.id)
    options = tuple(
        Option(value=name_of(one), label=words_trading.short(one, talk.person.user.id, found.time_zone))
        for one in found.options[:MOST_CHOICES]
    )
    whom = Input(
        name="options",
        label=_("Whom to ask"),
        kind=InputKind.CHOICES,
        options=options,
        hint=_("The first who accepts gets it"),
    )
    note = Input(
        name="note", label=_("A word to them"), kind=InputKind.LONG_TEXT, required=False, longest=LONGEST_NOTE
    )
    form = Form(form=FormId.SWAP, title=_("Trade a shift"), inputs=(whom, note), submit=_("Ask"), value=value)
    return Reply(text="", form=form)


async def everybody(talk: Talk, value: str) -> Reply:
    """Ask everybody who could take the shift of a button, each for what is best with them; the first wins."""
    found = await partners(talk.person, ids_of(value))
    if not found.options:
        return offers(found, talk.person.user.id)
    best = [write(one) for one in _best_with_each(found)]
    return await _ask(talk, ids_of(value), best[:MOST_CHOICES], "")


def _best_with_each(found: SwapPartners) -> list[SwapOption]:
    """For each who could take the shift, the exchange that is best for the week."""
    own, best = found.places[0].assignment_id, dict[int, SwapOption]()
    for one in found.options:
        for leg in one.legs:
            if leg.assignment_id == own and leg.taker is not None:
                best.setdefault(leg.taker.id, one)
    return list(best.values())


async def submitted(talk: Talk, value: str, answers: dict[str, str]) -> Reply:
    """Ask everybody who was chosen about the shift of the form."""
    chosen = [one for one in answers.get("options", "").split(",") if one]
    if not chosen:
        said = _(words_trading.CHOOSE_SOMEBODY)
        return Reply(text=said, tone=Tone.REFUSAL, faults=(("options", said),))
    note = answers.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        said = words.too_long(len(note), LONGEST_NOTE)
        return Reply(text=said, tone=Tone.REFUSAL, faults=(("note", said),))
    found = await partners(talk.person, ids_of(value))
    return await _ask(talk, ids_of(value), named(found, chosen), note)


async def _ask(talk: Talk, own: list[int], options: list[OptionWrite], note: str) -> Reply:
    kind = SwapKind.GIVE_AWAY if len(options[0].legs) == len(own) else SwapKind.SWAP
    request = await ask(talk.person, SwapAsk(kind=kind, assignment_ids=own, options=options, note=note))
    withdraw = Button(action=Action.WITHDRAW, value=f"trade:{request.id}", label=_("Withdraw"))
    text = words_trading.asked(request, talk.person.user.id)
    return Reply(text=text, tone=Tone.SUCCESS, buttons=(withdraw,))


COMMAND = Command(
    name="swap", usage=N_("[day or weekend] [with person]"), summary=N_("trade a shift with a colleague"), run=run
)
