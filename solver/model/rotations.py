"""Rotations: each day of the horizon is like its day of a cycle.

day off:      not worked[day]
working day:  some fitting shift worked, and no other one;  not judged where the person could work no fitting shift
soft:         unlike >= 1 - fitting, unlike >= other;  a day off: unlike >= worked;  charged weight * unlike
"""

from ortools.sat.python import cp_model

from solver.model.variables import Variables
from solver.model.windows import works
from solver.problem import Problem
from solver.rules import Rotation, ShiftTypes


def add(_: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `Rotation`."""
    for rule in problem.rules:
        if isinstance(rule, Rotation):
            for person in variables.people(rule.employees):
                for day in range(problem.days):
                    if day not in rule.excused:
                        _keep(variables, person, day, wanted_on(rule, day), rule.weight)


def wanted_on(rule: Rotation, day: int) -> ShiftTypes | None:
    """What the cycle has on a day of the horizon."""
    return rule.cycle[(day + rule.offset) % len(rule.cycle)]


def _keep(variables: Variables, person: int, day: int, wanted: ShiftTypes | None, weight: int | None) -> None:
    shifts = variables.problem.shifts
    types = frozenset(shifts[shift].type for shift in variables.on_day(person, day))
    if wanted is None:
        if types:
            _hold(variables, [~variables.worked(person, day)], weight)
        return
    fitting = types & wanted if wanted else types
    if not fitting:
        return
    others = types - fitting
    literals: list[cp_model.LiteralT] = [works(variables, person, day, fitting if others else None)]
    # Where one shift a day is all there is, a fitting one leaves no room for others.
    if others and person not in variables.one_a_day:
        literals.append(~works(variables, person, day, others))
    _hold(variables, literals, weight)


def _hold(variables: Variables, literals: list[cp_model.LiteralT], weight: int | None) -> None:
    """Let all of `literals` be true, or charge `weight` once."""
    model = variables.model
    unlike: list[cp_model.LiteralT] = []
    if weight is not None:
        broken = model.new_bool_var("")
        variables.charge(broken, weight)
        unlike.append(broken)
    for literal in literals:
        model.add_bool_or([literal, *unlike])
