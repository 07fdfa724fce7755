"""What makes a problem contradict itself, fault by fault, each in a sentence.

Here lie only contradictions of the data with itself. Rules that cannot all be kept (a pin on a day of holiday) make
a problem infeasible instead, and are explained by `solver.explain`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from solver.rules import Fairness, Rule
from solver.rules.faults import faults_of_rule, repeated

if TYPE_CHECKING:
    from solver.problem import Employee, Problem, Shift


MOST_WEIGHT = 10**12
"""Whatever weighs more cannot be added up."""

MOST_AMOUNT = 10**9
"""Of nothing can there be more: the solver counts with 64 bits, and multiplies."""

MOST_DAYS = 10 * 366
"""The longest horizon, and the longest history."""


def faults_of(problem: Problem) -> list[str]:
    """Every contradiction in `problem`, as sentences; empty when it is sound."""
    return [
        *_horizon(problem),
        *repeated("employee", (employee.id for employee in problem.employees)),
        *repeated("shift", (shift.id for shift in problem.shifts)),
        *(fault for employee in problem.employees for fault in _employee(employee)),
        *(fault for shift in problem.shifts for fault in _shift(shift, problem.days)),
        *_requests(problem),
        *_history(problem),
        *_pinned(problem),
        *_clashing_pins(problem),
        *_too_heavy(problem),
        *_too_many(problem),
        *(
            f"rule {number} ({type(rule).__name__}): {fault}"
            for number, rule in enumerate(problem.rules, start=1)
            for fault in faults_of_rule(rule, problem)
        ),
    ]


def _horizon(problem: Problem) -> Iterator[str]:
    if problem.days < 1:
        yield f"the horizon has {problem.days} days; at least one is needed"
    for what, days in (("horizon", problem.days), ("history", problem.history_days)):
        if days > MOST_DAYS:
            yield f"the {what} has {days} days, more than {MOST_DAYS:,}"
    if not 0 <= problem.first_weekday <= 6:
        yield f"first weekday {problem.first_weekday} is not between 0 (Monday) and 6 (Sunday)"
    for field in ("history_days", "stability_weight", "cost_weight"):
        if getattr(problem, field) < 0:
            yield f"{field} is negative"


def _employee(employee: Employee) -> Iterator[str]:
    if employee.cost_per_hour < 0:
        yield f"employee {employee.id!r} has a negative cost per hour"
    for interval in employee.unavailable:
        if interval.start >= interval.end:
            yield f"employee {employee.id!r} has an empty unavailable interval at minute {interval.start}"


def _shift(shift: Shift, days: int) -> Iterator[str]:
    if not 0 <= shift.day < days:
        yield f"shift {shift.id!r} lies on day {shift.day}, outside the horizon of {days} days"
    if shift.start >= shift.end:
        yield f"shift {shift.id!r} ends before it starts"
    if not 0 <= shift.minutes <= max(0, shift.end - shift.start):
        yield f"shift {shift.id!r} has {shift.minutes} paid minutes, not between 0 and its length"
    if shift.copies < 1:
        yield f"shift {shift.id!r} stands for {shift.copies} shifts; at least one is needed"
    yield from repeated(f"shift {shift.id!r}: role", (demand.role for demand in shift.demands))
    for demand in shift.demands:
        place = f"shift {shift.id!r}, role {demand.role!r}"
        if min(demand.target, demand.minimum) < 0:
            yield f"{place}: a headcount is negative"
        if min(demand.under_weight, demand.over_weight) < 0:
            yield f"{place}: a weight is negative"
        if demand.maximum is not None and demand.maximum < demand.minimum:
            yield f"{place}: maximum {demand.maximum} is below minimum {demand.minimum}"


def _requests(problem: Problem) -> Iterator[str]:
    people = {employee.id for employee in problem.employees}
    shifts = {shift.id for shift in problem.shifts}
    for number, request in enumerate(problem.requests, start=1):
        if request.employee not in people:
            yield f"request {number} is of unknown employee {request.employee!r}"
        if request.weight < 0:
            yield f"request {number} has a negative weight"
        if not request.shifts:
            yield f"request {number} names no shift"
        for shift in sorted(request.shifts - shifts):
            yield f"request {number} names unknown shift {shift!r}"


def _history(problem: Problem) -> Iterator[str]:
    people = {employee.id for employee in problem.employees}
    for past in problem.history:
        if past.employee not in people:
            yield f"history names unknown employee {past.employee!r}"
        if past.day >= 0:
            yield f"history of {past.employee!r} lies on day {past.day}, inside the horizon"
        if past.start >= past.end:
            yield f"history of {past.employee!r} on day {past.day} ends before it starts"


def _pinned(problem: Problem) -> Iterator[str]:
    people = {employee.id: employee for employee in problem.employees}
    shifts = {shift.id: shift for shift in problem.shifts}
    for assignment in problem.pinned:
        named = f"pinned assignment of {assignment.employee!r} to {assignment.shift!r}"
        employee = people.get(assignment.employee)
        shift = shifts.get(assignment.shift)
        if employee is None:
            yield f"{named}: unknown employee"
        elif assignment.role not in employee.roles:
            yield f"{named}: the employee does not hold role {assignment.role!r}"
        if shift is None:
            yield f"{named}: unknown shift"
        elif assignment.role not in {demand.role for demand in shift.demands}:
            yield f"{named}: the shift asks for no {assignment.role!r}"


def _clashing_pins(problem: Problem) -> Iterator[str]:
    shifts = {shift.id: shift for shift in problem.shifts}
    pinned: dict[str, list[Shift]] = {}
    for assignment in problem.pinned:
        if assignment.shift in shifts:
            pinned.setdefault(assignment.employee, []).append(shifts[assignment.shift])
    for employee, worked in pinned.items():
        worked.sort(key=lambda shift: shift.start)
        longest = worked[0]
        for later in worked[1:]:
            if later.start < longest.end:
                yield f"{employee!r} is pinned to {longest.id!r} and {later.id!r}, which overlap"
            longest = max(longest, later, key=lambda shift: shift.end)


def _too_heavy(problem: Problem) -> Iterator[str]:
    weights = {
        "stability": [problem.stability_weight],
        "cost": [problem.cost_weight],
        "a demand": [
            weight
            for shift in problem.shifts
            for demand in shift.demands
            for weight in (demand.under_weight, demand.over_weight)
        ],
        "a rule": [rule.weight or 0 for rule in problem.rules],
        "a request": [request.weight for request in problem.requests],
    }
    longest = max((shift.minutes for shift in problem.shifts), default=0)
    dearest = max((employee.cost_per_hour for employee in problem.employees), default=0)
    weights["a shift's wage"] = [longest * dearest * problem.cost_weight // 60]
    for what, found in weights.items():
        if max(found, default=0) > MOST_WEIGHT:
            yield f"the weight of {what} is above {MOST_WEIGHT:,}"


def _too_many(problem: Problem) -> Iterator[str]:
    numbers = {
        f"shift {shift.id!r}": (
            *(shift.start, shift.end, shift.copies),
            *(count or 0 for demand in shift.demands for count in (demand.target, demand.minimum, demand.maximum)),
        )
        for shift in problem.shifts
    }
    numbers |= {
        f"rule {number} ({type(rule).__name__})": tuple(_numbers(rule))
        for number, rule in enumerate(problem.rules, start=1)
    }
    numbers["history"] = tuple(past.minutes for past in problem.history)
    for what, found in numbers.items():
        if max(map(abs, found), default=0) > MOST_AMOUNT:
            yield f"{what} has a number above {MOST_AMOUNT:,}"


def _numbers(rule: Rule) -> Iterator[int]:
    """Every number of a rule but its weight."""
    for field in fields(rule):
        value = getattr(rule, field.name)
        if isinstance(value, int) and field.name != "weight":
            yield value
    if isinstance(rule, Fairness):
        yield from (amount for _, amount in (*rule.ledger, *rule.target))
