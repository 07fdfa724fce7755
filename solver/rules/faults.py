"""What makes a rule contradict itself or its problem, fault by fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from solver.rules import (
    Alternatives,
    Amount,
    ConsecutiveDaysOff,
    ConsecutiveWeekends,
    ConsecutiveWork,
    Fairness,
    ForbiddenPattern,
    FreeTime,
    MinimumRest,
    MinutesLimit,
    Pairing,
    Presence,
    RestBetween,
    Rotation,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    SkillMix,
    TimeOffDistance,
    TravelTime,
    WeekendLimit,
    WindowLimit,
)

if TYPE_CHECKING:
    from solver.problem import Problem

LONGEST_CYCLE = 10 * 7
"""The longest rotation, in days: ten weeks."""


def faults_of_rule(rule: Rule, problem: Problem) -> Iterator[str]:
    """Every contradiction of a rule with itself or with its problem, as sentences."""
    for employee in sorted(rule.employees - {employee.id for employee in problem.employees}):
        yield f"unknown employee {employee!r}"
    if rule.weight is not None and rule.weight < 0:
        yield "the weight is negative"
    check = CHECKS.get(type(rule))
    if check is not None:
        yield from check(rule, problem)


def _window(rule: WindowLimit | FreeTime, _: Problem) -> Iterator[str]:
    if rule.days < 1 or rule.every < 1:
        yield "a window has at least one day, and so has the step to the next one"
    if isinstance(rule, FreeTime):
        if not 0 < rule.minutes <= rule.days * 24 * 60:
            yield f"{rule.minutes} free minutes do not fit in {rule.days} days"
        return
    yield from _bounds(rule.minimum, rule.maximum)
    if rule.types is not None and rule.amount in (Amount.DAYS_OFF, Amount.WEEKENDS):
        yield "days off and weekends have no types"


def _alternatives(rule: Alternatives, problem: Problem) -> Iterator[str]:
    if not rule.shifts:
        yield "names no shift"
    if rule.target < 0:
        yield "a headcount is negative"
    for shift in sorted(rule.shifts - {shift.id for shift in problem.shifts}):
        yield f"unknown shift {shift!r}"


def _pattern(rule: ForbiddenPattern, _: Problem) -> Iterator[str]:
    if not rule.sequence:
        yield "the sequence is empty"
    if all(day is None for day in rule.sequence):
        yield "the sequence names no shift"
    if rule.first_weekday is not None and not 0 <= rule.first_weekday <= 6:
        yield f"first weekday {rule.first_weekday} is not between 0 (Monday) and 6 (Sunday)"


def _rotation(rule: Rotation, _: Problem) -> Iterator[str]:
    if not rule.cycle:
        yield "the cycle is empty"
    elif all(day is None for day in rule.cycle):
        yield "the cycle has no day with work"
    if len(rule.cycle) > LONGEST_CYCLE:
        yield f"the cycle has {len(rule.cycle)} days, more than {LONGEST_CYCLE}"
    if rule.offset < 0:
        yield "the offset is negative"


def _bounds(minimum: int | None, maximum: int | None) -> Iterator[str]:
    if min(minimum or 0, maximum or 0) < 0:
        yield "a limit is negative"
    if minimum is not None and maximum is not None and minimum > maximum:
        yield f"minimum {minimum} is above maximum {maximum}"


def _fairness(rule: Fairness, _: Problem) -> Iterator[str]:
    for field in (rule.ledger, rule.target):
        for employee, _amount in field:
            if employee not in rule.employees:
                yield f"{employee!r} has a ledger or target but is not among the people compared"
        yield from repeated("the ledger or target of", (employee for employee, _amount in field))
    for employee, target in rule.target:
        if target <= 0:
            yield f"the target of {employee!r} is not above 0"


def _limits(rule: MinutesLimit | ShiftsLimit | ConsecutiveWork | SkillMix | Presence, _: Problem) -> Iterator[str]:
    yield from _bounds(rule.minimum, rule.maximum)


def _most(rule: ShiftsPerDay | WeekendLimit | ConsecutiveWeekends, _: Problem) -> Iterator[str]:
    yield from _bounds(None, rule.maximum)


def _least(rule: ConsecutiveDaysOff, _: Problem) -> Iterator[str]:
    yield from _bounds(rule.minimum, None)


def _minutes(rule: MinimumRest | RestBetween | TravelTime | TimeOffDistance, _: Problem) -> Iterator[str]:
    yield from _bounds(rule.minutes, None)


def _pairing(rule: Pairing, _: Problem) -> Iterator[str]:
    if len(rule.employees) < 2:
        yield "a pairing needs two people"


def _presence(rule: Presence, problem: Problem) -> Iterator[str]:
    yield from _limits(rule, problem)
    if rule.already < 0:
        yield "fewer than nobody are there already"
    if rule.start >= rule.end:
        yield "the span ends before it starts"


# Each check takes the one kind of rule that it stands for.
CHECKS: dict[type, Callable[[Any, Problem], Iterator[str]]] = {
    MinutesLimit: _limits,
    ShiftsLimit: _limits,
    ShiftsPerDay: _most,
    WindowLimit: _window,
    FreeTime: _window,
    WeekendLimit: _most,
    ConsecutiveWeekends: _most,
    ConsecutiveWork: _limits,
    ConsecutiveDaysOff: _least,
    MinimumRest: _minutes,
    RestBetween: _minutes,
    TravelTime: _minutes,
    TimeOffDistance: _minutes,
    ForbiddenPattern: _pattern,
    Rotation: _rotation,
    Pairing: _pairing,
    SkillMix: _limits,
    Presence: _presence,
    Alternatives: _alternatives,
    Fairness: _fairness,
}


def repeated(what: str, ids: Iterable[str]) -> Iterator[str]:
    """Every name that is given more than once."""
    for name, count in Counter(ids).items():
        if count > 1:
            yield f"{what} {name!r} is given {count} times"
