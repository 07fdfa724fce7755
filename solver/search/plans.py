"""What plans a person may have for the whole horizon, and what they cost, as arrays: what columns are made of.

Only for problems whose people touch each other in nothing but the headcount, and whose rules are of the common kinds
below, all hard; the others are for the neighbourhoods. Everything is per day and type of shift: on one day there is
at most one shift of a type, with one demand.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.problem import Assignment, Demand, Problem, Shift
from solver.rules import (
    ConsecutiveDaysOff,
    ConsecutiveWork,
    ForbiddenSuccession,
    MinutesLimit,
    Period,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    WeekendLimit,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FREE = -1
"""A day off, in a plan: a row of one type, or this, for each day."""

UNLIMITED = 10**9
DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """P people, D days, T types. Minutes are counted in the largest unit that all lengths are whole numbers of."""

    positions: Ints
    """[D, T]: which of the problem's shifts that is; -1 for none."""

    may_follow: Flags
    """[T, T]: whether the second may be worked on the day after the first."""

    lengths: Ints
    """[T], in units."""

    is_saturday: Flags
    """[D]"""

    is_sunday: Flags
    """[D]"""

    forbidden: Flags
    """[P, D, T]"""

    cost: Floats
    """[P, D, T]: of the person's wishes."""

    constant: Floats
    """[P]: what a person costs who is off every day."""

    fewest_units: Ints
    most_units: Ints
    shortest_run: Ints
    longest_run: Ints
    shortest_rest: Ints
    most_weekends: Ints
    """[P] each."""

    most_of_type: Ints
    """[P, T]"""

    target: Floats
    under: Floats
    over: Floats
    """[D, T] each: the demand."""

    @property
    def people(self) -> int:
        """How many people."""
        return len(self.constant)

    def cost_of(self, person: int, plan: Ints) -> float:
        """What a plan costs the person who has it."""
        days = np.flatnonzero(plan >= 0)
        return float(self.constant[person] + self.cost[person, days, plan[days]].sum())

    def keeps_types(self, person: int, plan: Ints) -> bool:
        """Whether no type comes too often."""
        worked = np.bincount(plan[plan >= 0], minlength=len(self.lengths))
        return bool((worked <= self.most_of_type[person]).all())

    def of(self, problem: Problem, assignments: Iterable[Assignment]) -> Ints:
        """A schedule as a plan [P, D] for everybody."""
        found = np.full((self.people, len(self.positions)), FREE)
        people = {employee.id: person for person, employee in enumerate(problem.employees)}
        where = {
            problem.shifts[position].id: (day, kind)
            for (day, kind), position in np.ndenumerate(self.positions)
            if position >= 0
        }
        for item in assignments:
            day, kind = where[item.shift]
            found[people[item.employee], day] = kind
        return found


class _Unlike(Exception):
    """The problem has something that plans cannot say."""


def plans_of(problem: Problem) -> Plans | None:
    """The plans of a problem; None where they cannot say all of it."""
    try:
        return _plans_of(problem)
    except _Unlike:
        return None


