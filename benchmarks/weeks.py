"""Generated weeks of a business with several sites: the shape of what customers plan, at any size."""

import random

from solver import Demand, Employee, PastShift, Problem, Reason, Request, Shift, Unavailable
from solver.rules import (
    ConsecutiveWork,
    Fairness,
    Measure,
    MinimumRest,
    MinutesLimit,
    Pairing,
    Period,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    WeekendLimit,
    people,
)

DAY = 24 * 60
TIMES = {"morning": (6, 12), "day": (9, 17), "evening": (16, 22), "late": (18, 24), "night": (22, 28)}


def week(amount: int, *, shifts: int, roles: int = 5, sites: int = 1, seed: int = 1) -> Problem:
    """A week for `amount` people with about `shifts` shifts, and every family of rules that a team may set."""
    rng = random.Random(seed)
    places = [f"role {number % roles} at site {number % sites}" for number in range(max(roles, sites))]
    employees = tuple(_employee(number, places, rng) for number in range(amount))
    made = tuple(_shifts(shifts, places, rng))
    return Problem(
        days=7,
        first_weekday=0,
        employees=employees,
        shifts=made,
        rules=tuple(_rules(employees, rng)),
        requests=tuple(_requests(employees, made, rng)),
        history=tuple(_history(employees, rng)),
        history_days=7,
        cost_weight=0,
    )


def _employee(number: int, places: list[str], rng: random.Random) -> Employee:
    at = number % len(places)
    roles = {places[at]} | ({places[(at + 1) % len(places)]} if rng.random() < 0.35 else set())
    away = []
    if rng.random() < 0.12:
        day = rng.randrange(7)
        away.append(Unavailable(start=day * DAY, end=(day + rng.choice((1, 2))) * DAY, reason=Reason.TIME_OFF))
    if rng.random() < 0.25:
        away += [
            Unavailable(start=day * DAY, end=day * DAY + 15 * 60, reason=Reason.OUTSIDE_AVAILABILITY)
            for day in rng.sample(range(5), 3)
        ]
    return Employee(
        id=f"p{number}",
        name=f"Person {number}",
        roles=frozenset(roles),
        unavailable=tuple(away),
        cost_per_hour=rng.randrange(1200, 2600, 100),
    )


def _shifts(amount: int, places: list[str], rng: random.Random) -> list[Shift]:
    made = []
    kinds, busy = list(TIMES), (1.0, 1.0, 1.0, 1.1, 1.4, 1.6, 1.3)
    for number in range(amount):
        place = places[number % len(places)]
        day = rng.choices(range(7), busy)[0]
        kind = rng.choices(kinds, (4, 4, 4, 2, 1))[0]
        start, end = (day * DAY + 60 * hour for hour in TIMES[kind])
        made.append(
            Shift(
                id=f"s{number}",
                name=f"{kind} {place}",
                type=kind,
                day=day,
                start=start,
                end=end,
                minutes=end - start - (30 if end - start > 360 else 0),
                demands=(Demand(role=place, target=1, under_weight=1000, over_weight=200, maximum=2),),
                night=kind == "night",
            )
        )
    return made


def _rules(employees: tuple[Employee, ...], rng: random.Random) -> list[Rule]:
    everybody = people(employee.id for employee in employees)
    contract = {employee.id: rng.choice((2400, 2400, 1800, 1200)) for employee in employees}
    pairs = [people(employee.id for employee in rng.sample(employees, 2)) for _ in range(len(employees) // 25)]
    return [
        ShiftsPerDay(employees=everybody),
        MinimumRest(employees=everybody, minutes=11 * 60),
        ConsecutiveWork(employees=everybody, maximum=6),
        ShiftsLimit(employees=everybody, period=Period.WEEK, maximum=6),
        ShiftsLimit(employees=everybody, period=Period.WEEK, types=frozenset({"night"}), maximum=2, weight=20),
        WeekendLimit(
            employees=people(employee.id for employee in employees if rng.random() < 0.2), maximum=0, weight=30
        ),
        *(
            MinutesLimit(
                employees=people(who for who in contract if contract[who] == minutes), period=Period.WEEK, **limit
            )
            for minutes in (1200, 1800, 2400)
            for limit in ({"maximum": minutes}, {"minimum": minutes - 480, "weight": 10})
        ),
        *(Pairing(employees=pair, together=False, weight=15) for pair in pairs),
        Fairness(employees=everybody, measure=Measure.NIGHTS, weight=5),
        Fairness(employees=everybody, measure=Measure.MINUTES, weight=2, target=tuple(sorted(contract.items()))),
    ]


def _requests(employees: tuple[Employee, ...], shifts: tuple[Shift, ...], rng: random.Random) -> list[Request]:
    made = []
    for employee in employees:
        mine = [shift for shift in shifts if shift.demands[0].role in employee.roles]
        for day in rng.sample(range(7), 2):
            there = frozenset(shift.id for shift in mine if shift.day == day)
            if there:
                weight = rng.randint(1, 10)
                made.append(Request(employee=employee.id, shifts=there, wanted=rng.random() < 0.4, weight=weight))
    return made


def _history(employees: tuple[Employee, ...], rng: random.Random) -> list[PastShift]:
    made = []
    for employee in employees:
        for day in rng.sample(range(-7, 0), 4):
            kind = rng.choice(("morning", "day", "evening"))
            start, end = (day * DAY + 60 * hour for hour in TIMES[kind])
            made.append(
                PastShift(employee=employee.id, type=kind, day=day, start=start, end=end, minutes=end - start)
            )
    return made
