"""Branch and cut beside the large-neighbourhood search: it brings the bound, and often the best schedule.

The linear relaxation of a roster is most often close to its best schedule, of a single week nearly integral. A MIP
engine, HiGHS, therefore proves on one thread what the neighbourhoods look for on the others, and both tell each other
what they find (a portfolio: Gomes and Selman, "Algorithm portfolios", 2001). HiGHS runs in a process of its own,
see `solver.search.highs`.
"""

import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol, cast

import numpy as np

from solver.model import Model
from solver.model.linear import LinearForm, Numbers
from solver.search.highs import Said, put, take
from solver.search.running import Limits

log = logging.getLogger(__name__)

ONE_WEEK = 7
ENGINE = Path(__file__).with_name("highs.py")


@dataclass(slots=True)
class Found:
    """What has come from the engine so far. `values` and `objective` are those of its best schedule, if any."""

    bound: float | None = None
    relaxation: Numbers | None = None
    """The values of all variables in the linear relaxation."""

    objective: int | None = None
    values: list[int] = field(default_factory=list)


class Engine(Protocol):
    """An engine that works on the same model in a process of its own."""

    @property
    def is_running(self) -> bool:
        """Whether it needs a processor to itself now."""
        ...

    def look(self) -> Found:
        """What it has found until now."""
        ...

    def offer(self, values: Sequence[int]) -> None:
        """Tell it of a schedule found elsewhere."""
        ...

    def go_on(self) -> None:
        """The others bring next to nothing any more."""
        ...

    def close(self) -> None:
        """End it, at once."""
        ...


class Branching:
    """HiGHS at work on a model; to be closed when the search is over.

    It begins with the linear relaxation. With `at_once` it branches right after that, at first over what the
    relaxation uses; else it waits for `go_on`.
    """

    def __init__(self, model: Model, limits: Limits, *, at_once: bool) -> None:
        self.found = Found()
        self._at_once = at_once
        self._is_on = at_once
        self._model = model
        self._limits = limits
        self._outgoing: queue.SimpleQueue[Numbers | None] = queue.SimpleQueue()
        self._incoming: queue.SimpleQueue[Numbers] = queue.SimpleQueue()
        self._form: LinearForm | None = None
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-P", str(ENGINE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._threads = [threading.Thread(target=run, name="branching") for run in (self._send, self._receive)]
        for thread in self._threads:
            thread.start()

    def offer(self, values: Sequence[int]) -> None:
        """Tell the engine of a schedule found elsewhere."""
        self._outgoing.put(np.array(values, dtype=np.float64))

    def look(self) -> Found:
        """What the engine has found until now."""
        form = self._form
        while form is not None and not self._incoming.empty():
            came = self._incoming.get()
            said, bound, values = Said(int(came[0])), float(came[1]), came[2:]
            if np.isfinite(bound) and bound > (-np.inf if self.found.bound is None else self.found.bound):
                # Engines that calculate in floating point may be off by this much.
                self.found.bound = bound - 1e-6 * max(1.0, abs(bound))
            if said is Said.RELAXATION:
                self.found.relaxation = values
            elif said is Said.SCHEDULE:
                self._take(form, values)
        return self.found

    def go_on(self) -> None:
        """Let the engine branch, where it waits for that."""
        if not self._is_on:
            self._is_on = True
            self._outgoing.put(np.array([]))

    @property
    def is_running(self) -> bool:
        """Whether the engine is at work: neither waiting nor at its end."""
        return (self._is_on or self.found.relaxation is None) and self._process.poll() is None

    def close(self) -> None:
        """End the engine, at once."""
        if self._process.poll():
            log.warning("branch and cut ended with exit code %s", self._process.returncode)
        self._process.kill()
        self._outgoing.put(None)
        for thread in self._threads:
            thread.join()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close(pipe)

    def _take(self, form: LinearForm, values: Numbers) -> None:
        # HiGHS keeps rows up to a tolerance; rounded values that break one are no schedule.
        objective = form.objective_of(values)
        if objective is not None and (self.found.objective is None or objective < self.found.objective):
            self.found.objective = objective
            self.found.values = values.astype(int).tolist()

    def _send(self) -> None:
        form = LinearForm.of(self._model.cp)
        self._form = form
        limits = self._limits
        settings = [max(0.0, limits.until - time.monotonic()), limits.gap, limits.seed % 2**31, form.offset]
        parts = form.lower, form.upper, form.cost, form.row_lower, form.row_upper
        sparse = form.starts, form.columns, form.coefficients
        pipe = cast("IO[bytes]", self._process.stdin)
        try:
            # Of a single week the relaxation is nearly integral; of several it uses far too little.
            single_week = self._model.variables.problem.days <= ONE_WEEK
            assigned = self._model.variables.assigned.values() if single_week else ()
            may_rule_out = np.array([literal.index for literal in assigned], dtype=np.float64)
            for array in (*parts, *sparse, may_rule_out, np.array(settings, dtype=np.float64)):
                put(pipe, array)
            if self._at_once:
                put(pipe, np.array([]))
            while (values := self._outgoing.get()) is not None:
                put(pipe, values)
        except BrokenPipeError:
            # The engine has ended: it was done, or closed. What it found is there.
            return

    def _receive(self) -> None:
        pipe = cast("IO[bytes]", self._process.stdout)
        while (values := take(pipe)) is not None:
            self._incoming.put(values)


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        # What was still to be flushed is for nobody.
        return
