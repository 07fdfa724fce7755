"""How rules read in the explanations, and in what is found against a schedule."""

from collections.abc import Callable, Iterator
from itertools import groupby

from solver.phrases import Phrase, both, either, listed, then
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
    Measure,
    MinimumRest,
    MinutesLimit,
    Pairing,
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
from solver.words import (
    PERIODS,
    at_least,
    at_most,
    day_count,
    hours,
    often,
    shift_count,
    shift_name,
    span_words,
    weekend_count,
)


def rule_here(problem: Problem, rule: Rule) -> str:
    """A rule as a phrase, with when, where or for whom it holds if that is part of it."""
    match rule:
        case Pairing():
            names = sorted(employee.name for employee in problem.employees if employee.id in rule.employees)
            return Phrase("{person}: {rule}", person=both(names), rule=rule_words(rule))
        case Presence():
            span = span_words(problem, rule.start, rule.end)
            return Phrase("{rule} {span}", rule=rule_words(rule), span=span)
        case Alternatives():
            shifts = sorted((shift for shift in problem.shifts if shift.id in rule.shifts), key=_by_start)
            where = either(shift_name(problem, shift) for shift in shifts)
            return Phrase("{count} {role} on {shifts}", count=rule.target, role=rule.role, shifts=where)
        case _:
            return rule_words(rule)


def _by_start(shift: Shift) -> tuple[int, str]:
    return shift.start, shift.id


def rule_words(rule: Rule) -> Phrase:
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
) -> Phrase:
    match rule:
        case WindowLimit():
            limits = _between(rule.minimum, rule.maximum, hours if "MINUTES" in rule.amount else int)
            return Phrase(
                "{limits} {what} in each {days}", limits=limits, what=_measured(rule), days=day_count(rule.days)
            )
        case FreeTime():
            return Phrase(
                "{hours} free at a time in each {days}", hours=hours(rule.minutes), days=day_count(rule.days)
            )
        case WeekendLimit():
            return at_most(weekend_count(rule.maximum))
        case ConsecutiveWeekends():
            return Phrase("at most {weekends} in a row", weekends=weekend_count(rule.maximum))
        case Standby():
            return Phrase("called only when needed")
        case Priority():
            return Phrase("only where others cannot")


def _measured(rule: WindowLimit) -> Phrase:
    types = None if rule.types is None else either(sorted(rule.types))
    match rule.amount:
        case Amount.MINUTES:
            return Phrase("work") if types is None else Phrase("{types} work", types=types)
        case Amount.SHIFTS:
            return Phrase("shifts") if types is None else Phrase("{types} shifts", types=types)
        case Amount.DAYS:
            return Phrase("days of work") if types is None else Phrase("{types} days of work", types=types)
        case Amount.DAYS_OFF:
            return Phrase("days off")
        case Amount.WEEKEND_MINUTES:
            return Phrase("weekend work")
        case Amount.WEEKENDS:
            return Phrase("weekends with work")


def _order_words(
    rule: RestBetween | TravelTime | TimeOffDistance | ForbiddenPattern | Rotation | DailyPairs,
) -> Phrase:
    match rule:
        case RestBetween():
            after, before = either(sorted(rule.after)), either(sorted(rule.before))
            return Phrase(
                "at least {hours} between {after} and {before}", hours=hours(rule.minutes), after=after, before=before
            )
        case TravelTime():
            return Phrase("at least {hours} between shifts at different sites", hours=hours(rule.minutes))
        case TimeOffDistance():
            return Phrase("no shift within {hours} of time off", hours=hours(rule.minutes))
        case ForbiddenPattern():
            return Phrase("never {pattern}", pattern=pattern_words(rule))
        case Rotation():
            return Phrase("a rotation of {days}", days=then(_alike(rule)))
        case DailyPairs():
            return _pairs_words(rule)


def _pairs_words(rule: DailyPairs) -> Phrase:
    if not rule.allowed:
        return Phrase("never two shifts on one day")
    return Phrase("two shifts on one day only as {pairs}", pairs=listed(map(_pair, rule.allowed)))


def _pair(types: ShiftTypes) -> str:
    first, *others = sorted(types)
    if not others:
        return Phrase("{type} twice", type=first)
    return Phrase("{first} with {last}", first=first, last=" with ".join(others))


