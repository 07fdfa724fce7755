"""The roster engine: what is asked (`Problem`), what is answered (`Solution`), and who checks it (`score`).

Imports nothing of the service or the bots and does no input or output but in `solver.readers` and `solver.cli`.
"""

from solver.errors import (
    InvalidAssignments,
    InvalidProblem,
    SolverDisagreement,
    SolverError,
    UnreadableInstance,
)
from solver.explain import explain_assignment, explain_gaps, explain_infeasible
from solver.problem import (
    Assignment,
    Demand,
    Employee,
    PastShift,
    Problem,
    Reason,
    Request,
    Shift,
    Skill,
    Unavailable,
)
from solver.repair import repair
from solver.score import score
from solver.search import solve
from solver.solution import Finding, Progress, Score, Solution, Status, Term
from solver.swaps import feasible_swaps

__all__ = [
    "Assignment",
    "Demand",
    "Employee",
    "Finding",
    "InvalidAssignments",
    "InvalidProblem",
    "PastShift",
    "Problem",
    "Progress",
    "Reason",
    "Request",
    "Score",
    "Shift",
    "Skill",
    "Solution",
    "SolverDisagreement",
    "SolverError",
    "Status",
    "Term",
    "Unavailable",
    "UnreadableInstance",
    "explain_assignment",
    "explain_gaps",
    "explain_infeasible",
    "feasible_swaps",
    "repair",
    "score",
    "solve",
]
