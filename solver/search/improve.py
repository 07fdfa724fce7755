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
from solver.search.neighbourhoods import NEIGHBOURHOODS, Pairs, Shape
from solver.search.running import TICK_S, Limits, hint

LONGEST_SLICE_S = 5.0
SHORTEST_SLICE_S = 1.0
SLICES = 25
"""How many slices a run has room for, one after the other, within these lengths."""

SLICE_DETERMINISTIC = 2.0
FIRST_SIZES = (400.0, 1200.0, 900.0)
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
    base: Sequence[int]
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
    spent: float = 0.0
    idle: int = 0
    """Parts solved since the objective last fell by more than a thousandth."""

    slice: float = SLICE_DETERMINISTIC
    neighbourhoods: list[_Neighbourhood] = field(
        default_factory=lambda: [_Neighbourhood(*pair) for pair in zip(NEIGHBOURHOODS, FIRST_SIZES, strict=True)]
    )

    def run(self, patience: int | None = None) -> None:
        """Improve until the limits end it, the bound is met, or `patience` parts in a row bring next to nothing."""
        if self.limits.deterministic is None:
            left = self.limits.until - time.monotonic()
            self.slice = min(LONGEST_SLICE_S, max(SHORTEST_SLICE_S, left / SLICES))
        self.idle = 0
        rng = random.Random(self.limits.seed)  # noqa: S311 - a search, not a secret
        shape = Shape.of(self.model)
        # In rounds everybody starts from the same schedule, so that timing cannot change the course.
        until = FIRST_COMPLETED if self.limits.deterministic is None else ALL_COMPLETED
        with ThreadPoolExecutor(self.limits.workers, thread_name_prefix="lns") as pool:
            running: list[_Attempt] = []
            try:
                while not self._is_over(patience):
                    while len(running) < self.limits.workers:
                        running.append(self._begin(pool, shape, rng))
                    done, _ = wait([attempt.result for attempt in running], timeout=TICK_S, return_when=until)
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
        if self.limits.deterministic is None:
            parameters.max_time_in_seconds = max(0.0, min(self.slice, self.limits.until - time.monotonic()))
        else:
            parameters.max_deterministic_time = self.slice
        return _Attempt(chosen, self.values, solver, pool.submit(solver.solve, part))

    def _part(self, is_free: Pairs) -> cp_model.CpModel:
        """The model with everything but the free pairs fixed as it is."""
        part = hint(self.model, self.values)
        shifts = self.model.variables.problem.shifts
        fixed = [
            literal.index if self.values[literal.index] else -literal.index - 1
            for (person, position, _), literal in self.model.variables.assigned.items()
            if not is_free(person, shifts[position].day)
        ]
        part.proto.constraints.add().bool_and.literals.extend(fixed)
        return part

    def _take(self, attempt: _Attempt) -> None:
        status = attempt.result.result()
        response = attempt.solver.response_proto
        self.spent += response.deterministic_time
        gain = 0.0
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            objective = round(attempt.solver.objective_value)
            # An equally good schedule is another place to look from, unless a better one has come in between.
            if objective < self.objective or (objective == self.objective and attempt.base is self.values):
                gain = (self.objective - objective) / max(1, abs(self.objective))
                self.values, self.objective = list(response.solution), objective
                if gain:
                    self.limits.tell("improve", self.objective, self.bound)
        self.idle = 0 if gain > 0.001 else self.idle + 1
        seconds = response.wall_time if self.limits.deterministic is None else response.deterministic_time
        attempt.neighbourhood.learn(
            solved=status == cp_model.OPTIMAL,
            share=seconds / self.slice,
            gain=gain,
            most=2.0 * len(self.model.variables.assigned),
        )
