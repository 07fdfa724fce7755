"""The engine says why: clashes with what would help, places that stay open, people on shifts."""

from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import Assignment, PastShift, Problem, Reason, Status, Term, Unavailable, score, solve
from solver.explain import Kind, explain_assignment, explain_gaps, explain_infeasible, relax
from solver.explain.parts import parts_of, with_parts
from solver.rules import (
    Amount,
    ConsecutiveWeekends,
    ConsecutiveWork,
    MinimumRest,
    MinutesLimit,
    Pairing,
    Period,
    Rotation,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    WindowLimit,
    people,
)
from solver.score.change import effect_of, newly_broken
from solver.score.roster import Roster
from tests.solver.builders import DAY, employee, needing, problem, shift, wanting, wants, works
from tests.solver.strategies import pinned_problems, problems, rosters

AWAY_ON_MONDAY = [Unavailable(start=0, end=DAY, reason=Reason.TIME_OFF)]


def is_possible(asked: Problem) -> bool:
    return solve(asked, time_limit_s=20, workers=1, seed=1).status is not Status.INFEASIBLE


def test_too_few_people_for_a_hard_headcount_are_named() -> None:
    asked = problem(
        ["ana", "joe", employee("kim", unavailable=AWAY_ON_MONDAY), employee("sam", roles=["waiter"])],
        [shift(0, demand=needing(3)), shift(3, people=1)],
    )
    clash = explain_infeasible(asked)
    assert clash is not None
    assert clash.proven
    assert clash.sentences == (
        "day on Monday needs 3 cook; only Ana, Joe can (Kim away)",
        "Kim has time off on Monday",
    )
    assert [item.detail for item in clash.relaxations] == [
        "let day on Monday do with 2 cook",
        "ask to work although Kim has time off on Monday",
    ]
    assert all(is_possible(relax(asked, item)) for item in clash.relaxations)


def test_rules_that_clash_are_loosened_by_as_little_as_is_needed() -> None:
    asked = problem(
        ["ana"],
        [shift(day, demand=needing(1)) for day in range(3)],
        rules=(
            MinutesLimit(employees=people(["ana"]), period=Period.WEEK, maximum=20 * 60),
            MinimumRest(employees=people(["ana"]), minutes=11 * 60),
        ),
    )
    clash = explain_infeasible(asked)
    assert clash is not None
    assert {part.kind for part in clash.parts} == {Kind.MINIMUM, Kind.RULE}
    assert len(clash.parts) == 4
    assert "allow for Ana at most 24 h a week instead of at most 20 h a week" in [
        item.detail for item in clash.relaxations
    ]
    assert all(is_possible(relax(asked, item)) for item in clash.relaxations)


def test_two_clashes_at_once_are_answered_by_a_combination() -> None:
    asked = problem(["ana"], [shift(0, demand=needing(2)), shift(3, demand=needing(3))])
    clash = explain_infeasible(asked)
    assert clash is not None
    assert len(clash.relaxations) == 1
    assert clash.relaxations[0].detail == "let day on Monday do with 1 cook and let day on Thursday do with 1 cook"
    assert is_possible(relax(asked, clash.relaxations[0]))


def test_a_pin_on_a_day_off_is_a_clash() -> None:
    asked = problem([employee("ana", unavailable=AWAY_ON_MONDAY)], [shift(0)], pinned=works("ana", "day0"))
    clash = explain_infeasible(asked)
    assert clash is not None
    assert clash.sentences == ("Ana is fixed on day on Monday", "Ana has time off on Monday")


def test_a_possible_week_has_no_clash() -> None:
    assert explain_infeasible(problem(shifts=[shift(0, people=9)])) is None


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(problems() | pinned_problems())
def test_every_clash_is_minimal_and_every_relaxation_helps(asked: Problem) -> None:
    clash = explain_infeasible(asked, workers=1, time_limit_s=60)
    assert (clash is None) == is_possible(asked)
    if clash is None:
        return
    core = [part for part in parts_of(asked) if part in clash.parts]
    assert not is_possible(with_parts(asked, core))
    for part in core:
        assert is_possible(with_parts(asked, [other for other in core if other != part]))
    assert clash.relaxations
    assert all(is_possible(relax(asked, item)) for item in clash.relaxations)


ROTATION = Rotation(employees=people(["ana"]), cycle=(frozenset(),) * 4 + (None,))


