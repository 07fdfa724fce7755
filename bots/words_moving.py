"""The sentences about taking a colleague's shift, and about a manager who moves one."""

from collections.abc import Sequence
from datetime import date

from bots import words, words_reach, words_trading
from bots.languages import N_, _, ngettext
from service.schemas.people import Person
from service.schemas.swaps import SwapRead, TradedPlace

TAKE_HOW = N_("Say which day: /take fri, or /take fri ana. /take alone shows today and tomorrow.")
MOVE_HOW = N_(
    "Say whose shift and which: /move ana fri dinner, or /move ana fri dinner to joe."
    " /move alone shows today and tomorrow."
)
NOBODY_MAY = N_("Nobody can take this shift without breaking a rule. /optimize finds a repair of the week.")


def held_by(place: TradedPlace, zone: str) -> str:
    """Ana: Fri 4 Dec  16:00-00:30  Dinner, Waiter."""
    return f"{place.giver.name}: {words_trading.shift(place, zone)}"


def takeable(days: Sequence[date], count: int, unseen: int) -> str:
    """Above the shifts of colleagues that one could take."""
    when = " – ".join(words.day(day) for day in days)
    if not count:
        return _("{days}: there is no shift that you could take without breaking a rule.").format(days=when)
    said = ngettext(
        "{days}: you could take {count} shift. It stays your colleague's until they say yes.",
        "{days}: you could take {count} shifts. Each stays your colleague's until they say yes.",
        count,
    ).format(days=when, count=count)
    return f"{said} {words.more(unseen)}" if unseen else said


def moved(unreached: Sequence[Person]) -> str:
    """After a manager moved a shift."""
    if unreached:
        return " ".join([_("Moved."), words_reach.cannot_reach(unreached)])
    return _("Moved. I have told both.")


def offered(request: SwapRead) -> str:
    """After somebody offered to take a shift."""
    if request.unreached:
        return words_reach.cannot_reach(request.unreached)
    return _("I have told {person} that you would take it, and tell you the answer.").format(
        person=request.owner.name
    )


def which(count: int, unseen: int) -> str:
    """Above the shifts that a manager could move."""
    if not count:
        return _("Nobody works today or tomorrow any more. {how}").format(how=_(MOVE_HOW))
    said = _("Whose shift?")
    return f"{said} {words.more(unseen)}" if unseen else said


def does_not_work(name: str, where: str) -> str:
    """A person and a shift that do not go together."""
    return _("{name} is not on {where}.").format(name=name, where=where)


def moving(place: TradedPlace, zone: str) -> str:
    """Above those who could take a shift."""
    return _("{person}'s shift: {shift}").format(person=place.giver.name, shift=words_trading.shift(place, zone))


def give_to(name: str) -> str:
    """A button."""
    return _("Give it to {name}").format(name=name)


def could(count: int, shown: int) -> str:
    """How many could take it."""
    said = ngettext(
        "{count} person can take it without breaking a rule.",
        "{count} people can take it without breaking a rule; the best for the week come first.",
        count,
    ).format(count=count)
    return f"{said} {words.more(count - shown)}" if count > shown else said
