"""A published week is repaired with the fewest changes."""

import time
from itertools import pairwise

import pytest

from benchmarks.weeks import week
from solver import Problem, score, solve
from solver.changes import Absence, Headcount, changed
from solver.repair import repair
from solver.rules import MinimumRest, MinutesLimit, Period, ShiftsPerDay, people
from tests.patience import stretched
from tests.solver.builders import DAY, employee, problem, refuses, shift, wanting, works

THREE = ["ana", "ben", "cem"]


def test_a_sick_call_is_covered_by_one_person_and_nobody_else_moves() -> None:
    asked = problem(THREE, [shift(day) for day in range(3)], requests=(refuses("ben", "day1", weight=9),))
    published = (*works("ana", "day0"), *works("ben", "day1"), *works("cem", "day2"))
    result = repair(asked, published, [Absence(employee="ana", start=0, end=DAY)], workers=1)
    assert result.dropped == works("ana", "day0")
    assert len(result.added) == 1
    assert result.added[0].employee in ("ben", "cem")
    assert result.solution.objective == score(result.problem, result.solution.assignments).objective == 9


def test_a_place_is_filled_by_moving_another_where_nobody_is_free() -> None:
    asked = problem(
        ["ana", "ben", "cem"],
        [shift(0, "late", hours=(15, 23)), shift(1, "early", hours=(6, 14))],
        rules=(
            MinimumRest(employees=people(THREE), minutes=660),
            MinutesLimit(employees=people(["cem"]), period=Period.WEEK, maximum=480),
        ),
    )
    published = (*works("ana", "late0"), *works("ben", "early1"))
    result = repair(asked, published, [Absence(employee="ana", start=0, end=DAY)], workers=1)
    assert not score(result.problem, result.solution.assignments).hard
    assert result.added == works("cem", "late0")


def test_more_people_wanted_are_added_without_moving_the_others() -> None:
    asked = problem(THREE, [shift(0), shift(1)])
    published = (*works("ana", "day0"), *works("ben", "day1"))
    result = repair(asked, published, [Headcount(shift="day0", role="cook", target=2)], workers=1)
    assert result.dropped == ()
    assert [item.shift for item in result.added] == ["day0"]


def test_fewer_people_wanted_send_one_home() -> None:
    asked = problem(THREE, [shift(0, people=2)])
    result = repair(
        asked,
        (*works("ana", "day0"), *works("ben", "day0")),
        [Headcount(shift="day0", role="cook", target=1)],
        workers=1,
    )
    assert (len(result.dropped), result.added) == (1, ())


def test_a_pin_of_somebody_absent_is_lifted() -> None:
    asked = problem(THREE, [shift(0), shift(2)], pinned=(*works("ana", "day0"), *works("ben", "day2")))
    assert changed(asked, [Absence(employee="ana", start=0, end=DAY)]).pinned == works("ben", "day2")


def test_a_change_of_what_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        changed(problem(shifts=[shift(0)]), [Headcount(shift="day0", role="pilot", target=1)])


def test_a_hundred_people_are_repaired_within_five_seconds() -> None:
    asked = week(100, shifts=400)
    published = solve(asked, time_limit_s=stretched(3), workers=2, seed=1, gap=0.01).assignments
    absent = published[0].employee
    began = time.monotonic()
    result = repair(asked, published, [Absence(employee=absent, start=0, end=7 * DAY)])
    assert time.monotonic() - began < stretched(5)
    lost = [item for item in published if item.employee == absent]
    assert not score(result.problem, result.solution.assignments).hard
    assert set(lost) <= set(result.dropped)
    assert len(result.dropped) + len(result.added) <= 8 * len(lost)
    assert _open_places(result.problem, result.solution.assignments) <= _open_places(asked, published) + len(lost)


def _open_places(asked: Problem, assignments: object) -> int:
    assert isinstance(assignments, tuple)
    return sum(len(item.demands) for item in asked.shifts) - len({(item.shift, item.role) for item in assignments})


def test_no_wish_is_worth_one_more_move() -> None:
    asked = problem(
        ["ana", "ben", "cem"],
        [shift(0), shift(0, "other")],
        rules=(ShiftsPerDay(employees=people(["ana", "ben", "cem"])),),
        requests=(refuses("ben", "day0", weight=10),),
    )
    published = (*works("ana", "day0"), *works("cem", "other0"))
    result = repair(asked, published, [Absence(employee="ana", start=0, end=DAY)], workers=1)
    assert result.added == works("ben", "day0")
    assert result.proven


@pytest.mark.parametrize("under", [10, 1000])
@pytest.mark.parametrize(("others", "is_filled"), [(1, True), (5, False)])
def test_a_place_is_worth_a_few_moves_whatever_its_weight(under: int, others: int, is_filled: bool) -> None:
    # Each could do the work of the next one, the last of whom is sick; somebody free could do that of the first.
    names = ["ana", "ben", "cem", "dan", "eve", "fay"][-others - 1 :]
    staff = [employee("free", roles=names[:1]), employee(names[-1], roles=names[-1:])]
    staff += [employee(name, roles=[name, after]) for name, after in pairwise(names)]
    asked = problem(
        staff,
        [shift(0, name, demand=wanting(1, role=name, under=under)) for name in names],
        rules=(ShiftsPerDay(employees=people(["free", *names])),),
    )
    published = tuple(item for name in names for item in works(name, f"{name}0", role=name))
    result = repair(asked, published, [Absence(employee="fay", start=0, end=DAY)], workers=1)
    assert len(result.added) == (others + 1 if is_filled else 0)
