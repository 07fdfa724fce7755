"""Which engine works on what, and when."""

import time
from collections.abc import Iterable
from dataclasses import replace

from solver.model import Model
from solver.problem import Assignment, Problem
from solver.score import score
from solver.search.branching import ONE_WEEK, Branching, Engine
from solver.search.improve import Improvement
from solver.search.long import plan_by_plan
from solver.search.planning import Planning
from solver.search.plans import plans_of
from solver.search.pricing import states
from solver.search.running import Limits, Outcome, complete, run
from solver.search.start import first_schedule
from solver.solution import Status

LARGE = 2000
"""From how many assignment variables on a first schedule is made before CP-SAT looks for one itself."""

WHOLE_SHARE = 0.25
"""How much of the limits goes to CP-SAT on the whole problem where no other engine gives the bound."""

FIRST_SHARE = 0.1
"""How much of them goes to it before other engines begin; most small problems are proven by then."""

MOST_UNITS = 100
"""Up to how many hours, or finer steps of minutes, column generation counts along a plan."""

MOST_STATES = 50_000_000
"""Up to how many states of pricing column generation gets far enough within a minute."""

LONG = 84
"""From how many days on one plan of a person takes CP-SAT too long for a first schedule."""

LONG_SHARE = 0.1
"""How much of the limits goes to a first schedule of so many days."""

PATIENCE = 16
"""How many parts in a row may bring next to nothing before the whole has its turn."""


def search(model: Model, limits: Limits, given: tuple[Assignment, ...] | None) -> Outcome:
    """The best schedule that the engines find within `limits`.

    CP-SAT has the whole problem first where it is small, and proves most of those. What is larger, or left, is
    improved part by part while branch and cut works on the whole beside it. With one worker or a deterministic limit
    CP-SAT gives the bound instead, so that nothing depends on the clock.
    """
    if limits.workers < 2 or limits.deterministic is not None:
        return _one_after_the_other(model, limits, given)
    is_large = len(model.variables.assigned) >= LARGE
    known = None if is_large else _whole(model, limits, _first(model, limits, given), FIRST_SHARE)
    if known is not None and known.status in (Status.OPTIMAL, Status.INFEASIBLE):
        return known
    if limits.should_stop() or time.monotonic() >= limits.until:
        return known or run(model, limits)
    branching = _engine(model, limits, is_large=is_large)
    try:
        known = known if known is not None and known.values else _first(model, limits, given)
        if known is None:
            known = _found_by_either(model, limits, branching)
        else:
            limits.tell("start", known.objective, known.bound)
        if known.status is not Status.FEASIBLE:
            return known
        return _improved(model, limits, known, branching=branching)
    finally:
        branching.close()


def _engine(model: Model, limits: Limits, *, is_large: bool) -> Engine:
    """What works beside the neighbourhoods: columns of whole plans where they can say the problem, else HiGHS."""
    if is_large and model.variables.problem.days > ONE_WEEK:
        plans = plans_of(model.variables.problem)
        if plans is not None and plans.most_units.max() <= MOST_UNITS and states(plans) <= MOST_STATES:
            return Planning(model, plans, limits.seed)
    return Branching(model, limits, at_once=not is_large or model.variables.problem.days <= ONE_WEEK)


def _found_by_either(model: Model, limits: Limits, branching: Engine) -> Outcome:
    """Where no schedule could be made person by person: what CP-SAT or branch and cut finds first on the whole."""
    branching.go_on()

    def should_stop() -> bool:
        return limits.should_stop() or branching.look().objective is not None

    beside = replace(limits, workers=limits.workers - 1, should_stop=should_stop)
    outcome = run(model, beside.share(WHOLE_SHARE, from_now=True))
    if outcome.status is Status.NO_SOLUTION_FOUND and not should_stop():
        outcome = run(model, beside)
    found = branching.look()
    if found.objective is not None and (not outcome.values or found.objective < outcome.objective):
        return replace(outcome, status=Status.FEASIBLE, objective=found.objective, values=found.values)
    return outcome


def _one_after_the_other(model: Model, limits: Limits, given: tuple[Assignment, ...] | None) -> Outcome:
    """CP-SAT on the whole, which gives the bound and proves small problems; then part by part.

    Large problems of several weeks, whose relaxation alone takes long, are improved part by part for as long as that
    pays before the whole has its turn.
    """
    known = _first(model, limits, given)
    if known is not None:
        limits.tell("start", known.objective, None)
        if len(model.variables.assigned) >= LARGE and model.variables.problem.days > ONE_WEEK:
            known = _improved(model, limits, known, patience=PATIENCE)
    whole = _whole(model, limits, known, WHOLE_SHARE)
    if whole.status is Status.NO_SOLUTION_FOUND:
        return run(model, limits)
    return whole if whole.status is not Status.FEASIBLE else _improved(model, limits, whole)


def _whole(model: Model, limits: Limits, known: Outcome | None, share: float) -> Outcome:
    """CP-SAT on the whole for a share of what is left; what was known where it finds nothing."""
    whole = run(model, limits.share(share, from_now=True), () if known is None else known.values)
    if whole.status is Status.NO_SOLUTION_FOUND and known is not None:
        return replace(known, bound=whole.bound, spent=known.spent + whole.spent)
    return whole


def _improved(
    model: Model,
    limits: Limits,
    outcome: Outcome,
    patience: int | None = None,
    branching: Engine | None = None,
) -> Outcome:
    """The outcome improved part by part."""
    improvement = Improvement(
        model=model,
        values=outcome.values,
        objective=outcome.objective,
        bound=outcome.bound,
        limits=limits,
        spent=outcome.spent,
        branching=branching,
    )
    improvement.run(patience)
    return replace(
        outcome,
        values=improvement.values,
        objective=improvement.objective,
        bound=improvement.bound,
        spent=improvement.spent,
    )


def _first(model: Model, limits: Limits, given: tuple[Assignment, ...] | None) -> Outcome | None:
    """A schedule to begin from: the one given, or for large problems one made person by person."""
    if given is None:
        if len(model.variables.assigned) < LARGE or limits.should_stop() or time.monotonic() >= limits.until:
            return None
        given = legal(model.variables.problem, _made(model.variables.problem, limits))
    if given is None:
        return None
    known = complete(model, given)
    return replace(known, status=Status.FEASIBLE, bound=None) if known.values else None


def _made(problem: Problem, limits: Limits) -> tuple[Assignment, ...]:
    """A schedule made person by person."""
    plans = plans_of(problem) if problem.days >= LONG else None
    found = None if plans is None else plan_by_plan(problem, plans, limits.share(LONG_SHARE, from_now=True))
    return first_schedule(problem, limits) if found is None else found


def legal(problem: Problem, start: Iterable[Assignment]) -> tuple[Assignment, ...] | None:
    """The start where it may be given as an answer."""
    people = {employee.id for employee in problem.employees}
    shifts = {shift.id for shift in problem.shifts}
    known = tuple(sorted({item for item in start if item.employee in people and item.shift in shifts}))
    return None if score(problem, known).hard else known
