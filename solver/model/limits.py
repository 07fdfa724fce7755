"""Amounts of work: minutes per period, shifts per period, shifts per day.

hard:  minimum <= sum of unit * working <= maximum
soft:  step * above >= sum - maximum, step * below >= minimum - sum, charged weight * (above + below)
       with step 60 for minutes (started hours) and 1 for shifts
"""

from collections.abc import Iterator

from ortools.sat.python import cp_model

from solver.model.variables import Literal, Variables
from solver.problem import Problem
from solver.rules import MinutesLimit, Period, ShiftsLimit, ShiftsPerDay


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `MinutesLimit`, `ShiftsLimit` and `ShiftsPerDay`."""
    for rule in problem.rules:
        if isinstance(rule, ShiftsPerDay):
            _shifts_per_day(model, variables, rule)
        elif isinstance(rule, MinutesLimit | ShiftsLimit):
            for person in variables.people(rule.employees):
                for days in periods(problem, rule.period):
                    _limit(model, variables, rule, person, days)


def periods(problem: Problem, period: Period) -> Iterator[range]:
    """The days of each period."""
    if period is Period.HORIZON:
        yield range(problem.days)
        return
    for first in range(0, problem.days, 7):
        yield range(first, min(first + 7, problem.days))


def _limit(
    model: cp_model.CpModel, variables: Variables, rule: MinutesLimit | ShiftsLimit, person: int, days: range
) -> None:
    shifts = variables.problem.shifts
    mine = [shift for day in days for shift in variables.on_day(person, day)]
    if isinstance(rule, MinutesLimit):
        step, units = 60, [shifts[shift].minutes for shift in mine]
    else:
        mine = [shift for shift in mine if rule.types is None or shifts[shift].type in rule.types]
        step, units = 1, [1] * len(mine)
    literals = [variables.working[person, shift] for shift in mine]
    bound(model, variables, literals, units, step, minimum=rule.minimum, maximum=rule.maximum, weight=rule.weight)


def _shifts_per_day(model: cp_model.CpModel, variables: Variables, rule: ShiftsPerDay) -> None:
    for person in variables.people(rule.employees):
        for day in range(variables.problem.days):
            literals = [variables.working[person, shift] for shift in variables.on_day(person, day)]
            if rule.weight is None and rule.maximum == 1 and len(literals) > 1:
                model.add_at_most_one(literals)
            else:
                units = [1] * len(literals)
                bound(model, variables, literals, units, 1, minimum=None, maximum=rule.maximum, weight=rule.weight)


def bound(
    model: cp_model.CpModel,
    variables: Variables,
    literals: list[Literal],
    units: list[int],
    step: int,
    *,
    minimum: int | None,
    maximum: int | None,
    weight: int | None,
) -> None:
    """Keep the sum of `units` over true `literals` within limits, or charge `weight` per started `step` outside."""
    total = cp_model.LinearExpr.weighted_sum(literals, units)
    most = sum(units)
    if maximum is not None and most > maximum:
        if weight is None:
            model.add(total <= maximum)
        else:
            above = model.new_int_var(0, -(-(most - maximum) // step), "")
            model.add(total - step * above <= maximum)
            variables.charge(above, weight)
    if minimum:
        if weight is None:
            model.add(total >= minimum)
        else:
            below = model.new_int_var(0, -(-minimum // step), "")
            model.add(total + step * below >= minimum)
            variables.charge(below, weight)
