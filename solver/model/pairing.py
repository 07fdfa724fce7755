"""Pairings: people work the same shifts, or never the same one.

together, hard:  working[a] = working[b] = ... for each shift
together, soft:  differs >= working[a] - working[b] for all a, b
apart, hard:     sum of working <= 1 for each shift
apart, soft:     meets >= working[a] + working[b] - 1 for all a, b

Where a shift stands for several, as many people as those can be apart.
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
        for shift, copies in enumerate(shift.copies for shift in problem.shifts):
            group = [variables.working.get((person, shift), variables.false) for person in people]
            possible = [literal for literal in group if literal is not variables.false]
            if not possible or (len(possible) <= copies and not rule.together):
                continue
            if rule.weight is None:
                _require(model, group, possible, None if rule.together else copies)
                continue
            broken = model.new_bool_var("")
            if rule.together:
                for first, second in pairwise([*group, group[0]]):
                    model.add_bool_or([~first, second, broken])
            else:
                for meeting in combinations(possible, copies + 1):
                    model.add_bool_or([*(~one for one in meeting), broken])
            variables.charge(broken, rule.weight)


def _require(model: cp_model.CpModel, group: list[Literal], possible: list[Literal], most_apart: int | None) -> None:
    if most_apart == 1:
        model.add_at_most_one(possible)
    elif most_apart is not None:
        model.add(cp_model.LinearExpr.sum(possible) <= most_apart)
    else:
        for first, second in pairwise(group):
            model.add(first == second)
