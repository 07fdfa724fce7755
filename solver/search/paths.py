"""A cheap legal plan for each of some people over a long horizon, at given prices.

A plan is a path through the days: what is worked today and for how many days in a row, or for how many days nothing
was. Over a year, hours, weekends and shifts of a type are too many to count along the way as `solver.search.pricing`
does. Each has a price of its own for each person instead, which moves until the plan keeps the limit (Lagrangian
relaxation: Fisher, "The Lagrangian relaxation method for solving integer programming problems", 1981; Handler and
Zang, "A dual algorithm for the constrained shortest path problem", 1980).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.search.plans import FREE, Flags, Floats, Ints, Plans
from solver.search.splicing import spliced, weekends

NEVER = 1e9
MOST_ROUNDS = 40
"""How often the prices of limits move before a person is given up."""

NOISE = 0.01
"""As a share of the highest cost."""


@dataclass(slots=True)
class Prices:
    """What each person pays for what is limited over the horizon; kept from one plan to the next."""

    unit: Floats
    """[P]"""

    weekend: Floats
    """[P]"""

    kind: Floats
    """[P, T]"""

    @classmethod
    def none(cls, plans: Plans) -> "Prices":
        """Nothing costs anything yet."""
        return cls(np.zeros(plans.people), np.zeros(plans.people), np.zeros((plans.people, len(plans.lengths))))

    def forget(self, people: Ints) -> None:
        """For `people`, nothing costs anything again."""
        self.unit[people] = self.weekend[people] = 0.0
        self.kind[people] = 0.0


def cheap_plans(
    plans: Plans, costs: Floats, people: Ints, prices: Prices, rng: np.random.Generator
) -> tuple[Ints, Flags]:
    """Plans [n, D] of `people` that keep all their limits, cheap at `costs` [n, D, T]; and for whom there is one."""
    found = np.full((len(people), len(plans.positions)), FREE)
    is_found = np.zeros(len(people), bool)
    scale = max(1.0, float(np.abs(costs).max()))
    seekers = [_Seeker(plans, person, prices, scale / 64) for person in people.tolist()]
    # Were all days and weekends alike, hours would jump from too many to too few.
    noise = rng.uniform(0.0, NOISE * scale, costs.shape)
    uneven = np.repeat(rng.uniform(0.5, 1.5, (len(people), len(plans.positions) // 7 + 2)), 7, axis=1)
    left = np.arange(len(people))
    for _ in range(MOST_ROUNDS):
        who = people[left]
        priced = costs[left] + noise[left] + prices.unit[who, None, None] * plans.lengths
        weekend = prices.weekend[who][:, None] * uneven[left]
        tried, exists = _paths(plans, priced + prices.kind[who][:, None, :], who, weekend)
        for n, plan, possible in zip(left.tolist(), tried, exists, strict=True):
            kept = seekers[n].take(plan, costs[n]) if possible else None
            if kept is not None:
                found[n], is_found[n] = kept, True
        left = left[~is_found[left] & exists]
        if not len(left):
            break
    return found, is_found


class _Seeker:
    """Moves the prices of one person's limits until a plan keeps them, or one spliced from two does."""

    def __init__(self, plans: Plans, person: int, prices: Prices, step: float) -> None:
        self._plans, self._person, self._prices = plans, person, prices
        self._least = self._step = step
        self._heavy: Ints | None = None
        self._light: Ints | None = None

    def take(self, plan: Ints, costs: Floats) -> Ints | None:
        """The plan, where it keeps all limits, or one made of it and an earlier one; None with other prices."""
        plans, person, prices = self._plans, self._person, self._prices
        works = plan >= 0
        units = int(plans.lengths[plan[works]].sum())
        kinds = np.bincount(plan[works], minlength=len(plans.lengths)) > plans.most_of_type[person]
        too_many, too_few = units > plans.most_units[person], units < plans.fewest_units[person]
        in_too_many_weekends = weekends(plans, works) > plans.most_weekends[person]
        is_heavy = bool(too_many or in_too_many_weekends or kinds.any())
        if not is_heavy and not too_few:
            return plan
        if is_heavy:
            self._heavy = plan
        else:
            self._light = plan
        if self._heavy is not None and self._light is not None:
            found = spliced(plans, person, (self._heavy, self._light), costs)
            if found is not None:
                return found
        dearer = 2.0 if is_heavy else 0.7
        if in_too_many_weekends or too_few:
            prices.weekend[person] = max(dearer * prices.weekend[person], 4 * self._least * in_too_many_weekends)
        if kinds.any():
            prices.kind[person, kinds] = np.maximum(2 * prices.kind[person, kinds], 4 * self._least)
        if too_many or too_few:
            turned = (self._step > 0) != too_many
            self._step *= -0.5 if turned else 1.5
            prices.unit[person] += self._step
        return None


