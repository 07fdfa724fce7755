"""What is said about trades: the question to who is asked, the news to everybody concerned, and the lists of them."""

from bots import words_trading
from bots.actions import Action
from bots.languages import _
from bots.reply import Button, ButtonStyle, Reply, Section, Tone
from service.schemas.notifications import SwapNews
from service.schemas.people import Person
from service.schemas.swaps import SwapCan, SwapEvent, SwapKind, SwapRead, SwapStatus, TradedPlace

GOOD = frozenset({SwapEvent.DONE, SwapEvent.AGREED})
BAD = frozenset(
    {
        SwapEvent.DECLINED,
        SwapEvent.CLAIM_VOID,
        SwapEvent.REJECTED,
        SwapEvent.EXPIRED,
        SwapEvent.ENDED,
        SwapEvent.WEEK_CHANGED,
        SwapEvent.SICK,
        SwapEvent.NOBODY,
    }
)
KIND = "trade"
"""What stands first in the value of a button about a trade that /approvals knows too."""


def news(content: SwapNews) -> Reply:
    """What happened to a request, with the exchange that it is about."""
    request = content.request
    lines = [words_trading.leg(place, request.time_zone) for place in places(request, content.option)]
    if request.note:
        lines.append(words_trading.note(request.note, request.asked_by))
    if content.note and content.by is not None:
        lines.append(words_trading.note(content.note, content.by))
    if content.event is SwapEvent.DECIDE and request.approval:
        lines.append(words_trading.why_decided(request.approval))
    if content.unreached:
        lines.append(words_trading.could_too(content.unreached))
    if content.event in words_trading.NEXT:
        lines.append(_(words_trading.NEXT[content.event]))
    tone = Tone.SUCCESS if content.event in GOOD else Tone.WARNING if content.event in BAD else Tone.PLAIN
    heading = words_trading.heading(content.event, request, content.by)
    return Reply(
        heading=heading, text="\n".join(lines), tone=tone, buttons=buttons(request, content.option, content.event)
    )


def places(request: SwapRead, option: int | None) -> list[TradedPlace]:
    """The places of an option, or those on offer."""
    for one in request.options:
        if one.number == option:
            return one.legs
    return request.places


def buttons(request: SwapRead, option: int | None, event: SwapEvent | None = None) -> tuple[Button, ...]:
    """What the reader can do with an option of a request now."""
    can, found = request.can, []
    if event in {SwapEvent.SICK, SwapEvent.NOBODY}:
        week = str(request.weekly_schedule_id)
        return (_button(Action.REPAIR_WEEK, week, _("Find a repair"), ButtonStyle.PRIMARY),)
    number = f"{request.id}:{option or ''}"
    if SwapCan.ACCEPT in can and option is not None and event is not SwapEvent.AGREED:
        found.append(_button(Action.ACCEPT_TRADE, number, _("Accept"), ButtonStyle.PRIMARY))
        found.append(_button(Action.DECLINE_TRADE, number, _("Decline")))
        if SwapCan.COUNTER in can:
            found.append(_button(Action.COUNTER_TRADE, str(request.id), _("Offer something else")))
    if SwapCan.CLAIM in can:
        found.append(_button(Action.ACCEPT_TRADE, f"{request.id}:", _("Take it"), ButtonStyle.PRIMARY))
    if SwapCan.APPROVE in can:
        found.append(_button(Action.APPROVE, f"{KIND}:{request.id}", _("Approve"), ButtonStyle.PRIMARY))
        found.append(_button(Action.DECLINE, f"{KIND}:{request.id}", _("Decline"), ButtonStyle.DANGER))
    if SwapCan.WITHDRAW in can and event is None:
        found.append(_button(Action.WITHDRAW, f"{KIND}:{request.id}", _("Withdraw")))
    if SwapCan.RELEASE in can and event is None:
        found.append(
            _button(
                Action.RELEASE_SHIFT,
                str(request.id),
                _("Release"),
                confirm=_("Let {person} go, though nobody has taken the shift yet?").format(
                    person=request.owner.name
                ),
            )
        )
    return tuple(found)


def _button(
    action: Action, value: str, label: str, style: ButtonStyle = ButtonStyle.NORMAL, confirm: str | None = None
) -> Button:
    return Button(action=action, value=value, label=label, style=style, confirm=confirm)


def section(request: SwapRead, reader: Person) -> Section:
    """A request in a list: what it is about, where it stands, and what the reader can do."""
    waiting = next((one.number for one in request.options if _is_asked(one.number, request, reader)), None)
    shown = request.chosen or waiting
    lines = [words_trading.leg(place, request.time_zone, reader) for place in places(request, shown)]
    lines.append(words_trading.state(request))
    if request.note:
        lines.append(words_trading.note(request.note, request.asked_by))
    if request.status is SwapStatus.ACCEPTED and request.approval:
        lines.append(words_trading.why_decided(request.approval))
    heading = words_trading.list_heading(request, reader)
    return Section(heading=heading, text="\n".join(lines), buttons=buttons(request, shown))


def _is_asked(number: int, request: SwapRead, reader: Person) -> bool:
    option = next(one for one in request.options if one.number == number)
    return any(one.person.id == reader.id and one.answer == "ASKED" for one in option.answers)


def outcome(request: SwapRead, reader: Person | None) -> Reply:
    """What an answer has led to, to who gave it or to a whole channel."""
    lines = [
        words_trading.leg(place, request.time_zone, reader)
        for place in places(request, request.chosen)
        if request.chosen is not None or request.kind is SwapKind.DROP
    ]
    tone = Tone.SUCCESS if request.status is SwapStatus.DONE else Tone.PLAIN
    text = "\n".join([words_trading.state(request), *lines])
    return Reply(text=text, tone=tone, update=True)