def test_a_rotation_in_the_way_can_be_waived() -> None:
    asked = problem(["ana"], [shift(day, demand=needing(1)) for day in range(5)], rules=(ROTATION,))
    clash = explain_infeasible(asked, workers=1)
    assert clash is not None
    assert clash.sentences[1] == "Ana: a rotation of 4 on, then 1 off"
    labels = [change.label for relaxation in clash.relaxations for change in relaxation.changes]
    assert "Ana: waive a rotation of 4 on, then 1 off" in labels


def test_what_time_off_excuses_from_a_rotation_is_not_part_of_a_clash() -> None:
    free, needed = wanting(0, under=0, over=0), needing(1)
    demands = {0: free, 1: free, 2: needed, 3: free}
    asked = problem(
        [employee("ana", unavailable=[Unavailable(start=0, end=2 * DAY, reason=Reason.TIME_OFF)])],
        [
            *(shift(day, demand=demand) for day, demand in demands.items()),
            shift(2, "late", hours=(18, 22), demand=needed),
        ],
        rules=(ROTATION, ShiftsLimit(employees=people(["ana"]), period=Period.WEEK, maximum=2)),
    )
    clash = explain_infeasible(asked, workers=1)
    assert clash is not None
    # Without her time off the rotation alone would ask for four shifts where two are allowed; it does not.
    assert Counter(part.kind for part in clash.parts) == {Kind.MINIMUM: 2, Kind.RULE: 2}
    assert all(is_possible(relax(asked, item)) for item in clash.relaxations)


def test_an_open_place_says_what_stops_each_person() -> None:
    asked = problem(
        [
            employee("ana"),
            employee("joe"),
            employee("kim", unavailable=AWAY_ON_MONDAY),
            employee("sam", roles=["bar"]),
        ],
        [shift(0, people=3), shift(0, "other", role="bar")],
        rules=(ShiftsPerDay(employees=people(["ana", "joe", "kim", "sam"])),),
    )
    (gap,) = explain_gaps(asked, (*works("ana", "day0"), *works("sam", "other0", role="bar")))
    assert (gap.shift, gap.role, gap.missing) == ("day0", "cook", 2)
    assert [(item.employee, item.reasons) for item in gap.obstacles] == [
        ("joe", ()),
        ("kim", ("Kim has time off during day on Monday",)),
    ]
    assert [item.employee for item in gap.candidates] == ["joe"]
    assert gap.candidates[0].cost == -100


def test_why_me_names_who_else_could_and_what_it_costs() -> None:
    asked = problem(
        ["ana", "ben", employee("kim", unavailable=AWAY_ON_MONDAY)],
        [shift(0)],
        requests=(wants("ana", "day0", weight=7),),
    )
    why = explain_assignment(asked, works("ana", "day0"), "ana", "day0")
    assert why.works
    assert [(item.employee, item.legal, item.cost) for item in why.alternatives] == [
        ("ben", True, 7),
        (None, True, 107),
        ("kim", False, 7),
    ]
    assert why.alternatives[0].terms == {Term.REQUESTS: 7}


def test_why_not_her_names_the_rule_that_forbids_it() -> None:
    asked = problem(
        shifts=[shift(0, "late", hours=(15, 23)), shift(1, "early", hours=(6, 14))],
        rules=(MinimumRest(employees=people(["ana", "ben"]), minutes=660),),
    )
    assignments = (*works("ana", "late0"), *works("ben", "early1"))
    why = explain_assignment(asked, assignments, "ana", "early1")
    assert not why.works
    assert not any(item.legal for item in why.alternatives)
    assert why.alternatives[0].reasons == (
        ("Ana rests 7 h between late on Monday and early on Tuesday; 11 h are needed", "ana"),
    )


def test_why_not_her_can_be_that_she_must_stay_with_another() -> None:
    asked = problem(shifts=[shift(0)], rules=(Pairing(employees=people(["ana", "ben"]), together=True),))
    why = explain_assignment(asked, (), "ana", "day0")
    assert [item.legal for item in why.alternatives] == [False]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rosters(), st.randoms())
def test_the_effect_of_a_change_is_what_score_says_after_less_before(
    roster: tuple[Problem, list[Assignment]], random: Random
) -> None:
    asked, assignments = roster
    dropped = [item for item in assignments if random.random() < 0.4]
    kept = [item for item in assignments if item not in dropped]
    added = [
        item
        for place in asked.shifts
        for employee in asked.employees
        for demand in place.demands
        if (item := Assignment(shift=place.id, employee=employee.id, role=demand.role)) not in kept
        and random.random() < 0.2
    ]
    effect = effect_of(Roster.of(asked, assignments), dropped, added)
    before, after = score(asked, assignments), score(asked, [*kept, *added])
    assert effect.cost == after.objective - before.objective
    assert Counter(effect.broken) == Counter(newly_broken(before.findings, after.findings))
    if not before.hard:
        assert Counter(effect.broken) == Counter(after.hard)


