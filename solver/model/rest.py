"""Rest: at least `minutes` between the end of one shift and the start of any later one.

hard:  as overlap, with every shift lengthened by the rest after it
soft:  each pair with 0 <= start(b) - end(a) < minutes charged weight (`pairs`)
"""

from ortools.sat.python import cp_model

from solver.model.pairs import close, forbid, forbid_alone
from solver.model.slots import exclude
from solver.model.variables import Variables
from solver.problem import Problem
from solver.rules import MinimumRest


def add(_: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `MinimumRest`. Several hard ones of a person act through the longest."""
    for person, minutes in longest_rests(problem, variables).items():
        exclude(variables, person, minutes)
    for rule in problem.rules:
        if isinstance(rule, MinimumRest) and rule.weight is not None:
            for person in variables.people(rule.employees):
                _charge(variables, person, rule.minutes, rule.weight)


def longest_rests(problem: Problem, variables: Variables) -> dict[int, int]:
    """The longest hard rest, in minutes, of each person who has one."""
    longest: dict[int, int] = {}
    for rule in problem.rules:
        if isinstance(rule, MinimumRest) and rule.weight is None:
            for person in variables.people(rule.employees):
                longest[person] = max(longest.get(person, 0), rule.minutes)
    return longest


def _charge(variables: Variables, person: int, minutes: int, weight: int) -> None:
    mine, shifts = variables.shifts_of[person], variables.problem.shifts
    for second in mine:
        for past in variables.past[person].shifts:
            if 0 <= shifts[second].start - past.end < minutes:
                forbid_alone(variables, person, second, weight)
    forbid(variables, person, close(variables, person, minutes), weight)
