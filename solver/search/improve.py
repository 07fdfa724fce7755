"""Large-neighbourhood search: free a part of the schedule, let CP-SAT solve that part, keep what is no worse.

Shaw, "Using constraint programming and local search methods to solve vehicle routing problems" (1998), with the
adaptive choice of Ropke and Pisinger (2006): neighbourhoods that gain more a second are tried more often, and each
grows while its parts are solved to the end and shrinks when they are not.
"""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from solver.model import Model
from solver.search.branching import Engine
from solver.search.neighbourhoods import NEIGHBOURHOODS, Pairs, Shape
from solver.search.running import TICK_S, Limits, Outcome, completed, hint

SLICE = 1.0
"""CP-SAT's deterministic seconds for one part: they pass as quickly on a busy machine, so sizes stay right there."""

OVERHEAD = 0.05
"""What making and presolving a part comes to in deterministic seconds, which CP-SAT does not count."""

LONGEST_S = 8.0
"""How long one part may take by the clock."""

PATIENCE = 40
"""How many parts in a row may bring next to nothing before branch and cut has its turn."""

FIRST_SIZES = (400.0, 1200.0, 900.0, 600.0, 800.0)
"""How many assignment variables the first parts free: as many as are solved in about a second."""


@dataclass(slots=True)
class _Neighbourhood:
    """A way to choose a part, how large a part, and how well that has paid."""

    choose: Callable[..., Pairs]
    size: float
    worth: float = 1.0

    def learn(self, *, solved: bool, share: float, gain: float, most: float) -> None:
        """Take the outcome of one part into account.

        `share` is how much of its slice it took, `gain` what it saved as a share of the objective.
        """
        if not solved:
            self.size *= 0.85
        elif share < 0.5:
            self.size = min(most, self.size * (1.2 if share < 0.2 else 1.05))
        self.worth = 0.85 * self.worth + 0.15 * (0.3 + min(1.0, 100 * gain / max(0.1, share)))


@dataclass(slots=True)
class _Attempt:
    """One part being solved."""

    neighbourhood: _Neighbourhood
    is_free: Pairs
    base: Sequence[int]
    base_objective: int
    solver: cp_model.CpSolver
    result: Future[object]


