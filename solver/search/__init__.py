"""Finding a schedule: limits, progress, cancel, and the check that nothing leaves unchecked.

CP-SAT runs on a thread of its own (it releases the GIL), so that the caller's thread can watch it: progress is told
and stopping is asked for there, which lets callers use what is bound to their thread.
"""

import math
import time
from collections.abc import Callable, Iterable

from solver.errors import SolverDisagreement
from solver.model import assignments_of, build
from solver.problem import Assignment, Problem
from solver.score import score
from solver.search.alike import merged
from solver.search.long import plan_by_plan, too_large_for_a_model
from solver.search.mending import mended
from solver.search.plans import Plans
from solver.search.portfolio import legal, search
from solver.search.running import Limits
from solver.solution import Progress, Solution, Status

MENDING_S = 0.5
"""How long the schedule of a search that has ended is mended."""


def solve(
    problem: Problem,
    *,
    time_limit_s: float,
    workers: int,
    seed: int,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    start: Iterable[Assignment] | None = None,
    deterministic_limit: float | None = None,
    gap: float = 0.0,
) -> Solution:
    """The best schedule for `problem` that can be found within `time_limit_s` seconds on `workers` threads.

    `on_progress` and `should_stop` are called in the caller's thread, several times a second; once `should_stop`
    answers True the search ends within a second with the best schedule so far. `start` is a schedule to begin from:
    where it is legal, the answer is never worse. With `deterministic_limit` (CP-SAT's deterministic seconds) in
    place of the clock, the same problem, seed, workers and limit give the same answer. `gap` is how far from the
    bound is good enough, as a share of the objective.

    Every schedule returned has been judged by `solver.score`, whose objective is the one given. Raises
    `SolverDisagreement` if model and judge differ, and whatever `on_progress` or `should_stop` raise.
    """
    began = time.monotonic()

    def tell(phase: str, objective: int | None, bound: float | None) -> None:
        if on_progress is not None:
            seconds = time.monotonic() - began
            on_progress(Progress(phase=phase, seconds=seconds, objective=objective, bound=bound))

    limits = Limits(
        began=began,
        until=began + time_limit_s,
        workers=workers,
        seed=seed,
        deterministic=deterministic_limit,
        gap=gap,
        should_stop=should_stop or (lambda: False),
        tell=tell,
    )
    given = None if start is None else legal(problem, start)
    if (plans := too_large_for_a_model(problem)) is not None:
        return _without_a_model(problem, plans, given, limits)
    alike = merged(problem)
    model = build(alike.problem)
    outcome = search(model, limits, None if given is None else alike.merge(given))
    if not outcome.values:
        known = None if given is None else mended(problem, given, until=_mending_until(limits))
        return _answer(problem, outcome.status, known, outcome.bound, began)
    found = alike.split(assignments_of(model, outcome.values))
    _check(problem, found, outcome.status, outcome.objective)
    if outcome.status is not Status.OPTIMAL:
        found = mended(problem, found, until=_mending_until(limits))
    if given is not None and score(problem, given).objective < score(problem, found).objective:
        found = given
    return _answer(problem, outcome.status, found, outcome.bound, began)


def _without_a_model(
    problem: Problem, plans: Plans, given: tuple[Assignment, ...] | None, limits: Limits
) -> Solution:
    found = plan_by_plan(problem, plans, limits, given)
    if found is None:
        return _answer(problem, Status.NO_SOLUTION_FOUND, given, None, limits.began)
    verdict = score(problem, found)
    if verdict.hard:
        raise SolverDisagreement(f"the schedule made of plans breaks: {verdict.hard[0].detail}")
    runtime = time.monotonic() - limits.began
    return Solution(
        status=Status.FEASIBLE, assignments=found, objective=verdict.objective, bound=None, runtime_seconds=runtime
    )


def _mending_until(limits: Limits) -> float:
    """On the monotonic clock; without end where nothing may depend on it."""
    return math.inf if limits.deterministic is not None else time.monotonic() + MENDING_S


def _check(problem: Problem, found: tuple[Assignment, ...], status: Status, objective: int) -> None:
    verdict = score(problem, found)
    if verdict.hard:
        raise SolverDisagreement(f"the model's schedule breaks: {verdict.hard[0].detail}")
    # A schedule that is not proven optimal may carry slack in the model; it can only be better than the model says.
    if verdict.objective > objective or (status is Status.OPTIMAL and verdict.objective != objective):
        raise SolverDisagreement(f"the model's objective is {objective}, the checker's {verdict.objective}")


def _answer(
    problem: Problem, status: Status, found: tuple[Assignment, ...] | None, bound: float | None, began: float
) -> Solution:
    runtime = time.monotonic() - began
    if found is None or status is Status.INFEASIBLE:
        return Solution(status=status, assignments=(), objective=None, bound=bound, runtime_seconds=runtime)
    objective = score(problem, found).objective
    # Objectives are whole numbers: a bound within one of the objective proves it.
    proven = status is Status.OPTIMAL or (bound is not None and math.ceil(bound - 1e-6) >= objective)
    return Solution(
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        assignments=found,
        objective=objective,
        bound=float(objective) if proven else bound,
        runtime_seconds=runtime,
    )
