"""Shifts too close to each other, of people who work once a day: few rows, and each pair is charged as before."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import Assignment, Problem, score
from solver.model import build
from solver.rules import (
    DailyPairs,
    ForbiddenSuccession,
    FreeTime,
    MinimumRest,
    RestBetween,
    Rule,
    ShiftsPerDay,
    TravelTime,
    people,
)
from tests.solver.builders import problem, shift
from tests.solver.judging import model_objective
from tests.solver.strategies import TYPES, rosters

SLOW = settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
ANA = people(["ana"])

types = st.frozensets(st.sampled_from(TYPES), min_size=1)
weights = st.none() | st.integers(0, 9)


@st.composite
def rules_on_pairs(draw: st.DrawFn, who: frozenset[str]) -> Rule:
    minutes, weight = draw(st.sampled_from([60, 660, 1500, 3000])), draw(weights)
    rules: list[Rule] = [
        MinimumRest(employees=who, minutes=minutes, weight=weight),
        RestBetween(employees=who, after=draw(types), before=draw(types), minutes=minutes, weight=weight),
        TravelTime(employees=who, minutes=minutes, weight=weight),
        ForbiddenSuccession(employees=who, after=draw(st.sampled_from(TYPES)), types=draw(types), weight=weight),
        DailyPairs(employees=who, allowed=(draw(types),), weight=weight),
        FreeTime(employees=who, days=3, minutes=minutes, every=1, weight=weight),
    ]
    return draw(st.sampled_from(rules))


@settings(SLOW)
@given(rosters(), st.data())
def test_model_and_checker_agree_on_pairs(roster: tuple[Problem, list[Assignment]], data: st.DataObject) -> None:
    asked, assignments = roster
    everybody = people(employee.id for employee in asked.employees)
    drawn = data.draw(st.lists(rules_on_pairs(everybody), min_size=1, max_size=2))
    asked = replace(asked, rules=(ShiftsPerDay(employees=everybody), *drawn))
    # One a day of what was drawn: most of it would break the first rule alone.
    days = {one.id: one.day for one in asked.shifts}
    once = {(item.employee, days[item.shift]): item for item in assignments}
    chosen = list(once.values())
    verdict = score(asked, chosen)
    assert model_objective(asked, chosen) == (None if verdict.hard else verdict.objective)


def test_all_shifts_of_two_days_take_one_row() -> None:
    shifts = [
        *(shift(0, "late", hours=(14, 22), number=number) for number in range(4)),
        *(shift(1, "early", hours=(6, 14), number=number) for number in range(4)),
    ]
    rules = (
        ShiftsPerDay(employees=ANA),
        ForbiddenSuccession(employees=ANA, after="late", types=frozenset({"early"}), weight=5),
    )
    alone = build(problem(["ana"], shifts, rules=rules[:1]))
    both = build(problem(["ana"], shifts, rules=rules))
    assert len(both.cp.proto.constraints) == len(alone.cp.proto.constraints) + 1