def _paths(plans: Plans, priced: Floats, people: Ints, weekend: Floats) -> tuple[Ints, Flags]:
    """The cheapest paths [n, D] that keep what holds from day to day, and whether there is one."""
    days, types = plans.positions.shape
    everybody = np.arange(len(people))
    priced = np.where(plans.forbidden[people], NEVER, priced)
    runs, rests = int(plans.longest_run[people].max()), int(plans.shortest_rest[people].max())
    last_rest = plans.shortest_rest[people] - 1
    too_long = np.arange(1, runs + 1) > plans.longest_run[people][:, None]
    may_end = np.arange(1, runs + 1) >= plans.shortest_run[people][:, None]
    blocked = np.where(plans.may_follow, 0.0, NEVER)[None, :, :, None]
    work = np.full((len(people), types, runs), NEVER)
    off = np.full((len(people), rests), NEVER)
    # What came before is not known: a rest is taken to be long enough, and so is a run.
    work[:, :, 0] = priced[:, 0] + weekend[:, :1] * (plans.is_saturday[0] or plans.is_sunday[0])
    off[everybody, last_rest] = 0.0
    came_from = np.zeros((days, len(people), types, runs), np.int8)
    ended = np.zeros((days, len(people), 2), np.int16)
    stayed = np.zeros((days, len(people)), bool)
    for day in range(1, days):
        ends = may_end.copy()
        if day <= runs:
            ends[:, day - 1] = True
        closing = np.where(ends[:, None, :], work, NEVER).reshape(len(people), -1)
        at = closing.argmin(axis=1)
        ended[day] = np.column_stack([at // runs, at % runs])
        rested = off[everybody, last_rest]
        begun = np.full_like(off, NEVER)
        begun[:, 1:] = off[:, :-1]
        begun[:, 0] = closing[everybody, at]
        stayed[day] = rested <= begun[everybody, last_rest]
        begun[everybody, last_rest] = np.minimum(rested, begun[everybody, last_rest])
        ways = work[:, :, None, :-1] + blocked
        came_from[day, :, :, 1:] = ways.argmin(axis=1)
        longer = ways.min(axis=1)
        first = weekend[:, day] * float(plans.is_saturday[day] or plans.is_sunday[day])
        further = weekend[:, day] * float(plans.is_saturday[day])
        work = np.empty_like(work)
        work[:, :, 0] = (rested + first)[:, None] + priced[:, day]
        work[:, :, 1:] = longer + (further[:, None] + priced[:, day])[:, :, None]
        work[np.broadcast_to(too_long[:, None, :], work.shape)] = NEVER
        np.minimum(work, NEVER, out=work)
        off = np.minimum(begun, NEVER)
    return _backwards(work, off, _Ways(came_from, ended, stayed), last_rest)


@dataclass(frozen=True, slots=True)
class _Ways:
    """From where each state of each day is reached most cheaply."""

    types: NDArray[np.int8]
    """[D, n, T, R]: the type worked on the day before."""

    ended: NDArray[np.int16]
    """[D, n, 2]: the type and run that ended with the day before, on a first day off."""

    stayed: Flags
    """[D, n]: whether a rest that was long enough went on, instead of having become so."""


def _backwards(work: Floats, off: Floats, ways: _Ways, last_rest: Ints) -> tuple[Ints, Flags]:
    """Each path from its end."""
    days, people = len(ways.ended), len(last_rest)
    found = np.full((people, days), FREE)
    cheapest = np.minimum(work.min(axis=(1, 2)), off.min(axis=1))
    for n in range(people):
        if cheapest[n] >= NEVER / 2:
            continue
        kind, run = FREE, int(off[n].argmin())
        if work[n].min() <= off[n].min():
            kind, run = (int(at) for at in np.unravel_index(work[n].argmin(), work[n].shape))
        for day in range(days - 1, -1, -1):
            found[n, day] = kind
            if kind >= 0:
                kind, run = (int(ways.types[day, n, kind, run]), run - 1) if run else (FREE, int(last_rest[n]))
            elif not (run == last_rest[n] and ways.stayed[day, n]):
                kind, run = (FREE, run - 1) if run else (int(ways.ended[day, n, 0]), int(ways.ended[day, n, 1]))
    return found, cheapest < NEVER / 2
