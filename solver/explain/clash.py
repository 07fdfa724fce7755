"""Why no schedule is possible: a smallest set of hard parts that cannot all be kept, and what would help.

The set comes from QuickXplain (Junker, "QUICKXPLAIN: preferred explanations and relaxations for over-constrained
problems", AAAI 2004): leave out any one part of it and the others can be kept together.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from solver.explain.parts import Kind, Part, parts_of, with_parts
from solver.explain.relaxing import TROUBLE, Relaxation, relax, relaxation_of
from solver.model import build
from solver.phrases import Phrase
from solver.problem import Problem
from solver.search.running import watched


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
    relaxations = _relaxations(judge, ordered)
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

    def least_amount(self, part: Part, left_out: Sequence[Part] = ()) -> int | None:
        """By how many units `part` must give way for all but those `left_out` to be kept; None if that is no help.

        The cost is only a first guess. What must be given up over all weeks or days together is too much for a limit
        that holds for each of them, and too little for one that history has passed already: that part costs nothing,
        while a looser limit has to reach beyond it.
        """
        others = [one for one in parts_of(self.problem) if one != part and one not in left_out]
        cost = self.least_cost(others, [part])
        if cost is None or part.kind in (Kind.PIN, Kind.ABSENCE):
            return None if cost is None else 1

        def is_enough(amount: int) -> bool:
            return self.would_help(relaxation_of(self.problem, [(part, amount)]), left_out)

        fewest, most = 1, max(1, cost)
        # It ends: given up altogether the part is no hindrance, and no limit is out of reach of doubling.
        while not is_enough(most):
            fewest, most = most + 1, 2 * most
        while fewest < most:
            middle = (fewest + most) // 2
            if is_enough(middle):
                most = middle
            else:
                fewest = middle + 1
        return most

    def would_help(self, relaxation: Relaxation, left_out: Sequence[Part] = ()) -> bool:
        """Whether all parts but those `left_out` can be kept once `relaxation` is made."""
        relaxed = _Judge(relax(self.problem, relaxation), self.until, self.workers, self.should_stop)
        kept = [one for one in parts_of(relaxed.problem) if one not in left_out]
        return relaxed.least_cost(kept, ()) is not None

    def least_cost(self, hard: Iterable[Part], soft: Iterable[Part]) -> int | None:
        """How many units of `soft` must be given up so that `hard` can be kept; None when that does not help."""
        left = self.until - time.monotonic()
        if left <= 0 or self.should_stop():
            raise _OutOfTime
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self.workers
        solver.parameters.max_time_in_seconds = left
        status = watched(solver, build(with_parts(self.problem, hard, soft)).cp, self.should_stop)
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


def _relaxations(judge: _Judge, core: Sequence[Part]) -> tuple[Relaxation, ...]:
    """Single changes that help, the easiest first; where none does, a combination that does."""
    found: list[Relaxation] = []
    try:
        for part in core:
            amount = judge.least_amount(part)
            if amount is not None:
                found.append(relaxation_of(judge.problem, [(part, amount)]))
        if not found:
            found.extend(_combination(judge, core))
    except _OutOfTime:
        pass
    return tuple(sorted(found, key=lambda item: item.cost))


def _combination(judge: _Judge, core: Sequence[Part]) -> Iterator[Relaxation]:
    """The easiest part of one clash after the other, each given up by as little as is needed."""
    asked, parts = judge.problem, parts_of(judge.problem)
    dropped = [min(core, key=_ease)]
    while not judge.is_possible(kept := [part for part in parts if part not in dropped]):
        dropped.append(min(_quick_xplain(judge, kept), key=_ease))
    given_up: list[tuple[Part, int]] = []
    gone: list[Part] = []
    for at, part in enumerate(dropped):
        amount = judge.least_amount(part, [*gone, *dropped[at + 1 :]])
        if amount is None:
            return
        given_up.append((part, amount))
        if part.kind in (Kind.PIN, Kind.ABSENCE):
            gone.append(part)
        else:
            # The next one is measured beside this one as loosened.
            judge.problem = relax(judge.problem, relaxation_of(judge.problem, [(part, amount)]))
    judge.problem = asked
    together = relaxation_of(asked, given_up)
    if judge.would_help(together):
        yield together


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
            absent = any(off.keeps_from(shift) for off in employee.unavailable)
            (away if absent else able).append(employee.name)
    if len(able) >= 8:
        return part
    who = ", ".join(able) if able else Phrase("nobody")
    detail = Phrase("{place}; only {people} can", place=part.detail, people=who)
    if away:
        detail = Phrase(
            "{place}; only {people} can ({away} away)", place=part.detail, people=who, away=", ".join(away)
        )
    return replace(part, detail=detail)