def _plans_of(problem: Problem) -> Plans:
    if problem.pinned or problem.history or problem.history_days or problem.previous or problem.cost_weight:
        raise _Unlike
    types = {name: number for number, name in enumerate(dict.fromkeys(shift.type for shift in problem.shifts))}
    people = {employee.id: number for number, employee in enumerate(problem.employees)}
    positions, demands = _places(problem, types)
    lengths = _lengths(problem, types)
    unit = int(np.gcd.reduce(lengths))
    shape = len(people), problem.days, len(types)
    forbidden = np.zeros(shape, bool) | (positions < 0)
    for person, employee in enumerate(problem.employees):
        for position, shift in enumerate(problem.shifts):
            away = any(gap.keeps_from(shift) for gap in employee.unavailable)
            if away or not {demand.role for demand in problem.shifts[position].demands} <= employee.roles:
                forbidden[person, shift.day, types[shift.type]] = True
    cost, constant = np.zeros(shape), np.zeros(len(people))
    where = {shift.id: (shift.day, types[shift.type]) for shift in problem.shifts}
    for request in problem.requests:
        person, places = people[request.employee], [where[shift] for shift in request.shifts]
        if request.wanted and len({day for day, _ in places}) > 1:
            raise _Unlike
        constant[person] += request.weight if request.wanted else 0
        for place in places:
            cost[(person, *place)] += -request.weight if request.wanted else request.weight
    weekday = (problem.first_weekday + np.arange(problem.days)) % 7
    limits = _Limits(shape, unit)
    for rule in problem.rules:
        limits.read(rule, [people[who] for who in rule.employees], types)
    most_units = np.minimum(limits.most_units, problem.days * lengths.max() // unit)
    if not limits.is_complete or _overlap(problem, positions, limits.may_follow):
        raise _Unlike
    return Plans(
        positions=positions,
        may_follow=limits.may_follow,
        lengths=lengths // unit,
        is_saturday=weekday == 5,
        is_sunday=weekday == 6,
        forbidden=forbidden | (limits.most_of_type == 0)[:, None, :],
        cost=cost,
        constant=constant,
        fewest_units=limits.fewest_units,
        most_units=most_units,
        shortest_run=limits.shortest_run,
        longest_run=np.minimum(limits.longest_run, problem.days),
        shortest_rest=limits.shortest_rest,
        most_weekends=np.minimum(limits.most_weekends, -(-problem.days // 7) + 1),
        most_of_type=limits.most_of_type,
        target=demands[0],
        under=demands[1],
        over=demands[2],
    )


def _places(problem: Problem, types: dict[str, int]) -> tuple[Ints, Floats]:
    positions = np.full((problem.days, len(types)), -1)
    demands = np.zeros((3, problem.days, len(types)))
    for position, shift in enumerate(problem.shifts):
        place = shift.day, types[shift.type]
        if positions[place] >= 0:
            raise _Unlike
        positions[place] = position
        demand = _demand(shift)
        demands[(slice(None), *place)] = demand.target, demand.under_weight, demand.over_weight
    return positions, demands


def _overlap(problem: Problem, positions: Ints, may_follow: Flags) -> bool:
    """Whether somebody could be given two shifts of different days that lie at the same time."""
    for (day, kind), position in np.ndenumerate(positions):
        end = problem.shifts[position].end if position >= 0 else 0
        for later in range(day + 1, min(len(positions), end // DAY + 2)):
            for other, place in enumerate(positions[later].tolist()):
                is_forbidden = later == day + 1 and not may_follow[kind, other]
                if place >= 0 and problem.shifts[place].start < end and not is_forbidden:
                    return True
    return False


def _demand(shift: Shift) -> Demand:
    if len(shift.demands) != 1 or shift.demands[0].minimum or shift.demands[0].maximum is not None:
        raise _Unlike
    return shift.demands[0]


def _lengths(problem: Problem, types: dict[str, int]) -> Ints:
    lengths = np.zeros(len(types), dtype=np.int64)
    for shift in problem.shifts:
        known = lengths[types[shift.type]]
        if known not in (0, shift.minutes) or not shift.minutes:
            raise _Unlike
        lengths[types[shift.type]] = shift.minutes
    return lengths


class _Limits:
    """The rules, person by person."""

    def __init__(self, shape: tuple[int, int, int], unit: int) -> None:
        people, days, types = shape
        self._people, self._unit = people, unit
        self._one_a_day: set[int] = set()
        self.may_follow = np.ones((types, types), bool)
        self.fewest_units = np.zeros(people, dtype=np.int64)
        self.most_units = np.full(people, UNLIMITED)
        self.shortest_run = np.ones(people, dtype=np.int64)
        self.longest_run = np.full(people, days)
        self.shortest_rest = np.ones(people, dtype=np.int64)
        self.most_weekends = np.full(people, days)
        self.most_of_type = np.full((people, types), days)

    def read(self, rule: Rule, who: list[int], types: dict[str, int]) -> None:  # noqa: PLR0912 - one case a rule
        """Take one rule into account. Raises _Unlike."""
        if getattr(rule, "weight", None) is not None:
            raise _Unlike
        match rule:
            case MinutesLimit(period=Period.HORIZON):
                fewest = -(-(rule.minimum or 0) // self._unit)
                self.fewest_units[who] = np.maximum(self.fewest_units[who], fewest)
                if rule.maximum is not None:
                    self.most_units[who] = np.minimum(self.most_units[who], rule.maximum // self._unit)
            case ConsecutiveWork(types=None):
                self.shortest_run[who] = np.maximum(self.shortest_run[who], rule.minimum or 1)
                if rule.maximum is not None:
                    self.longest_run[who] = np.minimum(self.longest_run[who], rule.maximum)
            case ConsecutiveDaysOff():
                self.shortest_rest[who] = np.maximum(self.shortest_rest[who], rule.minimum)
            case WeekendLimit():
                self.most_weekends[who] = np.minimum(self.most_weekends[who], rule.maximum)
            case ShiftsLimit(period=Period.HORIZON, types=frozenset() as named, minimum=None, maximum=int() as most):
                if len(named) != 1:
                    raise _Unlike
                kind = types.get(next(iter(named)))
                if kind is not None:
                    self.most_of_type[who, kind] = np.minimum(self.most_of_type[who, kind], most)
            case ForbiddenSuccession() if len(who) == self._people:
                if rule.after in types:
                    self.may_follow[types[rule.after], [types[name] for name in rule.types if name in types]] = False
            case ShiftsPerDay(maximum=1):
                self._one_a_day.update(who)
            case _:
                raise _Unlike

    @property
    def is_complete(self) -> bool:
        """Whether nobody may work twice a day."""
        return len(self._one_a_day) == self._people
