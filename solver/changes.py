"""What happens to a published week: somebody falls ill, more people are wanted, somebody must be on a shift."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from solver.problem import Assignment, Problem, Reason, Shift, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Somebody can no longer work in [start, end), in minutes of the horizon: a sick call, a new time off."""

    employee: str
    start: int
    end: int
    reason: Reason = Reason.TIME_OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcount:
    """A shift now wants `target` people of a role."""

    shift: str
    role: str
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """Somebody now works a shift whatever else is done."""

    assignment: Assignment


Change = Absence | Headcount | Fixed


def changed(problem: Problem, changes: Iterable[Change]) -> Problem:
    """The problem after `changes`. Pins of people who are now absent are lifted.

    Raises `InvalidProblem` when a change contradicts the problem, `KeyError` when it names what is not there.
    """
    people = {employee.id: employee for employee in problem.employees}
    shifts = {shift.id: shift for shift in problem.shifts}
    fixed: list[Assignment] = []
    for change in changes:
        match change:
            case Absence():
                employee = people[change.employee]
                interval = Unavailable(start=change.start, end=change.end, reason=change.reason)
                people[employee.id] = replace(employee, unavailable=(*employee.unavailable, interval))
            case Headcount():
                shifts[change.shift] = _with_target(shifts[change.shift], change)
            case Fixed():
                fixed.append(change.assignment)
    pinned = tuple(
        pin for pin in problem.pinned if not is_absent(people[pin.employee].unavailable, shifts[pin.shift])
    )
    pinned = (*pinned, *(one for one in fixed if one not in pinned))
    return replace(problem, employees=tuple(people.values()), shifts=tuple(shifts.values()), pinned=pinned)


def _with_target(shift: Shift, change: Headcount) -> Shift:
    if change.role not in {demand.role for demand in shift.demands}:
        raise KeyError(change.role)
    demands = tuple(
        replace(
            demand,
            target=change.target,
            minimum=min(demand.minimum, change.target),
            maximum=None if demand.maximum is None else max(demand.maximum, change.target),
        )
        if demand.role == change.role
        else demand
        for demand in shift.demands
    )
    return replace(shift, demands=demands)


def is_absent(unavailable: Iterable[Unavailable], shift: Shift) -> bool:
    """Whether a shift falls into one of these times, in part or as a whole."""
    return any(interval.keeps_from(shift) for interval in unavailable)
