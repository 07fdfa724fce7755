"""Shifts that are alike are planned as one, and nothing that anybody could tell comes of it."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import Demand, Employee, Problem, Reason, Shift, Status, Unavailable, score, solve
from solver.model import build
from solver.rules import Alternatives, Pairing, SkillMix, people
from solver.search.alike import Merged, merged
from tests.solver.builders import DAY, employee, problem, refuses, shift, wanting, works
from tests.solver.strategies import assignments, problems

SLOW = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
PEOPLE = ("ana", "ben", "cem")


@st.composite
def problems_with_shifts_alike(draw: st.DrawFn) -> Problem:
    """A problem some of whose shifts are there two or three times, most of them wished for together."""
    once = draw(problems())
    copies = {one.id: draw(st.integers(1, 3)) for one in once.shifts}

    def all_of(ids: frozenset[str]) -> frozenset[str]:
        return frozenset(f"{one}#{number}" for one in ids for number in range(copies[one]))

    requests = (replace(request, shifts=all_of(request.shifts)) for request in once.requests)
    rules = (
        replace(rule, shifts=all_of(rule.shifts)) if isinstance(rule, Alternatives) else rule for rule in once.rules
    )
    return replace(
        once,
        shifts=tuple(
            replace(one, id=f"{one.id}#{number}")
            for number in range(3)
            for one in once.shifts
            if number < copies[one.id]
        ),
        requests=tuple(requests),
        rules=tuple(rules),
        previous=tuple(replace(item, shift=f"{item.shift}#0") for item in once.previous),
    )


@settings(SLOW)
@given(problems_with_shifts_alike(), st.data())
def test_a_schedule_of_the_shifts_as_one_is_worth_the_same_dealt_out(asked: Problem, data: st.DataObject) -> None:
    alike = merged(asked)
    names = tuple(employee.id for employee in asked.employees)
    chosen = data.draw(assignments(alike.problem.shifts, names))
    before, after = score(alike.problem, chosen), score(asked, alike.split(chosen))
    assert bool(before.hard) == bool(after.hard)
    if not before.hard:
        assert before.objective == after.objective


@settings(SLOW)
@given(problems_with_shifts_alike(), st.data())
def test_every_legal_schedule_is_one_of_the_shifts_as_one_and_no_dearer(asked: Problem, data: st.DataObject) -> None:
    names = tuple(employee.id for employee in asked.employees)
    chosen = data.draw(assignments(asked.shifts, names))
    before = score(asked, chosen)
    if not before.hard:
        alike = merged(asked)
        after = score(alike.problem, alike.merge(chosen))
        assert not after.hard
        assert after.objective <= before.objective


def _mornings(amount: int, demand: Demand | None = None) -> tuple[Shift, ...]:
    return tuple(replace(shift(0, "morning", demand=demand), id=f"m{number}") for number in range(amount))


def _ids(alike: Merged) -> list[tuple[str, ...]]:
    return list(alike.copies.values())


def test_three_mornings_for_one_are_one_for_three() -> None:
    alike = merged(problem(PEOPLE, _mornings(3, wanting(1, maximum=2))))
    (morning,) = alike.problem.shifts
    assert morning.demands == (wanting(3, maximum=6),)
    assert {item.shift for item in alike.split(works("ana", "m0") + works("ben", "m0"))} == {"m0", "m1"}


def test_what_somebody_wishes_of_one_of_them_tells_it_apart() -> None:
    asked = problem(PEOPLE, _mornings(3), requests=(refuses("ana", "m1"),))
    assert _ids(merged(asked)) == [("m0", "m2"), ("m1",)]


def test_a_pin_an_earlier_schedule_and_one_that_is_enough_tell_them_apart() -> None:
    mornings = _mornings(3)
    assert _ids(merged(problem(PEOPLE, mornings, pinned=works("ana", "m0")))) == [("m0",), ("m1", "m2")]
    moved = problem(PEOPLE, mornings, previous=works("ana", "m0"), stability_weight=5)
    assert _ids(merged(moved)) == [("m0",), ("m1", "m2")]
    either = Alternatives(employees=people(PEOPLE), shifts=frozenset({"m0", "m1"}), role="cook", target=1)
    assert _ids(merged(problem(PEOPLE, mornings, rules=(either,)))) == [("m0",), ("m1",), ("m2",)]


def test_somebody_kept_from_one_of_them_tells_it_apart() -> None:
    kept_from = Unavailable(start=0, end=DAY, reason=Reason.OTHER_WEEK, shifts=frozenset({"m1"}))
    staff = [employee("ana", unavailable=[kept_from]), employee("ben")]
    assert _ids(merged(problem(staff, _mornings(3)))) == [("m0", "m2"), ("m1",)]


def test_rules_on_who_meets_on_a_shift_leave_them_as_they_are() -> None:
    for rule in (
        SkillMix(employees=people(PEOPLE), skill="first aid", minimum=1),
        Pairing(employees=people(PEOPLE), together=True),
    ):
        assert len(merged(problem(PEOPLE, _mornings(3), rules=(rule,))).problem.shifts) == 3


def test_people_kept_together_elsewhere_are_no_matter() -> None:
    staff: list[Employee | str] = [*PEOPLE, employee("tom", roles=["bar"]), employee("una", roles=["bar"])]
    together = Pairing(employees=people(["tom", "una"]), together=True)
    assert len(merged(problem(staff, _mornings(3), rules=(together,))).problem.shifts) == 1


def test_people_to_be_apart_are_dealt_to_different_ones() -> None:
    apart = Pairing(employees=people(["ana", "cem"]), together=False)
    asked = problem(PEOPLE, _mornings(2, wanting(2)), rules=(apart,))
    alike = merged(asked)
    (both,) = alike.problem.shifts
    assert both.copies == 2
    everybody = works("ana", "m0") + works("ben", "m0") + works("cem", "m0")
    assert not score(asked, alike.split(everybody)).hard


def test_more_to_be_apart_than_there_are_shifts_leave_them_as_they_are() -> None:
    apart = Pairing(employees=people(PEOPLE), together=False)
    assert len(merged(problem(PEOPLE, _mornings(2), rules=(apart,))).problem.shifts) == 2


def test_a_problem_whose_shifts_all_differ_stays_itself() -> None:
    asked = problem(PEOPLE, [shift(day) for day in range(7)])
    assert merged(asked).problem == asked


def test_one_variable_does_for_all_alike_and_the_answer_names_each() -> None:
    asked = problem(PEOPLE, _mornings(3))
    assert len(build(merged(asked).problem).variables.assigned) == 3
    solution = solve(asked, time_limit_s=5, workers=1, seed=1)
    assert solution.status is Status.OPTIMAL
    assert {item.shift for item in solution.assignments} == {"m0", "m1", "m2"}


def test_a_schedule_to_begin_from_may_name_any_of_them() -> None:
    asked = problem(PEOPLE, _mornings(3))
    start = works("ana", "m2") + works("ben", "m1") + works("cem", "m0")
    solution = solve(asked, time_limit_s=0, workers=1, seed=1, start=start)
    assert solution.objective == 0
