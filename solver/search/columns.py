"""Column generation: choose one plan a person so that the headcount is met; new plans come by their price.

The linear program over whole plans knows all that a person may and may not, so that its bound is far closer than that
of assignments one by one (Curtois & Qu 12: 4040, which is the best known, to 3631). Its prices say which plans would
help, and dynamic programming finds those (`solver.search.pricing`). A schedule comes by diving: the plans that the
program is surest of are fixed, a few people at a time, and the prices found anew for the others. Then some people at
a time are given up and dived for again, for as long as there is time.

Dantzig and Wolfe, "Decomposition principle for linear programs" (1960); Strandmark, Qu and Curtois, "First-order
linear programming in a column generation-based heuristic approach to the nurse rostering problem" (2020).
"""

import os
import pickle
import queue
import sys
import threading
from collections.abc import Callable

import numpy as np

from solver.search.master import Master, Pool, Relaxed
from solver.search.plans import FREE, Floats, Ints, Plans
from solver.search.pricing import cheapest

CLOSE = 0.003
"""How near to its bound the linear program is solved, as a share."""

FIRST_ROUNDS, PART_ROUNDS, DIVING_ROUNDS = 1000, 12, 6
"""How often plans are made for everybody, for a part, and after each step of a dive."""

SURE = 0.99
PENALTY = 3.0
"""By how much a type becomes dearer to somebody whose plan has too many of it."""

FORGIVEN = 0.8
SMALLER, LARGER = 0.97, 1.04
FEWEST_SHARE, MOST_SHARE = 0.1, 0.8
LEAST_LIKING = 0.5
MOST_FAILURES = 12
"""After so many dives in a row that found nothing better, the processor is worth more to the neighbourhoods."""

Tell = Callable[[float | None, Floats | None, Ints | None], None]
"""Takes a bound, how much of each [person, day, type] the linear program works, a better schedule [person, day]."""


