"""When somebody is away, as people type it: `fri`, `24 Dec to 2 Jan`, `tomorrow 14:00-18:00 dentist`, `next week`."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from bots.dates import LAST, NEXT, NOW, UnknownDate, day_of, week_of

CLOCK = r"(?:[01]?\d|2[0-4])(?::[0-5]\d)?"
TIMES = re.compile(
    rf"(?:\b(?:from|between|at)\s+)?\b({CLOCK})\s*(?:-|–|to|until|till|and)\s*({CLOCK})\b", re.IGNORECASE
)
FROM_TIME = re.compile(rf"\b(?:from|after)\s+({CLOCK})(?=\s|$)", re.IGNORECASE)
UNTIL_TIME = re.compile(rf"\b(?:until|till|before)\s+({CLOCK})(?=\s|$)", re.IGNORECASE)
BETWEEN_DAYS = re.compile(r"\s+(?:to|until|till|through|-|–)\s+|\s*–\s*", re.IGNORECASE)
# 24-26 Dec, but no part of 2026-12-24.
TWO_DAYS = re.compile(r"(?<![\d-])(\d{1,2})\s*[-–]\s*(\d{1,2}\.?\s+[a-z]{3,})", re.IGNORECASE)
TWO_WEEKDAYS = re.compile(r"\b([a-z]{3,9})[-–]([a-z]{3,9})\b", re.IGNORECASE)
BARE_DAY = re.compile(r"^\d{1,2}(?:st|nd|rd|th|\.)?$", re.IGNORECASE)
LONGEST = 9
"""Words that the longest way of naming two days takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days, both included; times on the first and the last where they are not whole; and what else was said."""

    first: date
    last: date
    starts: time | None = None
    ends: time | None = None
    rest: str = ""


def span_of(words: str, today: date, this_week: date) -> Span:
    """The days that `words` begin with, and the rest of them. Raises UnknownDate."""
    said, starts, ends = _times(" ".join(words.split()))
    said = TWO_DAYS.sub(r"\1 to \2", said)
    said = TWO_WEEKDAYS.sub(_apart, said)
    tokens = said.split()
    for count in range(min(LONGEST, len(tokens)), 0, -1):
        head = " ".join(tokens[:count])
        try:
            first, last = _days(head.lower(), today, this_week)
        except UnknownDate:
            continue
        return Span(first=first, last=last, starts=starts, ends=ends, rest=" ".join(tokens[count:]))
    raise UnknownDate(words)


def clock_of(words: str) -> time:
    """A time of day: 9, 9:30, 17:00; 24:00 is midnight. Raises ValueError."""
    hour, _, minute = words.strip().partition(":")
    at = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or not 0 <= at <= 24 * 60:
        raise ValueError(f"{words} is no time of day")
    return time(at // 60 % 24, at % 60)


def _apart(match: re.Match[str]) -> str:
    """mon-wed as two words, dentist-visit as it is."""
    try:
        for day in match.groups():
            day_of(day, date.min + timedelta(days=7))
    except UnknownDate:
        return match[0]
    return f"{match[1]} to {match[2]}"


def _times(said: str) -> tuple[str, time | None, time | None]:
    """What was said without its times, and those. Bare hours count only where one of both has its minutes."""
    for match in TIMES.finditer(said):
        if ":" in match[0]:
            return _without(said, match), clock_of(match[1]), clock_of(match[2])
    for pattern, is_start in ((FROM_TIME, True), (UNTIL_TIME, False)):
        found = pattern.search(said)
        if found and ":" in found[1]:
            at = clock_of(found[1])
            return _without(said, found), at if is_start else None, None if is_start else at
    return said, None, None


def _without(said: str, match: re.Match[str]) -> str:
    return " ".join((said[: match.start()] + " " + said[match.end() :]).split())


def _days(said: str, today: date, this_week: date) -> tuple[date, date]:
    if said in (NOW | NEXT | LAST) - {"", "now", "today"}:
        monday = week_of(said, this_week, today)
        return monday, monday + timedelta(days=6)
    parts = BETWEEN_DAYS.split(said)
    if len(parts) == 1:
        day = day_of(said, today)
        return day, day
    if len(parts) != 2:
        raise UnknownDate(said)
    start, end = parts
    if BARE_DAY.match(start):
        # 24 to 26 Dec: the first day is of the month of the last.
        start = f"{start} {' '.join(end.split()[1:])}"
    first = day_of(start, today)
    return first, day_of(end, first)
