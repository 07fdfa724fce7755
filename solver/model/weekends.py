"""Weekends: at most `maximum` with a worked Saturday or Sunday, in all or in a row.

weekend >= worked[Saturday], weekend >= worked[Sunday];  sum of weekend <= maximum
in a row:  not (weekend[k - maximum] and ... and weekend[k])
soft:  above >= sum - maximum, charged weight * above
"""

from collections.abc import Iterable

from ortools.sat.python import cp_model

from solver.model.limits import bound
from solver.model.variables import Literal, Variables
from solver.problem import Problem
from solver.rules import ConsecutiveWeekends, WeekendLimit


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `WeekendLimit` and `ConsecutiveWeekends`."""
    for rule in problem.rules:
        if isinstance(rule, WeekendLimit):
            for person in variables.people(rule.employees):
                literals = weekends(variables, person)
                units = [1] * len(literals)
                bound(model, variables, literals, units, 1, minimum=None, maximum=rule.maximum, weight=rule.weight)

        elif isinstance(rule, ConsecutiveWeekends):
            for person in variables.people(rule.employees):
                _in_a_row(model, variables, person, rule)


def _in_a_row(model: cp_model.CpModel, variables: Variables, person: int, rule: ConsecutiveWeekends) -> None:
    """Of `maximum` + 1 weekends in a row, one stays free; the last of them is worked within the horizon."""
    problem = variables.problem
    days = weekend_days(problem, range(-problem.history_days, problem.days))
    for last, of_last in days.items():
        row = range(last - rule.maximum, last)
        here = tuple(day for day in of_last if day >= 0 and variables.on_day(person, day))
        if not here or any(weekend not in days for weekend in row):
            continue
        before = [~variables.works_on_some_of(person, days[weekend]) for weekend in row]
        literals = [~variables.works_on_some_of(person, here), *before]
        if rule.weight is None:
            model.add_bool_or(literals)
        else:
            broken = model.new_bool_var("")
            model.add_bool_or([*literals, broken])
            variables.charge(broken, rule.weight)


def weekend_days(problem: Problem, days: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Those of `days` that are Saturdays and Sundays, by weekend."""
    found: dict[int, tuple[int, ...]] = {}
    for day in days:
        since_monday = problem.first_weekday + day
        if since_monday % 7 >= 5:
            found[since_monday // 7] = (*found.get(since_monday // 7, ()), day)
    return found


def weekends(variables: Variables, person: int) -> list[Literal]:
    """A literal per weekend of the horizon that the person could work: true when they do on one of its days."""
    problem = variables.problem
    return [
        variables.works_on_some_of(person, days)
        for days in weekend_days(problem, range(problem.days)).values()
        if any(variables.on_day(person, day) for day in days)
    ]