@dataclass(slots=True)
class Improvement:
    """A schedule that gets better: the values of all variables, and their objective."""

    model: Model
    values: Sequence[int]
    objective: int
    bound: float | None
    limits: Limits
    branching: Engine | None = None
    """An engine at work on the same model, which takes one worker for itself while it runs."""

    spent: float = 0.0
    idle: int = 0
    """Parts solved since the objective last fell by more than a thousandth."""

    fixed: cp_model.CpModel | None = None
    fixed_values: Sequence[int] = ()
    neighbourhoods: list[_Neighbourhood] = field(
        default_factory=lambda: [_Neighbourhood(*pair) for pair in zip(NEIGHBOURHOODS, FIRST_SIZES, strict=True)]
    )

    def run(self, patience: int | None = None) -> None:
        """Improve until the limits end it, the bound is met, or `patience` parts in a row bring next to nothing."""
        self.idle = 0
        rng = random.Random(self.limits.seed)  # noqa: S311 - a search, not a secret
        shape = Shape.of(self.model)
        # In rounds everybody starts from the same schedule, so that timing cannot change the course.
        until = FIRST_COMPLETED if self.limits.deterministic is None else ALL_COMPLETED
        with ThreadPoolExecutor(self.limits.workers, thread_name_prefix="lns") as pool:
            running: list[_Attempt] = []
            try:
                while not self._is_over(patience):
                    while len(running) < self._workers():
                        running.append(self._begin(pool, shape, rng))
                    done, _ = wait([attempt.result for attempt in running], timeout=TICK_S, return_when=until)
                    self._look_at_branching(shape)
                    if len(done) < (1 if until == FIRST_COMPLETED else len(running)):
                        continue
                    finished = [attempt for attempt in running if attempt.result in done]
                    running = [attempt for attempt in running if attempt.result not in done]
                    for attempt in finished:
                        self._take(attempt)
            finally:
                for attempt in running:
                    while not attempt.result.done():
                        attempt.solver.stop_search()
                        wait([attempt.result], timeout=TICK_S)
                for attempt in running:
                    self._take(attempt)
                self._look_at_branching(shape)

    def _workers(self) -> int:
        if self.branching is None or not self.branching.is_running:
            return self.limits.workers
        return max(1, self.limits.workers - 1)

    def _look_at_branching(self, shape: Shape) -> None:
        """Take over what the other engine has found."""
        if self.branching is None:
            return
        found = self.branching.look()
        before = self.objective, self.bound
        if found.objective is not None and found.objective < self.objective:
            self.values, self.objective = found.values, found.objective
        if found.bound is not None and (self.bound is None or found.bound > self.bound):
            self.bound = found.bound
        if found.relaxation is not None and shape.relaxation is None:
            shape.relaxation = found.relaxation
        if self.idle >= PATIENCE:
            self.branching.go_on()
        if (self.objective, self.bound) != before:
            self.limits.tell("improve", self.objective, self.bound)

    def _is_over(self, patience: int | None) -> bool:
        if self.limits.should_stop() or self._is_good_enough():
            return True
        if patience is not None and self.idle >= patience:
            return True
        if self.limits.deterministic is not None:
            return self.spent >= self.limits.deterministic
        return time.monotonic() >= self.limits.until

    def _is_good_enough(self) -> bool:
        if self.bound is None:
            return False
        return self.objective - self.bound <= max(1 - 1e-6, self.limits.gap * abs(self.objective))

    def _begin(self, pool: ThreadPoolExecutor, shape: Shape, rng: random.Random) -> _Attempt:
        chosen = rng.choices(self.neighbourhoods, [item.worth for item in self.neighbourhoods])[0]
        is_free = chosen.choose(self.model, shape, self.values, chosen.size, rng)
        part = self._part(is_free)
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers = 1
        parameters.random_seed = rng.randrange(1 << 30)
        parameters.linearization_level = 2
        # Parts are small and many: probing costs more than it saves them.
        parameters.cp_model_probing_level = 0
        parameters.symmetry_level = 0
        parameters.max_presolve_iterations = 1
        parameters.max_deterministic_time = SLICE
        if self.limits.deterministic is None:
            parameters.max_time_in_seconds = max(0.0, min(LONGEST_S, self.limits.until - time.monotonic()))
        return _Attempt(chosen, is_free, self.values, self.objective, solver, pool.submit(solver.solve, part))

    def _part(self, is_free: Pairs) -> cp_model.CpModel:
        """The model with everything but the free pairs fixed as it is.

        Presolve is quick where domains say what is fixed, and most of a small part's time otherwise.
        """
        part = self._as_it_is().clone()
        variables = part.proto.variables
        shifts = self.model.variables.problem.shifts
        for (person, position, _), literal in self.model.variables.assigned.items():
            if is_free(person, shifts[position].day, literal.index):
                domain = variables[literal.index].domain
                domain.clear()
                domain.extend((0, 1))
        return part

    def _as_it_is(self) -> cp_model.CpModel:
        """The model with the whole schedule fixed, and hinted; made once for all parts that begin from it."""
        if self.fixed_values is not self.values or self.fixed is None:
            known = self.fixed_values
            self.fixed = fixed = hint(self.model, self.values) if self.fixed is None else self.fixed
            if known:
                fixed.proto.solution_hint.values.clear()
                fixed.proto.solution_hint.values.extend(self.values)
            for literal in self.model.variables.assigned.values():
                value = self.values[literal.index]
                if not known or known[literal.index] != value:
                    domain = fixed.proto.variables[literal.index].domain
                    domain.clear()
                    domain.extend((value, value))
            self.fixed_values = self.values
        return self.fixed

    def _take(self, attempt: _Attempt) -> None:
        status = attempt.result.result()
        response = attempt.solver.response_proto
        self.spent += OVERHEAD + response.deterministic_time
        before = self.objective
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._accept(attempt, list(response.solution), round(attempt.solver.objective_value))
        gain = (before - self.objective) / max(1, abs(before))
        if gain:
            self.limits.tell("improve", self.objective, self.bound)
            if self.branching is not None:
                self.branching.offer(self.values)
        self.idle = 0 if gain > 0.001 else self.idle + 1
        attempt.neighbourhood.learn(
            solved=status == cp_model.OPTIMAL,
            share=response.deterministic_time / SLICE,
            gain=gain,
            most=2.0 * len(self.model.variables.assigned),
        )

    def _accept(self, attempt: _Attempt, values: Sequence[int], objective: int) -> None:
        """Keep what an attempt found where it is better, or as good: that is another place to look from."""
        if attempt.base is not self.values and objective < attempt.base_objective and not self._is_over(None):
            # Another part got better in between, and most often both can be had: of a year that takes a while to see.
            merged = self._merged(attempt, values)
            if merged.values and merged.objective < min(objective, self.objective):
                self.values, self.objective = merged.values, merged.objective
                return
        if objective < self.objective or (objective == self.objective and attempt.base is self.values):
            self.values, self.objective = values, objective

    def _merged(self, attempt: _Attempt, values: Sequence[int]) -> Outcome:
        """The schedule as it is, with what the attempt made of its part."""
        shifts = self.model.variables.problem.shifts
        chosen = {
            literal.index: values[literal.index]
            for (person, position, _), literal in self.model.variables.assigned.items()
            if attempt.is_free(person, shifts[position].day, literal.index)
        }
        exact = self._as_it_is().clone()
        for index, value in chosen.items():
            domain = exact.proto.variables[index].domain
            domain.clear()
            domain.extend((value, value))
        return completed(exact)
