"""A problem that contradicts itself is refused on construction, with every fault."""

from dataclasses import replace
from typing import Any

import pytest

from solver import Demand, InvalidAssignments, InvalidProblem, PastShift, Reason, Unavailable, score
from solver.rules import (
    Alternatives,
    Amount,
    ConsecutiveWork,
    Fairness,
    ForbiddenPattern,
    FreeTime,
    Measure,
    MinimumRest,
    MinutesLimit,
    Pairing,
    Period,
    Presence,
    Rotation,
    Rule,
    SkillMix,
    WeekendLimit,
    WindowLimit,
    people,
)
from tests.solver.builders import employee, problem, refuses, shift, wanting, wants, works

ANA = people(["ana"])


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"days": 0, "shifts": []}, "the horizon has 0 days; at least one is needed"),
        ({"first_weekday": 7}, "first weekday 7 is not between 0 (Monday) and 6 (Sunday)"),
        ({"history_days": -1}, "history_days is negative"),
        ({"cost_weight": -1}, "cost_weight is negative"),
        ({"employees": ["ana", "ana"]}, "employee 'ana' is given 2 times"),
        ({"shifts": [shift(0), shift(0)]}, "shift 'day0' is given 2 times"),
        ({"shifts": [shift(7)]}, "shift 'day7' lies on day 7, outside the horizon of 7 days"),
        ({"shifts": [shift(0, hours=(9, 9))]}, "shift 'day0' ends before it starts"),
        (
            {"shifts": [replace(shift(0), minutes=500)]},
            "shift 'day0' has 500 paid minutes, not between 0 and its length",
        ),
        (
            {"shifts": [shift(0, demand=Demand(role="cook", target=-1, under_weight=1, over_weight=1))]},
            "shift 'day0', role 'cook': a headcount is negative",
        ),
        (
            {"shifts": [shift(0, demand=Demand(role="cook", target=1, under_weight=-1, over_weight=1))]},
            "shift 'day0', role 'cook': a weight is negative",
        ),
        (
            {
                "shifts": [
                    shift(0, demand=Demand(role="c", target=1, under_weight=1, over_weight=1, minimum=2, maximum=1))
                ]
            },
            "shift 'day0', role 'c': maximum 1 is below minimum 2",
        ),
        ({"employees": [employee("ana", cost_per_hour=-1)]}, "employee 'ana' has a negative cost per hour"),
        (
            {"employees": [employee("ana", unavailable=[Unavailable(start=5, end=5, reason=Reason.TIME_OFF)])]},
            "employee 'ana' has an empty unavailable interval at minute 5",
        ),
        ({"requests": (wants("zoe", "day0"),)}, "request 1 is of unknown employee 'zoe'"),
        ({"requests": (refuses("ana", "day9"),)}, "request 1 names unknown shift 'day9'"),
        ({"requests": (refuses("ana", "day0", weight=-1),)}, "request 1 has a negative weight"),
        ({"requests": (wants("ana"),)}, "request 1 names no shift"),
        (
            {"history": (PastShift(employee="ana", type="day", day=0, start=0, end=1, minutes=1),)},
            "history of 'ana' lies on day 0, inside the horizon",
        ),
        ({"pinned": works("zoe", "day0")}, "pinned assignment of 'zoe' to 'day0': unknown employee"),
        ({"pinned": works("ana", "day9")}, "pinned assignment of 'ana' to 'day9': unknown shift"),
        (
            {"employees": [employee("ana"), employee("ben", roles=["waiter"])], "pinned": works("ben", "day0")},
            "pinned assignment of 'ben' to 'day0': the employee does not hold role 'cook'",
        ),
        (
            {"shifts": [shift(0), shift(0, "late", hours=(16, 20))], "pinned": works("ana", "day0", "late0")},
            "'ana' is pinned to 'day0' and 'late0', which overlap",
        ),
        (
            {
                "shifts": [shift(0, hours=(0, 20)), shift(0, "b", hours=(1, 2)), shift(0, "c", hours=(20, 21))],
                "pinned": works("ana", "day0", "b0", "c0"),
            },
            "'ana' is pinned to 'day0' and 'b0', which overlap",
        ),
        ({"shifts": [replace(shift(0), copies=0)]}, "shift 'day0' stands for 0 shifts; at least one is needed"),
        (
            {"requests": (wants("ana", "day0", weight=10**20),)},
            "the weight of a request is above 1,000,000,000,000",
        ),
        (
            {"rules": (MinimumRest(employees=people(["zoe"]), minutes=1),)},
            "rule 1 (MinimumRest): unknown employee 'zoe'",
        ),
        (
            {"rules": (WeekendLimit(employees=ANA, maximum=1, weight=-1),)},
            "rule 1 (WeekendLimit): the weight is negative",
        ),
        ({"rules": (WeekendLimit(employees=ANA, maximum=-1),)}, "rule 1 (WeekendLimit): a limit is negative"),
        (
            {"rules": (ConsecutiveWork(employees=ANA, minimum=3, maximum=2),)},
            "rule 1 (ConsecutiveWork): minimum 3 is above maximum 2",
        ),
        (
            {"rules": (MinutesLimit(employees=ANA, period=Period.WEEK, minimum=-60),)},
            "rule 1 (MinutesLimit): a limit is negative",
        ),
        ({"rules": (Pairing(employees=ANA, together=True),)}, "rule 1 (Pairing): a pairing needs two people"),
        (
            {"rules": (Fairness(employees=ANA, measure=Measure.MINUTES, weight=1, ledger=(("ben", 1),)),)},
            "rule 1 (Fairness): 'ben' has a ledger or target but is not among the people compared",
        ),
        (
            {"rules": (Fairness(employees=ANA, measure=Measure.MINUTES, weight=1, target=(("ana", 0),)),)},
            "rule 1 (Fairness): the target of 'ana' is not above 0",
        ),
        ({"days": 10**9}, "the horizon has 1000000000 days, more than 3,660"),
        ({"history_days": 10**9}, "the history has 1000000000 days, more than 3,660"),
        ({"shifts": [shift(0, demand=wanting(2 * 10**9))]}, "shift 'day0' has a number above 1,000,000,000"),
        (
            {"rules": (MinutesLimit(employees=ANA, period=Period.WEEK, minimum=10**30),)},
            "rule 1 (MinutesLimit) has a number above 1,000,000,000",
        ),
        (
            {"rules": (Fairness(employees=ANA, measure=Measure.NIGHTS, weight=1, ledger=(("ana", -(10**30)),)),)},
            "rule 1 (Fairness) has a number above 1,000,000,000",
        ),
        (
            {"employees": [employee("ana", cost_per_hour=10**12)], "cost_weight": 10**12},
            "the weight of a shift's wage is above 1,000,000,000,000",
        ),
    ],
)
def test_a_contradiction_is_named(parts: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidProblem) as refused:
        problem(**{"shifts": [shift(0)], **parts})
    assert refused.value.faults == (fault,)


