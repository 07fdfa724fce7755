"""A set of assignments, looked up by person and by shift."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from solver.errors import InvalidAssignments
from solver.problem import Assignment, Employee, PastShift, Problem, Request, Shift
from solver.rules import Rule


@dataclass(frozen=True, slots=True)
class Week:
    """One person's part of a roster: everything that is needed to judge them alone."""

    employee: Employee
    worked: tuple[tuple[Shift, str], ...]
    past: tuple[PastShift, ...]
    rules: tuple[tuple[int, Rule], ...]
    requests: tuple[Request, ...]

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """The shifts worked, by start."""
        return tuple(shift for shift, _ in self.worked)


@dataclass(frozen=True, slots=True)
class Roster:
    """All parts of a roster. `weeks` is by person, `staff` by shift and role."""

    problem: Problem
    assignments: frozenset[Assignment]
    shifts: dict[str, Shift]
    weeks: dict[str, Week]
    staff: Counter[tuple[str, str]]

    @classmethod
    def of(cls, problem: Problem, assignments: Iterable[Assignment]) -> "Roster":
        """Sort `assignments` by person. Raises `InvalidAssignments` for unknown people and shifts."""
        given = list(assignments)
        shifts = {shift.id: shift for shift in problem.shifts}
        people = {employee.id for employee in problem.employees}
        faults = [f"unknown shift {item.shift!r}" for item in given if item.shift not in shifts]
        faults += [f"unknown employee {item.employee!r}" for item in given if item.employee not in people]
        if faults:
            raise InvalidAssignments(tuple(dict.fromkeys(faults)))

        worked: dict[str, list[tuple[Shift, str]]] = {employee: [] for employee in people}
        for item in given:
            worked[item.employee].append((shifts[item.shift], item.role))
        return cls(
            problem=problem,
            assignments=frozenset(given),
            shifts=shifts,
            weeks=_weeks(problem, worked),
            staff=Counter((item.shift, item.role) for item in given),
        )


def _weeks(problem: Problem, worked: dict[str, list[tuple[Shift, str]]]) -> dict[str, Week]:
    rules: dict[str, list[tuple[int, Rule]]] = {employee: [] for employee in worked}
    for number, rule in enumerate(problem.rules):
        for employee in rule.employees:
            rules[employee].append((number, rule))
    requests: dict[str, list[Request]] = {employee: [] for employee in worked}
    for request in problem.requests:
        requests[request.employee].append(request)
    past: dict[str, list[PastShift]] = {employee: [] for employee in worked}
    for shift in problem.history:
        past[shift.employee].append(shift)
    return {
        employee.id: Week(
            employee=employee,
            worked=tuple(sorted(worked[employee.id], key=lambda pair: (pair[0].start, pair[0].end, pair[0].id))),
            past=tuple(past[employee.id]),
            rules=tuple(rules[employee.id]),
            requests=tuple(requests[employee.id]),
        )
        for employee in problem.employees
    }
