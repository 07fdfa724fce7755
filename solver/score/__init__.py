"""The independent checker: what a set of assignments breaks and what it costs.

Written from the rules' wording alone; shares no code with `solver.model`, so that an error in one shows as a
disagreement with the other.
"""

from collections.abc import Iterable

from solver.problem import Assignment, Problem
from solver.score import person, team
from solver.score.roster import Roster
from solver.solution import Score


def score(problem: Problem, assignments: Iterable[Assignment]) -> Score:
    """Judge `assignments`: every hard violation one by one, and every soft penalty.

    Raises `InvalidAssignments` when they name people or shifts that the problem does not have.
    """
    roster = Roster.of(problem, assignments)
    found = [
        *(finding for employee in problem.employees for finding in person.findings(roster, employee.id)),
        *team.findings(roster),
    ]
    return Score(findings=tuple(found))


__all__ = ["score"]
