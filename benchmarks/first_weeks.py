"""The first users' weeks: a plain three-index assignment, at the two sizes that were measured before Rota.

Availability, roles, 11 hours of rest, at most 40 hours and 5 shifts, wished-for minimum hours and shifts,
fairness of hours, and liked and disliked shifts. A linear relaxation of these weeks is nearly integral.
"""

import random

from benchmarks.weeks import DAY
from solver import Demand, Employee, Problem, Reason, Request, Shift, Unavailable
from solver.rules import Fairness, Measure, MinimumRest, MinutesLimit, Period, Rule, ShiftsLimit, people

ROLES = ("kitchen", "bar", "service", "door", "desk")
STARTS = (6, 8, 10, 12, 14, 16, 18)


def first_week(amount: int, *, places: int, seed: int = 1) -> Problem:
    """The week of 49 shifts with `places` to fill in them for `amount` people."""
    rng = random.Random(seed)
    employees = tuple(_employee(number, rng) for number in range(amount))
    shifts = tuple(_shifts(places))
    everybody = people(employee.id for employee in employees)
    rules: tuple[Rule, ...] = (
        MinimumRest(employees=everybody, minutes=660),
        MinutesLimit(employees=everybody, period=Period.WEEK, maximum=2400),
        ShiftsLimit(employees=everybody, period=Period.WEEK, maximum=5),
        MinutesLimit(employees=everybody, period=Period.WEEK, minimum=1440, weight=10),
        ShiftsLimit(employees=everybody, period=Period.WEEK, minimum=3, weight=15),
        Fairness(employees=everybody, measure=Measure.MINUTES, weight=20),
    )
    return Problem(
        days=7,
        first_weekday=0,
        employees=employees,
        shifts=shifts,
        rules=rules,
        requests=tuple(_wishes(employees, shifts, rng)),
    )


def _employee(number: int, rng: random.Random) -> Employee:
    mine = {ROLES[number % len(ROLES)]} | {role for role in ROLES if rng.random() < 0.2}
    away = [
        Unavailable(start=day * DAY, end=(day + 1) * DAY, reason=Reason.OUTSIDE_AVAILABILITY)
        for day in range(7)
        if rng.random() < 0.15
    ]
    return Employee(id=f"p{number}", name=f"Person {number}", roles=frozenset(mine), unavailable=tuple(away))


def _shifts(places: int) -> list[Shift]:
    amount = 7 * len(STARTS)
    made = []
    for number in range(amount):
        day, start = number // len(STARTS), STARTS[number % len(STARTS)]
        here = places * (number + 1) // amount - places * number // amount
        demands = tuple(
            Demand(role=role, target=share, maximum=share, under_weight=1000, over_weight=0)
            for at, role in enumerate(ROLES)
            if (share := here // len(ROLES) + ((at + number) % len(ROLES) < here % len(ROLES)))
        )
        begin = day * DAY + start * 60
        made.append(
            Shift(
                id=f"s{number}",
                name=f"{start:02d}:00",
                type=f"{start:02d}",
                day=day,
                start=begin,
                end=begin + 480,
                minutes=480,
                demands=demands,
            )
        )
    return made


def _wishes(employees: tuple[Employee, ...], shifts: tuple[Shift, ...], rng: random.Random) -> list[Request]:
    return [
        Request(
            employee=employee.id,
            shifts=frozenset({shift.id}),
            wanted=rng.random() < 0.5,
            weight=rng.randint(1, 5),
        )
        for employee in employees
        for shift in rng.sample(shifts, 6)
    ]
