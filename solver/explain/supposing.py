"""What if: what a week would cost, and who would work otherwise, were something different."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from solver.changes import Change, changed
from solver.explain.clash import Clash, explain_infeasible
from solver.problem import Assignment, Problem
from solver.repair import repair
from solver.score import score
from solver.search import solve
from solver.solution import Status, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """The best answer to a changed week that was found: who works otherwise, and what it costs.

    Without a schedule `after` is None, and `clash` says why where that could be found out. `proven` says that there
    is no better answer to the changed week, a small price for each change of an assignment included.
    """

    problem: Problem
    assignments: tuple[Assignment, ...]
    before: int
    after: int | None
    terms: dict[Term, int]
    dropped: tuple[Assignment, ...]
    added: tuple[Assignment, ...]
    proven: bool
    clash: Clash | None


def suppose(
    problem: Problem,
    assignments: Iterable[Assignment],
    changes: Iterable[Change],
    *,
    time_limit_s: float = 3.0,
    workers: int = 2,
    seed: int = 1,
    should_stop: Callable[[], bool] | None = None,
) -> Supposed:
    """The week after `changes`: a draft solved anew from `assignments`, a published one repaired.

    Takes at most `time_limit_s` for the schedule, and as long again to say why there is none. Raises `InvalidProblem`
    when a change contradicts the problem, `KeyError` when it names what is not there.
    """
    before, changes = tuple(sorted(assignments)), tuple(changes)
    after = changed(problem, changes)
    if problem.previous:
        # People have made plans by a published week: as few of them as possible may be upset.
        repaired = repair(
            problem, before, changes, time_limit_s=time_limit_s, workers=workers, seed=seed, should_stop=should_stop
        )
        answer, proven = repaired.solution, repaired.proven
    else:
        # People read the difference: without a price for it, equally good weeks would look like upheavals.
        near = replace(after, previous=before, stability_weight=max(1, problem.stability_weight))
        answer = solve(
            near, time_limit_s=time_limit_s, workers=workers, seed=seed, start=before, should_stop=should_stop
        )
        proven = answer.status is Status.OPTIMAL
    old = score(problem, before)
    if answer.objective is None:
        clash = None
        if answer.status is Status.INFEASIBLE:
            clash = explain_infeasible(after, time_limit_s=time_limit_s, workers=workers, should_stop=should_stop)
        return Supposed(
            problem=after,
            assignments=(),
            before=old.objective,
            after=None,
            terms={},
            dropped=(),
            added=(),
            proven=answer.status is Status.INFEASIBLE,
            clash=clash,
        )
    new = score(after, answer.assignments)
    terms = Counter(new.terms)
    terms.subtract(old.terms)
    had, has = set(before), set(answer.assignments)
    return Supposed(
        problem=after,
        assignments=answer.assignments,
        before=old.objective,
        after=new.objective,
        terms={term: points for term, points in terms.items() if points},
        dropped=tuple(sorted(had - has)),
        added=tuple(sorted(has - had)),
        proven=proven,
        clash=None,
    )
