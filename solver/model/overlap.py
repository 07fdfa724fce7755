"""Nobody is in two places: of the shifts of one person that share an instant, at most one is worked.

for every instant t:  sum of working[shift] over shifts with start <= t < end  <=  1
"""

from ortools.sat.python import cp_model

from solver.model.rest import longest_rests
from solver.model.slots import exclude
from solver.model.variables import Variables
from solver.problem import Problem


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:  # noqa: ARG001 - one shape for all
    """Exclude overlaps for everybody, past shifts that reach into the horizon included.

    A hard rest excludes them too, and more: whoever has one would only get the same rows twice.
    """
    rested = longest_rests(problem, variables)
    for person in range(len(problem.employees)):
        if person not in rested:
            exclude(variables, person, rest=0)
