"""Recurring days and times as people type them: `mon-fri 17:00-24:00`, `weekends`, `evenings`, `sun off`."""

import re
from collections.abc import Iterable
from datetime import time
from enum import StrEnum

from bots.dates import WEEKDAYS
from bots.heard import english
from bots.spans import CLOCK, clock_of
from service.schemas.requests import AvailabilityWindow

EVERY_DAY = tuple(range(7))
GROUPS = {
    "weekdays": (0, 1, 2, 3, 4),
    "weekday": (0, 1, 2, 3, 4),
    "weekends": (5, 6),
    "weekend": (5, 6),
    "daily": EVERY_DAY,
    "every day": EVERY_DAY,
    "everyday": EVERY_DAY,
}
DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\b"
DAYS = re.compile(
    rf"^(?:on\s+)?(?:(?P<group>{'|'.join(GROUPS)})|(?P<first>{DAY})(?:\s*(?:-|–|to|until)\s*(?P<last>{DAY}))?)\b"
)
RANGE = re.compile(rf"^(?:from\s+|between\s+)?({CLOCK})\s*(?:-|–|to|until|and)\s*({CLOCK})$")
SINCE = re.compile(rf"^(?:from|after)\s+({CLOCK})$")
UNTIL = re.compile(rf"^(?:until|till|before)\s+({CLOCK})$")
ALL_DAY = frozenset({"all day", "any time", "anytime", "always", "whole day"})
FORGET = frozenset({"always", "any time", "anytime", "whenever"})
OFF = frozenset({"off", "no", "not", "never", "none", "-"})
MIDNIGHT = time(0)
Times = tuple[time, time]


class Part(StrEnum):
    """A part of the day, by its name in chat."""

    MORNINGS = "mornings"
    AFTERNOONS = "afternoons"
    EVENINGS = "evenings"
    NIGHTS = "nights"


# A wish for a time is met by shifts that lie within it, a wish against it is broken by shifts that touch it: so
# "evenings" is wide where they are wanted and narrow where they are not.
WIDE: dict[Part, Times] = {
    Part.MORNINGS: (time(4), time(14)),
    Part.AFTERNOONS: (time(11), time(20)),
    Part.EVENINGS: (time(15), time(3)),
    Part.NIGHTS: (time(20), time(10)),
}
NARROW: dict[Part, Times] = {
    Part.MORNINGS: (time(5), time(11)),
    Part.AFTERNOONS: (time(12), time(17)),
    Part.EVENINGS: (time(18), time(23)),
    Part.NIGHTS: (time(23), time(5)),
}
FREE: dict[Part, Times] = {
    Part.MORNINGS: (time(6), time(12)),
    Part.AFTERNOONS: (time(12), time(18)),
    Part.EVENINGS: (time(17), time(0)),
    Part.NIGHTS: (time(22), time(6)),
}
"""When somebody is there who is available then."""


class UnknownTimes(ValueError):
    """Words that name no recurring days or times."""


def days_in(said: str) -> tuple[tuple[int, ...], str]:
    """The weekdays that lower-case words begin with, none where they begin with none; and the rest of the words."""
    match = DAYS.match(said)
    if match is None:
        return (), said
    rest = said[match.end() :].strip()
    if match["group"]:
        return GROUPS[match["group"]], rest
    first = WEEKDAYS.index(match["first"][:3])
    last = WEEKDAYS.index(match["last"][:3]) if match["last"] else first
    return tuple((first + offset) % 7 for offset in range((last - first) % 7 + 1)), rest


def part_of(word: str) -> Part | None:
    """The part of the day that a word names."""
    return next((part for part in Part if word in {part.value, part.value[:-1]}), None)


def times_of(said: str) -> Times | None:
    """From when until when; None for not at all, midnight twice for the whole day. Raises UnknownTimes."""
    said = english(said.lower()).removeprefix("only ")
    if said in OFF:
        return None
    if said in ALL_DAY:
        return MIDNIGHT, MIDNIGHT
    if part := part_of(said):
        return FREE[part]
    try:
        if match := RANGE.match(said):
            return clock_of(match[1]), clock_of(match[2])
        if match := SINCE.match(said):
            return clock_of(match[1]), MIDNIGHT
        if match := UNTIL.match(said):
            return MIDNIGHT, clock_of(match[1])
    except ValueError as error:
        raise UnknownTimes(said) from error
    raise UnknownTimes(said)


def week_of_words(said: str, stored: Iterable[AvailabilityWindow]) -> list[AvailabilityWindow]:
    """The whole week after `said`: the days it names are as it says, the others as they were.

    Who has said nothing before is there on no other day, but for days that are only taken off. Raises UnknownTimes.
    """
    named = _named(english(said.lower()))
    before = list(stored)
    if not before and not any(named.values()):
        before = [AvailabilityWindow(weekday=day, start_time=MIDNIGHT, end_time=MIDNIGHT) for day in EVERY_DAY]
    kept = [window for window in before if window.weekday not in named]
    return sorted(
        [
            *kept,
            *(
                AvailabilityWindow(weekday=day, start_time=start, end_time=end)
                for day, spans in named.items()
                for start, end in spans
            ),
        ],
        key=lambda window: (window.weekday, window.start_time),
    )


def _named(said: str) -> dict[int, list[Times]]:
    named: dict[int, list[Times]] = {}
    days: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    for piece in filter(None, (piece.strip() for piece in re.split(r"[,;]|\band\b(?! *\d)", said))):
        off = piece.split()[0] in OFF
        found, rest = days_in(piece.partition(" ")[2] if off else piece.removeprefix("only "))
        if off and (not found or rest):
            raise UnknownTimes(piece)
        if found and not rest and not off:
            waiting += found
            continue
        # Days named before without times have those that follow; times without days those of the last days.
        days = waiting + found or days or EVERY_DAY
        waiting = ()
        times = None if off else times_of(rest)
        for day in days:
            named.setdefault(day, []).extend([] if times is None else [times])
    for day in waiting:
        named[day] = [(MIDNIGHT, MIDNIGHT)]
    if not named:
        raise UnknownTimes(said)
    return named
