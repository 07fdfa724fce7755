"""The model's judgement on given assignments, to hold beside that of `score`."""

from collections.abc import Iterable

from ortools.sat.python import cp_model

from solver import Assignment, Problem
from solver.model import build


def model_objective(problem: Problem, assignments: Iterable[Assignment]) -> int | None:
    """The objective that the model gives to exactly these assignments; None when it refuses them."""
    model = build(problem)
    variables = model.variables
    wanted = {(variables.person_at[item.employee], variables.shift_at[item.shift], item.role) for item in assignments}
    if wanted - variables.assigned.keys():
        return None
    for place, literal in variables.assigned.items():
        model.cp.add(literal == (place in wanted))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    status = solver.solve(model.cp)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE), solver.status_name(status)
    return round(solver.objective_value) if status == cp_model.OPTIMAL else None
