"""Half a year and more: plans that keep their limits, made without a model and made better."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.large import text
from solver import Problem, score
from solver.readers import curtois
from solver.rules import ConsecutiveDaysOff, ConsecutiveWork, MinutesLimit, Period, WeekendLimit, people
from solver.search.long import Roster, plan_by_plan, too_large_for_a_model
from solver.search.plans import Ints, plans_of
from solver.search.running import Limits
from solver.search.splicing import spliced
from tests.solver.test_columns import month

YEAR = 364


def limits(seconds: float, told: list[int], should_stop: Callable[[], bool] = lambda: False) -> Limits:
    began = time.monotonic()
    return Limits(
        began=began,
        until=began + seconds,
        workers=1,
        seed=1,
        deterministic=None,
        gap=0.0,
        should_stop=should_stop,
        tell=lambda _, objective, __: told.append(objective or 0),
    )


def like_public(number: int) -> Problem:
    return curtois.loads(text(number))


@pytest.mark.parametrize("number", [13, 16, 18])
def test_a_schedule_made_plan_by_plan_is_legal_and_gets_better(number: int) -> None:
    problem, told = like_public(number), list[int]()
    plans = plans_of(problem)
    assert plans is not None
    found = plan_by_plan(problem, plans, limits(4, told))
    assert found is not None
    verdict = score(problem, found)
    assert verdict.hard == ()
    assert told == sorted(told, reverse=True)
    assert verdict.objective == told[-1] < told[0]


def test_a_schedule_that_is_given_is_where_the_search_begins() -> None:
    problem, told = like_public(16), list[int]()
    plans = plans_of(problem)
    assert plans is not None
    begun = plan_by_plan(problem, plans, limits(2, told))
    assert begun is not None
    again = list[int]()
    assert plan_by_plan(problem, plans, limits(60, again, should_stop=lambda: True), begun) == begun
    assert again == [score(problem, begun).objective]


def test_the_same_seed_and_deterministic_limit_give_the_same_schedule() -> None:
    problem = like_public(16)
    plans = plans_of(problem)
    assert plans is not None
    limit = Limits(
        began=0.0,
        until=0.0,
        workers=1,
        seed=3,
        deterministic=2.0,
        gap=0.0,
        should_stop=lambda: False,
        tell=lambda *_: None,
    )
    first, second = (plan_by_plan(problem, plans, limit) for _ in range(2))
    assert first is not None
    assert first == second


def test_somebody_without_any_legal_plan_ends_the_search_without_a_schedule() -> None:
    everybody = people(["ana"])
    rules = (
        MinutesLimit(employees=everybody, period=Period.HORIZON, minimum=14 * 480),
        WeekendLimit(employees=everybody, maximum=0),
    )
    problem = month(("ana",), 14, rules)
    plans = plans_of(problem)
    assert plans is not None
    assert plan_by_plan(problem, plans, limits(20, [])) is None


def test_only_what_is_too_large_does_without_a_model() -> None:
    assert too_large_for_a_model(like_public(13)) is None
    assert too_large_for_a_model(like_public(23)) is not None


@given(st.data())
def test_a_spliced_plan_keeps_every_rule(data: st.DataObject) -> None:
    ana = people(["ana"])
    rules = (
        ConsecutiveWork(employees=ana, minimum=data.draw(st.integers(1, 3)), maximum=4),
        ConsecutiveDaysOff(employees=ana, minimum=data.draw(st.integers(1, 3))),
        MinutesLimit(employees=ana, period=Period.HORIZON, minimum=480 * data.draw(st.integers(0, 8))),
        WeekendLimit(employees=ana, maximum=data.draw(st.integers(0, 3))),
    )
    problem = month(("ana",), 28, rules)
    plans = plans_of(problem)
    assert plans is not None
    two = _legal_day_by_day(data, plans.shortest_run[0], plans.shortest_rest[0])
    found = spliced(plans, 0, two, plans.cost[0])
    if found is not None:
        roster = Roster.empty(plans, 1)
        roster.put_back(np.array([0]), found[None, :])
        assert score(problem, roster.assignments(problem)).hard == ()


def _legal_day_by_day(data: st.DataObject, run: int, rest: int) -> tuple[Ints, Ints]:
    """Two plans whose runs and rests are long enough, and nothing else of which is."""

    def plan() -> Ints:
        days: list[int] = []
        while len(days) < 28:
            kind = data.draw(st.sampled_from([0, 1]))
            days += [kind] * data.draw(st.integers(run, 4)) + [-1] * data.draw(st.integers(rest, 5))
        return np.array(days[:28])

    return plan(), plan()
