"""Pairings: people work the same shifts, or never the same one.

together, hard:  working[a] = working[b] = ... for each shift
together, soft:  differs >= working[a] - working[b] for all a, b
apart, hard:     sum of working <= 1 for each shift
apart, soft:     meets >= working[a] + working[b] - 1 for all a, b
"""

from itertools import combinations, pairwise

from ortools.sat.python import cp_model

from solver.model.variables import Literal, Variables
from solver.problem import Problem
from solver.rules import Pairing


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `Pairing`."""
    for rule in problem.rules:
        if not isinstance(rule, Pairing):
            continue
        people = variables.people(rule.employees)
        for shift in range(len(problem.shifts)):
            group = [variables.working.get((person, shift), variables.false) for person in people]
            possible = [literal for literal in group if literal is not variables.false]
            if not possible or (len(possible) == 1 and not rule.together):
                continue
            if rule.weight is None:
                _require(model, group, possible, together=rule.together)
                continue
            broken = model.new_bool_var("")
            if rule.together:
                for first, second in pairwise([*group, group[0]]):
                    model.add_bool_or([~first, second, broken])
            else:
                for first, second in combinations(possible, 2):
                    model.add_bool_or([~first, ~second, broken])
            variables.charge(broken, rule.weight)


def _require(model: cp_model.CpModel, group: list[Literal], possible: list[Literal], *, together: bool) -> None:
    if not together:
        model.add_at_most_one(possible)
        return
    for first, second in pairwise(group):
        model.add(first == second)
