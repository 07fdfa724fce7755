"""Pins: what the manager fixed stays.

assigned[pin] = 1; a pin on somebody who cannot be there makes the problem infeasible
"""

from ortools.sat.python import cp_model

from solver.model.variables import Variables
from solver.problem import Problem


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every pinned assignment."""
    for pin in problem.pinned:
        at = variables.person_at[pin.employee], variables.shift_at[pin.shift], pin.role
        model.add_bool_or([variables.assigned.get(at, variables.false)])
