"""Fairness: the range of what people have, earlier weeks included.

most >= had[p], least <= had[p] for every person p; charged weight * (most - least)
minutes:  target[p] * most >= full * had[p], target[p] * least <= full * had[p], 60 * hours >= most - least
"""

from ortools.sat.python import cp_model

from solver.model.variables import Literal, Variables
from solver.model.weekends import weekends
from solver.problem import Problem
from solver.rules import Fairness, Measure


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `Fairness`."""
    for rule in problem.rules:
        if isinstance(rule, Fairness) and len(rule.employees) > 1 and rule.weight:
            _add(model, problem, variables, rule)


def _add(model: cp_model.CpModel, problem: Problem, variables: Variables, rule: Fairness) -> None:
    ledger, targets = dict(rule.ledger), dict(rule.target)
    is_minutes = rule.measure is Measure.MINUTES
    full = max(targets.values(), default=1) if is_minutes else 1
    shares, ceilings, floors = [], [], []
    for person in variables.people(rule.employees):
        employee = problem.employees[person].id
        target = targets.get(employee, full) if is_minutes else 1
        literals, units = _measured(variables, person, rule)
        carried = ledger.get(employee, 0)
        had = cp_model.LinearExpr.weighted_sum(literals, [unit * full for unit in units]) + carried * full
        shares.append((target, had))
        ceilings.append(-(-(carried + sum(units)) * full // target))
        floors.append(min(0, carried) * full // target)
    most = model.new_int_var(min(floors), max(ceilings), "")
    least = model.new_int_var(min(floors), max(ceilings), "")
    for target, had in shares:
        model.add(target * most >= had)
        model.add(target * least <= had)
    step = 60 if is_minutes else 1
    spread = model.new_int_var(0, -(-(max(ceilings) - min(floors)) // step), "")
    model.add(step * spread >= most - least)
    variables.charge(spread, rule.weight)


def _measured(variables: Variables, person: int, rule: Fairness) -> tuple[list[Literal], list[int]]:
    """The literals that count for the rule's measure, and how much each does."""
    measure = rule.measure
    if measure is Measure.WEEKENDS:
        literals = weekends(variables, person)
        return literals, [1] * len(literals)
    shifts = variables.problem.shifts
    mine = variables.shifts_of[person]
    if measure is Measure.NIGHTS:
        mine = [shift for shift in mine if shifts[shift].night]
    if measure is Measure.SHIFTS and rule.types is not None:
        mine = [shift for shift in mine if shifts[shift].type in rule.types]
    literals = [variables.working[person, shift] for shift in mine]
    return literals, [shifts[shift].minutes if measure is Measure.MINUTES else 1 for shift in mine]
