"""Who could take a shift: give-aways, two-way swaps and three-way cycles, proven legal by judging what they touch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from heapq import nsmallest

from solver.errors import InvalidAssignments
from solver.problem import Assignment, Problem
from solver.score import person
from solver.score.change import effect_of, newly_broken
from solver.score.roster import Roster
from solver.solution import Term

MOST_TRIED = 2_000
"""Rounds of three that are looked at: more would take longer than people wait for a list."""


class SwapKind(StrEnum):
    """How many people give something."""

    GIVE_AWAY = "GIVE_AWAY"
    TWO_WAY = "TWO_WAY"
    THREE_WAY = "THREE_WAY"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Leg:
    """`giver` hands their place on `shift` to `taker`, who works it in the same role."""

    giver: str
    taker: str
    shift: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A legal exchange, and by how much the objective grows with it (negative: everyone is better off)."""

    kind: SwapKind
    legs: tuple[Leg, ...]
    cost: int
    terms: dict[Term, int]

    @property
    def dropped(self) -> tuple[Assignment, ...]:
        """The assignments that the swap takes away."""
        return tuple(Assignment(shift=leg.shift, employee=leg.giver, role=leg.role) for leg in self.legs)

    @property
    def added(self) -> tuple[Assignment, ...]:
        """The assignments that the swap makes."""
        return tuple(Assignment(shift=leg.shift, employee=leg.taker, role=leg.role) for leg in self.legs)


def feasible_swaps(
    problem: Problem, assignments: Iterable[Assignment], employee: str, shift: str, *, most_cycles: int = 100
) -> tuple[Swap, ...]:
    """Every swap that frees `employee` of `shift` and breaks no hard rule for anyone, the best for everyone first.

    All give-aways and two-way swaps are found, and three-way cycles up to `most_cycles`, those best for the three
    themselves; none where it is 0, which saves most of the time. Ties go to swaps that bother fewer people; pinned
    places are left alone. Raises `InvalidAssignments` when the employee does not work the shift.
    """
    roster = Roster.of(problem, assignments)
    mine = next((item for item in roster.assignments if (item.employee, item.shift) == (employee, shift)), None)
    if mine is None:
        raise InvalidAssignments((f"{employee!r} does not work {shift!r}",))
    if mine in problem.pinned:
        return ()
    exchange = _Exchange(roster)
    legs = [*exchange.pairs(mine), *(exchange.cycles(mine, most_cycles) if most_cycles else ())]
    found = [swap for candidate in legs if (swap := _judge(roster, candidate)) is not None]
    return tuple(sorted(found, key=lambda swap: (swap.cost, len(swap.legs), swap.legs)))


def _judge(roster: Roster, legs: tuple[Leg, ...]) -> Swap | None:
    kind = (SwapKind.GIVE_AWAY, SwapKind.TWO_WAY, SwapKind.THREE_WAY)[len(legs) - 1]
    swap = Swap(kind=kind, legs=legs, cost=0, terms={})
    effect = effect_of(roster, swap.dropped, swap.added)
    return replace(swap, cost=effect.cost, terms=effect.terms) if effect.legal else None


class _Exchange:
    """What each person alone could take for what; rules between people are judged afterwards."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self.free = sorted(roster.assignments - set(roster.problem.pinned))
        self.before = {employee: list(person.findings(roster, employee)) for employee in roster.weeks}
        self.known: dict[tuple[str, Assignment, Assignment | None], int | None] = {}

    def pairs(self, mine: Assignment) -> Iterator[tuple[Leg, ...]]:
        """Give-aways and two-way swaps."""
        for taker in self.roster.weeks:
            if self.price(taker, mine, None) is not None:
                yield (_leg(mine, taker),)
        for theirs in self.free:
            prices = self.price(theirs.employee, mine, theirs), self.price(mine.employee, theirs, mine)
            if None not in prices:
                yield _leg(mine, theirs.employee), _leg(theirs, mine.employee)

    def cycles(self, mine: Assignment, most: int) -> list[tuple[Leg, ...]]:
        """Cycles of three people, the cheapest for the three of them, of those most promising for two of them."""
        takers = [(cost, item) for item in self.free if (cost := self.price(item.employee, mine, item)) is not None]
        givers = [(cost, item) for item in self.free if (cost := self.price(mine.employee, item, mine)) is not None]
        rounds = [
            (taking + giving, second, third)
            for taking, second in takers
            for giving, third in givers
            if third.employee != second.employee
        ]
        priced = []
        for two_of_them, second, third in nsmallest(MOST_TRIED, rounds):
            passing = self.price(third.employee, second, third)
            if passing is not None:
                legs = _leg(mine, second.employee), _leg(second, third.employee), _leg(third, mine.employee)
                priced.append((two_of_them + passing, legs))
        return [legs for _, legs in nsmallest(most, priced)]

    def price(self, employee: str, place: Assignment, instead_of: Assignment | None) -> int | None:
        """What it costs `employee` alone to work `place`, having given `instead_of`; None where a rule forbids it."""
        key = employee, place, instead_of
        if key not in self.known:
            self.known[key] = self._price(employee, place, instead_of) if self._fits(*key) else None
        return self.known[key]

    def _fits(self, employee: str, place: Assignment, instead_of: Assignment | None) -> bool:
        """The cheap half of the question: another person, the role, absences and the clock."""
        week, shift = self.roster.weeks[employee], self.roster.shifts[place.shift]
        given = None if instead_of is None else instead_of.shift
        if employee == place.employee or given == place.shift or place.role not in week.employee.roles:
            return False
        if any(off.keeps_from(shift) for off in week.employee.unavailable):
            return False
        return all(
            worked.id == given or worked.end <= shift.start or shift.end <= worked.start for worked in week.shifts
        )

    def _price(self, employee: str, place: Assignment, instead_of: Assignment | None) -> int | None:
        before = self.before[employee]
        given = () if instead_of is None else (instead_of,)
        taken = Assignment(shift=place.shift, employee=employee, role=place.role)
        after = list(person.findings(self.roster.alone(employee, given, (taken,)), employee))
        if newly_broken(before, after):
            return None
        return sum(finding.penalty for finding in after) - sum(finding.penalty for finding in before)


def _leg(place: Assignment, taker: str) -> Leg:
    return Leg(giver=place.employee, taker=taker, shift=place.shift, role=place.role)
