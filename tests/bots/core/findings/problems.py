"""Problems in which one thing can be found, and the assignments in which it is."""

from collections.abc import Iterable
from typing import Any

from solver import Assignment, Employee, PastShift, Problem, Reason, Shift, Unavailable
from solver.rules import Rule, people
from tests.solver.builders import DAY, employee, problem, shift, wanting, works

ANA, BOTH = people(["ana"]), people(["ana", "ben"])
HOURS = {"early": (6, 14), "late": (14, 22), "night": (22, 30)}
NOBODY = wanting(0, under=0, over=0)
YESTERDAY = PastShift(employee="ana", type="night", day=-1, start=-120, end=360, minutes=480)
Example = tuple[Problem, tuple[Assignment, ...], str, str]
"""What is asked, what is worked, and what is said of it in English and in German."""


def asked(*rules: Rule, days: int = 7, shifts: Iterable[Shift] = (), **more: Any) -> Problem:
    """Of days with an early, a late and a night shift that want nobody, if not of other shifts."""
    usual = [
        shift(day, kind, hours=hours, demand=NOBODY, night=kind == "night")
        for day in range(days)
        for kind, hours in HOURS.items()
    ]
    return problem(shifts=shifts or usual, days=days, rules=rules, **more)


def ana(shifts: str) -> tuple[Assignment, ...]:
    """What Ana works: `early0 late1`."""
    return works("ana", *shifts.split())


def both(shift_id: str) -> tuple[Assignment, ...]:
    """Ana and Ben on one shift."""
    return (*works("ana", shift_id), *works("ben", shift_id))


def away(reason: Reason) -> Employee:
    """Ana, who cannot work on Monday."""
    return employee("ana", unavailable=[Unavailable(start=0, end=DAY, reason=reason)])
