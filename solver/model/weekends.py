"""Weekends: at most `maximum` with a worked Saturday or Sunday, in all or in a row.

weekend >= worked[Saturday], weekend >= worked[Sunday];  sum of weekend <= maximum
in a row:  not (weekend[k - maximum] and ... and weekend[k])
soft:  above >= sum - maximum, charged weight * above
"""

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
    days: dict[int, list[int]] = {}
    for day in range(-variables.problem.history_days, variables.problem.days):
        since_monday = variables.problem.first_weekday + day
        if since_monday % 7 >= 5:
            days.setdefault(since_monday // 7, []).append(day)
    for last, of_last in days.items():
        row = range(last - rule.maximum, last)
        here = [day for day in of_last if day >= 0 and variables.on_day(person, day)]
        if not here or any(weekend not in days for weekend in row):
            continue
        before = [_any(variables, [variables.worked(person, day) for day in days[weekend]]) for weekend in row]
        literals = [~_any(variables, [variables.worked(person, day) for day in here]), *(~one for one in before)]
        if rule.weight is None:
            model.add_bool_or(literals)
        else:
            broken = model.new_bool_var("")
            model.add_bool_or([*literals, broken])
            variables.charge(broken, rule.weight)


def _any(variables: Variables, literals: list[Literal]) -> Literal:
    if len(literals) == 1:
        return literals[0]
    literal = variables.model.new_bool_var("")
    variables.model.add_max_equality(literal, literals)
    return literal


def weekends(variables: Variables, person: int) -> list[Literal]:
    """A literal per weekend of the horizon: true exactly when the person works on one of its days."""
    known = variables.weekends.get(person)
    if known is None:
        known = variables.weekends[person] = _new_weekends(variables, person)
    return known


def _new_weekends(variables: Variables, person: int) -> list[Literal]:
    problem = variables.problem
    days: dict[int, list[int]] = {}
    for day in range(problem.days):
        since_monday = problem.first_weekday + day
        if since_monday % 7 >= 5:
            days.setdefault(since_monday // 7, []).append(day)
    literals = []
    for weekend in days.values():
        worked = [variables.worked(person, day) for day in weekend if variables.on_day(person, day)]
        if len(worked) == 1:
            literals.append(worked[0])
        elif worked:
            literal = variables.model.new_bool_var("")
            variables.model.add_max_equality(literal, worked)
            literals.append(literal)
    return literals
