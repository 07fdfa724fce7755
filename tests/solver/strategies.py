"""Generated problems: few people and shifts, any rules, so that a thousand of them take seconds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from solver import Assignment, Demand, Employee, PastShift, Problem, Reason, Request, Shift, Skill, Unavailable
from solver.rules import (
    Alternatives,
    Amount,
    ConsecutiveDaysOff,
    ConsecutiveWeekends,
    ConsecutiveWork,
    DailyPairs,
    Fairness,
    ForbiddenPattern,
    ForbiddenSuccession,
    FreeTime,
    Measure,
    MinimumRest,
    MinutesLimit,
    Pairing,
    Period,
    Presence,
    Priority,
    RestBetween,
    Rotation,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    SkillMix,
    Standby,
    TimeOffDistance,
    TravelTime,
    WeekendLimit,
    WindowLimit,
)

DAY = 24 * 60
TYPES = ("early", "late", "night", "long")
HOURS = {"early": (6, 14), "late": (14, 22), "night": (22, 30), "long": (10, 20)}
NAMES = ("ana", "ben", "cem")
ROLES = ("cook", "waiter")
SKILLS = ("first aid", "wine")

weights = st.none() | st.integers(0, 9)
soft = st.integers(1, 9)
small = st.integers(0, 3)


@st.composite
def demands(draw: st.DrawFn) -> tuple[Demand, ...]:
    roles = draw(st.lists(st.sampled_from(ROLES), min_size=1, max_size=2, unique=True))
    minimum = draw(st.sampled_from([0, 0, 0, 1]))
    return tuple(
        Demand(
            role=role,
            target=draw(small),
            under_weight=draw(st.integers(0, 9)),
            over_weight=draw(st.integers(0, 9)),
            minimum=minimum,
            maximum=draw(st.none() | st.integers(max(1, minimum), 3)),
        )
        for role in roles
    )


@st.composite
def shifts(draw: st.DrawFn, days: int) -> tuple[Shift, ...]:
    places = draw(
        st.lists(
            st.tuples(st.integers(0, days - 1), st.sampled_from(TYPES), st.integers(0, 1)), max_size=8, unique=True
        )
    )
    made = []
    for day, kind, number in places:
        start, end = (day * DAY + 60 * hour for hour in HOURS[kind])
        made.append(
            Shift(
                id=f"{kind}{day}.{number}",
                name=kind,
                type=kind,
                day=day,
                start=start,
                end=end,
                minutes=end - start - draw(st.sampled_from([0, 30])),
                demands=draw(demands()),
                night=kind == "night",
                site=draw(st.sampled_from(["", "north", "south"])),
                copies=draw(st.sampled_from([1, 1, 2])),
            )
        )
    return tuple(made)


def _limits(low: int, high: int) -> st.SearchStrategy[dict[str, Any]]:
    """A minimum, a maximum or both, in order."""
    pair = st.tuples(st.integers(low, high), st.integers(low, high)).map(sorted)
    both = pair.map(lambda limits: {"minimum": limits[0], "maximum": limits[1]})
    return both | st.integers(low, high).map(lambda most: {"maximum": most})


@st.composite
def rules(draw: st.DrawFn, names: tuple[str, ...], ids: tuple[str, ...] = ()) -> Rule:
    who = frozenset(draw(st.lists(st.sampled_from(names), min_size=1, unique=True)))
    types = frozenset(draw(st.lists(st.sampled_from(TYPES), min_size=1, unique=True)))
    period = draw(st.sampled_from(Period))
    weight = draw(weights)
    makers: tuple[Callable[[], Rule], ...] = (
        lambda: MinutesLimit(employees=who, period=period, weight=weight, **draw(_limits(0, 1800))),
        lambda: ShiftsLimit(
            employees=who, period=period, types=draw(st.none() | st.just(types)), weight=weight, **draw(_limits(0, 4))
        ),
        lambda: ShiftsPerDay(employees=who, maximum=draw(st.integers(0, 2)), weight=weight),
        lambda: ConsecutiveWork(employees=who, weight=weight, **draw(_limits(1, 4))),
        lambda: ConsecutiveDaysOff(employees=who, minimum=draw(st.integers(1, 4)), weight=weight),
        lambda: WeekendLimit(employees=who, maximum=draw(st.integers(0, 1)), weight=weight),
        lambda: MinimumRest(employees=who, minutes=draw(st.sampled_from([60, 660, 1500])), weight=weight),
        lambda: ForbiddenSuccession(employees=who, after=draw(st.sampled_from(TYPES)), types=types, weight=weight),
        lambda: WindowLimit(
            employees=who,
            amount=draw(st.sampled_from(Amount)),
            days=draw(st.integers(1, 8)),
            every=draw(st.sampled_from([1, 1, 2, 7])),
            weight=weight,
            **draw(_limits(0, 4) | _limits(0, 1500)),
        ),
        lambda: WindowLimit(
            employees=who,
            amount=draw(st.sampled_from([Amount.SHIFTS, Amount.DAYS])),
            days=draw(st.integers(1, 4)),
            types=types,
            weight=weight,
            **draw(_limits(0, 2)),
        ),
        lambda: FreeTime(
            employees=who,
            days=(days := draw(st.integers(1, 4))),
            minutes=draw(st.integers(1, days * DAY)),
            every=draw(st.sampled_from([1, 7])),
            weight=weight,
        ),
        lambda: ConsecutiveWork(employees=who, types=types, weight=weight, **draw(_limits(1, 3))),
        lambda: ConsecutiveWeekends(employees=who, maximum=draw(st.integers(0, 1)), weight=weight),
        lambda: RestBetween(
            employees=who,
            after=types,
            before=frozenset(draw(st.lists(st.sampled_from(TYPES), min_size=1, unique=True))),
            minutes=draw(st.sampled_from([60, 660, 1500])),
            weight=weight,
        ),
        lambda: TravelTime(employees=who, minutes=draw(st.sampled_from([60, 1500])), weight=weight),
        lambda: TimeOffDistance(employees=who, minutes=draw(st.sampled_from([60, 900])), weight=weight),
        lambda: ForbiddenPattern(
            employees=who,
            sequence=tuple(
                draw(
                    st.lists(
                        st.none() | st.just(frozenset()) | st.sampled_from(TYPES).map(lambda kind: frozenset({kind})),
                        min_size=1,
                        max_size=4,
                    ).filter(lambda sequence: any(day is not None for day in sequence))
                )
            ),
            first_weekday=draw(st.none() | st.integers(0, 6)),
            weight=weight,
        ),
        lambda: Rotation(
            employees=who,
            cycle=tuple(
                draw(
                    st.lists(st.none() | st.just(frozenset()) | st.just(types), min_size=1, max_size=5).filter(
                        lambda cycle: any(day is not None for day in cycle)
                    )
                )
            ),
            offset=draw(st.integers(0, 9)),
            excused=draw(st.frozensets(st.integers(0, 6), max_size=1)),
            weight=weight,
        ),
        lambda: DailyPairs(
            employees=who, allowed=draw(st.lists(st.just(types), max_size=1).map(tuple)), weight=weight
        ),
        lambda: Standby(employees=who, period=period, weight=draw(st.integers(0, 9))),
        lambda: Priority(employees=who, weight=draw(st.integers(0, 9))),
        lambda: SkillMix(
            employees=who,
            skill=draw(st.sampled_from(SKILLS)),
            level=draw(st.integers(1, 2)),
            types=draw(st.none() | st.just(types)),
            weight=weight,
            **draw(_limits(0, 2)),
        ),
        lambda: Presence(
            employees=who,
            role=draw(st.sampled_from(ROLES)),
            start=(start := draw(st.integers(0, 40)) * 60),
            end=start + draw(st.integers(1, 8)) * 60,
            already=draw(st.integers(0, 2)),
            weight=weight,
            **draw(_limits(0, 2)),
        ),
        lambda: Pairing(employees=frozenset(names), together=draw(st.booleans()), weight=weight),
        lambda: Fairness(
            employees=who,
            measure=draw(st.sampled_from(Measure)),
            weight=draw(soft),
            ledger=tuple((name, draw(st.integers(0, 300))) for name in sorted(who) if draw(st.booleans())),
            target=tuple((name, draw(st.sampled_from([600, 2400]))) for name in sorted(who) if draw(st.booleans())),
            types=draw(st.none() | st.just(types)),
        ),
    )
    if ids:
        some = st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True).map(frozenset)
        makers += (
            lambda: Alternatives(
                employees=who,
                shifts=draw(some),
                role=draw(st.sampled_from(ROLES)),
                target=draw(st.integers(0, 2)),
                weight=weight,
            ),
        )
    return draw(st.sampled_from(makers))()


@st.composite
def employees(draw: st.DrawFn, name: str, days: int) -> Employee:
    absences = draw(st.lists(st.tuples(st.integers(-1, days - 1), st.sampled_from([720, DAY])), max_size=1))
    return Employee(
        id=name,
        name=name,
        roles=frozenset(draw(st.lists(st.sampled_from(ROLES), min_size=1, unique=True))),
        unavailable=tuple(
            Unavailable(start=day * DAY, end=day * DAY + length, reason=Reason.TIME_OFF) for day, length in absences
        ),
        cost_per_hour=draw(st.integers(0, 20)),
        skills=tuple(
            Skill(name=skill, level=draw(st.integers(1, 2)), until=draw(st.none() | st.integers(0, days - 1)))
            for skill in draw(st.lists(st.sampled_from(SKILLS), max_size=2))
        ),
    )


@st.composite
def history(draw: st.DrawFn, names: tuple[str, ...]) -> tuple[PastShift, ...]:
    made = []
    for name in names:
        for day in draw(st.lists(st.integers(-4, -1), max_size=3, unique=True)):
            kind = draw(st.sampled_from(TYPES))
            start, end = (day * DAY + 60 * hour for hour in HOURS[kind])
            made.append(PastShift(employee=name, type=kind, day=day, start=start, end=end, minutes=end - start))
    return tuple(made)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    days = draw(st.sampled_from([1, 2, 3, 4, 7, 10]))
    names = NAMES[: draw(st.integers(2, 3))]
    made = draw(shifts(days))
    ids = [shift.id for shift in made]
    any_shifts = st.lists(st.sampled_from(ids), min_size=1, max_size=3).map(frozenset) if ids else st.nothing()
    requests = st.builds(
        Request, employee=st.sampled_from(names), shifts=any_shifts, wanted=st.booleans(), weight=st.integers(0, 9)
    )
    has_past = draw(st.integers(0, 2)) > 0
    return Problem(
        days=days,
        first_weekday=draw(st.integers(0, 6)),
        employees=tuple(draw(employees(name, days)) for name in names),
        shifts=made,
        rules=tuple(draw(st.lists(rules(names, tuple(ids)), max_size=3))),
        requests=tuple(draw(st.lists(requests, max_size=2))) if ids else (),
        history=draw(history(names)) if has_past else (),
        history_days=draw(st.integers(0, 4)) if has_past else 0,
        previous=tuple(draw(assignments(made, names))) if draw(st.booleans()) else (),
        stability_weight=draw(small),
        cost_weight=draw(st.integers(0, 1)),
    )


@st.composite
def pinned_problems(draw: st.DrawFn) -> Problem:
    """A problem in which some people are fixed on shifts, whatever else stands against it."""
    problem = draw(problems())
    roles = {employee.id: employee.roles for employee in problem.employees}
    shifts = {shift.id: shift for shift in problem.shifts}
    pinned: list[Assignment] = []
    for item in draw(assignments(problem.shifts, tuple(roles))):
        mine = [shifts[pin.shift] for pin in pinned if pin.employee == item.employee]
        shift = shifts[item.shift]
        overlaps = any(other.start < shift.end and shift.start < other.end for other in mine)
        if item.role in roles[item.employee] and not overlaps:
            pinned.append(item)
    return replace(problem, pinned=tuple(pinned))


def assignments(made: tuple[Shift, ...], names: tuple[str, ...]) -> st.SearchStrategy[list[Assignment]]:
    """Some people on some shifts, most often in roles that the shifts ask for."""
    places = [
        Assignment(shift=shift.id, employee=name, role=demand.role)
        for shift in made
        for name in names
        for demand in shift.demands
    ]
    return st.lists(st.sampled_from(places), max_size=8, unique=True) if places else st.just([])


@st.composite
def rosters(draw: st.DrawFn) -> tuple[Problem, list[Assignment]]:
    """A problem, and assignments that may or may not keep its rules."""
    problem = draw(problems())
    names = tuple(employee.id for employee in problem.employees)
    return problem, draw(assignments(problem.shifts, names))
