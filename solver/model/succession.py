"""Successions: a shift of type `after` is not followed on the next day by one of `types` (`pairs`)."""

from ortools.sat.python import cp_model

from solver.model.pairs import forbid, forbid_alone
from solver.model.variables import Variables
from solver.problem import Problem
from solver.rules import ForbiddenSuccession


def add(_: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `ForbiddenSuccession`, from the last day of history on."""
    for rule in problem.rules:
        if not isinstance(rule, ForbiddenSuccession):
            continue
        leading = frozenset({rule.after})
        for person in variables.people(rule.employees):
            for past in variables.past[person].shifts:
                if past.day == -1 and past.type == rule.after:
                    for follower in _of_types(variables, person, 0, rule.types):
                        forbid_alone(variables, person, follower, rule.weight)
            pairs = [
                (leader, follower)
                for day in range(problem.days - 1)
                for leader in _of_types(variables, person, day, leading)
                for follower in _of_types(variables, person, day + 1, rule.types)
            ]
            forbid(variables, person, pairs, rule.weight)


def _of_types(variables: Variables, person: int, day: int, types: frozenset[str]) -> list[int]:
    shifts = variables.problem.shifts
    return [at for at in variables.on_day(person, day) if shifts[at].type in types]
