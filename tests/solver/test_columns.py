"""Plans of whole horizons: the cheapest is what the judge says it is, and the search by columns ends at the best."""

import itertools
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Assignment, Problem, Request, score, solve
from solver.rules import (
    ConsecutiveDaysOff,
    ConsecutiveWork,
    ForbiddenSuccession,
    MinutesLimit,
    Period,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    WeekendLimit,
    people,
)
from solver.search import portfolio
from solver.search.columns import Generation
from solver.search.plans import FREE, Ints, Plans, plans_of
from solver.search.pricing import cheapest, states
from tests.solver.builders import ROLE, problem, shift, wanting

ANA = people(["ana"])
HOURS = {"early": (6.0, 14.0), "late": (14.0, 22.0)}


def month(
    names: tuple[str, ...],
    days: int,
    rules: tuple[Rule, ...] = (),
    requests: tuple[Request, ...] = (),
    target: int = 1,
) -> Problem:
    """An early and a late shift each day, one a day for everybody, begun on a Monday."""
    shifts = [
        shift(day, kind, hours=hours, demand=wanting(target, under=100, over=1))
        for day in range(days)
        for kind, hours in HOURS.items()
    ]
    everybody = people(names)
    always = (ShiftsPerDay(employees=everybody), ForbiddenSuccession(employees=everybody, after="late", types=EARLY))
    return problem(names, shifts, days=days, rules=(*always, *rules), requests=requests)


EARLY = frozenset({"early"})


@st.composite
def alone(draw: st.DrawFn) -> Problem:
    """Ana with six days, rules at random, days away and wishes."""
    fewest = draw(st.integers(1, 3))
    minutes = draw(st.integers(0, 2)) * 480
    rules = (
        ConsecutiveWork(employees=ANA, minimum=fewest, maximum=draw(st.integers(fewest, 4))),
        ConsecutiveDaysOff(employees=ANA, minimum=draw(st.integers(1, 3))),
        MinutesLimit(employees=ANA, period=Period.HORIZON, minimum=minutes, maximum=draw(st.integers(2, 5)) * 480),
        WeekendLimit(employees=ANA, maximum=draw(st.integers(0, 1))),
        ShiftsLimit(employees=ANA, period=Period.HORIZON, types=EARLY, maximum=draw(st.integers(0, 3))),
    )
    wishes = tuple(
        Request(employee="ana", shifts=frozenset({f"late{day}"}), wanted=draw(st.booleans()), weight=3)
        for day in draw(st.sets(st.integers(0, 5), max_size=2))
    )
    whole = month(("ana",), 6, rules, wishes)
    return replace(whole, first_weekday=draw(st.integers(0, 6)))


@settings(deadline=None, max_examples=25)
@given(alone(), st.integers(0, 2**20))
def test_the_cheapest_plan_is_the_cheapest_that_the_judge_allows(whole: Problem, seed: int) -> None:
    plans = _plans(whole)
    prices = np.array(np.random.default_rng(seed).integers(-9, 10, plans.cost.shape), dtype=float)
    values, found = cheapest(plans, prices, np.array([0]))
    allowed = [
        sum(prices[0, day, kind] for day, kind in enumerate(plan) if kind != FREE)
        for plan in itertools.product((FREE, 0, 1), repeat=whole.days)
        if not score(whole, _assignments(whole, plans, np.array([plan]))).hard
    ]
    assert values[0] == min(allowed, default=np.inf)
    if allowed:
        assert not score(whole, _assignments(whole, plans, found)).hard
        assert values[0] == sum(prices[0, day, kind] for day, kind in enumerate(found[0]) if kind != FREE)


