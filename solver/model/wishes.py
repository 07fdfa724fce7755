"""Wishes and costs: requests, wages, stability against an earlier schedule.

wanted:     weight * (1 - any of working[shifts])
unwanted:   weight * working[shift] for each of the shifts
cost:       round(minutes * cost_per_hour * cost_weight / 60) * working
stability:  stability_weight * (assigned not in previous) + stability_weight * (previous not assigned)
"""

from ortools.sat.python import cp_model

from solver.model.variables import Variables
from solver.problem import Problem, Request


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Charge every request, wage and change."""
    for request in problem.requests:
        _request(model, variables, request)
    _cost(variables)
    _stability(variables)


def _request(model: cp_model.CpModel, variables: Variables, request: Request) -> None:
    person = variables.person_at[request.employee]
    positions = sorted(variables.shift_at[shift] for shift in request.shifts)
    literals = [variables.working[person, at] for at in positions if (person, at) in variables.working]
    if not request.wanted:
        for literal in literals:
            variables.charge(literal, request.weight)
    elif not literals:
        variables.charge_always(request.weight)
    elif len(literals) == 1:
        variables.charge_unless(literals[0], request.weight)
    else:
        unmet = model.new_bool_var("")
        model.add_bool_or([*literals, unmet])
        variables.charge(unmet, request.weight)


def _cost(variables: Variables) -> None:
    problem = variables.problem
    if not problem.cost_weight:
        return
    for (person, position), literal in variables.working.items():
        minutes, wage = problem.shifts[position].minutes, problem.employees[person].cost_per_hour
        variables.charge(literal, (minutes * wage * problem.cost_weight + 30) // 60)


def _stability(variables: Variables) -> None:
    problem = variables.problem
    if not problem.stability_weight or not problem.previous:
        return
    kept = {
        (variables.person_at[item.employee], variables.shift_at[item.shift], item.role)
        for item in problem.previous
        if item.employee in variables.person_at and item.shift in variables.shift_at
    }
    for place, literal in variables.assigned.items():
        if place in kept:
            variables.charge_unless(literal, problem.stability_weight)
        else:
            variables.charge(literal, problem.stability_weight)
    for _ in kept - variables.assigned.keys():
        variables.charge_always(problem.stability_weight)
