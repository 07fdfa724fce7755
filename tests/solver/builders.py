"""Small problems in one line each, for tests."""

from collections.abc import Iterable
from typing import Any

from solver import Assignment, Demand, Employee, Problem, Request, Shift
from solver.problem import Unavailable

DAY = 24 * 60
ROLE = "cook"


def employee(
    name: str, *, roles: Iterable[str] = (ROLE,), unavailable: Iterable[Unavailable] = (), **more: Any
) -> Employee:
    """A person whose id is their name."""
    return Employee(id=name, name=name.title(), roles=frozenset(roles), unavailable=tuple(unavailable), **more)


def shift(
    day: int,
    kind: str = "day",
    *,
    hours: tuple[float, float] = (9, 17),
    people: int = 1,
    role: str = ROLE,
    demand: Demand | None = None,
    night: bool = False,
    number: int = 0,
) -> Shift:
    """A shift of `kind` on `day`, from and to the given hours of that day, that wants `people`."""
    start, end = (day * DAY + round(hour * 60) for hour in hours)
    return Shift(
        id=f"{kind}{day}" if not number else f"{kind}{day}.{number}",
        name=kind,
        type=kind,
        day=day,
        start=start,
        end=end,
        minutes=end - start,
        demands=(demand or wanting(people, role=role),),
        night=night,
    )


def wanting(target: int, *, role: str = ROLE, under: int = 100, over: int = 10, **more: Any) -> Demand:
    """A soft demand."""
    return Demand(role=role, target=target, under_weight=under, over_weight=over, **more)


def needing(people: int, *, role: str = ROLE) -> Demand:
    """A hard demand for exactly so many people."""
    return Demand(role=role, target=people, under_weight=0, over_weight=0, minimum=people, maximum=people)


def problem(
    employees: Iterable[Employee | str] = ("ana", "ben"), shifts: Iterable[Shift] = (), *, days: int = 7, **more: Any
) -> Problem:
    """A problem that starts on a Monday."""
    people = tuple(item if isinstance(item, Employee) else employee(item) for item in employees)
    more.setdefault("first_weekday", 0)
    return Problem(days=days, employees=people, shifts=tuple(shifts), **more)


def works(who: str, *shifts: str, role: str = ROLE) -> tuple[Assignment, ...]:
    """`who` on each of the shifts."""
    return tuple(Assignment(shift=shift, employee=who, role=role) for shift in shifts)


def wants(who: str, *shifts: str, weight: int = 1) -> Request:
    """A wish for one of the shifts."""
    return Request(employee=who, shifts=frozenset(shifts), wanted=True, weight=weight)


def refuses(who: str, *shifts: str, weight: int = 1) -> Request:
    """A wish for none of the shifts."""
    return Request(employee=who, shifts=frozenset(shifts), wanted=False, weight=weight)