def test_what_plans_cannot_say_is_left_to_others() -> None:
    soft = ConsecutiveWork(employees=ANA, maximum=3, weight=5)
    assert plans_of(month(("ana",), 14)) is not None
    assert plans_of(month(("ana",), 14, rules=(soft,))) is None
    assert plans_of(replace(month(("ana",), 14), cost_weight=1)) is None
    twice = problem(("ana",), [shift(0, "early"), shift(0, "early", number=1)])
    assert plans_of(twice) is None, "two shifts of a type on one day"
    assert plans_of(problem(("ana",), [shift(0)])) is None, "somebody may work twice a day"
    assert plans_of(replace(month(("ana",), 14), history_days=2)) is None, "the days before were free"
    one_a_day = (ShiftsPerDay(employees=ANA),)
    into_the_next = [shift(0, "night", hours=(20, 34)), shift(1, hours=(8, 16))]
    assert plans_of(problem(("ana",), into_the_next, rules=one_a_day)) is None, "shifts of two days overlap"
    never = ForbiddenSuccession(employees=ANA, after="night", types=frozenset({"day"}))
    assert plans_of(problem(("ana",), into_the_next, rules=(*one_a_day, never))) is not None


def test_the_search_by_columns_bounds_and_finds_the_best() -> None:
    whole = _fortnight()
    plans = _plans(whole)
    bounds: list[float] = []
    schedules: list[Ints] = []

    def tell(bound: float | None, _: object, schedule: Ints | None) -> None:
        bounds.extend([] if bound is None else [bound])
        schedules.extend([] if schedule is None else [schedule])

    looks = itertools.count()
    generation = Generation(plans, 1, tell, lambda: next(looks) > 400)
    generation.run()
    best = solve(whole, time_limit_s=20, workers=1, seed=1)
    assert best.objective is not None
    verdict = score(whole, _assignments(whole, plans, schedules[-1]))
    assert not verdict.hard
    assert max(bounds) <= best.objective + 1e-3
    assert best.objective <= verdict.objective <= best.objective * 1.1


def test_a_schedule_found_elsewhere_is_gone_on_from() -> None:
    whole = _fortnight()
    plans = _plans(whole)
    nobody = np.full((plans.people, whole.days), FREE)
    told: list[Ints] = []
    looks = itertools.count()

    def is_over() -> bool:
        if next(looks) == 0:
            generation.offer(nobody)
        return len(told) > 0 or next(looks) > 400

    generation = Generation(plans, 1, lambda *said: told.extend(said[2:] if said[2] is not None else ()), is_over)
    generation.run()
    assert score(whole, _assignments(whole, plans, told[0])).objective < whole.days * 2 * 2 * 100


def test_columns_work_beside_the_neighbourhoods(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portfolio, "LARGE", 1)
    whole = _fortnight()
    found = solve(whole, time_limit_s=8, workers=2, seed=1)
    alone = solve(whole, time_limit_s=8, workers=1, seed=1)
    assert found.objective is not None
    assert alone.objective is not None
    assert found.bound is not None
    assert found.bound <= alone.objective
    assert found.objective <= alone.objective * 1.05


def test_problems_too_large_for_pricing_are_known_beforehand() -> None:
    plans = _plans(_fortnight())
    assert states(plans) < portfolio.MOST_STATES
    long = _plans(month(tuple(f"p{number}" for number in range(40)), 98))
    assert states(long) > portfolio.MOST_STATES


def _fortnight() -> Problem:
    """Eight people, two of them off now and then, two weeks, two people a shift."""
    rng = random.Random(4)
    names = tuple(f"p{number}" for number in range(8))
    everybody = people(names)
    rules = (
        ConsecutiveWork(employees=everybody, minimum=2, maximum=5),
        ConsecutiveDaysOff(employees=everybody, minimum=2),
        MinutesLimit(employees=everybody, period=Period.HORIZON, minimum=5 * 480, maximum=9 * 480),
        WeekendLimit(employees=everybody, maximum=1),
    )
    wishes = tuple(
        Request(
            employee=name, shifts=frozenset({f"{kind}{day}"}), wanted=rng.random() < 0.5, weight=rng.randint(1, 3)
        )
        for name in names
        for day, kind in {(rng.randrange(14), rng.choice([*HOURS])) for _ in range(3)}
    )
    return month(names, 14, rules, wishes, target=2)


def _plans(whole: Problem) -> Plans:
    plans = plans_of(whole)
    assert plans is not None
    return plans


def _assignments(whole: Problem, plans: Plans, schedule: Ints) -> list[Assignment]:
    return [
        Assignment(shift=whole.shifts[plans.positions[day, kind]].id, employee=whole.employees[person].id, role=ROLE)
        for person, plan in enumerate(schedule)
        for day, kind in enumerate(plan)
        if kind != FREE
    ]
