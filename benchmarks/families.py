"""The rarer families of rules on a generated week: together with those that it has already, every one there is."""

import random
from collections.abc import Iterator
from dataclasses import replace

from solver import Demand, Employee, Problem, Shift, Skill
from solver.rules import (
    Alternatives,
    Amount,
    ConsecutiveDaysOff,
    ConsecutiveWeekends,
    DailyPairs,
    Fairness,
    ForbiddenPattern,
    ForbiddenSuccession,
    FreeTime,
    Measure,
    Pairing,
    Presence,
    Priority,
    RestBetween,
    Rotation,
    Rule,
    SkillMix,
    Standby,
    TimeOffDistance,
    TravelTime,
    WindowLimit,
    people,
)
from solver.rules.common import Period

DAY = 24 * 60
NIGHT = frozenset({"night"})
ANY = frozenset[str]()


def with_every_family(asked: Problem, *, seed: int = 1) -> Problem:
    """`asked` with rules of the families that it does not have yet, on two sites."""
    rng = random.Random(seed)
    employees = tuple(
        replace(employee, skills=(Skill(name="keys"),)) if rng.random() < 0.7 else employee
        for employee in asked.employees
    )
    shifts = tuple(replace(shift, site=_site(shift)) for shift in asked.shifts)
    optional = tuple(_optional(day, shifts[0].demands[0].role, at) for day in (1, 3) for at in (9, 13))
    everybody = people(employee.id for employee in employees)
    rules = (*asked.rules, *_limits(everybody), *_order(everybody), *_people(employees, rng))
    together = (*_presence(everybody, shifts), *_alternatives(everybody, optional))
    return replace(asked, employees=employees, shifts=(*shifts, *optional), rules=(*rules, *together))


def _site(shift: Shift) -> str:
    """Every second role works at the other of two places."""
    return ("north", "south")[int(shift.demands[0].role.split()[1]) % 2]


def _optional(day: int, role: str, hour: int) -> Shift:
    """Stocktaking: on one of several days is enough."""
    start = day * DAY + hour * 60
    nobody = Demand(role=role, target=0, under_weight=0, over_weight=0, maximum=2)
    return Shift(
        id=f"stocktaking {day} {hour}",
        name="stocktaking",
        type="stocktaking",
        day=day,
        start=start,
        end=start + 240,
        minutes=240,
        demands=(nobody,),
    )


def _limits(everybody: frozenset[str]) -> Iterator[Rule]:
    yield WindowLimit(employees=everybody, amount=Amount.DAYS_OFF, days=7, minimum=2, weight=10)
    yield WindowLimit(employees=everybody, amount=Amount.MINUTES, days=7, maximum=48 * 60)
    yield WindowLimit(employees=everybody, amount=Amount.WEEKEND_MINUTES, days=7, maximum=16 * 60, weight=2)
    yield FreeTime(employees=everybody, days=7, minutes=36 * 60)
    yield ConsecutiveWeekends(employees=everybody, maximum=1, weight=5)
    yield ConsecutiveDaysOff(employees=everybody, minimum=2, weight=3)
    yield Fairness(employees=everybody, measure=Measure.WEEKENDS, weight=5)


def _order(everybody: frozenset[str]) -> Iterator[Rule]:
    yield ForbiddenSuccession(employees=everybody, after="evening", types=frozenset({"day"}), weight=2)
    after_nights = frozenset({"evening", "late", "day"})
    yield RestBetween(employees=everybody, after=NIGHT, before=after_nights, minutes=24 * 60, weight=8)
    yield TravelTime(employees=everybody, minutes=60)
    yield TimeOffDistance(employees=everybody, minutes=12 * 60, weight=4)
    yield ForbiddenPattern(employees=everybody, sequence=(ANY, None, ANY), weight=2)
    yield DailyPairs(employees=everybody, allowed=(frozenset({"morning", "late"}),))


def _people(employees: tuple[Employee, ...], rng: random.Random) -> Iterator[Rule]:
    everybody = people(employee.id for employee in employees)
    some = rng.sample([employee.id for employee in employees], max(2, len(employees) // 20))
    yield Standby(employees=people(some[::2]), period=Period.WEEK, weight=6)
    yield Priority(employees=people(some[1::2]), weight=1)
    yield SkillMix(employees=everybody, skill="keys", types=NIGHT, minimum=1, weight=20)
    yield SkillMix(employees=everybody, skill="keys", types=frozenset({"late"}), minimum=1, weight=10)
    first, *others = employees
    alike = [other.id for other in others if other.roles == first.roles]
    in_turns = rng.sample(sorted(everybody), len(some))
    yield Rotation(employees=people(in_turns), cycle=(ANY, ANY, ANY, ANY, None, None), weight=3)
    yield Pairing(employees=people([first.id, alike[0]]), together=True, weight=3)


def _presence(everybody: frozenset[str], shifts: tuple[Shift, ...]) -> Iterator[Rule]:
    """A demand curve: over lunch, of one role."""
    role = shifts[0].demands[0].role
    for day in range(7):
        start = day * DAY + 12 * 60
        wanted = sum(1 for shift in shifts if shift.day == day and shift.demands[0].role == role) // 3
        yield Presence(employees=everybody, role=role, start=start, end=start + 60, minimum=wanted, weight=25)


def _alternatives(everybody: frozenset[str], optional: tuple[Shift, ...]) -> Iterator[Rule]:
    yield Alternatives(
        employees=everybody,
        shifts=frozenset(shift.id for shift in optional),
        role=optional[0].demands[0].role,
        target=2,
        weight=30,
    )
