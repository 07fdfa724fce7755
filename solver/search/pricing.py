"""The cheapest plan of each person at given prices, by dynamic programming over the days, for all people at once.

A state is what of the days so far matters for those to come: the type worked today and for how many days in a row, or
for how many days there was none; the units and weekends worked; and how often the type that is limited most. The
cheapest way into each state comes from those of the day before, and the plan is read backwards from the cheapest
state of the last day (shortest paths with resources: Irnich and Desaulniers, 2005).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.search.plans import FREE, Floats, Ints, Plans

NEVER = np.float32(1e9)
FEW = 8
"""Limits of a type below this are counted exactly; others are rarely met, and left to a penalty."""

States = NDArray[np.float32]


def cheapest(plans: Plans, prices: Floats, people: Ints) -> tuple[Floats, Ints]:
    """What the cheapest plan of each of `people` costs at `prices` [n, D, T], and the plans [n, D].

    A cost is infinite where there is no plan. Only the type of `counted` is sure not to come too often.
    """
    values = np.full(len(people), np.inf)
    found = np.full((len(people), len(plans.positions)), FREE)
    for kind, most in {counted(plans, person) for person in people.tolist()}:
        at = np.array([n for n, person in enumerate(people.tolist()) if counted(plans, person) == (kind, most)])
        table = _Table(plans, np.where(plans.forbidden[people[at]], NEVER, prices[at]), people[at], kind, most)
        for n, number in enumerate(at.tolist()):
            values[number], found[number] = table.best(n)
    return values, found


def states(plans: Plans) -> int:
    """How many states there are for everybody and all days: what pricing takes in time and memory."""
    days, types = plans.positions.shape
    limits = [counted(plans, person)[1] + 1 for person in range(plans.people)]
    per_day = types * plans.longest_run * (plans.most_units + 1) * (plans.most_weekends + 1) * np.array(limits)
    return int(per_day.sum()) * int(days)


def counted(plans: Plans, person: int) -> tuple[int, int]:
    """The type whose number is limited most, and the limit; (-1, 0) where that is never met."""
    limits = plans.most_of_type[person]
    possible = np.where(limits > 0, limits, FEW)
    kind = int(possible.argmin())
    return (kind, int(limits[kind])) if possible[kind] < FEW else (FREE, 0)


@dataclass(frozen=True, slots=True)
class _Step:
    """From which slice of a dimension to which one something is counted."""

    of: slice
    to: slice


def _step(dimension: int, by: int) -> _Step:
    return _Step(slice(0, dimension - by), slice(by, dimension))


class _Table:
    """The cheapest way into each state of each day. [day, person, type, run, units, weekends, counted]; off without
    the type."""

    def __init__(self, plans: Plans, prices: Floats, people: Ints, kind: int, most: int) -> None:
        self._plans, self._people, self._kind = plans, people, kind
        self._runs = int(plans.longest_run[people].max())
        rests = int(plans.shortest_rest[people].max())
        self._units = int(plans.most_units[people].max()) + 1
        self._weekends = int(plans.most_weekends[people].max()) + 1
        self._most = most + 1
        days, types = plans.positions.shape
        tail = self._units, self._weekends, self._most
        self._before = [np.flatnonzero(plans.may_follow[:, one]) for one in range(types)]
        self._last_rest = plans.shortest_rest[people] - 1
        self._may_end = np.arange(1, self._runs + 1) >= plans.shortest_run[people][:, None]
        self.work: States = np.full((days, len(people), types, self._runs, *tail), NEVER, np.float32)
        self.off: States = np.full((days, len(people), rests, *tail), NEVER, np.float32)
        single = prices.astype(np.float32)
        too_long = np.arange(1, self._runs + 1) > plans.longest_run[people][:, None]
        for day in range(days):
            if day == 0:
                self._first(single[:, 0])
            else:
                self._next(day, single[:, day])
            if too_long.any():
                np.moveaxis(self.work[day], 1, 2)[too_long] = NEVER
            np.minimum(self.work[day], NEVER, out=self.work[day])

    def _first(self, prices: States) -> None:
        # What came before is not known: a rest is taken to be long enough, and so is a run (`_ends`).
        everybody = np.arange(len(self._people))
        self.off[0][everybody, self._last_rest, 0, 0, 0] = 0
        weekend = int(self._begins_weekend(0))
        for kind, length in enumerate(self._plans.lengths.tolist()):
            count = int(kind == self._kind)
            if length < self._units and weekend < self._weekends and count < self._most:
                self.work[0][:, kind, 0, length, weekend, count] = prices[:, kind]

    def _next(self, day: int, prices: States) -> None:
        everybody = np.arange(len(self._people))
        work, off = self.work[day - 1], self.off[day - 1]
        ended = np.where(self._ends(day)[:, :, None, None, None], work.min(axis=1), NEVER)
        self.off[day][:, 0] = ended.min(axis=1)
        self.off[day][:, 1:] = off[:, :-1]
        rested = off[everybody, self._last_rest]
        self.off[day][everybody, self._last_rest] = np.minimum(self.off[day][everybody, self._last_rest], rested)
        begins = _step(self._weekends, int(self._begins_weekend(day)))
        goes_on = _step(self._weekends, int(self._plans.is_saturday[day]))
        for kind, length in enumerate(self._plans.lengths.tolist()):
            price = prices[:, kind][:, None, None, None]
            if length >= self._units or (price >= NEVER / 2).all():
                continue
            units, count = _step(self._units, length), _step(self._most, int(kind == self._kind))
            today = self.work[day][:, kind]
            today[:, 0, units.to, begins.to, count.to] = rested[:, units.of, begins.of, count.of] + price
            before = self._before[kind]
            if len(before) and self._runs > 1:
                way = work[:, before[0], :-1, units.of, goes_on.of, count.of]
                for other in before[1:]:
                    way = np.minimum(way, work[:, other, :-1, units.of, goes_on.of, count.of])
                today[:, 1:, units.to, goes_on.to, count.to] = way + price[:, None]

    def _begins_weekend(self, day: int) -> bool:
        """Whether work on this day after a day off is the first of its weekend."""
        return bool(self._plans.is_saturday[day] or self._plans.is_sunday[day])

    def _ends(self, day: int) -> NDArray[np.bool_]:
        """[person, run]: whether a run that reaches the day before may end with it."""
        ends = self._may_end.copy()
        if day <= self._runs:
            ends[:, day - 1] = True
        return ends

    def best(self, n: int) -> tuple[float, Ints]:
        """The cheapest plan of the nth person, and its cost."""
        plans, person = self._plans, self._people[n]
        worked = slice(plans.fewest_units[person], plans.most_units[person] + 1)
        weekends = slice(0, plans.most_weekends[person] + 1)
        work, off = self.work[-1][n][:, :, worked, weekends], self.off[-1][n][:, worked, weekends]
        value = min(work.min(initial=NEVER), off.min(initial=NEVER))
        plan = np.full(len(self.work), FREE)
        if value >= NEVER / 2:
            return np.inf, plan
        if work.min(initial=NEVER) <= value:
            kind, run, units, weekend, count = np.unravel_index(work.argmin(), work.shape)
        else:
            run, units, weekend, count = np.unravel_index(off.argmin(), off.shape)
            kind = np.intp(FREE)
        state = int(kind), int(run), int(units) + int(plans.fewest_units[person]), int(weekend), int(count)
        for day in range(len(plan) - 1, -1, -1):
            plan[day] = state[0]
            if day:
                state = self._before_that(n, day, state)
        return float(value), plan

    def _before_that(self, n: int, day: int, state: "State") -> "State":
        """The state of the day before on the cheapest way to this one."""
        kind, run, units, weekend, count = state
        work, off, rest = self.work[day - 1][n], self.off[day - 1][n], int(self._last_rest[n])
        if kind >= 0:
            units, count = units - int(self._plans.lengths[kind]), count - int(kind == self._kind)
            if run == 0:
                return FREE, rest, units, weekend - int(self._begins_weekend(day)), count
            weekend -= int(self._plans.is_saturday[day])
            before = self._before[kind]
            return int(before[work[before, run - 1, units, weekend, count].argmin()]), run - 1, units, weekend, count
        ways: list[tuple[float, int, int]] = []
        if run == 0:
            ended = np.where(self._ends(day)[n], work[:, :, units, weekend, count], NEVER)
            last, length = np.unravel_index(ended.argmin(), ended.shape)
            ways.append((float(ended.min()), int(last), int(length)))
        if run > 0:
            ways.append((float(off[run - 1, units, weekend, count]), FREE, run - 1))
        if run == rest:
            ways.append((float(off[rest, units, weekend, count]), FREE, rest))
        _, kind, run = min(ways)
        return kind, run, units, weekend, count


State = tuple[int, int, int, int, int]
"""Type or FREE, run, units, weekends, counted."""
