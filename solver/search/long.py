"""Horizons of half a year and more: whole plans, person by person, again and again.

No model of such a problem fits: a year of 150 people and 32 shift types has more than a million assignment variables.
Everybody gets a plan in turn, the cheapest for what is still open; then the plans of a few people at a time are given
up and made anew, and kept where that is no worse (ruin and recreate: Schrimpf, Schneider, Stamm-Wilbrandt and Dueck,
"Record breaking optimization results using the ruin and recreate principle", 2000).
"""

import random
import time
from dataclasses import dataclass, field

import numpy as np

from solver.problem import Assignment, Problem
from solver.search.paths import Prices, cheap_plans
from solver.search.plans import FREE, Floats, Ints, Plans, plans_of
from solver.search.running import Limits

AT_ONCE = 5
"""How many people choose at the same prices in the first schedule."""

MOST_PAIRS = 200_000
"""Up to how many people times shifts a model is built: above, parts of it take too long to be many."""

FEWEST, MOST = 2, 6
"""How many people give up their plans at a time."""

ATTEMPTS = 4
"""How often a plan is looked for from the beginning before a person is said to have none."""

PLAN_S = 0.02
"""What one plan comes to in deterministic seconds."""


@dataclass(slots=True)
class Roster:
    """Everybody's plan [P, D], and how many people that makes on each day and type [D, T]."""

    plans: Plans
    chosen: Ints
    staff: Ints
    prices: Prices
    rng: np.random.Generator
    spent: float = 0.0
    """Deterministic seconds."""

    costs: Floats = field(init=False)
    """[P]: of everybody's own plan."""

    def __post_init__(self) -> None:
        self.costs = np.zeros(self.plans.people)

    @classmethod
    def empty(cls, plans: Plans, seed: int) -> "Roster":
        """Nobody works."""
        shape = plans.positions.shape
        chosen = np.full((plans.people, shape[0]), FREE)
        return cls(plans, chosen, np.zeros(shape, dtype=np.int64), Prices.none(plans), np.random.default_rng(seed))

    @property
    def objective(self) -> int:
        """What it costs."""
        short = np.maximum(0, self.plans.target - self.staff)
        over = np.maximum(0, self.staff - self.plans.target)
        here = self.plans.positions >= 0
        return round(float((short * self.plans.under + over * self.plans.over)[here].sum() + self.costs.sum()))

    def take_away(self, people: Ints) -> None:
        """Give up the plans of `people`."""
        for person in people.tolist():
            self._put(person, np.full(len(self.staff), FREE))

    def fill(self, people: Ints) -> bool:
        """Give each of `people` a plan that is cheap beside those of all others; False where one has none."""
        one_more = np.where(self.staff < self.plans.target, -self.plans.under, self.plans.over)
        for _ in range(ATTEMPTS):
            costs = self.plans.cost[people] + one_more
            found, is_found = cheap_plans(self.plans, costs, people, self.prices, self.rng)
            self.spent += PLAN_S * len(people)
            for person, plan in zip(people[is_found].tolist(), found[is_found], strict=True):
                self._put(person, plan)
            people = people[~is_found]
            if not len(people):
                return True
            self.prices.forget(people)
        return False

    def put_back(self, people: Ints, chosen: Ints) -> None:
        """Give `people` the plans that they had."""
        for person, plan in zip(people.tolist(), chosen, strict=True):
            self._put(person, plan)

    def _put(self, person: int, plan: Ints) -> None:
        before = self.chosen[person]
        for one, change in ((before, -1), (plan, 1)):
            days = np.flatnonzero(one >= 0)
            self.staff[days, one[days]] += change
        self.chosen[person] = plan
        self.costs[person] = self.plans.cost_of(person, plan)

    def assignments(self, problem: Problem) -> tuple[Assignment, ...]:
        """The schedule."""
        found = []
        for person, day in np.argwhere(self.chosen >= 0).tolist():
            shift = problem.shifts[self.plans.positions[day, self.chosen[person, day]]]
            employee = problem.employees[person].id
            found.append(Assignment(employee=employee, shift=shift.id, role=shift.demands[0].role))
        return tuple(sorted(found))


def too_large_for_a_model(problem: Problem) -> Plans | None:
    """The plans of a problem that has too many of them for CP-SAT; None for all others."""
    if len(problem.employees) * len(problem.shifts) <= MOST_PAIRS:
        return None
    return plans_of(problem)


def plan_by_plan(
    problem: Problem, plans: Plans, limits: Limits, given: tuple[Assignment, ...] | None = None
) -> tuple[Assignment, ...] | None:
    """The best schedule found within `limits`, from the one given; None where somebody has no plan."""
    rng = random.Random(limits.seed)  # noqa: S311 - a search, not a secret
    roster = Roster.empty(plans, limits.seed)
    if given is not None:
        roster.put_back(np.arange(plans.people), plans.of(problem, given))
    else:
        order = rng.sample(range(plans.people), plans.people)
        for first in range(0, len(order), AT_ONCE):
            if _is_over(roster, limits) or not roster.fill(np.array(order[first : first + AT_ONCE])):
                return None
    limits.tell("start", roster.objective, None)
    while not _is_over(roster, limits):
        _try_others(roster, rng, limits)
    return roster.assignments(problem)


def _try_others(roster: Roster, rng: random.Random, limits: Limits) -> None:
    """Other plans for a few people, kept where that is no worse."""
    people = np.array(_some(roster, rng))
    objective, before = roster.objective, roster.chosen[people].copy()
    roster.take_away(people)
    done = all(roster.fill(people[at : at + 1]) for at in range(len(people)))
    if not done or roster.objective > objective:
        roster.put_back(people, before)
    elif roster.objective < objective:
        limits.tell("improve", roster.objective, None)


def _some(roster: Roster, rng: random.Random) -> list[int]:
    """A few people: anybody, or half of the time people who work or could work where it costs most."""
    plans = roster.plans
    amount = min(plans.people, rng.randint(FEWEST, MOST))
    if rng.random() < 0.5:
        return rng.sample(range(plans.people), amount)
    short = np.maximum(0, plans.target - roster.staff) * plans.under
    over = np.maximum(0, roster.staff - plans.target) * plans.over
    weights = (short + over).ravel() + 1e-3
    day, kind = divmod(rng.choices(range(len(weights)), weights.tolist())[0], len(plans.lengths))
    able = np.flatnonzero(~plans.forbidden[:, day, kind]).tolist()
    return rng.sample(able, min(amount, len(able))) or rng.sample(range(plans.people), amount)


def _is_over(roster: Roster, limits: Limits) -> bool:
    if limits.should_stop():
        return True
    if limits.deterministic is not None:
        return roster.spent >= limits.deterministic
    return time.monotonic() >= limits.until
