"""Column generation beside the large-neighbourhood search, in a process of its own (`solver.search.columns`).

For months it brings the closest bound there is and most of the best schedules; the neighbourhoods mend what is left
of them. Both tell each other what they find, as with branch and cut.
"""

import logging
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import IO, cast

import numpy as np

from solver.model import Model
from solver.problem import Assignment
from solver.search.branching import Found
from solver.search.plans import FREE, Floats, Ints, Plans
from solver.search.running import complete

log = logging.getLogger(__name__)


class Planning:
    """Column generation at work on a model; to be closed when the search is over."""

    def __init__(self, model: Model, plans: Plans, seed: int) -> None:
        self._model, self._plans = model, plans
        self._found = Found()
        self._lock = threading.Lock()
        self._outgoing: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._outgoing.put((plans, seed))
        self._closed = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "solver.search.columns"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._threads = [threading.Thread(target=run, name="planning") for run in (self._send, self._receive)]
        for thread in self._threads:
            thread.start()

    @property
    def is_running(self) -> bool:
        """Always, until it ends."""
        return self._process.poll() is None

    def look(self) -> Found:
        """What has been found until now."""
        with self._lock:
            return Found(self._found.bound, self._found.relaxation, self._found.objective, self._found.values)

    def offer(self, values: Sequence[int]) -> None:
        """Tell of a schedule found elsewhere."""
        schedule = np.full((self._plans.people, len(self._plans.positions)), FREE)
        for (person, position, _), literal in self._model.variables.assigned.items():
            if values[literal.index]:
                day = self._model.variables.problem.shifts[position].day
                schedule[person, day] = int(np.flatnonzero(self._plans.positions[day] == position)[0])
        self._outgoing.put(schedule)

    def go_on(self) -> None:
        """It never waits."""

    def close(self) -> None:
        """End it, at once."""
        self._closed = True
        if self._process.poll():
            log.warning("column generation ended with exit code %s", self._process.returncode)
        self._process.kill()
        self._outgoing.put(None)
        for thread in self._threads:
            thread.join()
        self._process.wait()
        cast("IO[bytes]", self._process.stdout).close()

    def _send(self) -> None:
        pipe = cast("IO[bytes]", self._process.stdin)
        try:
            while (thing := self._outgoing.get()) is not None:
                pickle.dump(thing, pipe)
                pipe.flush()
            pipe.close()
        except BrokenPipeError:
            # The process has ended; what it found is there.
            return

    def _receive(self) -> None:
        pipe = cast("IO[bytes]", self._process.stdout)
        try:
            while not self._closed:
                self._take(*pickle.load(pipe))  # noqa: S301 - from our own process
        except (EOFError, pickle.UnpicklingError):
            # It was ended in the middle of a sentence.
            return

    def _take(self, bound: float | None, worked: Floats | None, schedule: Ints | None) -> None:
        if bound is not None:
            with self._lock:
                # Calculated in single precision, so it may be off by this much.
                bound -= 1e-4 * max(1.0, abs(bound))
                self._found.bound = bound if self._found.bound is None else max(self._found.bound, bound)
        variables = self._model.variables
        if worked is not None:
            relaxation = np.zeros(len(self._model.cp.proto.variables))
            for (person, position, _), literal in variables.assigned.items():
                day = variables.problem.shifts[position].day
                kind = np.flatnonzero(self._plans.positions[day] == position)
                relaxation[literal.index] = worked[person, day, kind[0]]
            with self._lock:
                self._found.relaxation = relaxation
        if schedule is not None and not self._closed:
            outcome = complete(self._model, self._assignments(schedule))
            with self._lock:
                known = self._found.objective
                if outcome.values and (known is None or outcome.objective < known):
                    self._found.objective, self._found.values = outcome.objective, list(outcome.values)

    def _assignments(self, schedule: Ints) -> list[Assignment]:
        problem = self._model.variables.problem
        found = []
        for person, plan in enumerate(schedule):
            for day in np.flatnonzero(plan >= 0).tolist():
                shift = problem.shifts[self._plans.positions[day, plan[day]]]
                found.append(
                    Assignment(shift=shift.id, employee=problem.employees[person].id, role=shift.demands[0].role)
                )
        return found
