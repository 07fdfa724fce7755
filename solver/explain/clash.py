"""Why no schedule is possible: a smallest set of hard parts that cannot all be kept, and what would help.

The set comes from QuickXplain (Junker, "QUICKXPLAIN: preferred explanations and relaxations for over-constrained
problems", AAAI 2004): leave out any one part of it and the others can be kept together.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from solver.explain.parts import Kind, Part, parts_of, with_parts
from solver.explain.relaxing import TROUBLE, Relaxation, relax, relaxation_of
from solver.model import build
from solver.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Hard parts that contradict each other, and changes any one of which makes a schedule possible.

    `parts` is minimal when `proven`; otherwise time ran out and it may hold more than is needed. `relaxations` are
    the cheapest first: a headcount less before a rule bent, a rule bent before a pin lifted or a day off taken.
    """

    parts: tuple[Part, ...]
    relaxations: tuple[Relaxation, ...]
    proven: bool

    @property
    def sentences(self) -> tuple[str, ...]:
        """The clash in people's words."""
        return tuple(part.detail for part in self.parts)


class _OutOfTime(Exception):
    """The time for an explanation is over."""


def explain_infeasible(
    problem: Problem,
    *,
    time_limit_s: float = 10.0,
    workers: int = 2,
    should_stop: Callable[[], bool] | None = None,
) -> Clash | None:
    """Why `problem` has no schedule; None when it has one, or when that cannot be told in time."""
    judge = _Judge(problem, time.monotonic() + time_limit_s, workers, should_stop or (lambda: False))
    parts = parts_of(problem)
    try:
        if judge.is_possible(parts):
            return None
    except _OutOfTime:
        return None
    proven = True
    try:
        judge.until = time.monotonic() + 0.7 * time_limit_s
        core: Sequence[Part] = _quick_xplain(judge, parts)
    except _OutOfTime:
        core, proven = judge.smallest_clash, False
    ordered = tuple(sorted(core, key=lambda part: (list(Kind).index(part.kind), part)))
    judge.until = time.monotonic() + 0.3 * time_limit_s
    relaxations = _relaxations(judge, parts, ordered)
    return Clash(
        parts=tuple(_with_candidates(problem, part) for part in ordered), relaxations=relaxations, proven=proven
    )


class _Judge:
    """Says whether parts can be kept together, within the time there is."""

    def __init__(self, problem: Problem, until: float, workers: int, should_stop: Callable[[], bool]) -> None:
        self.problem = problem
        self.until = until
        self.workers = workers
        self.should_stop = should_stop
        self.smallest_clash: Sequence[Part] = ()

    def is_possible(self, parts: Sequence[Part]) -> bool:
        """Whether a schedule keeps all of `parts`."""
        possible = self.least_cost(parts, ()) is not None
        if not possible and (not self.smallest_clash or len(parts) < len(self.smallest_clash)):
            self.smallest_clash = tuple(parts)
        return possible

    def least_cost(self, hard: Iterable[Part], soft: Iterable[Part]) -> int | None:
        """How many units of `soft` must be given up so that `hard` can be kept; None when that does not help."""
        left = self.until - time.monotonic()
        if left <= 0 or self.should_stop():
            raise _OutOfTime
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.workers
        solver.parameters.max_time_in_seconds = left
        status = solver.solve(build(with_parts(self.problem, hard, soft)).cp)
        if status == cp_model.INFEASIBLE:
            return None
        if status == cp_model.OPTIMAL:
            return round(solver.objective_value)
        raise _OutOfTime


def _quick_xplain(judge: _Judge, parts: Sequence[Part]) -> list[Part]:
    def search(background: list[Part], is_new: bool, candidates: Sequence[Part]) -> list[Part]:
        if is_new and not judge.is_possible(background):
            return []
        if len(candidates) == 1:
            return list(candidates)
        half = len(candidates) // 2
        first, second = candidates[:half], candidates[half:]
        from_second = search([*background, *first], bool(first), second)
        from_first = search([*background, *from_second], bool(from_second), first)
        return [*from_first, *from_second]

    return search([], False, parts) if parts else []


def _relaxations(judge: _Judge, parts: Sequence[Part], core: Sequence[Part]) -> tuple[Relaxation, ...]:
    """Single changes that help, the easiest first; where none does, a combination that does."""
    found: list[Relaxation] = []
    try:
        for part in core:
            cost = judge.least_cost([other for other in parts if other != part], [part])
            if cost is not None:
                found.append(relaxation_of(judge.problem, [(part, max(1, cost))]))
        if not found:
            found.append(_combination(judge, parts, core))
    except _OutOfTime:
        pass
    return tuple(sorted(found, key=lambda item: item.cost))


def _combination(judge: _Judge, parts: Sequence[Part], core: Sequence[Part]) -> Relaxation:
    """The easiest part of one clash after the other, each given up by as little as is needed."""
    problem = judge.problem
    dropped = [min(core, key=_ease)]
    while not judge.is_possible(kept := [part for part in parts if part not in dropped]):
        dropped.append(min(_quick_xplain(judge, kept), key=_ease))
    given_up: list[tuple[Part, int]] = []
    while dropped:
        part = dropped.pop(0)
        cost = judge.least_cost([other for other in parts if other != part and other not in dropped], [part])
        amount = max(1, cost or 0)
        given_up.append((part, amount))
        parts = [other for other in parts if other != part]
        if part.kind not in (Kind.PIN, Kind.ABSENCE):
            # The next one is measured beside this one as loosened.
            known = len(judge.problem.rules)
            judge.problem = relax(judge.problem, relaxation_of(judge.problem, [(part, amount)]))
            is_new = len(judge.problem.rules) > known
            parts.append(replace(part, number=known) if is_new else part)
    return relaxation_of(problem, given_up)


def _ease(part: Part) -> tuple[int, Part]:
    return TROUBLE[part.kind], part


def _with_candidates(problem: Problem, part: Part) -> Part:
    """A headcount with the people who hold the role and why some of them are away."""
    if part.kind is not Kind.MINIMUM:
        return part
    shift = next(shift for shift in problem.shifts if shift.id == part.shift)
    able: list[str] = []
    away: list[str] = []
    for employee in problem.employees:
        if part.role in employee.roles:
            absent = any(off.start < shift.end and shift.start < off.end for off in employee.unavailable)
            (away if absent else able).append(employee.name)
    who = ", ".join(able) if able else "nobody"
    gone = f" ({', '.join(away)} away)" if away else ""
    return replace(part, detail=f"{part.detail}; only {who} can{gone}") if len(able) < 8 else part
