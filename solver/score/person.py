"""What one person's assignments break or cost, taken by themselves."""

from collections.abc import Iterator

from solver.score import amounts, patterns, rotations, runs, spacing, times, windows, wishes
from solver.score.roster import Roster
from solver.solution import Finding


def findings(roster: Roster, employee: str) -> Iterator[Finding]:
    """Everything that concerns one person alone."""
    week = roster.weeks[employee]
    yield from times.findings(roster, week)
    yield from amounts.findings(roster, week)
    yield from runs.findings(roster, week)
    yield from windows.findings(roster, week)
    yield from patterns.findings(roster, week)
    yield from rotations.findings(roster, week)
    yield from spacing.findings(roster, week)
    yield from wishes.findings(roster, week)
