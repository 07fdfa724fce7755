"""The roster engine: what is asked (`Problem`), what is answered (`Solution`), and who checks it (`score`).

Imports nothing of the service or the bots and does no input or output but in `solver.readers` and `solver.cli`.
What solves is loaded when it is first asked for: who only judges starts sooner and stays smaller.
"""

import importlib
from typing import TYPE_CHECKING

from solver.errors import (
    InvalidAssignments,
    InvalidProblem,
    SolverDisagreement,
    SolverError,
    UnreadableInstance,
)
from solver.explain import explain_assignment, explain_gaps
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
from solver.score import score
from solver.solution import Finding, Progress, Score, Solution, Status, Term
from solver.swaps import feasible_swaps

if TYPE_CHECKING:
    from solver.explain import explain_infeasible
    from solver.search import solve

_LATER = {"explain_infeasible": "solver.explain.clash", "solve": "solver.search"}

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
    "score",
    "solve",
]


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)
