"""One row of a table: solve one problem in a process of its own, so that its peak of memory is its own."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.families import with_every_family
from benchmarks.first_weeks import first_week
from benchmarks.large import like
from benchmarks.peers import PEERS
from benchmarks.weeks import week
from solver import Problem, Progress, score, solve
from solver.model import build
from solver.readers import read

ROTA = "Rota"
GENERATED = {25: (150, 5, 1), 100: (400, 5, 1), 250: (1500, 10, 2), 500: (3000, 15, 3)}
"""People: shifts, roles, sites. Other numbers of people get four shifts each, two roles, one site."""

FIRST = {100: 385, 500: 1855}
"""People: places in 49 shifts. Other numbers of people get four places each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What to measure: a table, an instance in it, an engine, and seconds."""

    table: str
    instance: str
    engine: str = ROTA
    limit_s: float = 60.0

    @property
    def key(self) -> str:
        """What tells this row from all others."""
        return f"{self.table}/{self.instance}/{self.engine}/{self.limit_s:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was measured. Times in seconds from the call, model building included; memory in MiB.

    `trail` holds (seconds, objective) of each better schedule; `load` says how many wanted a core, on average over
    the last minute, so that a row measured beside others can be told.
    """

    key: str
    objective: int | None
    bound: float | None
    seconds: float
    build_s: float
    trail: list[tuple[float, int]]
    memory_mib: int
    load: float

    def seconds_to(self, share: float, bound: float | None) -> float | None:
        """When a schedule within `share` of `bound` was first there; None for never, or without a bound."""
        if bound is None:
            return None
        return next(
            (at for at, objective in self.trail if objective - bound <= max(1e-6, share * abs(objective))), None
        )


def measure(work: Work, folder: Path) -> Result:
    """Measure `work` in a new process. Raises `CalledProcessError` when that fails."""
    command = [sys.executable, "-m", "benchmarks.measuring", json.dumps(asdict(work)), str(folder)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
    return Result(**json.loads(told.stdout.splitlines()[-1]))


def _problem(work: Work, folder: Path) -> Problem:
    match work.table:
        case "curtois" | "curtois-long":
            return read(folder / f"Instance{work.instance}.txt")
        case "large":
            return like(int(work.instance))
        case "weeks":
            amount, _, families = work.instance.partition("-")
            shifts, roles, sites = GENERATED.get(int(amount), (4 * int(amount), 2, 1))
            asked = week(int(amount), shifts=shifts, roles=roles * sites, sites=sites)
            return with_every_family(asked) if families else asked
        case _:
            people = int(work.instance)
            return first_week(people, places=FIRST.get(people, 4 * people))


def _measured(work: Work, folder: Path) -> Result:
    problem = _problem(work, folder)
    workers = min(2, os.cpu_count() or 1)
    trail: list[tuple[float, int]] = []
    began = time.monotonic()
    if work.engine == ROTA:
        build(problem)
        build_s = time.monotonic() - began
        began = time.monotonic()
        solution = solve(problem, time_limit_s=work.limit_s, workers=workers, seed=1, on_progress=_into(trail))
        assignments, bound = solution.assignments, solution.bound
    else:
        answer = PEERS[work.engine](problem, work.limit_s, workers)
        assignments, bound, build_s = answer.assignments, answer.bound, answer.build_s
        trail = list(answer.trail)
    seconds = time.monotonic() - began
    verdict = score(problem, assignments)
    found = bool(trail) and not verdict.hard
    if found:
        trail.append((seconds, verdict.objective))
    return Result(
        key=work.key,
        objective=verdict.objective if found else None,
        bound=bound,
        seconds=seconds,
        build_s=build_s,
        trail=trail if found else [],
        memory_mib=_memory_mib(),
        load=os.getloadavg()[0],
    )


def _memory_mib() -> int:
    """The peak of this process and that of the largest one beside it, as if both were at the same moment."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(who).ru_maxrss for who in both) // 1024


def _into(trail: list[tuple[float, int]]) -> Callable[[Progress], None]:
    def note(progress: Progress) -> None:
        if progress.objective is not None and (not trail or progress.objective < trail[-1][1]):
            trail.append((progress.seconds, progress.objective))

    return note


if __name__ == "__main__":
    print(json.dumps(asdict(_measured(Work(**json.loads(sys.argv[1])), Path(sys.argv[2])))))
