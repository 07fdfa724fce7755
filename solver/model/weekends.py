"""Weekends: at most `maximum` with a worked Saturday or Sunday.

weekend >= worked[Saturday], weekend >= worked[Sunday];  sum of weekend <= maximum
soft:  above >= sum - maximum, charged weight * above
"""

from ortools.sat.python import cp_model

from solver.model.limits import bound
from solver.model.variables import Literal, Variables
from solver.problem import Problem
from solver.rules import WeekendLimit


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `WeekendLimit`."""
    for rule in problem.rules:
        if isinstance(rule, WeekendLimit):
            for person in variables.people(rule.employees):
                literals = weekends(variables, person)
                units = [1] * len(literals)
                bound(model, variables, literals, units, 1, minimum=None, maximum=rule.maximum, weight=rule.weight)


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
