"""What people read when they ask what would be if."""

from datetime import date

from bots import words, words_explain
from bots.languages import N_, _, ngettext
from bots.words_phrases import said
from service.schemas.explaining import GapRead, MoveRead, SupposedRead
from service.schemas.shifts import Roster, ShiftRead

HOW = N_(
    "Say what to try: /whatif sam off fri, /whatif sam off fri dinner, /whatif sam on sat dinner,"
    " or /whatif one more bartender sat dinner."
)


def too_many(most: int) -> str:
    """More people than can be tried."""
    return _("I can try at most {most} more people at once.").format(most=most)


def place(shift: ShiftRead, roster: Roster) -> str:
    """Dinner on Fri 4 Dec."""
    return words_explain.shift_words(shift, roster)


def day_off_heading(person: str, day: date) -> str:
    """A person with a day off."""
    return _("If {person} were off on {day}").format(person=person, day=words.day(day))


def shift_heading(person: str, where: str, *, off: bool) -> str:
    """A person on or off a shift."""
    heading = _("If {person} did not work {shift}") if off else _("If {person} worked {shift}")
    return heading.format(person=person, shift=where)


def more_heading(count: int, role: str, where: str) -> str:
    """More people on a shift."""
    return _("If {shift} had {count} more {role}").format(shift=where, count=count, role=role)


def price(supposed: SupposedRead) -> str:
    """What it would cost."""
    after = supposed.after or 0
    difference = after - supposed.before
    if not supposed.moves and not difference:
        return _("Nothing would have to change.")
    if not difference:
        return _("The week would stay as good: a score of {score}.").format(score=after)
    said = _("The week would have a score of {after} instead of {before}, lower is better.")
    detail = f" ({words_explain.terms(supposed.terms)})" if supposed.terms else ""
    return said.format(after=after, before=supposed.before) + detail


def still_open(gap: GapRead) -> str:
    """What nobody could fill all the same."""
    return _("Still open: {gap}").format(gap=words_explain.gap_line(gap))


def move(one: MoveRead) -> str:
    """Somebody who joins or leaves a shift."""
    return f"{'+' if one.joins else '−'} {one.person.name}: {said(one.place, one.place_phrase)}"


def more_moves(count: int) -> str:
    """Moves that are not listed."""
    return ngettext("… and {count} more change", "… and {count} more changes", count).format(count=count)


def unknown_person(said: str) -> str:
    """Words that name nobody of the team."""
    return _("I know nobody called “{said}” in this team.").format(said=said)
