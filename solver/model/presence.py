"""Presence: people of a role who are there throughout a span of time, and shifts one of which is enough.

presence:      minimum <= already + sum of assigned over shifts that cover the span <= max(maximum, already)
alternatives:  exactly one of chosen[shift];  staff of shift >= target * chosen[shift]
soft:          the people missing or too many, charged weight each
"""

from ortools.sat.python import cp_model

from solver.model.limits import bound
from solver.model.variables import Literal, Variables
from solver.problem import Problem
from solver.rules import Alternatives, Presence


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `Presence` and `Alternatives`."""
    for rule in problem.rules:
        if isinstance(rule, Presence):
            covering = {
                at for at, shift in enumerate(problem.shifts) if shift.start <= rule.start and rule.end <= shift.end
            }
            there = _staff(variables, rule, covering)
            units = [1] * len(there)
            least = max(0, (rule.minimum or 0) - rule.already)
            most = None if rule.maximum is None else max(0, rule.maximum - rule.already)
            bound(model, variables, there, units, 1, minimum=least, maximum=most, weight=rule.weight)
        elif isinstance(rule, Alternatives) and rule.target:
            _alternatives(model, variables, rule)


def _staff(variables: Variables, rule: Presence | Alternatives, shifts: set[int]) -> list[Literal]:
    people = set(variables.people(rule.employees))
    return [
        literal
        for (person, at, role), literal in variables.assigned.items()
        if at in shifts and role == rule.role and person in people
    ]


def _alternatives(model: cp_model.CpModel, variables: Variables, rule: Alternatives) -> None:
    below = None if rule.weight is None else model.new_int_var(0, rule.target, "")
    choices = []
    for at in sorted(variables.shift_at[shift] for shift in rule.shifts):
        chosen = model.new_bool_var("")
        choices.append(chosen)
        staff = cp_model.LinearExpr.sum(_staff(variables, rule, {at}))
        if below is None:
            model.add(staff >= rule.target * chosen)
        else:
            model.add(staff + below >= rule.target * chosen)
    model.add_exactly_one(choices)
    if below is not None and rule.weight:
        variables.charge(below, rule.weight)
