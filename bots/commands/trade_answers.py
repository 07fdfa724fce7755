"""What is pressed about trades: yes, no, something else; a manager's word. Values are `id[:option]`."""

from bots import trading, words_trading
from bots.actions import Action
from bots.client_swaps import (
    accept,
    alternatives,
    approve,
    counter,
    decline,
    reject,
    release,
    trade,
    trades,
    withdraw,
)
from bots.commands.swap import MOST_OPTIONS, name_of, named
from bots.commands.talk import Refusal, Talk
from bots.languages import _
from bots.reply import Button, Reply, Section, Tone
from service.schemas.swaps import SwapCounter, SwapKind, SwapRead, SwapStatus

MOST = 10


async def accepted(talk: Talk, value: str) -> Reply:
    """Say yes, or take an open shift."""
    request_id, option = _parts(value)
    request = await accept(talk.person, request_id, option)
    if request.status is SwapStatus.OPEN:
        collecting = request.kind is SwapKind.DROP
        said = words_trading.CLAIM_NOTED if collecting else words_trading.WAITS_FOR_OTHERS
        # In a channel the button stays: others may want the shift too.
        return Reply(text=_(said), tone=Tone.SUCCESS, update=not (collecting and talk.in_public))
    if not talk.in_public:
        return trading.outcome(request, talk.person.user)
    await talk.speak_to_channel()
    return trading.outcome(request, None)


async def declined(talk: Talk, value: str) -> Reply:
    """Say no."""
    request_id, option = _parts(value)
    await decline(talk.person, request_id, option)
    return Reply(text=_(words_trading.YOU_DECLINED), update=True)


async def countering(talk: Talk, value: str) -> Reply:
    """Show what could be offered instead."""
    request_id, _option = _parts(value)
    request = await trade(talk.person, request_id)
    found = await alternatives(talk.person, request_id)
    if not found.options:
        return Reply(text=words_trading.nothing_else(request.asked_by.name), tone=Tone.WARNING)
    sections = tuple(
        Section(
            heading=words_trading.option_line(one, talk.person.user.id, found.time_zone),
            text="\n".join(words_trading.changes(one, talk.person.user.id)),
            buttons=(
                Button(action=Action.OFFER_INSTEAD, value=f"{request_id}:{name_of(one)}", label=_("Offer this")),
            ),
        )
        for one in found.options[:MOST_OPTIONS]
    )
    return Reply(heading=_("What would you offer instead?"), text="", sections=sections)


async def offered(talk: Talk, value: str) -> Reply:
    """Offer the exchange of a button instead."""
    number, _colon, name = value.partition(":")
    request_id, _option = _parts(number)
    (exchange,) = named(await alternatives(talk.person, request_id), [name])
    request = await counter(talk.person, request_id, SwapCounter(legs=exchange.legs))
    return Reply(text=words_trading.offered_instead(request.asked_by.name), tone=Tone.SUCCESS, update=True)


async def released(talk: Talk, value: str) -> Reply:
    """A manager lets the owner of a dropped shift go."""
    request = await release(talk.person, _parts(value)[0])
    return Reply(text=words_trading.was_released(request.owner.name), tone=Tone.SUCCESS, update=True)


async def sections(talk: Talk) -> list[Section]:
    """For /approvals: what waits for the asker's word, then their own requests."""
    me = talk.person.user
    found = [request for request in await trades(talk.person) if request.can]
    concerned = [request for request in found if _concerns(request, me.id)]
    concerned.sort(key=lambda request: (request.asked_by.id == me.id, request.id))
    return [trading.section(request, me) for request in concerned[:MOST]]


def _concerns(request: SwapRead, user_id: int) -> bool:
    """Open shifts stand in /open; here only those of one's own, or that a manager could release."""
    return any(can != "CLAIM" for can in request.can) or request.asked_by.id == user_id


async def approve_trade(talk: Talk, value: str) -> Reply:
    """A manager's yes."""
    return trading.outcome(await approve(talk.person, _parts(value)[0]), talk.person.user)


async def reject_trade(talk: Talk, value: str, note: str) -> Reply:
    """A manager's no."""
    await reject(talk.person, _parts(value)[0], note)
    return Reply(text=_(words_trading.NOT_APPROVED), update=True)


async def withdraw_trade(talk: Talk, value: str) -> Reply:
    """Take one's own request back."""
    await withdraw(talk.person, _parts(value)[0])
    return Reply(text=_(words_trading.TAKEN_BACK), tone=Tone.SUCCESS, update=True)


def _parts(value: str) -> tuple[int, int | None]:
    number, _colon, rest = value.partition(":")
    option = rest.partition(":")[0]
    if not number.isdecimal():
        raise Refusal(_(words_trading.OLD_BUTTON))
    return int(number), int(option) if option.isdecimal() else None
