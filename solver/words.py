"""How days, times and amounts read in the sentences of `Finding.detail` and the explanations. English."""

from solver.problem import Problem, Shift

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
