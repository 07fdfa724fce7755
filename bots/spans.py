"""When somebody is away, as people type it: `fri`, `24 Dec to 2 Jan`, `tomorrow 14:00-18:00 dentist`, `next week`."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from bots.dates import A_MONTH, A_WEEK, A_WEEKDAY, WEEKDAYS, UnknownDate, day_of, week_of
from bots.heard import Heard, english, hear

CLOCK = r"(?:[01]?\d|2[0-4])(?::[0-5]\d)?"
TIMES = re.compile(
    rf"(?:\b(?:from|between|at)\s+)?\b({CLOCK})\s*(?:-|–|to|until|till|and)\s*({CLOCK})\b", re.IGNORECASE
)
FROM_TIME = re.compile(rf"\b(?:from|after)\s+({CLOCK})(?=\s|$)", re.IGNORECASE)
UNTIL_TIME = re.compile(rf"\b(?:until|till|before)\s+({CLOCK})(?=\s|$)", re.IGNORECASE)
BETWEEN_DAYS = re.compile(r"\s+(?:to|until|till|through|-|–)\s+|\s*–\s*", re.IGNORECASE)
NTH = r"(?:st|nd|rd|th|\.)?"
# 24-26 Dec and 24.-26.12., but no part of 2026-12-24.
TWO_DAYS = re.compile(
    rf"(?<![\d-])(\d{{1,2}}{NTH})\s*[-–]\s*(\d{{1,2}}{NTH}\s+[a-z]{{3,}}|\d{{1,2}}\.\d{{1,2}}\b)", re.IGNORECASE
)
# Dec 24-26, or dec 24 to 26.
MONTH_FIRST = re.compile(
    rf"\b({A_MONTH})\s+(\d{{1,2}}{NTH})\s*(?:[-–]|to|until|till)\s*(\d{{1,2}}{NTH})(?![\w:.-])", re.IGNORECASE
)
# 24.12.-26.12. and 24/12-26/12.
TWO_DATES = re.compile(r"(?<![\d.-])(\d{1,2}[./]\d{1,2}\.?(?:\d{2,4})?)[-–](\d{1,2}[./]\d{1,2}\b)")
TWO_WEEKDAYS = re.compile(r"\b([a-z]{3,9})[-–]([a-z]{3,9})\b", re.IGNORECASE)
IN_WEEK = re.compile(
    rf"^(?:(?P<before>{A_WEEK}) )?(?:on )?(?P<first>{A_WEEKDAY})"
    rf"(?: (?P<between>to|and|until|till|through|-|–) (?P<last>{A_WEEKDAY}))?(?: (?P<after>{A_WEEK}))?$"
)
WEEKEND = re.compile(r"^(?:on )?(?:the )?(?:(?P<which>this|next) )?weekend$")
HOW_MANY = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
LENGTH = rf"(?P<count>\d{{1,2}}|{'|'.join(HOW_MANY)}) (?P<unit>day|week)s?"
SO_LONG = re.compile(rf"^(?:for )?(?:the )?(?:next )?{LENGTH}$")
FOR_SO_LONG = re.compile(rf" for {LENGTH}$")
NO_DAYS = re.compile(r"\b(?:month|year)s?\b")
MORE_DAYS = re.compile(
    rf"^(?:(?:and|or|to|for|from|on|at|until|till|after|before|between|-|–) )?"
    rf"(?:(?:{A_WEEK}|week(?:end)?s?|today|tomorrow|month|{A_WEEKDAY})\b|\d)",
    re.IGNORECASE,
)
"""What is said after some days and means days or times too: passed over, it would be the wrong ones."""

SEVERAL = re.compile(r"\d[a-z.]{0,2}\s*[-–]\s*\d|\b\d{1,2}\s*(?:am|pm)\b|\d:\d\d")
ONE_DATE = re.compile(r"\b(?:\d{4}-\d\d?-\d\d?|\d\d?-\d\d?-\d{2,4})\b|^\d\d?-\d\d?$")
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
    heard, starts, ends = _times(hear(words))
    for count in range(min(LONGEST, len(heard.said)), 0, -1):
        rest = heard.after(count)
        head = " ".join(filter(None, heard.meant[:count]))
        try:
            first, last = _days(_spread(head).lower(), today, this_week)
        except UnknownDate:
            continue
        if MORE_DAYS.match(rest.text):
            break
        return Span(first=first, last=last, starts=starts, ends=ends, rest=rest.rest)
    raise UnknownDate(words)


def _spread(said: str) -> str:
    """Two days in one word, or around their month, as one to the other: `24-26 Dec`, `Dec 24-26`, `mon-wed`."""
    said = MONTH_FIRST.sub(r"\2 \1 to \3 \1", said)
    said = TWO_DATES.sub(r"\1 to \2", TWO_DAYS.sub(r"\1 to \2", said))
    return TWO_WEEKDAYS.sub(_apart, said)


def days_in(words: str) -> int | None:
    """How many days a length has: `3 days`, `the next two days`, `a week`; None where it is none."""
    match = SO_LONG.match(english(words.lower()))
    return None if match is None else _days_of(match)


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


def _in_a_row(first: date, last: date, said: str) -> tuple[date, date]:
    """Two days that are named one by one: all between them is not meant. Raises UnknownDate."""
    if last - first != timedelta(days=1):
        raise UnknownDate(said)
    return first, last


def _times(heard: Heard) -> tuple[Heard, time | None, time | None]:
    """What was said without its times, and those. Bare hours count only where one of both has its minutes."""
    for match in TIMES.finditer(heard.text):
        if ":" in match[0]:
            return heard.without(match), clock_of(match[1]), clock_of(match[2])
    for pattern, is_start in ((FROM_TIME, True), (UNTIL_TIME, False)):
        found = pattern.search(heard.text)
        if found and ":" in found[1]:
            at = clock_of(found[1])
            return heard.without(found), at if is_start else None, None if is_start else at
    return heard, None, None


def _days_of(match: re.Match[str]) -> int:
    count = HOW_MANY.get(match["count"]) or int(match["count"])
    return count * (7 if match["unit"] == "week" else 1)


def _days(said: str, today: date, this_week: date) -> tuple[date, date]:
    said = said.removeprefix("from ")
    if SO_LONG.match(said) or NO_DAYS.search(said):
        raise UnknownDate(said)
    if match := FOR_SO_LONG.search(said):
        begins, _ = _days(said[: match.start()], today, this_week)
        return begins, begins + timedelta(days=max(1, _days_of(match)) - 1)
    if days := _days_of_week(said, today, this_week):
        return days
    one, and_, other = said.partition(" and ")
    if and_:
        first = day_of(one, today)
        return _in_a_row(first, day_of(other, first), said)
    parts = BETWEEN_DAYS.split(said)
    if len(parts) == 1:
        if SEVERAL.search(ONE_DATE.sub("", said)):
            # dateparser would pass over all but the first.
            raise UnknownDate(said)
        day = day_of(said, today)
        return day, day
    if len(parts) != 2:
        raise UnknownDate(said)
    start, end = parts
    if BARE_DAY.match(start):
        # 24 to 26 Dec, or 26.12.: the first day is of the month of the last.
        month = " ".join(end.split()[1:])
        start = f"{start} {month}" if month else f"{start.rstrip('.')}.{end.partition('.')[2]}"
    first = day_of(start, today)
    return first, day_of(end, first)


def _days_of_week(said: str, today: date, this_week: date) -> tuple[date, date] | None:
    """A whole week, a weekend, or weekdays of a week that is named; None for anything else. Raises UnknownDate."""
    if re.fullmatch(A_WEEK, said):
        start = week_of(said, this_week, today)
        return start, start + timedelta(days=6)
    if match := WEEKEND.match(said):
        saturday = _weekday("sat", this_week + timedelta(weeks=match["which"] == "next"))
        return saturday, saturday + timedelta(days=1)
    match = IN_WEEK.match(said)
    if match is None or bool(match["before"]) == bool(match["after"]):
        return None
    start = week_of(match["before"] or match["after"], this_week, today)
    first = _weekday(match["first"], start)
    last = _weekday(match["last"] or match["first"], first)
    return _in_a_row(first, last, said) if match["between"] == "and" else (first, last)


def _weekday(name: str, week_start: date) -> date:
    return week_start + timedelta(days=(WEEKDAYS.index(name[:3]) - week_start.weekday()) % 7)
