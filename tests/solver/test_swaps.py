"""Swaps that are offered are legal, all of them are found, and in no time."""

import time
from itertools import permutations

import pytest
from hypothesis import HealthCheck, assume, given, settings

from benchmarks.weeks import week
from solver import Assignment, InvalidAssignments, Problem, score, solve
from solver.rules import MinimumRest, people
from solver.swaps import SwapKind, feasible_swaps
from tests.solver.builders import employee, problem, shift, wants, works
from tests.solver.strategies import rosters

THREE = ["ana", "ben", "cem"]


def test_a_give_away_goes_to_whoever_is_free_and_wants_it_first() -> None:
    asked = problem(THREE, [shift(0)], requests=(wants("cem", "day0", weight=3),))
    found = feasible_swaps(asked, works("ana", "day0"), "ana", "day0")
    assert [(swap.kind, swap.legs[0].taker, swap.cost) for swap in found] == [
        (SwapKind.GIVE_AWAY, "cem", -3),
        (SwapKind.GIVE_AWAY, "ben", 0),
    ]


def test_a_swap_that_breaks_somebodys_rest_is_not_offered() -> None:
    asked = problem(
        ["ana", "ben"],
        [shift(0, "late", hours=(15, 23)), shift(1, "early", hours=(6, 14))],
        rules=(MinimumRest(employees=people(["ana", "ben"]), minutes=660),),
    )
    found = feasible_swaps(asked, (*works("ana", "late0"), *works("ben", "early1")), "ana", "late0")
    assert [swap.kind for swap in found] == [SwapKind.TWO_WAY]


def test_three_people_can_swap_in_a_ring() -> None:
    # Each can only do the job of the next.
    ring = [employee("ana", roles=["a", "b"]), employee("ben", roles=["b", "c"]), employee("cem", roles=["c", "a"])]
    asked = problem(ring, [shift(0, role, role=role) for role in "abc"])
    plan = (*works("ana", "a0", role="a"), *works("ben", "b0", role="b"), *works("cem", "c0", role="c"))
    (swap,) = feasible_swaps(asked, plan, "ana", "a0")
    assert swap.kind is SwapKind.THREE_WAY
    assert [(leg.giver, leg.taker, leg.shift) for leg in swap.legs] == [
        ("ana", "cem", "a0"),
        ("cem", "ben", "c0"),
        ("ben", "ana", "b0"),
    ]


def test_a_pinned_place_is_not_swapped() -> None:
    asked = problem(THREE, [shift(0)], pinned=works("ana", "day0"))
    assert feasible_swaps(asked, works("ana", "day0"), "ana", "day0") == ()


def test_a_shift_that_is_not_theirs_cannot_be_swapped() -> None:
    with pytest.raises(InvalidAssignments, match="'ben' does not work 'day0'"):
        feasible_swaps(problem(shifts=[shift(0)]), works("ana", "day0"), "ben", "day0")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(rosters())
def test_exactly_the_legal_swaps_are_found(roster: tuple[Problem, list[Assignment]]) -> None:
    asked, assignments = roster
    before = score(asked, assignments)
    assume(assignments and not before.hard)
    mine = assignments[0]
    found = feasible_swaps(asked, assignments, mine.employee, mine.shift, most_cycles=10_000)
    expected = {}
    for places in _rings(asked, assignments, mine):
        dropped = [item for item, _ in places]
        added = [Assignment(shift=place.shift, employee=who, role=place.role) for place, who in places]
        after = [*(item for item in assignments if item not in dropped), *added]
        verdict = score(asked, after)
        if len(set(after)) == len(after) and not verdict.hard:
            expected[frozenset(dropped), frozenset(added)] = verdict.objective - before.objective
    assert {(frozenset(swap.dropped), frozenset(swap.added)): swap.cost for swap in found} == expected


def _rings(asked: Problem, assignments: list[Assignment], mine: Assignment) -> list[list[tuple[Assignment, str]]]:
    """Every way to hand on `mine`: to somebody, for a place of theirs, or around three people."""
    others = [item for item in assignments if item.employee != mine.employee and item.shift != mine.shift]
    rings = [[(mine, employee.id)] for employee in asked.employees if employee.id != mine.employee]
    rings += [[(mine, item.employee), (item, mine.employee)] for item in others]
    rings += [
        [(mine, second.employee), (second, third.employee), (third, mine.employee)]
        for second, third in permutations(others, 2)
        if second.employee != third.employee and second.shift != third.shift
    ]
    return rings


def test_the_swaps_of_a_hundred_people_are_found_within_half_a_second() -> None:
    asked = week(100, shifts=400)
    plan = solve(asked, time_limit_s=4, workers=2, seed=1).assignments
    mine = plan[len(plan) // 2]
    began = time.process_time()
    found = feasible_swaps(asked, plan, mine.employee, mine.shift)
    assert time.process_time() - began < 0.5
    assert found
