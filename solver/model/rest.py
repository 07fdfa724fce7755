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
    longest: dict[int, int] = {}
    for rule in problem.rules:
        if not isinstance(rule, MinimumRest):
            continue
        for person in variables.people(rule.employees):
            if rule.weight is None:
                longest[person] = max(longest.get(person, 0), rule.minutes)
            else:
                _charge(model, variables, person, rule.minutes, rule.weight)
    for person, minutes in longest.items():
        exclude(variables, person, minutes)


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
