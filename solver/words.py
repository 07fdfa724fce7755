"""How days, times and amounts read in the sentences of `Finding.detail` and the explanations. English."""

from collections.abc import Callable
from itertools import groupby

from solver.problem import Problem, Shift
from solver.rules import (
    Alternatives,
    Amount,
    ConsecutiveDaysOff,
    ConsecutiveWeekends,
    ConsecutiveWork,
    DailyPairs,
    Fairness,
    ForbiddenPattern,
    ForbiddenSuccession,
    FreeTime,
    MinimumRest,
    MinutesLimit,
    Pairing,
    Period,
    Presence,
    Priority,
    RestBetween,
    Rotation,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    ShiftTypes,
    SkillMix,
    Standby,
    TimeOffDistance,
    TravelTime,
    WeekendLimit,
    WindowLimit,
)

DAY = 24 * 60

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


def pattern_words(rule: ForbiddenPattern) -> str:
    """A sequence of days: `night, then a day off, then any shift`."""
    return ", then ".join(day_words(day) for day in rule.sequence)


def day_words(day: ShiftTypes | None) -> str:
    """What a day of a pattern or rotation has: `a day off`, `any shift`, `early or late`."""
    return "a day off" if day is None else " or ".join(sorted(day)) or "any shift"


def span_words(problem: Problem, start: int, end: int) -> str:
    """A span of minutes as people say it: `Monday 18:00 to 21:30`; in a week with a change of the clock, about."""
    (first, begins), (last, ends) = divmod(start, DAY), divmod(end, DAY)
    name = f"{day_name(problem, first)} {begins // 60:02}:{begins % 60:02}"
    until = "" if first == last else f"{day_name(problem, last)} "
    return f"{name} to {until}{ends // 60:02}:{ends % 60:02}"


def rule_here(problem: Problem, rule: Rule) -> str:
    """A rule as a phrase, with when, where or for whom it holds if that is part of it."""
    match rule:
        case Pairing():
            names = sorted(employee.name for employee in problem.employees if employee.id in rule.employees)
            return f"{' and '.join(names)}: {rule_words(rule)}"
        case Presence():
            return f"{rule_words(rule)} {span_words(problem, rule.start, rule.end)}"
        case Alternatives():
            shifts = sorted((shift for shift in problem.shifts if shift.id in rule.shifts), key=_by_start)
            return f"{rule.target} {rule.role} on {' or '.join(shift_name(problem, shift) for shift in shifts)}"
        case _:
            return rule_words(rule)


def _by_start(shift: Shift) -> tuple[int, str]:
    return shift.start, shift.id


def rule_words(rule: Rule) -> str:
    """A rule as a phrase after a name: `at most 40 h a week`."""
    match rule:
        case WindowLimit() | FreeTime() | WeekendLimit() | ConsecutiveWeekends() | Standby() | Priority():
            return _amount_words(rule)
        case RestBetween() | TravelTime() | TimeOffDistance() | ForbiddenPattern() | Rotation() | DailyPairs():
            return _order_words(rule)
        case Pairing() | SkillMix() | Presence() | Alternatives() | Fairness():
            return _group_words(rule)
        case _:
            return _plain_words(rule)


def _amount_words(
    rule: WindowLimit | FreeTime | WeekendLimit | ConsecutiveWeekends | Standby | Priority,
) -> str:
    match rule:
        case WindowLimit():
            between = _between(rule.minimum, rule.maximum, hours if "MINUTES" in rule.amount else str)
            kinds = "" if rule.types is None else f"{' or '.join(sorted(rule.types))} "
            what = {
                Amount.MINUTES: f"{kinds}work",
                Amount.SHIFTS: f"{kinds}shifts",
                Amount.DAYS: f"{kinds}days of work",
                Amount.DAYS_OFF: "days off",
                Amount.WEEKEND_MINUTES: "weekend work",
                Amount.WEEKENDS: "weekends with work",
            }[rule.amount]
            return f"{between} {what} in each {count(rule.days, 'day')}"
        case FreeTime():
            return f"{hours(rule.minutes)} free at a time in each {count(rule.days, 'day')}"
        case WeekendLimit():
            return f"at most {count(rule.maximum, 'weekend')}"
        case ConsecutiveWeekends():
            return f"at most {count(rule.maximum, 'weekend')} in a row"
        case Standby():
            return "called only when needed"
        case Priority():
            return "only where others cannot"


