"""The sentences about trades, in the reader's language and the zone of the team."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bots import words, words_reach
from bots.languages import N_, _, ngettext
from service.schemas.people import Person
from service.schemas.shifts import MyShift
from service.schemas.swaps import (
    PersonChange,
    SwapEvent,
    SwapKind,
    SwapOption,
    SwapRead,
    SwapStatus,
    TradedPlace,
)

NO_SHIFTS = N_("You have no published shifts ahead.")
NO_WEEKEND = N_("You have no shift ahead on that weekend.")
HOW = N_("Say which day: /swap fri, or /swap fri with zoe. /swap alone shows your shifts.")
NOBODY = N_("Nobody can take this shift without breaking a rule. You can drop it, or talk to your manager.")
OLD_BUTTON = N_("This button is too old. /swap shows what is possible now.")
CHOOSE_SOMEBODY = N_("Choose at least one exchange.")
DROP_SURE = N_("Offer this shift to whoever can take it? It stays yours until somebody does.")
CLAIM_NOTED = N_("Noted. Whoever it is fairest to gets the shift; I tell you as soon as it is decided.")
WAITS_FOR_OTHERS = N_("Noted. As soon as everybody agrees, the shifts change hands.")
YOU_DECLINED = N_("You said no. Nothing changes for you.")
NOT_APPROVED = N_("Not approved. Everybody concerned is told.")
TAKEN_BACK = N_("Taken back. Everybody who was asked is told.")
NEXT = {
    SwapEvent.SICK: N_("I ask who could take it, a few at a time, and tell you who does."),
    SwapEvent.NOBODY: N_("Everybody whom I could ask was asked. A repair changes as little of the week as possible."),
}
STATES = {
    SwapStatus.OPEN: N_("waits for an answer"),
    SwapStatus.ACCEPTED: N_("everybody agrees, a manager decides"),
    SwapStatus.APPROVED: N_("approved"),
    SwapStatus.DONE: N_("done: the shifts have changed hands"),
    SwapStatus.DECLINED: N_("declined"),
    SwapStatus.EXPIRED: N_("expired"),
    SwapStatus.CANCELLED: N_("withdrawn"),
}

HEADINGS = {
    SwapEvent.ASKED: N_("{asker} asks you for a trade"),
    SwapEvent.UP_FOR_GRABS: N_("{owner}'s shift is up for grabs"),
    SwapEvent.AGREED: N_("{by} agrees"),
    SwapEvent.COUNTERED: N_("{by} offers something else"),
    SwapEvent.DECLINED: N_("{by} said no"),
    SwapEvent.AWAITS_MANAGER: N_("Everybody agrees; now a manager decides"),
    SwapEvent.DECIDE: N_("A trade waits for your decision"),
    SwapEvent.REJECTED: N_("{by} did not approve the trade"),
    SwapEvent.DONE: N_("The shifts have changed hands"),
    SwapEvent.TAKEN: N_("Somebody else was faster"),
    SwapEvent.CLAIM_VOID: N_("You cannot take {owner}'s shift any more: it would break a rule by now"),
    SwapEvent.WITHDRAWN: N_("{asker} has taken the request back"),
    SwapEvent.EXPIRED: N_("The request has expired"),
    SwapEvent.ENDED: N_("The request has ended without a trade"),
    SwapEvent.WEEK_CHANGED: N_("The request has ended: the week has changed"),
    SwapEvent.RELEASED: N_("You are off this shift"),
    SwapEvent.REMINDER: N_("{asker} still waits for your answer"),
    SwapEvent.SICK: N_("{owner} has called in sick"),
    SwapEvent.NOBODY: N_("Nobody has taken {owner}'s shift"),
}


def heading(event: SwapEvent, request: SwapRead, by: Person | None) -> str:
    """What happened, in one line."""
    somebody = _("Somebody") if by is None else by.name
    return _(HEADINGS[event]).format(asker=request.asked_by.name, owner=request.owner.name, by=somebody)


def shift(place: TradedPlace, zone: str) -> str:
    """A shift on one line: Fri 4 Dec  16:00-00:30  Dinner, Waiter."""
    starts = place.starts_at.astimezone(ZoneInfo(zone)).date()
    return f"{words.day(starts)}  {words.clock(place.starts_at, place.ends_at, zone)}  {place.name}, {place.role}"


def leg(place: TradedPlace, zone: str, reader: Person | None = None) -> str:
    """Who gets which shift from whom, as one of the people in it reads it."""
    line = shift(place, zone)
    if place.taker is None:
        return line
    if reader is not None and place.taker.id == reader.id:
        return _("You take {shift} from {giver}").format(shift=line, giver=place.giver.name)
    if reader is not None and place.giver.id == reader.id:
        return _("{taker} takes {shift} from you").format(taker=place.taker.name, shift=line)
    return _("{taker} takes {shift} from {giver}").format(taker=place.taker.name, shift=line, giver=place.giver.name)


def note(text: str, by: Person) -> str:
    """What somebody wrote."""
    return _("“{note}” ({person})").format(note=text, person=by.name)


def why_decided(reason: str) -> str:
    """Why a manager decides."""
    return _("A manager decides: {reason}").format(reason=_(reason))


def kind(value: SwapKind) -> str:
    """What sort of trade it is, in a word or two."""
    return _(KINDS[value])


KINDS = {
    SwapKind.SWAP: N_("a swap"),
    SwapKind.GIVE_AWAY: N_("a give-away"),
    SwapKind.DROP: N_("a dropped shift"),
    SwapKind.CYCLE: N_("a round of three"),
    SwapKind.OFFER: N_("an offer to take a shift"),
}


def local_day(mine: MyShift) -> date:
    """The day on which a shift begins, where it is worked."""
    return mine.starts_at.astimezone(ZoneInfo(mine.time_zone)).date()


def no_single_shift(day: date, names: Sequence[str]) -> str:
    """A day that does not say which shift."""
    if not names:
        return _("You have no shift on {day}.").format(day=words.day(day))
    said = _("You have several shifts on {day}: {names}. Name one too.")
    return said.format(day=words.day(day), names=", ".join(names))


def not_with(name: str) -> str:
    """A colleague with whom nothing is possible."""
    return _("No exchange with “{name}” is possible without breaking a rule. /swap shows who could.").format(
        name=name
    )


def trade_heading(places: Sequence[TradedPlace], zone: str) -> str:
    """Above the exchanges for a shift, or several at once."""
    return _("Trade {shift}").format(shift=" + ".join(shift(place, zone) for place in places))


def how_many(found: int, shown: int) -> str:
    """How many exchanges there are."""
    said = ngettext(
        "{count} exchange breaks no rule for anybody.",
        "{count} exchanges break no rule for anybody; the best for the week come first.",
        found,
    ).format(count=found)
    return f"{said} {words.more(found - shown)}" if found > shown else said


def option_line(option: SwapOption, reader: int, zone: str) -> str:
    """An exchange in a line or two, to one of the people in it."""
    lines = []
    for one in option.legs:
        name = "" if one.taker is None else one.taker.name
        if one.taker is not None and one.taker.id == reader:
            lines.append(_("you take {shift} from {giver}").format(shift=shift(one, zone), giver=one.giver.name))
        elif one.giver.id == reader:
            lines.append(_("{taker} takes your shift").format(taker=name))
        else:
            said = _("{taker} takes {shift} from {giver}")
            lines.append(said.format(taker=name, shift=shift(one, zone), giver=one.giver.name))
    return words.sentence("; ".join(lines))


def short(option: SwapOption, reader: int, zone: str) -> str:
    """An exchange as a choice, within 75 characters."""
    mine = next((one for one in option.legs if one.taker is not None and one.taker.id == reader), None)
    theirs = next((one for one in option.legs if one.giver.id == reader and one.taker is not None), None)
    name = theirs.taker.name if theirs is not None and theirs.taker is not None else ""
    said = name if mine is None else _("{name}, for {shift}").format(name=name, shift=shift(mine, zone))
    return said if len(said) <= 75 else f"{said[:74]}…"


def changes(option: SwapOption, reader: int) -> list[str]:
    """What an exchange changes for each, the reader first."""
    ordered = sorted(option.changes, key=lambda one: one.person.id != reader)
    lines = [change(one, you=one.person.id == reader) for one in ordered]
    return [*lines, why_decided(option.approval)] if option.approval else lines


def change(one: PersonChange, *, you: bool) -> str:
    """You: 32 h → 40 h this week, at least 11 h of rest, suits your wishes better."""
    name = _("You") if you else one.person.name
    before, after = words.hours(one.minutes_before), words.hours(one.minutes_after)
    said = [
        _("{hours} this week, as now").format(hours=after)
        if before == after
        else _("{before} → {after} this week").format(before=before, after=after)
    ]
    if one.rest_after is not None:
        said.append(_("at least {hours} of rest").format(hours=words.hours(one.rest_after)))
    if one.wishes:
        said.append(_("suits the wishes better") if one.wishes > 0 else _("suits the wishes less"))
    return f"{name}: {', '.join(said)}"


def asked(request: SwapRead, reader: int) -> str:
    """After a question was sent."""
    unreached = {one.id for one in request.unreached}
    people = {
        answer.person.name
        for one in request.options
        for answer in one.answers
        if answer.person.id != reader and answer.person.id not in unreached
    }
    said = []
    if people:
        done = _("I have asked {names}. I tell you as soon as there is an answer.")
        said.append(done.format(names=", ".join(sorted(people))))
    if unreached:
        said.append(words_reach.cannot_reach(request.unreached))
    return " ".join(said)


def dropped(request: SwapRead) -> str:
    """After shifts were dropped."""
    said = ngettext(
        "{shift} is up for grabs. It stays yours until somebody takes it; I tell you then.",
        "{shift} are up for grabs together. They stay yours until somebody takes them; I tell you then.",
        len(request.places),
    )
    return said.format(shift=" + ".join(shift(place, request.time_zone) for place in request.places))


def state(request: SwapRead) -> str:
    """Where a request stands."""
    return words.sentence(_(STATES[request.status]))


def list_heading(request: SwapRead, reader: Person) -> str:
    """A request in a list."""
    if request.asked_by.id == reader.id:
        return _("Your request: {kind}").format(kind=kind(request.kind))
    return _("{person} asks: {kind}").format(person=request.asked_by.name, kind=kind(request.kind))


def open_shifts(count: int, unseen: int) -> str:
    """Above the open shifts."""
    if not count:
        return _("There is no open shift that you could take.")
    said = ngettext("You could take {count} shift.", "You could take {count} shifts.", count).format(count=count)
    return f"{said} {words.more(unseen)}" if unseen else said


def nothing_else(name: str) -> str:
    """No other exchange is possible."""
    return _("Nothing else is possible with {name} without breaking a rule. You can accept or decline.").format(
        name=name
    )


def offered_instead(name: str) -> str:
    """After a counter-offer."""
    return _("I have offered that to {name}, and tell you the answer.").format(name=name)


def could_too(people: Sequence[Person]) -> str:
    """Whom nobody asked about an open shift, for want of a chat account."""
    said = ngettext(
        "{names} could take it too, but has no chat account yet: please talk to them yourself.",
        "{names} could take it too, but have no chat account yet: please talk to them yourself.",
        len(people),
    )
    return said.format(names=words_reach.names(people))


def was_released(name: str) -> str:
    """After a manager let somebody go."""
    return _("{name} is off the shift, which stays open for others.").format(name=name)
