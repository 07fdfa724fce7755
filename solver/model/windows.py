"""Windows: an amount between minimum and maximum in each window of days.

hard:  minimum <= past + sum of unit * working <= max(maximum, past)
soft:  step * above >= sum - ..., step * below >= ... - sum, charged weight * (above + below)

Days off are counted as what the days worked leave of the window.
"""

from collections.abc import Iterator

from ortools.sat.python import cp_model

from solver.model.limits import bound
from solver.model.variables import Literal, Variables
from solver.model.weekends import weekend_days
from solver.problem import Problem
from solver.rules import Amount, ShiftTypes, WindowLimit


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `WindowLimit`."""
    for rule in problem.rules:
        if not isinstance(rule, WindowLimit):
            continue
        spans = list(windows(problem, rule.days, rule.every))
        for person in variables.people(rule.employees):
            for days in spans:
                _limit(model, variables, rule, person, days, minimum=rule.minimum)
            if not spans:
                cut = range(min(rule.days, problem.days))
                _limit(model, variables, rule, person, cut, minimum=None)


def windows(problem: Problem, days: int, every: int) -> Iterator[range]:
    """The windows whose days are all known and that reach into the horizon."""
    first = -(problem.history_days // every) * every
    while first + days <= problem.days:
        if first + days > 0:
            yield range(first, first + days)
        first += every


def _limit(
    model: cp_model.CpModel,
    variables: Variables,
    rule: WindowLimit,
    person: int,
    days: range,
    *,
    minimum: int | None,
) -> None:
    maximum = rule.maximum
    literals, units, past = _counted(variables, rule, person, days)
    if rule.amount is Amount.DAYS_OFF:
        # Off is not worked: n - past - sum >= minimum, and the other way about.
        off = sum(1 for day in days if day < 0) - past
        here = sum(1 for day in days if day >= 0)
        most = None if minimum is None else off + here - min(minimum, off + here)
        least = None if maximum is None else off + here - max(maximum, off)
    else:
        most = None if maximum is None else max(maximum, past) - past
        least = None if minimum is None else minimum - past
    step = 60 if rule.amount in (Amount.MINUTES, Amount.WEEKEND_MINUTES) else 1
    bound(
        model,
        variables,
        literals,
        units,
        step,
        minimum=None if least is None else max(0, least),
        maximum=most,
        weight=rule.weight,
    )


def _counted(
    variables: Variables, rule: WindowLimit, person: int, days: range
) -> tuple[list[Literal], list[int], int]:
    """The literals of the horizon that count, how much each does, and what was worked before it."""
    problem = variables.problem
    if rule.amount is Amount.WEEKEND_MINUTES:
        days_counted = [day for day in days if (problem.first_weekday + day) % 7 >= 5]
    else:
        days_counted = list(days)
    if rule.amount is Amount.WEEKENDS:
        return _weekends(variables, person, days)
    before = [
        past for past in variables.past[person].shifts if past.day in days_counted and _is(past.type, rule.types)
    ]
    if rule.amount in (Amount.DAYS, Amount.DAYS_OFF):
        literals = [works(variables, person, day, rule.types) for day in days_counted if day >= 0]
        return literals, [1] * len(literals), len({past.day for past in before})
    mine = [
        shift
        for day in days_counted
        if day >= 0
        for shift in variables.on_day(person, day)
        if _is(problem.shifts[shift].type, rule.types)
    ]
    literals = [variables.working[person, shift] for shift in mine]
    if rule.amount is Amount.SHIFTS:
        return literals, [1] * len(literals), len(before)
    return literals, [problem.shifts[shift].minutes for shift in mine], sum(past.minutes for past in before)


def _weekends(variables: Variables, person: int, days: range) -> tuple[list[Literal], list[int], int]:
    """A literal for each weekend with days in the window, but for those that were worked before the horizon."""
    of_weekend = list(weekend_days(variables.problem, days).values())
    before = variables.past[person].days
    past = [weekend for weekend in of_weekend if before.intersection(weekend)]
    here = [tuple(day for day in weekend if day >= 0) for weekend in of_weekend if weekend not in past]
    literals = [variables.works_on_some_of(person, weekend) for weekend in here]
    return literals, [1] * len(literals), len(past)


def _is(kind: str, types: ShiftTypes | None) -> bool:
    return types is None or kind in types


def works(variables: Variables, person: int, day: int, types: ShiftTypes | None) -> Literal:
    """Whether the person works on that day, or a shift of these types; a constant before the horizon."""
    if types is None:
        return variables.worked(person, day)
    if day < 0:
        found = any(past.day == day and past.type in types for past in variables.past[person].shifts)
        return variables.true if found else variables.false
    shifts = variables.problem.shifts
    literals = [
        variables.working[person, shift] for shift in variables.on_day(person, day) if shifts[shift].type in types
    ]
    return variables.any_of(literals) if person in variables.one_a_day else variables.some_of(literals)
