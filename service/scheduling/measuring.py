"""The figures of a schedule that people ask for, from the solver's data alone."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from solver.problem import Assignment, Problem, Shift
from solver.rules import Fairness


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one person works: paid minutes, shifts, nights, and weekends with work."""

    minutes: int = 0
    shifts: int = 0
    nights: int = 0
    weekends: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Wanted places, those that are filled, and people beyond what was wanted."""

    places: int
    filled: int
    surplus: int


def coverage(problem: Problem, assignments: Iterable[Assignment]) -> Coverage:
    """How much of what the shifts want is there."""
    staff = Counter((one.shift, one.role) for one in assignments)
    pairs = [(staff[shift.id, need.role], need.target) for shift in problem.shifts for need in shift.demands]
    return Coverage(
        places=sum(target for _, target in pairs),
        filled=sum(min(pair) for pair in pairs),
        surplus=sum(max(0, have - target) for have, target in pairs),
    )


def loads(problem: Problem, assignments: Iterable[Assignment]) -> dict[str, Load]:
    """What each employee works; those without work too."""
    shifts = {shift.id: shift for shift in problem.shifts}
    worked: dict[str, list[Shift]] = {employee.id: [] for employee in problem.employees}
    for one in assignments:
        worked[one.employee].append(shifts[one.shift])
    return {
        employee: Load(
            minutes=sum(shift.minutes for shift in mine),
            shifts=len(mine),
            nights=sum(shift.night for shift in mine),
            weekends=len({_weekend(problem, shift.day) for shift in mine} - {None}),
        )
        for employee, mine in worked.items()
    }


def comparable(problem: Problem) -> frozenset[str]:
    """Whom the problem's own fairness compares; everybody, where it asks for none."""
    compared = [rule.employees for rule in problem.rules if isinstance(rule, Fairness)]
    return frozenset().union(*compared) if compared else frozenset(one.id for one in problem.employees)


def wishes_met(problem: Problem, assignments: Iterable[Assignment]) -> tuple[int, int]:
    """How many wishes there are, and how many of them are met."""
    worked: dict[str, set[str]] = {}
    for one in assignments:
        worked.setdefault(one.employee, set()).add(one.shift)
    met = [bool(wish.shifts & worked.get(wish.employee, set())) is wish.wanted for wish in problem.requests]
    return len(met), sum(met)


def wages(problem: Problem, assignments: Iterable[Assignment]) -> int:
    """What the work costs, in the smallest unit of the currency, each assignment rounded to it."""
    rates = {employee.id: employee.cost_per_hour for employee in problem.employees}
    minutes = {shift.id: shift.minutes for shift in problem.shifts}
    return sum((minutes[one.shift] * rates[one.employee] + 30) // 60 for one in assignments)


def _weekend(problem: Problem, day: int) -> int | None:
    week, weekday = divmod(problem.first_weekday + day, 7)
    return week if weekday >= 5 else None