def test_what_gets_better_without_being_good_yet_breaks_nothing() -> None:
    asked = problem(
        ["ana", "ben", "cem"],
        [shift(0, demand=needing(3)), shift(1)],
        rules=(ShiftsLimit(employees=people(["ana"]), period=Period.WEEK, minimum=3),),
    )
    roster = Roster.of(asked, ())
    assert effect_of(roster, (), works("ben", "day0")).legal
    assert effect_of(roster, (), works("ana", "day1")).legal
    (gap,) = [gap for gap in explain_gaps(asked, works("ana", "day0")) if gap.shift == "day0"]
    assert {item.employee for item in gap.candidates} == {"ben", "cem"}


def test_one_wrong_for_another_is_still_wrong() -> None:
    asked = problem(["ana"], [shift(0), shift(0, "other"), shift(0, "third")])
    twice = works("ana", "day0", "other0")
    effect = effect_of(Roster.of(asked, twice), works("ana", "day0"), works("ana", "third0"))
    assert [one.term for one in effect.broken] == [Term.OVERLAP]


def test_a_rule_waived_for_one_and_a_limit_raised_for_another_help_together() -> None:
    asked = problem(
        ["ana", "ben"],
        [shift(0, "late", hours=(15, 23)), shift(1, "early", hours=(6, 14)), *(shift(day) for day in range(6))],
        rules=(
            MinimumRest(employees=people(["ana", "ben"]), minutes=660),
            ShiftsLimit(employees=people(["ben"]), period=Period.WEEK, maximum=3),
        ),
        pinned=(*works("ana", "late0", "early1"), *works("ben", *(f"day{day}" for day in range(6)))),
    )
    clash = explain_infeasible(asked)
    assert clash is not None
    assert all(is_possible(relax(asked, item)) for item in clash.relaxations)
    assert any("at most 6 shifts" in item.detail for item in clash.relaxations)


def test_a_limit_of_each_day_or_week_is_raised_by_what_one_of_them_needs() -> None:
    days = range(4)
    asked = problem(
        ["ana"],
        [one for day in days for one in (shift(day, "am", hours=(6, 12)), shift(day, "pm", hours=(13, 20)))],
        rules=(ShiftsPerDay(employees=people(["ana"])),),
        pinned=works("ana", *(f"{half}{day}" for day in days for half in ("am", "pm"))),
    )
    clash = explain_infeasible(asked)
    assert clash is not None
    assert [item.detail for item in clash.relaxations if "shifts a day" in item.detail] == [
        "allow for Ana at most 2 shifts a day instead of at most 1 shift a day"
    ]


def worked(*days: int, hours: int = 8) -> tuple[PastShift, ...]:
    """Ana's shifts on days before the horizon, from nine o'clock on."""
    starts = [day * DAY + 9 * 60 for day in days]
    return tuple(
        PastShift(employee="ana", type="day", day=day, start=start, end=start + hours * 60, minutes=hours * 60)
        for day, start in zip(days, starts, strict=True)
    )


ANA = people(["ana"])


@pytest.mark.parametrize(
    ("rule", "past", "day", "allowed"),
    [
        (ConsecutiveWork(employees=ANA, maximum=5), worked(*range(-7, 0)), 0, "at most 8 working days in a row"),
        (ConsecutiveWeekends(employees=ANA, maximum=2), worked(-16, -9, -2), 5, "at most 4 weekends in a row"),
        (
            WindowLimit(employees=ANA, amount=Amount.MINUTES, days=28, every=7, maximum=170 * 60),
            worked(*range(-18, 0), hours=10),
            0,
            "at most 188 h work in each 28 days",
        ),
    ],
    ids=["days in a row", "weekends in a row", "hours in a window"],
)
def test_a_limit_already_passed_before_the_horizon_is_raised_by_what_was_worked_as_well(
    rule: Rule, past: tuple[PastShift, ...], day: int, allowed: str
) -> None:
    asked = problem(
        ["ana"], [shift(day)], rules=(rule,), pinned=works("ana", f"day{day}"), history=past, history_days=28
    )
    clash = explain_infeasible(asked, workers=1)
    assert clash is not None
    assert any(item.detail.startswith(f"allow for Ana {allowed} instead") for item in clash.relaxations)
    assert all(is_possible(relax(asked, item)) for item in clash.relaxations)
