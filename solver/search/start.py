"""A first schedule, person by person: each in turn gets the best plan for what is still open.

What most rules bind is one person, so that a schedule made of legal plans is most often legal as a whole; each plan
is a small problem that CP-SAT solves in milliseconds. Those who come first choose first, which the improvement
afterwards mends.
"""

import time
from collections import Counter
from dataclasses import replace

from ortools.sat.python import cp_model

from solver.model import assignments_of, build
from solver.problem import Assignment, Demand, Problem, Request, Shift
from solver.rules import GroupRule, Rule, people
from solver.search.running import Limits, watched

PLAN_S = 2.0
PLAN_DETERMINISTIC = 0.5


def first_schedule(problem: Problem, limits: Limits) -> tuple[Assignment, ...]:
    """A complete schedule, legal unless rules between people forbid it. People who come too late get nothing."""
    staff: Counter[tuple[str, str]] = Counter()
    found: list[Assignment] = []
    rules: dict[str, list[Rule]] = {employee.id: [] for employee in problem.employees}
    for rule in problem.rules:
        if not isinstance(rule, GroupRule):
            for who in rule.employees:
                rules[who].append(replace(rule, employees=people([who])))
    requests: dict[str, list[Request]] = {employee.id: [] for employee in problem.employees}
    for request in problem.requests:
        requests[request.employee].append(request)
    for employee in problem.employees:
        if limits.should_stop() or (limits.deterministic is None and time.monotonic() >= limits.until):
            break
        shifts = tuple(
            replace(shift, demands=demands)
            for shift in problem.shifts
            if (demands := _open(shift, employee.roles, staff))
        )
        known = {shift.id for shift in shifts}
        alone = replace(
            problem,
            employees=(employee,),
            shifts=shifts,
            rules=tuple(rules[employee.id]),
            requests=tuple(
                replace(request, shifts=request.shifts & known)
                for request in requests[employee.id]
                if request.shifts & known
            ),
            pinned=tuple(pin for pin in problem.pinned if pin.employee == employee.id),
            history=tuple(past for past in problem.history if past.employee == employee.id),
            previous=tuple(item for item in problem.previous if item.employee == employee.id),
        )
        plan = _plan(alone, limits)
        found.extend(plan)
        staff.update((item.shift, item.role) for item in plan)
    return tuple(found)


def _open(shift: Shift, roles: frozenset[str], staff: Counter[tuple[str, str]]) -> tuple[Demand, ...]:
    """What the shift still wants of these roles: one more person is worth the penalty that goes away."""
    demands = []
    for demand in shift.demands:
        present = staff[shift.id, demand.role]
        if demand.role in roles and (demand.maximum is None or present < demand.maximum):
            worth = demand.under_weight
            if present < demand.minimum:
                worth += max(1, demand.under_weight)
            target = int(present < max(demand.target, demand.minimum))
            demands.append(
                Demand(role=demand.role, target=target, under_weight=worth, over_weight=demand.over_weight)
            )
    return tuple(demands)


def _plan(alone: Problem, limits: Limits) -> tuple[Assignment, ...]:
    model = build(alone)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = limits.seed
    # Plans are small and many: what CP-SAT does to get ready for hard problems would take most of the time.
    solver.parameters.linearization_level = 1
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.max_presolve_iterations = 1
    if limits.deterministic is None:
        solver.parameters.max_time_in_seconds = max(0.0, min(PLAN_S, limits.until - time.monotonic()))
    else:
        solver.parameters.max_deterministic_time = PLAN_DETERMINISTIC
    if watched(solver, model.cp, limits.should_stop) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return ()
    return assignments_of(model, solver.response_proto.solution)