def _alike(rule: Rotation) -> Iterator[Phrase]:
    """The days of a cycle, those alike together: `2 early`, `2 night`, `4 off`."""
    for day, alike in groupby(rule.cycle):
        number = len(list(alike))
        if day is None:
            yield Phrase("{count} off", count=number)
        elif day:
            yield Phrase("{count} {types}", count=number, types=either(sorted(day)))
        else:
            yield Phrase("{count} on", count=number)


MEASURES = {
    Measure.MINUTES: Phrase("a fair share of minutes"),
    Measure.WEEKENDS: Phrase("a fair share of weekends"),
    Measure.NIGHTS: Phrase("a fair share of nights"),
    Measure.SHIFTS: Phrase("a fair share of shifts"),
}


def _group_words(rule: Pairing | SkillMix | Presence | Alternatives | Fairness) -> Phrase:
    match rule:
        case Pairing():
            return Phrase("always together") if rule.together else Phrase("never together")
        case SkillMix():
            limits = _between(rule.minimum, rule.maximum, int)
            if rule.types is None:
                return Phrase("{limits} with {skill} on each shift", limits=limits, skill=rule.skill)
            where = either(sorted(rule.types))
            return Phrase("{limits} with {skill} on each {types}", limits=limits, skill=rule.skill, types=where)
        case Presence():
            limits = _between(rule.minimum, rule.maximum, int)
            return Phrase("{limits} {role} present", limits=limits, role=rule.role)
        case Alternatives():
            return Phrase(
                "{count} {role} on one of {number} shifts",
                count=rule.target,
                role=rule.role,
                number=len(rule.shifts),
            )
        case Fairness():
            return MEASURES[rule.measure]


def _plain_words(  # noqa: PLR0911 - one line a rule
    rule: MinutesLimit
    | ShiftsLimit
    | ShiftsPerDay
    | ConsecutiveWork
    | ConsecutiveDaysOff
    | MinimumRest
    | ForbiddenSuccession,
) -> Phrase:
    match rule:
        case MinutesLimit():
            limits = _between(rule.minimum, rule.maximum, hours)
            return Phrase("{limits} {period}", limits=limits, period=PERIODS[rule.period])
        case ShiftsLimit():
            limits, period = _between(rule.minimum, rule.maximum, int), PERIODS[rule.period]
            if rule.types is None:
                return Phrase("{limits} shifts {period}", limits=limits, period=period)
            types = either(sorted(rule.types))
            return Phrase("{limits} {types} shifts {period}", limits=limits, types=types, period=period)
        case ShiftsPerDay():
            return Phrase("at most {shifts} a day", shifts=shift_count(rule.maximum))
        case ConsecutiveWork():
            limits = _between(rule.minimum, rule.maximum, int)
            if rule.types is None:
                return Phrase("{limits} working days in a row", limits=limits)
            return Phrase("{limits} days of {types} in a row", limits=limits, types=either(sorted(rule.types)))
        case ConsecutiveDaysOff():
            return Phrase("at least {days} off in a row", days=day_count(rule.minimum))
        case MinimumRest():
            return Phrase("at least {hours} of rest between shifts", hours=hours(rule.minutes))
        case ForbiddenSuccession():
            types = either(sorted(rule.types))
            return Phrase("no {types} on the day after {after}", types=types, after=rule.after)


def _between(minimum: int | None, maximum: int | None, words: Callable[[int], str | int]) -> str:
    least = at_least(words(minimum)) if minimum else None
    most = None if maximum is None else at_most(words(maximum))
    return both(limit for limit in (least, most) if limit)


def pattern_words(rule: ForbiddenPattern) -> str:
    """A sequence of days: `night, then a day off, then any shift`."""
    return _sequence_words(rule.sequence)


@often
def _sequence_words(sequence: tuple[ShiftTypes | None, ...]) -> str:
    return then(day_words(day) for day in sequence)


def day_words(day: ShiftTypes | None) -> str:
    """What a day of a pattern or rotation has: `a day off`, `any shift`, `early or late`."""
    if day is None:
        return Phrase("a day off")
    return either(sorted(day)) if day else Phrase("any shift")
