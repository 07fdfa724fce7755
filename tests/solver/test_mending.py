"""What is left of a search that was cut short is put right as far as can be seen at once."""

import math
import time

from hypothesis import HealthCheck, given, settings

from solver import Assignment, Problem, score
from solver.problem import Reason, Unavailable
from solver.search.mending import mended
from tests.solver.builders import DAY, employee, problem, refuses, shift, wanting, works
from tests.solver.strategies import rosters


def mend(whole: Problem, found: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    return mended(whole, found, until=math.inf)


def test_people_who_are_free_are_put_on_open_places() -> None:
    both_days = problem(("ana", "ben"), (shift(0, people=2), shift(1)))
    assert score(both_days, mend(both_days, ())).objective == 0


def test_the_place_that_costs_most_to_leave_open_is_filled_first() -> None:
    one_person = problem(("ana",), (shift(0), shift(0, "late", demand=wanting(1, under=500))))
    assert mend(one_person, ()) == works("ana", "late0")


def test_of_two_people_the_one_whom_it_suits_is_taken() -> None:
    ben_would_rather_not = problem(("ben", "ana"), (shift(0),), requests=(refuses("ben", "day0", weight=5),))
    assert mend(ben_would_rather_not, ()) == works("ana", "day0")


def test_nobody_is_put_where_they_may_not_or_where_it_costs_more_than_it_helps() -> None:
    away = employee("ben", unavailable=(Unavailable(start=0, end=DAY, reason=Reason.TIME_OFF),))
    nobody = problem(("ana", away), (shift(0),), requests=(refuses("ana", "day0", weight=101),))
    assert mend(nobody, ()) == ()


def test_whom_a_shift_does_not_want_is_sent_home() -> None:
    too_many = problem(("ana", "ben"), (shift(0),))
    assert len(mend(too_many, (*works("ana", "day0"), *works("ben", "day0")))) == 1


def test_when_time_is_up_it_stays_as_it_is() -> None:
    both_days = problem(("ana", "ben"), (shift(0, people=2), shift(1)))
    assert mended(both_days, (), until=time.monotonic()) == ()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rosters())
def test_a_schedule_is_never_the_worse_for_it(roster: tuple[Problem, list[Assignment]]) -> None:
    whole, assignments = roster
    before, after = score(whole, assignments), score(whole, mend(whole, tuple(assignments)))
    assert before.hard or (not after.hard and after.objective <= before.objective)