def test_every_pin_that_overlaps_an_earlier_one_is_named() -> None:
    long, short, last = shift(0, hours=(0, 20)), shift(0, "b", hours=(1, 2)), shift(0, "c", hours=(3, 4))
    with pytest.raises(InvalidProblem) as refused:
        problem(shifts=[long, short, last], pinned=works("ana", "day0", "b0", "c0"))
    assert len(refused.value.faults) == 2


def test_every_fault_is_listed_at_once() -> None:
    with pytest.raises(InvalidProblem) as refused:
        problem(shifts=[shift(9)], first_weekday=8, pinned=works("zoe", "nope"))
    assert len(refused.value.faults) == 4


def test_score_refuses_assignments_of_unknown_people_and_shifts() -> None:
    with pytest.raises(InvalidAssignments) as refused:
        score(problem(shifts=[shift(0)]), (*works("zoe", "day0"), *works("ana", "day9")))
    assert refused.value.faults == ("unknown shift 'day9'", "unknown employee 'zoe'")


def test_an_earlier_schedule_may_name_people_and_shifts_that_are_gone() -> None:
    asked = problem(shifts=[shift(0)], previous=(*works("zoe", "day0"), *works("ana", "gone")), stability_weight=1)
    assert score(asked, works("ana", "day0")).objective == 1


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (WindowLimit(employees=people(["ana"]), amount=Amount.DAYS, days=0), "at least one day"),
        (
            WindowLimit(employees=people(["ana"]), amount=Amount.DAYS_OFF, days=7, types=frozenset({"day"})),
            "no types",
        ),
        (
            WindowLimit(employees=people(["ana"]), amount=Amount.WEEKENDS, days=14, types=frozenset({"day"})),
            "no types",
        ),
        (FreeTime(employees=people(["ana"]), days=1, minutes=1500), "do not fit"),
        (ForbiddenPattern(employees=people(["ana"]), sequence=()), "sequence is empty"),
        (ForbiddenPattern(employees=people(["ana"]), sequence=(None, None)), "names no shift"),
        (Rotation(employees=people(["ana"]), cycle=()), "cycle is empty"),
        (Rotation(employees=people(["ana"]), cycle=(None, None)), "no day with work"),
        (Rotation(employees=people(["ana"]), cycle=(frozenset(),) * 71), "71 days, more than 70"),
        (Rotation(employees=people(["ana"]), cycle=(frozenset(),), offset=-1), "offset is negative"),
        (Rotation(employees=people(["ana"]), cycle=(frozenset(),), weight=-1), "weight is negative"),
        (Presence(employees=people(["ana"]), role="cook", start=60, end=60), "ends before it starts"),
        (
            Alternatives(employees=people(["ana"]), shifts=frozenset({"x"}), role="cook", target=1),
            "unknown shift 'x'",
        ),
        (Alternatives(employees=people(["ana"]), shifts=frozenset(), role="cook", target=1), "names no shift"),
        (SkillMix(employees=people(["ana"]), skill="wine", minimum=2, maximum=1), "minimum 2 is above maximum 1"),
    ],
)
def test_rules_on_windows_and_groups_that_contradict_themselves_are_refused(rule: Rule, fault: str) -> None:
    with pytest.raises(InvalidProblem, match=fault):
        problem(shifts=[shift(0)], rules=(rule,))
