"""Dates and weeks as people type them: `next week`, `week 50`, `fri`, `24 Dec`, `2026-12-07`."""

import contextlib
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bots.heard import english
from bots.languages import ENGLISH, language

NOW = frozenset({"", "this", "this week", "current", "now", "today"})
NEXT = frozenset({"next", "next week"})
LAST = frozenset({"last", "last week", "previous", "previous week"})
IN_WEEKS = re.compile(r"^in (\d{1,2}) weeks?$")
WEEK_OF = re.compile(r"^(?:the )?week (?:of|from|starting) ")
HOW_MANY = re.compile(r"^(?P<rest>.*?)(?:[,;]|\bfor\b)?\s*(?<!\d)(?P<count>\d{1,2})\s*weeks?$")
CALENDAR_WEEK = re.compile(r"^(?:calendar )?week (\d{1,2})$")
A_WEEK = r"(?:this|next|last|previous) week|in \d{1,2} weeks?|(?:calendar )?week \d{1,2}"
A_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
A_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
ONE_WEEKDAY = re.compile(rf"(?:on )?(?P<next>next )?(?P<day>{A_WEEKDAY}|weds)s?")
NO_DAY = re.compile(r"(?:(?:this|next|last|a) )?(?:month|year)s?")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# dateparser takes 20.12. for a time of day, twelve minutes past eight.
DAY_AND_MONTH = re.compile(r"^(\d{1,2})\.\s?(0?[1-9]|1[0-2])\.?$")


class UnknownDate(ValueError):
    """Words that name no date."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


def week_of(words: str, this_week: date, today: date) -> date:
    """The first day of the week that `words` name, for a team whose current week begins on `this_week`.

    Raises UnknownDate.
    """
    said = english(words.lower())
    if said in NOW:
        return this_week
    if said in NEXT:
        return this_week + timedelta(weeks=1)
    if said in LAST:
        return this_week - timedelta(weeks=1)
    if match := IN_WEEKS.match(said):
        return this_week + timedelta(weeks=int(match[1]))
    if match := CALENDAR_WEEK.match(said):
        day = _monday(int(match[1]), this_week)
    else:
        # The days of this week that are over name it as well as those to come: its Monday is in every heading.
        day = day_of(WEEK_OF.sub("", said), today, since=min(this_week, today))
    return this_week + timedelta(weeks=(day - this_week).days // 7)


def _monday(number: int, this_week: date) -> date:
    """The first day of the calendar week (ISO 8601) of this number that is nearest. Raises UnknownDate."""
    found = []
    for year in (this_week.year - 1, this_week.year, this_week.year + 1):
        # A 53rd week is only in some years.
        with contextlib.suppress(ValueError):
            found.append(date.fromisocalendar(year, number, 1))
    if not found:
        raise UnknownDate(f"week {number}")
    return min(found, key=lambda monday: abs(monday - this_week))


def weeks_of(words: str, this_week: date, today: date) -> tuple[date, int]:
    """A first week and how many there are: `next week`, `7 Dec for 2 weeks`. Raises UnknownDate."""
    said = english(words.lower())
    if not IN_WEEKS.match(said) and (match := HOW_MANY.match(said)) and int(match["count"]) > 0:
        return week_of(match["rest"].strip(), this_week, today), int(match["count"])
    return week_of(said, this_week, today), 1


def day_of(words: str, today: date, *, since: date | None = None) -> date:
    """The day that `words` name; one without a year is the first such day from today on, or from `since` on.

    Days are understood in English and in the language that is spoken. Raises UnknownDate.
    """
    said = english(words.lower())
    if said == "today":
        return today
    if said == "tomorrow":
        return today + timedelta(days=1)
    if match := ONE_WEEKDAY.fullmatch(said):
        ahead = (WEEKDAYS.index(match["day"][:3]) - today.weekday()) % 7
        # Said on a Friday, "next fri" is not today.
        return today + timedelta(days=7 if match["next"] and not ahead else ahead)
    if NO_DAY.fullmatch(said):
        raise UnknownDate(said)
    try:
        return date.fromisoformat(said)
    except ValueError:
        return _parsed(said, today, since or today)


def _parsed(said: str, today: date, since: date) -> date:
    """A date with its year as it is, one without it as the next. dateparser's own next one is never today."""
    said = DAY_AND_MONTH.sub(r"\1/\2", said)
    if day := _read(said, today, ("day", "month", "year")):
        return day
    if (day := _read(said, today, ("day", "month"))) and (found := _next(day, since)):
        return found
    raise UnknownDate(said)


def _read(said: str, today: date, parts: Sequence[str]) -> date | None:
    """The day that dateparser finds; what is said must have these parts, and others are those of today."""
    import dateparser  # noqa: PLC0415  # takes half a second to load, and most people type "next week"

    found = dateparser.parse(
        said,
        languages=[*dict.fromkeys([language(), ENGLISH])],
        settings={
            "RELATIVE_BASE": datetime.combine(today, time()),
            "PREFER_DATES_FROM": "current_period",
            "DATE_ORDER": "DMY",
            "REQUIRE_PARTS": [*parts],
            "STRICT_PARSING": False,
        },
    )
    day: date | None = found.date() if found else None
    return day


def _next(day: date, since: date) -> date | None:
    """The first day from `since` on that is called like this one."""
    for year in range(since.year, since.year + 9):
        # A 29th of February is only in leap years, which may be eight years apart.
        with contextlib.suppress(ValueError):
            if (found := day.replace(year=year)) >= since:
                return found
    return None
