"""Patterns: days in a row, and shifts of one day, that may not stand together.

forbidden pattern:  not (day f as sequence[0] and day f + 1 as sequence[1] and ...)
daily pairs:        not both a and b, shifts of one day whose types do not stand together (`pairs`)
soft:               each occurrence charged weight
"""

from collections.abc import Iterator
from itertools import combinations

from ortools.sat.python import cp_model

from solver.model.pairs import Pair, forbid
from solver.model.variables import Variables
from solver.model.windows import works
from solver.problem import Problem
from solver.rules import DailyPairs, ForbiddenPattern


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `ForbiddenPattern` and `DailyPairs`."""
    for rule in problem.rules:
        if isinstance(rule, ForbiddenPattern):
            for person in variables.people(rule.employees):
                for first in _firsts(problem, rule):
                    _forbid(model, variables, _otherwise(variables, rule, person, first), rule.weight)
        elif isinstance(rule, DailyPairs):
            for person in variables.people(rule.employees):
                if person not in variables.one_a_day:
                    pairs = [pair for day in range(problem.days) for pair in _pairs(variables, rule, person, day)]
                    forbid(variables, person, pairs, rule.weight)


def _firsts(problem: Problem, rule: ForbiddenPattern) -> list[int]:
    length = len(rule.sequence)
    return [
        first
        for first in range(max(1 - length, -problem.history_days), problem.days - length + 1)
        if rule.first_weekday is None or (problem.first_weekday + first) % 7 == rule.first_weekday
    ]


def _otherwise(variables: Variables, rule: ForbiddenPattern, person: int, first: int) -> list[cp_model.LiteralT]:
    """Literals one of which holds exactly when the days from `first` do not look like the pattern."""
    literals: list[cp_model.LiteralT] = []
    for day, wanted in enumerate(rule.sequence, start=first):
        if wanted is None:
            literals.append(variables.worked(person, day))
        else:
            literals.append(~works(variables, person, day, wanted or None))
    return literals


def _pairs(variables: Variables, rule: DailyPairs, person: int, day: int) -> Iterator[Pair]:
    shifts = variables.problem.shifts
    for one, other in combinations(variables.on_day(person, day), 2):
        types = {shifts[one].type, shifts[other].type}
        if not any(types <= together for together in rule.allowed):
            yield one, other


def _forbid(
    model: cp_model.CpModel, variables: Variables, one_of: list[cp_model.LiteralT], weight: int | None
) -> None:
    if weight is None:
        model.add_bool_or(one_of)
        return
    broken = model.new_bool_var("")
    model.add_bool_or([*one_of, broken])
    variables.charge(broken, weight)
