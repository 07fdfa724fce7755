"""Runs: working days in a row between minimum and maximum, days off in a row at least minimum.

    hard maximum:  sum of worked over each window of maximum + 1 days  <=  maximum
    hard minimum:  no run of exactly n < minimum days:  not (before is other, n days alike, after is other)
    soft:          a literal per window or run, charged weight (maximum) or weight * (minimum - n)

Days before the horizon are constants from history; what is not known beyond an edge is never charged.
"""

from ortools.sat.python import cp_model

from solver.model.variables import Literal, Variables
from solver.model.windows import works
from solver.problem import Problem
from solver.rules import ConsecutiveDaysOff, ConsecutiveWork, ShiftTypes


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `ConsecutiveWork` and `ConsecutiveDaysOff`."""
    for rule in problem.rules:
        if not isinstance(rule, ConsecutiveWork | ConsecutiveDaysOff):
            continue
        for person in variables.people(rule.employees):
            types = rule.types if isinstance(rule, ConsecutiveWork) else None
            days = _Days(variables, person, types)
            _minimum(model, days, rule.minimum or 0, rule.weight, working=isinstance(rule, ConsecutiveWork))
            if isinstance(rule, ConsecutiveWork) and rule.maximum is not None:
                _maximum(model, days, rule.maximum, rule.weight)


class _Days:
    """Whether one person works on a day, or a shift of certain types; each literal made once."""

    def __init__(self, variables: Variables, person: int, types: ShiftTypes | None) -> None:
        self.variables = variables
        self._person = person
        self._types = types
        self._known: dict[int, Literal] = {}

    def __getitem__(self, day: int) -> Literal:
        if day not in self._known:
            self._known[day] = works(self.variables, self._person, day, self._types)
        return self._known[day]


def _maximum(model: cp_model.CpModel, days: _Days, maximum: int, weight: int | None) -> None:
    problem = days.variables.problem
    for last in range(max(0, maximum - problem.history_days), problem.days):
        window = [days[day] for day in range(last - maximum, last + 1)]
        if weight is None:
            model.add(cp_model.LinearExpr.sum(window) <= maximum)
        else:
            _charge(model, days.variables, [~literal for literal in window], weight)


def _minimum(model: cp_model.CpModel, worked: _Days, minimum: int, weight: int | None, *, working: bool) -> None:
    problem = worked.variables.problem
    for length in range(1, minimum):
        # The run lies between two known days and ends on day -1 at the earliest.
        for first in range(max(-length, 1 - problem.history_days), problem.days - length):
            days = [worked[day] for day in range(first - 1, first + length + 1)]
            inside: list[cp_model.LiteralT] = [~day if working else day for day in days[1:-1]]
            outside: list[cp_model.LiteralT] = [day if working else ~day for day in (days[0], days[-1])]
            if weight is None:
                model.add_bool_or([*inside, *outside])
            else:
                _charge(model, worked.variables, [*inside, *outside], weight * (minimum - length))


def _charge(model: cp_model.CpModel, variables: Variables, one_of: list[cp_model.LiteralT], cost: int) -> None:
    broken = model.new_bool_var("")
    model.add_bool_or([*one_of, broken])
    variables.charge(broken, cost)
