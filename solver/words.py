"""How days, times and amounts read in the sentences of `Finding.detail` and the explanations. English."""

from collections.abc import Callable

from solver.problem import Problem, Shift
from solver.rules import (
    ConsecutiveDaysOff,
    ConsecutiveWork,
    Fairness,
    ForbiddenSuccession,
    MinimumRest,
    MinutesLimit,
    Pairing,
    Period,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    WeekendLimit,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day_name(problem: Problem, day: int) -> str:
    """The weekday, with the number of its week where the horizon has several."""
    weekday = WEEKDAYS[(problem.first_weekday + day) % 7]
    if day < 0:
        return f"{weekday} before the horizon"
    return weekday if problem.days <= 7 else f"{weekday} of week {day // 7 + 1}"


def shift_name(problem: Problem, shift: Shift) -> str:
    """A shift as people call it: its name and day."""
    return f"{shift.name} on {day_name(problem, shift.day)}"


def hours(minutes: int) -> str:
    """Minutes as hours: `7 h`, `7 h 30 min`."""
    whole, rest = divmod(minutes, 60)
    if not rest:
        return f"{whole} h"
    return f"{whole} h {rest} min" if whole else f"{rest} min"


def count(amount: int, noun: str) -> str:
    """`1 shift`, `2 shifts`."""
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"


def rule_words(rule: Rule) -> str:  # noqa: PLR0911 - one line a rule
    """A rule as a phrase after a name: `at most 40 h a week`."""
    match rule:
        case MinutesLimit():
            return f"{_between(rule.minimum, rule.maximum, hours)} {_period(rule.period)}"
        case ShiftsLimit():
            kinds = "" if rule.types is None else f"{' or '.join(sorted(rule.types))} "
            return f"{_between(rule.minimum, rule.maximum, str)} {kinds}shifts {_period(rule.period)}"
        case ShiftsPerDay():
            return f"at most {count(rule.maximum, 'shift')} a day"
        case ConsecutiveWork():
            return f"{_between(rule.minimum, rule.maximum, str)} working days in a row"
        case ConsecutiveDaysOff():
            return f"at least {count(rule.minimum, 'day')} off in a row"
        case WeekendLimit():
            return f"at most {count(rule.maximum, 'weekend')}"
        case MinimumRest():
            return f"at least {hours(rule.minutes)} of rest between shifts"
        case ForbiddenSuccession():
            return f"no {' or '.join(sorted(rule.types))} on the day after {rule.after}"
        case Pairing():
            return "always together" if rule.together else "never together"
        case Fairness():
            return f"a fair share of {rule.measure.lower()}"


def _between(minimum: int | None, maximum: int | None, words: Callable[[int], str]) -> str:
    least = "" if not minimum else f"at least {words(minimum)}"
    most = "" if maximum is None else f"at most {words(maximum)}"
    return " and ".join(part for part in (least, most) if part)


def _period(period: Period) -> str:
    return "a week" if period is Period.WEEK else "in all"
