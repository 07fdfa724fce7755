"""Why a place is open: who holds the role, and what stops each of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from solver.problem import Assignment, Demand, Problem, Shift
from solver.score.change import effect_of
from solver.score.roster import Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """What stops one person from filling a place.

    `reasons` are the hard rules that would break, in sentences. Without any, the person could, and `cost` is by how
    much the objective would grow.
    """

    employee: str
    reasons: tuple[str, ...]
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A shift that lacks `missing` people of a role, with everybody who holds it and is not there."""

    shift: str
    role: str
    missing: int
    obstacles: tuple[Obstacle, ...]

    @property
    def candidates(self) -> tuple[Obstacle, ...]:
        """Those who could fill the place as things stand, the cheapest first."""
        return tuple(obstacle for obstacle in self.obstacles if not obstacle.reasons)


def explain_gaps(problem: Problem, assignments: Iterable[Assignment]) -> tuple[Gap, ...]:
    """Every place that is not filled as wanted, in order of the shifts, and what stops each possible person."""
    roster = Roster.of(problem, assignments)
    return tuple(
        Gap(shift=shift.id, role=demand.role, missing=missing, obstacles=obstacles_to(roster, shift, demand.role))
        for shift in problem.shifts
        for demand in shift.demands
        if (missing := _missing(roster, shift, demand)) > 0
    )


def obstacles_to(roster: Roster, shift: Shift, role: str) -> tuple[Obstacle, ...]:
    """What stops each person who holds `role` from joining the shift: the possible ones first, by cost."""
    present = {item.employee for item in roster.assignments if item.shift == shift.id}
    obstacles = []
    for employee in roster.problem.employees:
        if role not in employee.roles or employee.id in present:
            continue
        joining = Assignment(shift=shift.id, employee=employee.id, role=role)
        effect = effect_of(roster, (), (joining,))
        reasons = tuple(dict.fromkeys(finding.detail for finding in effect.broken))
        obstacles.append(Obstacle(employee=employee.id, reasons=reasons, cost=effect.cost))
    return tuple(sorted(obstacles, key=lambda obstacle: (len(obstacle.reasons), obstacle.cost, obstacle.employee)))


def _missing(roster: Roster, shift: Shift, demand: Demand) -> int:
    return max(demand.target, demand.minimum) - roster.staff[shift.id, demand.role]
