"""What one cell may hold. Each parser takes what a spreadsheet or CSV file has; ValueError tells what is wrong."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

Parser = Callable[[Any], Any]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORTEST_DAY = 3
TO = re.compile(r"\s*(?:[-–—]|\bto\b)\s*", re.IGNORECASE)
BETWEEN_DAYS = re.compile(r"(?:[\s;,/&+]|\band\b)+", re.IGNORECASE)
YES = frozenset({"yes", "y", "true", "1", "x"})
NO = frozenset({"no", "n", "false", "0"})
SKILL = re.compile(r"^(?P<name>.+?)(?:\s+(?P<level>\d{1,3}))?(?:\s+until\s+(?P<until>\S+))?$", re.IGNORECASE)
NEED = re.compile(r"^(?P<count>\d+)\s*[x×]?\s+(?P<role>.+)$")
# Food and drink is one role, as is Host/Hostess: only a need that follows makes a separator of these.
BEFORE_NEED = re.compile(r"(?<=[^\s\d])\s*(?:[+/&]|\band\b)\s*(?=\d+\s*[x×]?\s+\S)", re.IGNORECASE)
# A digit after one of them may be a need, as in 3 Level 2 + 2 Level 1, or not, as in Band 5 & 6; band 5/6 is a name.
UNCLEAR_NEED = re.compile(r"(?:[+&]|(?<!\d)/|/(?!\d)|\band\b)\s*\d", re.IGNORECASE)


def text(cell: object) -> str:
    """Any words; a number loses its needless decimals."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def words(cell: object) -> list[str]:
    """Several words, separated by semicolons or commas."""
    return [part.strip() for part in re.split(r"[;,]", text(cell)) if part.strip()]


def yes_no(cell: object) -> bool:
    """Yes or no."""
    if isinstance(cell, bool):
        return cell
    word = text(cell).lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(f"{word!r} is neither yes nor no")


def whole_number(cell: object) -> int:
    """A whole number, not negative."""
    word = text(cell)
    if not (word.isascii() and word.isdigit()):
        raise ValueError(f"{word!r} is not a whole number")
    return int(word)


def hours(cell: object) -> int:
    """Hours, decimals allowed, as minutes."""
    try:
        value = float(text(cell).replace(",", "."))
    except ValueError as error:
        raise ValueError(f"{text(cell)!r} is not a number of hours") from error
    if not 0 <= value <= 24 * 7:
        raise ValueError(f"{text(cell)} hours do not fit into a week")
    return round(value * 60)


def money(cell: object) -> int:
    """An amount per hour, in the smallest unit of the currency (cents)."""
    try:
        value = float(text(cell).replace(",", "."))
    except ValueError as error:
        raise ValueError(f"{text(cell)!r} is not an amount") from error
    if not 0 <= value <= 10_000:
        raise ValueError(f"{text(cell)} is not between 0 and 10000")
    return round(value * 100)


def day(cell: object) -> date:
    """A date: a date cell, or YYYY-MM-DD."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(text(cell))
    except ValueError as error:
        raise ValueError(f"{text(cell)!r} is not a date such as 2026-12-24") from error


def moment(cell: object) -> date | datetime:
    """A date, or a date with a time of day, in the team's zone."""
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time() else cell
    if isinstance(cell, date):
        return cell
    word = text(cell)
    try:
        return date.fromisoformat(word) if len(word) <= 10 else datetime.fromisoformat(word).replace(tzinfo=None)
    except ValueError as error:
        raise ValueError(f"{word!r} is not a date such as 2026-12-24 or 2026-12-24 18:00") from error


def clock(cell: object) -> time:
    """A time of day: a time cell, or HH:MM; 24:00 is midnight."""
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    if isinstance(cell, timedelta):
        # What Excel makes of 24:00: a length of time.
        cell = _on_a_clock(cell)
    word = text(cell)
    match = re.fullmatch(r"(\d{1,2})[:.](\d{2})(?::00)?", word)
    if match is None:
        raise ValueError(f"{word!r} is not a time such as 09:30")
    hour, minute = int(match[1]), int(match[2])
    if (hour, minute) == (24, 0):
        return time()
    if hour > 23 or minute > 59:
        raise ValueError(f"{word!r} is not a time of day")
    return time(hour, minute)


def _on_a_clock(length: timedelta) -> str:
    minutes = round(length / timedelta(minutes=1))
    return f"{minutes // 60}:{minutes % 60:02}"


def weekday(cell: object) -> int:
    """One day of the week, in English: its name or the beginning of it, maybe with a dot or an s; 0 is Monday."""
    word = text(cell).lower().removesuffix(".")
    spellings = {spelling for spelling in (word, word.removesuffix("s")) if len(spelling) >= SHORTEST_DAY}
    for number, name in enumerate(WEEKDAYS):
        if any(name.startswith(spelling) for spelling in spellings):
            return number
    raise ValueError(f"{text(cell)!r} is not a day of the week such as Mon")


def weekdays(cell: object) -> list[int]:
    """Days of the week: `Mon`, `Mon-Fri`, `Mon to Fri`, `Tue; Sat-Sun`, `Tue and Thu`, `daily`."""
    if text(cell).lower() in {"daily", "every day", "all"}:
        return list(range(7))
    found: set[int] = set()
    for part in filter(None, BETWEEN_DAYS.split(TO.sub("-", text(cell)))):
        first, dash, last = part.partition("-")
        if "-" in last:
            raise ValueError(f"{part!r} is unclear; write Mon; Wed or Mon-Wed")
        start = weekday(first)
        length = (weekday(last) - start) % 7 if dash else 0
        found.update((start + step) % 7 for step in range(length + 1))
    if not found:
        raise ValueError("names no day")
    return sorted(found)


def needs(cell: object) -> list[tuple[int, str]]:
    """How many of which role: `3 Waiter; 2 Cook`, `3 Waiter + 2 Cook`."""
    found = []
    for part in (need for line in words(cell) for need in BEFORE_NEED.split(line)):
        match = NEED.match(part)
        if match is None:
            raise ValueError(f"{part!r} is not a number and a role such as 3 Waiter")
        if UNCLEAR_NEED.search(match["role"]):
            raise ValueError(f"{part!r} is unclear; separate the roles with ;")
        found.append((int(match["count"]), match["role"].strip()))
    if not found:
        raise ValueError("names no role")
    return found


def skills(cell: object) -> list[dict[str, Any]]:
    """Skills, each with a level and a last day where it has them: `First aid; Suturing 2 until 2027-06-30`."""
    found = []
    for part in words(cell):
        match = SKILL.match(part)
        if match is None:
            raise ValueError(f"{part!r} is not a skill such as First aid, or Suturing 2 until 2027-06-30")
        until = None if match["until"] is None else day(match["until"])
        found.append({"name": match["name"], "level": int(match["level"] or 1), "until": until})
    return found


def groups(cell: object) -> list[list[str]]:
    """Words in groups, joined by + within one: `Lunch + Dinner; Breakfast + Breakfast`."""
    return [[word.strip() for word in part.split("+") if word.strip()] for part in words(cell)]


def one_of(*allowed: str) -> Parser:
    """One of these words, in any case and with spaces for underscores."""

    def parse(cell: object) -> str:
        word = text(cell).upper().replace(" ", "_")
        if word not in allowed:
            raise ValueError(f"{text(cell)!r} is none of {', '.join(allowed)}")
        return word

    return parse
