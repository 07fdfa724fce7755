"""The independent checker: what a set of assignments breaks and what it costs.

Written from the rules' wording alone; shares no code with `solver.model`, so that an error in one shows as a
disagreement with the other.
"""

from collections.abc import Iterable, Iterator

from solver.problem import Assignment, Problem
from solver.score import amounts, runs, team, times, wishes
from solver.score.roster import Roster, Week
from solver.solution import Finding, Score


def score(problem: Problem, assignments: Iterable[Assignment]) -> Score:
    """Judge `assignments`: every hard violation one by one, and every soft penalty.

    Raises `InvalidAssignments` when they name people or shifts that the problem does not have.
    """
    roster = Roster.of(problem, assignments)
    findings = [
        *(finding for employee in problem.employees for finding in person(roster, roster.weeks[employee.id])),
        *team.findings(roster),
    ]
    return Score(findings=tuple(findings))


def person(roster: Roster, week: Week) -> Iterator[Finding]:
    """What one person's assignments break or cost, taken by themselves."""
    yield from times.findings(roster, week)
    yield from amounts.findings(roster, week)
    yield from runs.findings(roster, week)
    yield from wishes.findings(roster, week)


__all__ = ["person", "score"]
