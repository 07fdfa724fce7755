"""Rest: at least `minutes` between the end of one shift and the start of any later one.

hard:  as overlap, with every shift lengthened by the rest after it
soft:  close >= working[a] + working[b] - 1 for each pair with 0 <= start(b) - end(a) < minutes
"""

from ortools.sat.python import cp_model

from solver.model.slots import exclude
from solver.model.variables import Variables
from solver.problem import Problem
from solver.rules import MinimumRest


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `MinimumRest`. Several hard ones of a person act through the longest."""
    for person, minutes in longest_rests(problem, variables).items():
        exclude(variables, person, minutes)
    for rule in problem.rules:
        if isinstance(rule, MinimumRest) and rule.weight is not None:
            for person in variables.people(rule.employees):
                _charge(model, variables, person, rule.minutes, rule.weight)


def longest_rests(problem: Problem, variables: Variables) -> dict[int, int]:
    """The longest hard rest, in minutes, of each person who has one."""
    longest: dict[int, int] = {}
    for rule in problem.rules:
        if isinstance(rule, MinimumRest) and rule.weight is None:
            for person in variables.people(rule.employees):
                longest[person] = max(longest.get(person, 0), rule.minutes)
    return longest


def _charge(model: cp_model.CpModel, variables: Variables, person: int, minutes: int, weight: int) -> None:
    mine = variables.shifts_of[person]
    shifts = variables.problem.shifts
    for second in mine:
        start = shifts[second].start
        later = variables.working[person, second]
        for past in variables.past[person].shifts:
            if 0 <= start - past.end < minutes:
                variables.charge(later, weight)
        for first in mine:
            if 0 <= start - shifts[first].end < minutes:
                close = model.new_bool_var("")
                model.add_bool_or([~variables.working[person, first], ~later, close])
                variables.charge(close, weight)
