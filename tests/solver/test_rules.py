"""Each rule with two people: what keeps it, what breaks it, and that model and score say the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from solver import Assignment, PastShift, Problem, Reason, Term, Unavailable, score
from solver.rules import (
    ConsecutiveDaysOff,
    ConsecutiveWork,
    Fairness,
    ForbiddenSuccession,
    Measure,
    MinimumRest,
    MinutesLimit,
    Pairing,
    Period,
    ShiftsLimit,
    ShiftsPerDay,
    WeekendLimit,
    people,
)
from tests.solver.builders import DAY, employee, needing, problem, refuses, shift, wanting, wants, works
from tests.solver.judging import model_objective

BOTH = people(["ana", "ben"])
WEEK = [shift(day) for day in range(7)]
FORTNIGHT = [shift(day) for day in range(14)]
EARLY_LATE = [shift(day, "early", hours=(6, 14)) for day in range(3)] + [
    shift(day, "late", hours=(14, 22)) for day in range(3)
]


def past(who: str, day: int, kind: str = "day", hours: tuple[int, int] = (9, 17)) -> PastShift:
    start, end = (day * DAY + hour * 60 for hour in hours)
    return PastShift(employee=who, type=kind, day=day, start=start, end=end, minutes=end - start)


def days(who: str, *numbers: int, kind: str = "day") -> tuple[Assignment, ...]:
    return works(who, *(f"{kind}{day}" for day in numbers))


@dataclass(frozen=True, kw_only=True)
class Case:
    """A problem, assignments that keep its rule, others that break it, and the term that says so."""

    name: str
    problem: Problem
    kept: Iterable[Assignment]
    broken: Iterable[Assignment]
    term: Term
    times: int = 1


def ruled(rule: Any, shifts: Iterable[Any] = WEEK, **more: Any) -> Problem:
    return problem(shifts=shifts, rules=(rule,), **more)


HARD = [
    Case(
        name="role qualification",
        problem=problem([employee("ana", roles=["cook"]), employee("ben", roles=["waiter"])], [shift(0)]),
        kept=days("ana", 0),
        broken=days("ben", 0),
        term=Term.QUALIFICATION,
    ),
    Case(
        name="time off",
        problem=problem(
            [employee("ana", unavailable=[Unavailable(start=0, end=DAY, reason=Reason.TIME_OFF)]), employee("ben")],
            WEEK,
        ),
        kept=days("ana", 1),
        broken=days("ana", 0),
        term=Term.UNAVAILABLE,
    ),
    Case(
        name="kept from one of two shifts at a time",
        problem=problem(
            [
                employee(
                    "ana",
                    unavailable=[
                        Unavailable(start=0, end=DAY, reason=Reason.OTHER_WEEK, shifts=frozenset({"day0", "gone"}))
                    ],
                )
            ],
            [shift(0), shift(0, "other"), shift(1)],
        ),
        kept=days("ana", 0, kind="other"),
        broken=days("ana", 0),
        term=Term.UNAVAILABLE,
    ),
    Case(
        name="overlap",
        problem=problem(shifts=[shift(0, "a", hours=(9, 17)), shift(0, "b", hours=(16, 20))]),
        kept=(*days("ana", 0, kind="a"), *days("ben", 0, kind="b")),
        broken=(*days("ana", 0, kind="a"), *days("ana", 0, kind="b")),
        term=Term.OVERLAP,
    ),
    Case(
        name="overlap with a night that began before the horizon",
        problem=problem(shifts=[shift(0, "early", hours=(5, 9))], history=[past("ana", -1, "night", (22, 30))]),
        kept=days("ben", 0, kind="early"),
        broken=days("ana", 0, kind="early"),
        term=Term.OVERLAP,
    ),
    Case(
        name="least headcount",
        problem=problem(shifts=[shift(0, demand=needing(2))]),
        kept=(*days("ana", 0), *days("ben", 0)),
        broken=days("ana", 0),
        term=Term.COVERAGE,
    ),
    Case(
        name="most headcount",
        problem=problem(shifts=[shift(0, demand=wanting(1, maximum=1))]),
        kept=days("ana", 0),
        broken=(*days("ana", 0), *days("ben", 0)),
        term=Term.COVERAGE,
    ),
    Case(
        name="pinned",
        problem=problem(shifts=WEEK, pinned=days("ana", 0)),
        kept=days("ana", 0, 1),
        broken=days("ana", 1),
        term=Term.PINNED,
    ),
    Case(
        name="minimum rest",
        problem=ruled(MinimumRest(employees=BOTH, minutes=11 * 60), EARLY_LATE),
        kept=(*days("ana", 0, kind="late"), *days("ana", 2, kind="early")),
        broken=(*days("ana", 0, kind="late"), *days("ana", 1, kind="early")),
        term=Term.REST,
    ),
    Case(
        name="minimum rest after history",
        problem=ruled(
            MinimumRest(employees=BOTH, minutes=11 * 60), EARLY_LATE, history=[past("ana", -1, "late", (14, 22))]
        ),
        kept=(*days("ana", 0, kind="late"), *days("ben", 0, kind="early")),
        broken=days("ana", 0, kind="early"),
        term=Term.REST,
    ),
    Case(
        name="forbidden succession",
        problem=ruled(ForbiddenSuccession(employees=BOTH, after="late", types=frozenset({"early"})), EARLY_LATE),
        kept=(*days("ana", 0, kind="late"), *days("ana", 2, kind="early")),
        broken=(*days("ana", 0, kind="late"), *days("ana", 1, kind="early")),
        term=Term.SUCCESSION,
    ),
    Case(
        name="forbidden succession after history",
        problem=ruled(
            ForbiddenSuccession(employees=BOTH, after="late", types=frozenset({"early"})),
            EARLY_LATE,
            history=[past("ana", -1, "late")],
        ),
        kept=days("ana", 1, kind="early"),
        broken=days("ana", 0, kind="early"),
        term=Term.SUCCESSION,
    ),
    Case(
        name="shifts per day",
        problem=ruled(ShiftsPerDay(employees=BOTH), EARLY_LATE),
        kept=(*days("ana", 0, kind="early"), *days("ana", 1, kind="late")),
        broken=(*days("ana", 0, kind="early"), *days("ana", 0, kind="late")),
        term=Term.SHIFTS_PER_DAY,
    ),
    Case(
        name="most minutes a week",
        problem=ruled(MinutesLimit(employees=BOTH, period=Period.WEEK, maximum=16 * 60), FORTNIGHT, days=14),
        kept=days("ana", 5, 6, 7, 8),
        broken=days("ana", 7, 8, 9),
        term=Term.MINUTES,
    ),
    Case(
        name="least minutes in all",
        problem=ruled(MinutesLimit(employees=people(["ana"]), period=Period.HORIZON, minimum=16 * 60)),
        kept=days("ana", 0, 1),
        broken=days("ana", 0),
        term=Term.MINUTES,
    ),
    Case(
        name="most shifts of a type",
        problem=ruled(
            ShiftsLimit(employees=BOTH, period=Period.WEEK, types=frozenset({"late"}), maximum=1), EARLY_LATE
        ),
        kept=(*days("ana", 0, 2, kind="early"), *days("ana", 1, kind="late")),
        broken=days("ana", 0, 1, kind="late"),
        term=Term.SHIFTS,
    ),
    Case(
        name="least shifts",
        problem=ruled(ShiftsLimit(employees=people(["ben"]), period=Period.HORIZON, minimum=2)),
        kept=days("ben", 0, 1),
        broken=days("ben", 0),
        term=Term.SHIFTS,
    ),
    Case(
        name="most working days in a row",
        problem=ruled(ConsecutiveWork(employees=BOTH, maximum=2)),
        kept=days("ana", 0, 1, 3, 4),
        broken=days("ana", 1, 2, 3),
        term=Term.CONSECUTIVE_WORK,
    ),
    Case(
        name="most working days in a row, begun before the horizon",
        problem=ruled(
            ConsecutiveWork(employees=BOTH, maximum=2), history=[past("ana", -2), past("ana", -1)], history_days=3
        ),
        kept=days("ana", 1, 2),
        broken=days("ana", 0),
        term=Term.CONSECUTIVE_WORK,
    ),
    Case(
        name="least working days in a row",
        problem=ruled(ConsecutiveWork(employees=BOTH, minimum=2)),
        kept=days("ana", 0, 3, 4, 6),
        broken=days("ana", 3),
        term=Term.CONSECUTIVE_WORK,
    ),
    Case(
        name="least working days in a row, begun before the horizon",
        problem=ruled(
            ConsecutiveWork(employees=people(["ana"]), minimum=2), history=[past("ana", -1)], history_days=2
        ),
        kept=days("ana", 0),
        broken=days("ana", 3, 4),
        term=Term.CONSECUTIVE_WORK,
    ),
    Case(
        name="least days off in a row",
        problem=ruled(ConsecutiveDaysOff(employees=BOTH, minimum=2)),
        kept=days("ana", 1, 4, 5),
        broken=days("ana", 1, 3),
        term=Term.CONSECUTIVE_DAYS_OFF,
    ),
    Case(
        name="weekends",
        problem=ruled(WeekendLimit(employees=BOTH, maximum=1), FORTNIGHT, days=14),
        kept=days("ana", 5, 6),
        broken=days("ana", 6, 12),
        term=Term.WEEKENDS,
    ),
    Case(
        name="together",
        problem=ruled(Pairing(employees=BOTH, together=True)),
        kept=(*days("ana", 0), *days("ben", 0)),
        broken=days("ana", 0),
        term=Term.PAIRING,
    ),
    Case(
        name="apart",
        problem=ruled(Pairing(employees=BOTH, together=False)),
        kept=(*days("ana", 0), *days("ben", 1)),
        broken=(*days("ana", 0), *days("ben", 0)),
        term=Term.PAIRING,
    ),
]


@pytest.mark.parametrize("case", HARD, ids=lambda case: case.name)
def test_a_hard_rule_accepts_what_keeps_it(case: Case) -> None:
    assert score(case.problem, case.kept).hard == ()
    assert model_objective(case.problem, case.kept) == score(case.problem, case.kept).objective


@pytest.mark.parametrize("case", HARD, ids=lambda case: case.name)
def test_a_hard_rule_refuses_what_breaks_it(case: Case) -> None:
    assert [finding.term for finding in score(case.problem, case.broken).hard] == [case.term] * case.times
    assert model_objective(case.problem, case.broken) is None


@dataclass(frozen=True, kw_only=True)
class Price:
    """What given assignments cost in one term."""

    name: str
    problem: Problem
    assignments: Iterable[Assignment]
    term: Term
    penalty: int


SOFT = [
    Price(
        name="each missing person",
        problem=problem(shifts=[shift(0, people=2), shift(1, people=2)]),
        assignments=days("ana", 0),
        term=Term.COVERAGE,
        penalty=300,
    ),
    Price(
        name="each surplus person",
        problem=problem(shifts=[shift(0, people=1)]),
        assignments=(*days("ana", 0), *days("ben", 0)),
        term=Term.COVERAGE,
        penalty=10,
    ),
    Price(
        name="rest, by pair",
        problem=ruled(MinimumRest(employees=BOTH, minutes=11 * 60, weight=7), EARLY_LATE),
        assignments=(*days("ana", 0, 1, kind="late"), *days("ana", 1, 2, kind="early")),
        term=Term.REST,
        penalty=7 * 3,
    ),
    Price(
        name="succession, by pair",
        problem=ruled(
            ForbiddenSuccession(employees=BOTH, after="late", types=frozenset({"early"}), weight=3), EARLY_LATE
        ),
        assignments=(*days("ana", 0, 1, kind="late"), *days("ana", 1, 2, kind="early")),
        term=Term.SUCCESSION,
        penalty=6,
    ),
    Price(
        name="shifts a day, by shift",
        problem=ruled(ShiftsPerDay(employees=BOTH, weight=4), EARLY_LATE),
        assignments=(*days("ana", 0, kind="early"), *days("ana", 0, kind="late")),
        term=Term.SHIFTS_PER_DAY,
        penalty=4,
    ),
    Price(
        name="minutes, by started hour above",
        problem=ruled(MinutesLimit(employees=BOTH, period=Period.WEEK, maximum=7 * 60 + 30, weight=5)),
        assignments=days("ana", 0),
        term=Term.MINUTES,
        penalty=5,
    ),
    Price(
        name="minutes, by started hour below",
        problem=ruled(MinutesLimit(employees=people(["ana"]), period=Period.WEEK, minimum=9 * 60 + 30, weight=5)),
        assignments=days("ana", 0),
        term=Term.MINUTES,
        penalty=10,
    ),
    Price(
        name="shifts, by shift",
        problem=ruled(ShiftsLimit(employees=BOTH, period=Period.HORIZON, minimum=1, maximum=2, weight=5)),
        assignments=days("ana", 0, 1, 2, 3),
        term=Term.SHIFTS,
        penalty=15,
    ),
    Price(
        name="working days in a row, by window too long",
        problem=ruled(ConsecutiveWork(employees=BOTH, maximum=2, weight=6)),
        assignments=days("ana", 0, 1, 2, 3),
        term=Term.CONSECUTIVE_WORK,
        penalty=12,
    ),
    Price(
        name="working days in a row, by day too few",
        problem=ruled(ConsecutiveWork(employees=BOTH, minimum=3, weight=6)),
        assignments=days("ana", 2),
        term=Term.CONSECUTIVE_WORK,
        penalty=12,
    ),
    Price(
        name="days off in a row, by day too few",
        problem=ruled(ConsecutiveDaysOff(employees=BOTH, minimum=3, weight=2)),
        assignments=days("ana", 1, 3),
        term=Term.CONSECUTIVE_DAYS_OFF,
        penalty=4,
    ),
    Price(
        name="weekends, by weekend",
        problem=ruled(WeekendLimit(employees=BOTH, maximum=0, weight=9), FORTNIGHT, days=14),
        assignments=days("ana", 5, 6, 12),
        term=Term.WEEKENDS,
        penalty=18,
    ),
    Price(
        name="together, by shift that differs",
        problem=ruled(Pairing(employees=BOTH, together=True, weight=3)),
        assignments=(*days("ana", 0, 1), *days("ben", 1, 2)),
        term=Term.PAIRING,
        penalty=6,
    ),
    Price(
        name="apart, by shift that meets",
        problem=ruled(Pairing(employees=BOTH, together=False, weight=3)),
        assignments=(*days("ana", 0, 1), *days("ben", 1, 2)),
        term=Term.PAIRING,
        penalty=3,
    ),
    Price(
        name="one of the wanted shifts is enough",
        problem=problem(
            shifts=WEEK, requests=(wants("ana", "day0", "day1", weight=8), wants("ben", "day2", weight=2))
        ),
        assignments=days("ana", 1),
        term=Term.REQUESTS,
        penalty=2,
    ),
    Price(
        name="each unwanted shift",
        problem=problem(shifts=WEEK, requests=(refuses("ana", "day0", "day1", weight=8),)),
        assignments=days("ana", 0, 1),
        term=Term.REQUESTS,
        penalty=16,
    ),
    Price(
        name="wages, rounded per assignment",
        problem=problem(
            [employee("ana", cost_per_hour=10), employee("ben")], [shift(0, hours=(9, 10.5))], cost_weight=1
        ),
        assignments=days("ana", 0),
        term=Term.COST,
        penalty=15,
    ),
    Price(
        name="each change to the earlier schedule",
        problem=problem(shifts=WEEK, previous=days("ana", 0, 1), stability_weight=4),
        assignments=days("ana", 1, 2),
        term=Term.STABILITY,
        penalty=8,
    ),
    Price(
        name="hours, by contract",
        problem=ruled(
            Fairness(employees=BOTH, measure=Measure.MINUTES, weight=2, target=(("ana", 2400), ("ben", 1200)))
        ),
        assignments=(*days("ana", 0, 1), *days("ben", 2)),
        term=Term.FAIRNESS,
        penalty=0,
    ),
    Price(
        name="hours, with the ledger",
        problem=ruled(Fairness(employees=BOTH, measure=Measure.MINUTES, weight=2, ledger=(("ana", 90),))),
        assignments=(*days("ana", 0), *days("ben", 1)),
        term=Term.FAIRNESS,
        penalty=4,
    ),
    Price(
        name="weekends of people",
        problem=ruled(Fairness(employees=BOTH, measure=Measure.WEEKENDS, weight=3), FORTNIGHT, days=14),
        assignments=days("ana", 5, 6, 13),
        term=Term.FAIRNESS,
        penalty=6,
    ),
    Price(
        name="nights of people",
        problem=ruled(
            Fairness(employees=BOTH, measure=Measure.NIGHTS, weight=3),
            [shift(0, "night", hours=(22, 30), night=True), shift(2)],
        ),
        assignments=(*days("ana", 0, kind="night"), *days("ben", 2)),
        term=Term.FAIRNESS,
        penalty=3,
    ),
]


@pytest.mark.parametrize("price", SOFT, ids=lambda price: price.name)
def test_a_soft_rule_costs_what_its_unit_says(price: Price) -> None:
    verdict = score(price.problem, price.assignments)
    assert verdict.hard == ()
    assert verdict.terms.get(price.term, 0) == price.penalty
    assert model_objective(price.problem, price.assignments) == verdict.objective