def _order_words(
    rule: RestBetween | TravelTime | TimeOffDistance | ForbiddenPattern | Rotation | DailyPairs,
) -> str:
    match rule:
        case RestBetween():
            pair = f"{' or '.join(sorted(rule.after))} and {' or '.join(sorted(rule.before))}"
            return f"at least {hours(rule.minutes)} between {pair}"
        case TravelTime():
            return f"at least {hours(rule.minutes)} between shifts at different sites"
        case TimeOffDistance():
            return f"no shift within {hours(rule.minutes)} of time off"
        case ForbiddenPattern():
            return f"never {pattern_words(rule)}"
        case Rotation():
            return f"a rotation of {_rotation_words(rule)}"
        case DailyPairs():
            pairs = ", ".join(
                " with ".join(sorted(types)) if len(types) > 1 else f"{min(types)} twice" for types in rule.allowed
            )
            return f"two shifts on one day only as {pairs}" if pairs else "never two shifts on one day"


def _rotation_words(rule: Rotation) -> str:
    """The days of a cycle, those alike together: `2 early, then 2 night, then 4 off`."""
    return ", then ".join(
        f"{len(list(alike))} {'off' if day is None else ' or '.join(sorted(day)) or 'on'}"
        for day, alike in groupby(rule.cycle)
    )


def _group_words(rule: Pairing | SkillMix | Presence | Alternatives | Fairness) -> str:
    match rule:
        case Pairing():
            return "always together" if rule.together else "never together"
        case SkillMix():
            where = "shift" if rule.types is None else " or ".join(sorted(rule.types))
            return f"{_between(rule.minimum, rule.maximum, str)} with {rule.skill} on each {where}"
        case Presence():
            return f"{_between(rule.minimum, rule.maximum, str)} {rule.role} present"
        case Alternatives():
            return f"{rule.target} {rule.role} on one of {len(rule.shifts)} shifts"
        case Fairness():
            return f"a fair share of {rule.measure.lower()}"


def _plain_words(  # noqa: PLR0911 - one line a rule
    rule: MinutesLimit
    | ShiftsLimit
    | ShiftsPerDay
    | ConsecutiveWork
    | ConsecutiveDaysOff
    | MinimumRest
    | ForbiddenSuccession,
) -> str:
    match rule:
        case MinutesLimit():
            return f"{_between(rule.minimum, rule.maximum, hours)} {_period(rule.period)}"
        case ShiftsLimit():
            kinds = "" if rule.types is None else f"{' or '.join(sorted(rule.types))} "
            return f"{_between(rule.minimum, rule.maximum, str)} {kinds}shifts {_period(rule.period)}"
        case ShiftsPerDay():
            return f"at most {count(rule.maximum, 'shift')} a day"
        case ConsecutiveWork():
            kinds = "working days" if rule.types is None else f"days of {' or '.join(sorted(rule.types))}"
            return f"{_between(rule.minimum, rule.maximum, str)} {kinds} in a row"
        case ConsecutiveDaysOff():
            return f"at least {count(rule.minimum, 'day')} off in a row"
        case MinimumRest():
            return f"at least {hours(rule.minutes)} of rest between shifts"
        case ForbiddenSuccession():
            return f"no {' or '.join(sorted(rule.types))} on the day after {rule.after}"


def _between(minimum: int | None, maximum: int | None, words: Callable[[int], str]) -> str:
    least = "" if not minimum else f"at least {words(minimum)}"
    most = "" if maximum is None else f"at most {words(maximum)}"
    return " and ".join(part for part in (least, most) if part)


def _period(period: Period) -> str:
    return "a week" if period is Period.WEEK else "in all"
