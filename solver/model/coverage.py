"""Headcount: each shift has between minimum and maximum people of a role, and as many as wanted.

minimum <= sum of assigned <= maximum
sum of assigned + under - over = target, charged under_weight * under + over_weight * over
"""

from ortools.sat.python import cp_model

from solver.model.variables import Variables
from solver.problem import Problem


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Bound and charge the headcount of every shift and role."""
    for position, shift in enumerate(problem.shifts):
        for demand in shift.demands:
            candidates = variables.filling.get((position, demand.role), [])
            staff = cp_model.LinearExpr.sum(candidates)
            if demand.minimum > 0:
                model.add(staff >= demand.minimum)
            if demand.maximum is not None and demand.maximum < len(candidates):
                model.add(staff <= demand.maximum)
            under = model.new_int_var(0, demand.target, "") if demand.target else variables.false
            most = len(candidates) if demand.maximum is None else min(len(candidates), demand.maximum)
            over = model.new_int_var(0, most - demand.target, "") if most > demand.target else variables.false
            if demand.under_weight and demand.over_weight:
                model.add(staff + under - over == demand.target)
            elif demand.under_weight:
                model.add(staff + under >= demand.target)
            elif demand.over_weight:
                model.add(staff - over <= demand.target)
            charged = (under, demand.under_weight), (over, demand.over_weight)
            variables.headcount[position, demand.role] = charged
            variables.charge(under, demand.under_weight)
            variables.charge(over, demand.over_weight)
