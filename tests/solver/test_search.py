"""What `solve` promises beyond a good schedule: limits, cancel, progress, starts, repeatability."""

import threading
import time

import pytest

from benchmarks.weeks import week
from solver import Problem, Progress, Status, score, solve
from solver.rules import ConsecutiveDaysOff, ConsecutiveWork, Fairness, Measure, MinimumRest, ShiftsPerDay, people
from tests.patience import stretched
from tests.solver.builders import needing, problem, refuses, shift, works

NAMES = [f"p{number}" for number in range(25)]


def hard_to_prove() -> Problem:
    """A month that no solver proves within minutes."""
    kinds = {"early": (6, 14), "late": (14, 22), "night": (22, 30)}
    return problem(
        NAMES,
        [shift(day, kind, hours=hours, people=5) for day in range(28) for kind, hours in kinds.items()],
        days=28,
        rules=(
            ShiftsPerDay(employees=people(NAMES)),
            MinimumRest(employees=people(NAMES), minutes=660),
            ConsecutiveWork(employees=people(NAMES), minimum=2, maximum=5),
            ConsecutiveDaysOff(employees=people(NAMES), minimum=2),
            Fairness(employees=people(NAMES), measure=Measure.MINUTES, weight=3, ledger=(("p0", 700),)),
        ),
        requests=tuple(
            refuses(name, f"{kind}{day}", weight=1 + (number * day) % 7)
            for number, name in enumerate(NAMES)
            for day in range(number % 3, 28, 3)
            for kind in kinds
        ),
    )


def test_cancel_ends_the_search_within_a_second_with_the_best_so_far() -> None:
    has_schedule = threading.Event()
    asked: list[float] = []

    def note(progress: Progress) -> None:
        if progress.objective is not None:
            has_schedule.set()

    def stop() -> bool:
        if has_schedule.is_set() and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    solution = solve(hard_to_prove(), time_limit_s=120, workers=2, seed=1, on_progress=note, should_stop=stop)
    assert time.monotonic() - asked[0] < stretched(1)
    assert solution.status is Status.FEASIBLE
    assert not score(hard_to_prove(), solution.assignments).hard


def test_cancel_before_anything_was_found_is_said_plainly() -> None:
    began = time.monotonic()
    solution = solve(hard_to_prove(), time_limit_s=120, workers=2, seed=1, should_stop=lambda: True)
    assert time.monotonic() - began < stretched(4)
    assert solution.status in (Status.NO_SOLUTION_FOUND, Status.FEASIBLE)


def test_no_time_gives_no_schedule_rather_than_an_illegal_one() -> None:
    solution = solve(hard_to_prove(), time_limit_s=0.0, workers=2, seed=1)
    assert (solution.status, solution.assignments, solution.objective) == (Status.NO_SOLUTION_FOUND, (), None)


def test_the_time_limit_is_kept() -> None:
    began = time.monotonic()
    solve(hard_to_prove(), time_limit_s=3, workers=2, seed=1)
    assert time.monotonic() - began < stretched(5)


def test_progress_never_gets_worse_and_comes_in_the_callers_thread() -> None:
    seen: list[Progress] = []
    threads = set()

    def note(progress: Progress) -> None:
        seen.append(progress)
        threads.add(threading.current_thread())

    solution = solve(hard_to_prove(), time_limit_s=4, workers=2, seed=1, on_progress=note)
    objectives = [progress.objective for progress in seen if progress.objective is not None]
    assert objectives
    assert objectives == sorted(objectives, reverse=True)
    assert solution.objective is not None
    assert solution.objective <= objectives[-1]
    assert threads == {threading.current_thread()}


def test_an_error_in_the_callers_callback_reaches_the_caller() -> None:
    def fail(_: Progress) -> None:
        raise RuntimeError("the database is gone")

    began = time.monotonic()
    with pytest.raises(RuntimeError, match="the database is gone"):
        solve(hard_to_prove(), time_limit_s=60, workers=2, seed=1, on_progress=fail)
    assert time.monotonic() - began < stretched(4)


def test_the_answer_is_never_worse_than_a_legal_start() -> None:
    known = solve(hard_to_prove(), time_limit_s=3, workers=2, seed=1)
    again = solve(hard_to_prove(), time_limit_s=0.0, workers=2, seed=1, start=known.assignments)
    assert again.status is Status.FEASIBLE
    assert again.assignments == known.assignments


def test_an_illegal_start_is_no_answer() -> None:
    asked = problem(shifts=[shift(0), shift(0, "other")])
    start = (*works("ana", "day0"), *works("ana", "other0"))
    solution = solve(asked, time_limit_s=10, workers=1, seed=1, start=start)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == 0


def test_the_same_seed_and_deterministic_limit_give_the_same_schedule() -> None:
    first, second = (
        solve(hard_to_prove(), time_limit_s=100, workers=2, seed=7, deterministic_limit=0.5) for _ in range(2)
    )
    assert first.objective is not None
    assert first.assignments == second.assignments


def test_contradicting_hard_rules_are_infeasible() -> None:
    asked = problem(["ana"], [shift(0, demand=needing(1)), shift(0, "other", demand=needing(1))])
    assert solve(asked, time_limit_s=10, workers=1, seed=1).status is Status.INFEASIBLE


def test_a_place_that_nobody_can_fill_costs_only_itself() -> None:
    asked = problem(shifts=[shift(0, people=3), shift(1, people=2)])
    solution = solve(asked, time_limit_s=10, workers=1, seed=1)
    assert (solution.status, solution.objective, len(solution.assignments)) == (Status.OPTIMAL, 100, 4)


def test_a_problem_without_people_or_shifts_is_solved() -> None:
    assert solve(problem([], [shift(0)]), time_limit_s=5, workers=1, seed=1).objective == 100
    assert solve(problem(), time_limit_s=5, workers=1, seed=1).objective == 0


def test_near_enough_is_not_called_proven() -> None:
    asked = week(6, shifts=24, roles=1)
    near = solve(asked, time_limit_s=10, workers=1, seed=1, gap=0.9)
    best = solve(asked, time_limit_s=10, workers=1, seed=1)
    assert near.objective is not None
    assert near.bound is not None
    assert best.objective is not None
    assert near.bound <= best.objective <= near.objective
    assert near.status is not Status.OPTIMAL or near.objective == best.objective


def test_a_search_cut_short_leaves_nobody_where_nobody_wants_them() -> None:
    asked = problem(["ana", "ben", "cem"], [shift(0)], pinned=works("ben", "day0"))
    start = tuple(item for who in ("ana", "ben", "cem") for item in works(who, "day0"))
    solution = solve(asked, time_limit_s=0, workers=1, seed=1, start=start)
    assert solution.assignments == works("ben", "day0")
    assert solution.objective == 0
