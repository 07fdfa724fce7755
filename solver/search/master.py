"""The linear program over plans: everybody has one, and the headcount is met or paid for.

Its solution says how far each plan is wanted, and its prices what a new plan would have to beat.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from solver.search.plans import Floats, Ints, Plans

DUAL, PRIMAL = 1, 4
"""HiGHS's numbers for the simplex methods: after new columns the primal goes on from where it was, after fixing plans
the dual."""

NOBODY = 1e5
"""What a person without a plan costs, until there is one."""

KEPT = 300
"""How many plans a person are remembered."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A solution of the linear program: a share for each column, and the prices."""

    objective: float
    columns: list[tuple[int, Ints]]
    shares: Floats
    reduced: Floats


class Pool:
    """The plans that are known, by person; the newest are kept."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans
        self._known: list[dict[bytes, Ints]] = [{} for _ in range(plans.people)]
        self._order: list[deque[bytes]] = [deque() for _ in range(plans.people)]

    def add(self, person: int, plan: Ints) -> bool:
        """Remember a plan; says whether it is new."""
        key = plan.tobytes()
        if key in self._known[person]:
            return False
        self._known[person][key] = plan.copy()
        self._order[person].append(key)
        if len(self._order[person]) > KEPT:
            del self._known[person][self._order[person].popleft()]
        return True

    def of(self, people: Ints) -> Iterator[tuple[int, Ints]]:
        """All plans of these people."""
        for person in people.tolist():
            for plan in self._known[person].values():
                yield person, plan


class Master:
    """The linear program: each of `people` has one plan, and what is `open` of the headcount is met or paid for."""

    def __init__(self, plans: Plans, people: Ints, still_open: Floats, columns: list[tuple[int, Ints]]) -> None:
        self._plans, self._people = plans, people
        self._row = {person: row for row, person in enumerate(people.tolist())}
        self._place = np.full(plans.positions.shape, -1)
        there = plans.positions >= 0
        self._place[there] = len(people) + np.arange(int(there.sum()))
        self._there = there
        self._columns: list[tuple[int, Ints]] = []
        self._method = DUAL
        self._lp = lp = highspy.Highs()  # type: ignore[no-untyped-call]
        lp.setOptionValue("output_flag", False)
        lp.setOptionValue("threads", 1)
        lp.setOptionValue("presolve", "off")
        wanted = np.concatenate([np.ones(len(people)), still_open[there]])
        rows, places = np.arange(len(wanted)), np.arange(len(people), len(wanted))
        lp.addRows(len(wanted), wanted, wanted, 0, np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
        self._put(plans.under[there], places[:, None], 1.0)
        self._put(plans.over[there], places[:, None], -1.0)
        self._put(np.full(len(people), NOBODY), rows[: len(people), None], 1.0)
        self._slack = 2 * len(places) + len(people)
        self.add(columns)

    def _put(self, costs: Floats, rows: Ints, factor: float) -> None:
        self._put_sparse(costs, [row.astype(np.int32) for row in rows], factor)

    def _put_sparse(self, costs: Floats, rows: list[NDArray[np.int32]], factor: float = 1.0) -> None:
        sizes = np.array([len(row) for row in rows])
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
        entries = np.concatenate(rows)
        lower, upper = np.zeros(len(rows)), np.full(len(rows), highspy.kHighsInf)
        values = np.full(len(entries), factor)
        self._lp.addCols(len(rows), costs, lower, upper, len(entries), starts, entries, values)

    def add(self, columns: list[tuple[int, Ints]]) -> None:
        """Offer more plans."""
        if not columns:
            return
        rows = []
        for person, plan in columns:
            days = np.flatnonzero(plan >= 0)
            rows.append(np.concatenate([[self._row[person]], self._place[days, plan[days]]]).astype(np.int32))
        costs = np.array([self._plans.cost_of(person, plan) for person, plan in columns])
        self._put_sparse(costs, rows)
        self._columns += columns

    def fix(self, fixed: dict[int, Ints]) -> None:
        """Give people their plans for good."""
        columns, lower, upper = [], [], []
        for number, (person, plan) in enumerate(self._columns):
            if person in fixed:
                columns.append(self._slack + number)
                chosen = plan is fixed[person]
                lower.append(float(chosen))
                upper.append(float(chosen))
        count = len(columns)
        self._lp.changeColsBounds(count, np.array(columns, np.int32), np.array(lower), np.array(upper))
        self._method = DUAL

    def solve(self, people: Ints) -> tuple[Relaxed, Floats, Floats]:
        """The solution, what the plan of each of `people` is worth [n], and each place [D, T]."""
        self._lp.setOptionValue("simplex_strategy", self._method)
        if self._lp.run() == highspy.HighsStatus.kError:
            raise RuntimeError("HiGHS could not solve the linear program of the plans.")
        self._method = PRIMAL
        solution = self._lp.getSolution()
        dual = np.array(solution.row_dual)
        places = np.zeros(self._plans.positions.shape)
        places[self._there] = dual[len(self._people) :]
        relaxed = Relaxed(
            self._lp.getInfo().objective_function_value,
            self._columns,
            np.array(solution.col_value)[self._slack :],
            np.array(solution.col_dual)[self._slack :],
        )
        return relaxed, dual[[self._row[person] for person in people.tolist()]], places