class Generation:
    """The search by columns. `run` goes on until `is_over`."""

    def __init__(self, plans: Plans, seed: int, tell: Tell, is_over: Callable[[], bool]) -> None:
        self._plans, self._tell, self._is_over = plans, tell, is_over
        self._rng = np.random.default_rng(seed)
        self._pool = Pool(plans)
        self._penalty = np.zeros((plans.people, len(plans.lengths)))
        self._best: Ints | None = None
        self._objective = np.inf

    def offer(self, schedule: Ints) -> None:
        """A schedule [person, day] found elsewhere."""
        for person, plan in enumerate(schedule):
            self._pool.add(person, plan)
        objective = self._objective_of(schedule)
        if objective < self._objective:
            self._best, self._objective = schedule.copy(), objective

    def run(self) -> None:
        """Bound, dive, and dive again for some people at a time, while that finds something better."""
        everybody = np.arange(self._plans.people)
        master = self._master(everybody, self._plans.target)
        relaxed = self._generate(master, everybody, rounds=FIRST_ROUNDS, whole=True)
        self._tell(None, self._worked(relaxed), None)
        if not self._dive(master, everybody, relaxed, first=True):
            return
        share, failures = 0.4, 0
        while failures < MOST_FAILURES and not self._is_over() and self._best is not None:
            some = np.sort(self._rng.choice(everybody, max(2, round(share * len(everybody))), replace=False))
            still_open = self._plans.target.copy()
            for person in np.setdiff1d(everybody, some).tolist():
                _fill(still_open, self._best[person], -1)
            spent = sum(
                self._plans.cost_of(person, self._best[person]) for person in np.setdiff1d(everybody, some).tolist()
            )
            master = self._master(some, still_open)
            relaxed = self._generate(master, some, rounds=PART_ROUNDS, spent=spent)
            if self._is_hopeless(relaxed.objective + spent):
                share = min(MOST_SHARE, share * LARGER)
            elif self._dive(master, some, relaxed, spent=spent):
                failures = 0
            else:
                failures += 1
                share = max(FEWEST_SHARE, share * SMALLER)

    def _master(self, people: Ints, still_open: Floats) -> Master:
        return Master(self._plans, people, still_open, [*self._pool.of(people)])

    def _generate(
        self, master: Master, people: Ints, *, rounds: int, spent: float = 0.0, whole: bool = False
    ) -> Relaxed:
        """Solve the linear program, making plans of `people` for as long as they help; it leaves out `spent`."""
        told = -np.inf
        for _ in range(rounds):
            relaxed, worth, places = master.solve(people)
            if self._is_over():
                break
            self._penalty *= FORGIVEN
            penalty = self._penalty[people]
            prices = self._plans.cost[people] - places + penalty[:, None, :]
            values, found = cheapest(self._plans, prices, people)
            # By Lagrange: what types may come at most is taken off again, so that the bound holds with penalties too.
            allowed = (penalty * self._plans.most_of_type[people]).sum(axis=1)
            reduced = values + self._plans.constant[people] - worth
            bound = relaxed.objective + np.minimum(reduced - allowed, 0).sum()
            if whole and bound > told:
                told = bound
                self._tell(bound, None, None)
            if relaxed.objective - bound < CLOSE * abs(relaxed.objective + spent):
                break
            fresh = self._fresh(people[reduced < -1e-6], found[reduced < -1e-6])
            if fresh is None:
                break
            master.add(fresh)
        return relaxed

    def _fresh(self, people: Ints, found: Ints) -> list[tuple[int, Ints]] | None:
        """Those of the plans that may be had and are new; None where there is nothing more to be had."""
        fresh, again = [], False
        for person, plan in zip(people.tolist(), found, strict=True):
            if self._plans.keeps_types(person, plan):
                if self._pool.add(person, plan):
                    fresh.append((person, plan.copy()))
            else:
                again = True
                worked = np.bincount(plan[plan >= 0], minlength=len(self._plans.lengths))
                self._penalty[person, worked > self._plans.most_of_type[person]] += PENALTY
        return fresh if fresh or again else None

    def _dive(
        self, master: Master, people: Ints, relaxed: Relaxed, *, spent: float = 0.0, first: bool = False
    ) -> bool:
        """Fix the plans that the linear program is surest of, and solve it again; says whether that was better."""
        schedule = np.full((self._plans.people, len(self._plans.positions)), FREE) if first else self._best_copy()
        left, step, before = people, 2 if first else 1, relaxed.objective + spent
        while not self._is_over() and not self._is_hopeless(before):
            fixed = self._surest(relaxed, left, step)
            for person, plan in fixed.items():
                schedule[person] = plan
            left = np.setdiff1d(left, np.array(list(fixed)))
            if not fixed or not len(left):
                return bool(fixed) and self._keep(schedule)
            master.fix(fixed)
            relaxed = self._generate(master, left, rounds=DIVING_ROUNDS, spent=spent)
            now = relaxed.objective + spent
            goes_well = first and len(left) > len(people) / 3 and now - before < 0.002 * before
            step, before = min(len(people) // 6, 2 * step) if goes_well else max(1, step // 2), now
        return False

    def _surest(self, relaxed: Relaxed, left: Ints, step: int) -> dict[int, Ints]:
        fixed: dict[int, Ints] = {}
        undecided = set(left.tolist())
        # Not always the same plans: what a dive began with decides where it ends.
        liking = relaxed.shares * self._rng.uniform(LEAST_LIKING, 1.0, len(relaxed.shares))
        for number in np.argsort(-liking).tolist():
            person, plan = relaxed.columns[number]
            if person in fixed or person not in undecided:
                continue
            if relaxed.shares[number] <= 0 or (len(fixed) >= step and relaxed.shares[number] < SURE):
                break
            fixed[person] = plan
        return fixed

    def _is_hopeless(self, bound: float) -> bool:
        return bound > self._objective - 1 + 1e-6

    def _best_copy(self) -> Ints:
        assert self._best is not None  # noqa: S101 - only the first dive begins without one
        return self._best.copy()

    def _keep(self, schedule: Ints) -> bool:
        objective = self._objective_of(schedule)
        if objective > self._objective:
            return False
        better = objective < self._objective
        self._best, self._objective = schedule.copy(), objective
        if better:
            self._tell(None, None, self._best)
        return better

    def _objective_of(self, schedule: Ints) -> float:
        still_open = self._plans.target.copy()
        for plan in schedule:
            _fill(still_open, plan, -1)
        missing, surplus = np.maximum(still_open, 0), np.maximum(-still_open, 0)
        wishes = sum(self._plans.cost_of(person, plan) for person, plan in enumerate(schedule))
        return float((self._plans.under * missing + self._plans.over * surplus).sum() + wishes)

    def _worked(self, relaxed: Relaxed) -> Floats:
        """How much of each [person, day, type] is worked."""
        worked = np.zeros(self._plans.cost.shape)
        for (person, plan), share in zip(relaxed.columns, relaxed.shares, strict=True):
            days = np.flatnonzero(plan >= 0)
            worked[person, days, plan[days]] += share
        return worked


def _fill(still_open: Floats, plan: Ints, by: int) -> None:
    days = np.flatnonzero(plan >= 0)
    still_open[days, plan[days]] += by


def main() -> None:
    """Read the plans and a seed, search, and send what is found; schedules found elsewhere come in meanwhile.

    What goes through the pipes is pickled: both ends are ours. When the input ends, so does the process.
    """
    # HiGHS writes its name to the standard output, which carries what is found here.
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    plans, seed = pickle.load(sys.stdin.buffer)  # noqa: S301
    offered: queue.SimpleQueue[Ints] = queue.SimpleQueue()

    def listen() -> None:
        try:
            while True:
                offered.put(pickle.load(sys.stdin.buffer))  # noqa: S301
        except EOFError:
            os._exit(0)

    def tell(bound: float | None, worked: Floats | None, schedule: Ints | None) -> None:
        pickle.dump((bound, worked, schedule), outgoing)
        outgoing.flush()

    def is_over() -> bool:
        while not offered.empty():
            generation.offer(offered.get())
        return False

    threading.Thread(target=listen, daemon=True).start()
    generation = Generation(plans, seed, tell, is_over)
    generation.run()
    os._exit(0)


if __name__ == "__main__":
    main()
