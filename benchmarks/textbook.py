"""The textbook three-index model of a week, as its peers would write it: x[person, shift, role] in {0, 1}.

    minimise  sum of under * weight + shortfalls * weight + range * weight + wishes
    sum over people of x <= maximum,  sum + under >= target       for each shift and role
    sum over roles of x <= 1                                      for each person and shift
    x[a] + x[b] <= 1                                              for each pair of shifts too close for one person
    sum of minutes <= maximum, sum of shifts <= maximum           for each person

Written against a small interface, so that plain CP-SAT, HiGHS and CBC are given exactly the same rows. It knows the
rules of the first users' weeks and refuses others.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from solver import Assignment, Problem
from solver.rules import Fairness, Measure, MinimumRest, MinutesLimit, Period, ShiftsLimit

Column = int
Row = list[tuple[Column, int]]


class Rows(Protocol):
    """What a peer must be able to take."""

    def variable(self, most: int, cost: int) -> Column:
        """A new whole number in 0 to `most` that costs `cost` a unit."""

    def at_most(self, row: Row, limit: int) -> None:
        """Sum of coefficient * variable <= limit."""


class Textbook:
    """The rows of a problem, and how to read an answer."""

    def __init__(self, problem: Problem, rows: Rows) -> None:
        self.problem = problem
        self.rows = rows
        self.constant = 0
        self.chosen: dict[tuple[str, str, str], Column] = {}
        self._working: dict[str, dict[str, Row]] = {employee.id: defaultdict(list) for employee in problem.employees}
        self._length = {shift.id: shift.minutes for shift in problem.shifts}
        wishes = self._wishes()
        for employee in problem.employees:
            for shift in problem.shifts:
                if any(away.start < shift.end and shift.start < away.end for away in employee.unavailable):
                    continue
                for demand in shift.demands:
                    if demand.role in employee.roles:
                        column = rows.variable(1, wishes.get((employee.id, shift.id), 0))
                        self.chosen[employee.id, shift.id, demand.role] = column
                        self._working[employee.id][shift.id].append((column, 1))
        self._cover()
        for rule in problem.rules:
            match rule:
                case MinimumRest(weight=None):
                    self._rest(rule)
                case MinutesLimit(period=Period.WEEK):
                    self._limit(rule, self._length, 60)
                case ShiftsLimit(period=Period.WEEK, types=None):
                    self._limit(rule, dict.fromkeys(self._length, 1), 1)
                case Fairness(measure=Measure.MINUTES, ledger=(), target=()):
                    self._fair(rule)
                case _:
                    raise NotImplementedError(f"the textbook model has no {type(rule).__name__} like {rule}")

    def assignments(self, values: Sequence[float]) -> tuple[Assignment, ...]:
        """The schedule that the values of all variables stand for."""
        return tuple(
            Assignment(employee=who, shift=shift, role=role)
            for (who, shift, role), column in self.chosen.items()
            if values[column] > 0.5
        )

    def _wishes(self) -> dict[tuple[str, str], int]:
        costs: dict[tuple[str, str], int] = defaultdict(int)
        for wish in self.problem.requests:
            (shift,) = wish.shifts
            costs[wish.employee, shift] += -wish.weight if wish.wanted else wish.weight
            self.constant += wish.weight if wish.wanted else 0
        # A liked shift that the person cannot work stays paid: the constant alone holds it.
        return costs

    def _cover(self) -> None:
        filling: dict[tuple[str, str], Row] = defaultdict(list)
        for (_, at, role), column in self.chosen.items():
            filling[at, role].append((column, 1))
        for shift in self.problem.shifts:
            for demand in shift.demands:
                row = filling[shift.id, demand.role]
                self.rows.at_most(row, len(row) if demand.maximum is None else demand.maximum)
                under = self.rows.variable(demand.target, demand.under_weight)
                self.rows.at_most([*((column, -1) for column, _ in row), (under, -1)], -demand.target)

    def _rest(self, rule: MinimumRest) -> None:
        shifts = sorted(self.problem.shifts, key=lambda shift: shift.start)
        for who in rule.employees:
            working = self._working[who]
            for at, first in enumerate(shifts):
                self.rows.at_most(working[first.id], 1)
                for second in shifts[at + 1 :]:
                    if second.start < first.end + rule.minutes and working[first.id] and working[second.id]:
                        self.rows.at_most([*working[first.id], *working[second.id]], 1)

    def _total(self, who: str, units: dict[str, int], sign: int) -> Row:
        return [(column, sign * units[shift]) for shift, row in self._working[who].items() for column, _ in row]

    def _limit(self, rule: MinutesLimit | ShiftsLimit, units: dict[str, int], step: int) -> None:
        for who in sorted(rule.employees):
            if rule.maximum is not None:
                self.rows.at_most(self._total(who, units, 1), rule.maximum)
            if rule.minimum is not None:
                below = self.rows.variable(-(-rule.minimum // step), rule.weight or 0)
                self.rows.at_most([*self._total(who, units, -1), (below, -step)], -rule.minimum)

    def _fair(self, rule: Fairness) -> None:
        hours = sum(self._length.values()) // 60
        spread = self.rows.variable(hours, rule.weight)
        most, least = self.rows.variable(60 * hours, 0), self.rows.variable(60 * hours, 0)
        for who in sorted(rule.employees):
            self.rows.at_most([*self._total(who, self._length, 1), (most, -1)], 0)
            self.rows.at_most([*self._total(who, self._length, -1), (least, 1)], 0)
        self.rows.at_most([(most, 1), (least, -1), (spread, -60)], 0)
