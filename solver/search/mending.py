"""What a search that is cut short leaves undone for all to see: too many people on a shift, or idle ones beside it.

On a machine that is busy enough, a search of one second may not get beyond a first schedule, and that may be empty.
"""

import time
from collections.abc import Iterator

from solver.problem import Assignment, Problem
from solver.score.change import effect_of
from solver.score.roster import Roster

MOST_TRIED = 1_000
"""How many people are tried on open places: what is left open by a search that had its time is not to be filled."""


def mended(problem: Problem, found: tuple[Assignment, ...], *, until: float) -> tuple[Assignment, ...]:
    """The schedule without whom it has to no use, and with whom it lacks; legal, and never worse than it was.

    As much of it as is done `until` then, on the monotonic clock: a year of many people is judged slowly.
    """
    roster = _filled(_without_surplus(Roster.of(problem, found), until), until)
    return tuple(sorted(roster.assignments))


def _without_surplus(roster: Roster, until: float) -> Roster:
    wanted = {(shift.id, demand.role): demand.target for shift in roster.problem.shifts for demand in shift.demands}
    for item in sorted(roster.assignments):
        if time.monotonic() >= until:
            break
        if roster.staff[item.shift, item.role] > wanted.get((item.shift, item.role), 0):
            effect = effect_of(roster, (item,), ())
            if effect.legal and effect.cost < 0:
                roster = roster.after((item,), ())
    return roster


def _filled(roster: Roster, until: float) -> Roster:
    """Open places one after the other, each with whom it costs least; those that cost most to leave open first."""
    tried = 0
    for shift, role in _open_places(roster):
        best: tuple[int, Assignment] | None = None
        for item in _candidates(roster, shift, role):
            if tried == MOST_TRIED or time.monotonic() >= until:
                return roster
            tried += 1
            effect = effect_of(roster, (), (item,))
            if effect.legal and effect.cost < (0 if best is None else best[0]):
                best = effect.cost, item
        if best is not None:
            roster = roster.after((), (best[1],))
    return roster


def _open_places(roster: Roster) -> list[tuple[str, str]]:
    """Shift and role of each place up to the target that nobody has, a shift's every place for itself."""
    places = [
        (-demand.under_weight, shift.start, shift.id, demand.role)
        for shift in roster.problem.shifts
        for demand in shift.demands
        for _ in range(demand.target - roster.staff[shift.id, demand.role])
    ]
    return [(shift, role) for _, _, shift, role in sorted(places)]


def _candidates(roster: Roster, shift: str, role: str) -> Iterator[Assignment]:
    """Whoever has the role and works nothing meanwhile."""
    start, end = roster.shifts[shift].start, roster.shifts[shift].end
    for employee in roster.problem.employees:
        if role in employee.roles:
            worked = roster.weeks[employee.id].shifts
            if all(other.end <= start or end <= other.start for other in worked):
                yield Assignment(shift=shift, employee=employee.id, role=role)
