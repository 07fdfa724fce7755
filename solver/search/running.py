"""One run of CP-SAT, watched from the caller's thread."""

import math
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from solver.errors import RefusedModel
from solver.model import Model
from solver.problem import Assignment
from solver.solution import Status

TICK_S = 0.05
STATUSES: dict[object, Status] = {
    cp_model.OPTIMAL: Status.OPTIMAL,
    cp_model.FEASIBLE: Status.FEASIBLE,
    cp_model.INFEASIBLE: Status.INFEASIBLE,
    cp_model.UNKNOWN: Status.NO_SOLUTION_FOUND,
}


# Rosters live off their linear relaxation: with few threads CP-SAT's own choice leaves it out, and the bound stalls
# (measured on Curtois & Qu 2 and 3: proven in 2 s with these, not within 60 s without).
STRATEGIES = ("max_lp", "no_lp", "default_lp", "reduced_costs", "quick_restart", "pseudo_costs", "lb_tree_search")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a run ends. `began` and `until` are on the monotonic clock, `deterministic` in CP-SAT's own seconds."""

    began: float
    until: float
    workers: int
    seed: int
    deterministic: float | None
    gap: float
    should_stop: Callable[[], bool]
    tell: Callable[[str, int | None, float | None], None]
    """Takes the phase, the objective and the bound."""

    def share(self, share: float, *, from_now: bool = False) -> "Limits":
        """The limits of a phase that has this share of the whole, counted from the beginning or from now."""
        if self.deterministic is not None:
            return replace(self, deterministic=share * self.deterministic)
        since = time.monotonic() if from_now else self.began
        return replace(self, until=min(self.until, since + share * (self.until - self.began)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended. `values` are those of all variables, empty when no schedule was found."""

    status: Status
    objective: int
    bound: float | None
    values: Sequence[int]
    spent: float
    """Deterministic seconds."""


class _Watch(cp_model.CpSolverSolutionCallback):
    """Notes each better objective; called on CP-SAT's threads, so that it only stores."""

    def __init__(self) -> None:
        super().__init__()
        self.objective: int | None = None
        self.bound: float | None = None

    def on_solution_callback(self) -> None:
        self.objective = round(self.objective_value)
        self.bound = self.best_objective_bound


def run(model: Model, limits: Limits, known: Sequence[int] = ()) -> Outcome:
    """Solve `model` within `limits`, from the values of a known schedule where there is one."""
    hinted = hint(model, known)
    solver = _solver(limits)
    watch = _Watch()
    solver.best_bound_callback = lambda bound: setattr(watch, "bound", bound)
    told: list[tuple[int | None, float | None]] = []

    def look() -> None:
        if not told or (watch.objective, watch.bound) != told[-1]:
            told[:] = [(watch.objective, watch.bound)]
            limits.tell("search", *told[-1])

    result = watched(solver, hinted, limits.should_stop, watch, look)
    status = STATUSES.get(result)
    if status is None:
        # What follows the reason is the whole constraint, number by number.
        raise RefusedModel(f"CP-SAT refused the model: {model.cp.validate().partition(':')[0]}")
    return _outcome(solver, status)


def watched(
    solver: cp_model.CpSolver,
    model: cp_model.CpModel,
    should_stop: Callable[[], bool],
    callback: cp_model.CpSolverSolutionCallback | None = None,
    look: Callable[[], None] = lambda: None,
) -> object:
    """CP-SAT's answer on `model`, on a thread of its own, ended at once when `should_stop` answers True.

    `should_stop` and `look` are called in the caller's thread, several times a second. Raises whatever they raise.
    """
    answer: list[object] = []
    thread = threading.Thread(target=_solve, args=(solver, model, callback, answer), name="cp-sat")
    thread.start()
    try:
        while thread.is_alive():
            thread.join(TICK_S)
            look()
            if should_stop():
                # A stop that comes before the search has begun is forgotten, so it is repeated until it is heard.
                solver.stop_search()
    finally:
        while thread.is_alive():
            solver.stop_search()
            thread.join(TICK_S)
    if isinstance(answer[0], BaseException):
        raise answer[0]
    return answer[0]


def _solver(limits: Limits) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = limits.workers
    parameters.random_seed = limits.seed
    parameters.relative_gap_limit = limits.gap
    parameters.linearization_level = 2
    if 1 < limits.workers <= len(STRATEGIES):
        parameters.subsolvers.extend(STRATEGIES[: limits.workers])
    if limits.deterministic is None:
        parameters.max_time_in_seconds = max(0.0, limits.until - time.monotonic())
    else:
        parameters.max_deterministic_time = limits.deterministic
        # Interleaving shares the work in fixed slices, which makes several workers repeatable.
        parameters.interleave_search = limits.workers > 1
    return solver


def _solve(
    solver: cp_model.CpSolver,
    model: cp_model.CpModel,
    callback: cp_model.CpSolverSolutionCallback | None,
    answer: list[object],
) -> None:
    try:
        answer.append(solver.solve(model, callback))
    except BaseException as error:  # noqa: BLE001 - handed to the caller's thread, which raises it
        answer.append(error)


def complete(model: Model, assignments: Iterable[Assignment]) -> Outcome:
    """The values of all variables when exactly these people are assigned; without values where a hard rule breaks."""
    wanted = {(item.employee, item.shift, item.role) for item in assignments}
    problem = model.variables.problem
    fixed = [
        literal.index
        if (problem.employees[person].id, problem.shifts[shift].id, role) in wanted
        else -literal.index - 1
        for (person, shift, role), literal in model.variables.assigned.items()
    ]
    exact = model.cp.clone()
    exact.proto.constraints.add().bool_and.literals.extend(fixed)
    return completed(exact)


def completed(exact: cp_model.CpModel) -> Outcome:
    """The values of all variables of a model in which the schedule is fixed; without values where it is illegal."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 10.0
    status = STATUSES.get(solver.solve(exact), Status.NO_SOLUTION_FOUND)
    return _outcome(solver, status)


def hint(model: Model, values: Sequence[int]) -> cp_model.CpModel:
    """The model, told to look first at a schedule that is known."""
    hinted = model.cp.clone()
    hinted.proto.solution_hint.vars.extend(range(len(values)))
    hinted.proto.solution_hint.values.extend(values)
    return hinted


def _outcome(solver: cp_model.CpSolver, status: Status) -> Outcome:
    has_schedule = status in (Status.OPTIMAL, Status.FEASIBLE)
    bound = solver.best_objective_bound
    if status is Status.OPTIMAL and math.ceil(bound - 1e-6) < round(solver.objective_value):
        # Near enough to the bound is called optimal by CP-SAT as well.
        status = Status.FEASIBLE
    return Outcome(
        status=status,
        objective=round(solver.objective_value) if has_schedule else 0,
        bound=bound if math.isfinite(bound) and status is not Status.INFEASIBLE else None,
        values=list(solver.response_proto.solution) if has_schedule else (),
        spent=solver.response_proto.deterministic_time,
    )
