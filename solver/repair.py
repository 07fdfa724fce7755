"""Repair of a published week: what has changed is applied, and as few assignments as possible move."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from solver.changes import Change, changed, is_absent
from solver.problem import Assignment, Problem
from solver.score import score
from solver.search import solve
from solver.solution import Progress, Solution, Status, Term

PLACES_WORTH = 4
"""A place is filled when at most so many other assignments have to move for it."""

FEWEST_SHARE = 0.5
"""How much of the time goes to the fewest moves before quality is looked at, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A repaired week: the problem as changed, its new schedule, and what differs from the published one.

    `proven` says that no better repair exists.
    """

    problem: Problem
    solution: Solution
    dropped: tuple[Assignment, ...]
    added: tuple[Assignment, ...]
    proven: bool


def repair(
    problem: Problem,
    published: Iterable[Assignment],
    changes: Iterable[Change],
    *,
    time_limit_s: float = 5.0,
    workers: int = 2,
    seed: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Repair:
    """The published week after `changes`: places filled first, then fewest moves, then quality.

    A place is left open rather than moving more than `PLACES_WORTH` other assignments for it. The solution's
    objective is that of the changed problem; its bound is unknown unless nothing had to be searched.
    """
    began = time.monotonic()
    published = tuple(published)
    after = changed(problem, changes)

    def weighed(asked: Problem, move: int, start: tuple[Assignment, ...], share: float) -> Solution:
        return solve(
            _weighed(asked, published, move),
            time_limit_s=max(0.0, share * (began + time_limit_s - time.monotonic())),
            workers=workers,
            seed=seed,
            on_progress=on_progress,
            should_stop=should_stop,
            start=start,
        )

    fewest = weighed(_only_hard(after), 100, _still_possible(after, published), FEWEST_SHARE)
    answer = fewest
    if fewest.objective is not None:
        # With this price of a move nothing that is wished for is worth one more.
        answer = weighed(after, _quality(after, fewest.assignments) + 1, fewest.assignments, 1.0)
    has_schedule = answer.objective is not None
    solution = Solution(
        status=Status.FEASIBLE if has_schedule else answer.status,
        assignments=answer.assignments,
        objective=score(after, answer.assignments).objective if has_schedule else None,
        bound=None,
        runtime_seconds=time.monotonic() - began,
    )
    before, now = set(published), set(answer.assignments)
    return Repair(
        problem=after,
        solution=solution,
        dropped=tuple(sorted(before - now)) if has_schedule else (),
        added=tuple(sorted(now - before)) if has_schedule else (),
        proven=fewest.status is Status.OPTIMAL and answer.status is Status.OPTIMAL,
    )


def _still_possible(problem: Problem, published: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    people = {employee.id: employee for employee in problem.employees}
    shifts = {shift.id: shift for shift in problem.shifts}
    return tuple(
        item
        for item in published
        if item.employee in people
        and item.shift in shifts
        and item.role in people[item.employee].roles
        and not is_absent(people[item.employee].unavailable, shifts[item.shift])
    )


def _only_hard(problem: Problem) -> Problem:
    """The problem with nothing but headcounts and what must be kept."""
    rules = tuple(rule for rule in problem.rules if rule.weight is None)
    return replace(problem, rules=rules, requests=(), cost_weight=0)


def _quality(problem: Problem, assignments: tuple[Assignment, ...]) -> int:
    """What a schedule costs besides open places and moves."""
    terms = score(problem, assignments).terms
    return sum(cost for term, cost in terms.items() if term not in (Term.COVERAGE, Term.STABILITY))


def _weighed(problem: Problem, published: tuple[Assignment, ...], move: int) -> Problem:
    """The problem with `move` charged for each, and the least of open places worth `PLACES_WORTH` of them."""
    weights = [demand.under_weight for shift in problem.shifts for demand in shift.demands if demand.under_weight]
    least = min(weights, default=1)

    def worth(weight: int) -> int:
        return max(1, weight * PLACES_WORTH * move // least) if weight else 0

    shifts = tuple(
        replace(
            shift,
            demands=tuple(
                replace(demand, under_weight=worth(demand.under_weight), over_weight=worth(demand.over_weight))
                for demand in shift.demands
            ),
        )
        for shift in problem.shifts
    )
    return replace(problem, shifts=shifts, previous=published, stability_weight=move)
