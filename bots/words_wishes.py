"""The sentences about when people can work and when they would rather."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from bots import words
from bots.languages import N_, _, date_text
from bots.weekly import MIDNIGHT, NARROW, WIDE, Part
from service.schemas.requests import AvailabilityWindow, PreferenceRead

PARTS = {
    Part.MORNINGS: N_("mornings"),
    Part.AFTERNOONS: N_("afternoons"),
    Part.EVENINGS: N_("evenings"),
    Part.NIGHTS: N_("nights"),
}
A_MONDAY = date(2024, 1, 1)
# From this weight on a wish is strong, below that one it is slight.
STRONG, SLIGHT = 25, 6


def weekday(number: int) -> str:
    """Monday."""
    return date_text(A_MONDAY + timedelta(days=number), "EEEE")


def part(value: Part) -> str:
    """A part of the day."""
    return _(PARTS[value])


def hours(start: time, end: time) -> str:
    """17:00-24:00, or all day."""
    if start == end == MIDNIGHT:
        return _("all day")
    return f"{start:%H:%M}–24:00" if end == MIDNIGHT else f"{start:%H:%M}–{end:%H:%M}"


def day_hours(windows: Sequence[AvailabilityWindow]) -> str:
    """The hours of a day: 08:00-12:00, 17:00-24:00."""
    return ", ".join(hours(window.start_time, window.end_time) for window in windows)


def days_off(numbers: Sequence[int]) -> str:
    """The days on which somebody cannot work."""
    return _("Not at all: {days}.").format(days=", ".join(weekday(number) for number in numbers))


def matches(wish: PreferenceRead) -> str:
    """The shifts that a wish is about: Dinner, Friday, evenings."""
    parts = [wish.template_name or ""]
    if wish.on_date is not None:
        parts.append(words.day(wish.on_date))
    if wish.weekday is not None:
        parts.append(weekday(wish.weekday))
    if wish.start_time is not None and wish.end_time is not None:
        parts.append(_times(wish.start_time, wish.end_time, wanted=wish.wanted))
    return ", ".join(filter(None, parts))


def _times(start: time, end: time, *, wanted: bool) -> str:
    named = next((one for one, times in (WIDE if wanted else NARROW).items() if times == (start, end)), None)
    return hours(start, end) if named is None else part(named)


def wish(said: PreferenceRead) -> str:
    """A wish in a line."""
    if said.wanted:
        return _("Gladly: {shifts}").format(shifts=matches(said))
    return _("Rather not: {shifts}").format(shifts=matches(said))


def strength(weight: int) -> str:
    """How much a wish matters."""
    if weight >= STRONG:
        return _("matters a lot")
    return _("matters a little") if weight < SLIGHT else _("a wish like any other")


def unknown_times(said: str) -> str:
    """Words that make no week."""
    return _(
        "I cannot tell which times “{words}” are. Try: /available mon-fri 17:00-24:00, or /available not sun."
    ).format(words=said)


def unknown_wish(said: str) -> str:
    """Words that make no wish."""
    return _("I cannot tell which shifts “{words}” are. Try: /prefer evenings, or /prefer not sunday.").format(
        words=said
    )


ALWAYS = N_("You can always work, as far as Rota knows.")
AVAILABLE_HOW = N_("Or in one line: /available mon-fri 17:00-24:00, /available not sun, /available always.")
NO_DAY_LEFT = N_("That leaves no day at all. For days away there is /timeoff; /available always forgets all limits.")
NO_WISHES = N_("You have no wishes yet. In one line: /prefer evenings, /prefer not sunday, /prefer dinner strongly.")
WISHES_COUNT = N_("They count whenever a week is planned, as far as everybody's can.")
WISHES_HOW = N_("Everything you fill in must fit a shift, so that it counts; leave the rest empty.")
WISH_FOR_WHAT = N_("Fill in at least one of them: a weekday, a day, a shift or a part of the day.")
"""A wish that names no shifts."""
