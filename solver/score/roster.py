"""A set of assignments, looked up by person and by shift."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from solver.errors import InvalidAssignments
from solver.problem import Assignment, Employee, PastShift, Problem, Request, Shift
from solver.rules import Measure, Rule

Measured = dict[tuple[Measure, frozenset[str] | None], int]


@dataclass(frozen=True, slots=True, eq=False)
class Week:
    """One person's part of a roster: everything that is needed to judge them alone.

    `measured` keeps what fairness has counted, since rosters share the weeks of those whom a change leaves alone.
    """

    employee: Employee
    worked: tuple[tuple[Shift, str], ...]
    past: tuple[PastShift, ...]
    rules: tuple[tuple[int, Rule], ...]
    requests: tuple[Request, ...]
    shifts: tuple[Shift, ...] = field(init=False)
    """The shifts worked, by start."""
    measured: Measured = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shifts", tuple(shift for shift, _ in self.worked))


@dataclass(frozen=True, slots=True)
class Roster:
    """All parts of a roster. `weeks` is by person, `staff` by shift and role, `previous` what to stay close to."""

    problem: Problem
    assignments: frozenset[Assignment]
    shifts: dict[str, Shift]
    weeks: dict[str, Week]
    staff: Counter[tuple[str, str]]
    previous: frozenset[Assignment]

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
            previous=frozenset(item for item in problem.previous if item.employee in people and item.shift in shifts),
        )

    def after(self, dropped: Iterable[Assignment], added: Iterable[Assignment]) -> "Roster":
        """The roster without the assignments dropped and with those added, sharing everything that stays."""
        dropped, added = frozenset(dropped), frozenset(added)
        weeks, staff = dict(self.weeks), self.staff.copy()
        staff.subtract((item.shift, item.role) for item in dropped)
        staff.update((item.shift, item.role) for item in added)
        for who in {item.employee for item in dropped | added}:
            weeks[who] = self._week_after(who, dropped, added)
        assignments = (self.assignments - dropped) | added
        return replace(self, assignments=assignments, weeks=weeks, staff=staff)

    def alone(self, who: str, dropped: Iterable[Assignment], added: Iterable[Assignment]) -> "Roster":
        """Like `after`, for judging nobody but `who`: cheap, and of no use for anything else."""
        return replace(self, weeks={who: self._week_after(who, dropped, added)})

    def with_past(self, past: Mapping[str, tuple[PastShift, ...]]) -> "Roster":
        """The roster of people who worked something else before it."""
        weeks = {who: replace(self.weeks[who], past=worked) for who, worked in past.items()}
        return replace(self, weeks=self.weeks | weeks)

    def _week_after(self, who: str, dropped: Iterable[Assignment], added: Iterable[Assignment]) -> Week:
        gone = {(item.shift, item.role) for item in dropped if item.employee == who}
        worked = [(shift, role) for shift, role in self.weeks[who].worked if (shift.id, role) not in gone]
        worked += [(self.shifts[item.shift], item.role) for item in added if item.employee == who]
        return replace(self.weeks[who], worked=_by_start(worked))


def _by_start(worked: list[tuple[Shift, str]]) -> tuple[tuple[Shift, str], ...]:
    return tuple(sorted(worked, key=lambda pair: (pair[0].start, pair[0].end, pair[0].id)))


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
            worked=_by_start(worked[employee.id]),
            past=tuple(past[employee.id]),
            rules=tuple(rules[employee.id]),
            requests=tuple(requests[employee.id]),
        )
        for employee in problem.employees
    }
