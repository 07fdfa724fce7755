"""What has begun when a run looks: it is settled, so that nothing is spent on it and all of it counts as worked."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock
from service.scheduling.problem import Loaded
from service.schemas.shifts import WeekStatus
from service.shifts.models import PlannedShift, WeeklySchedule
from solver.problem import Assignment, Problem, Shift
from solver.rules import Alternatives, Presence, Rule
from solver.score.change import effect_of
from solver.score.roster import Roster


def settled(session: Session, loaded: Loaded) -> Loaded:
    """The same question with the shifts of published weeks that have begun as they are: who is on them is pinned,
    and nobody else is wanted or allowed there. Drafts are planned whole: nobody was told of them."""
    begun = _begun(session, loaded)
    if not begun:
        return loaded
    problem = loaded.problem
    kept = _lawful(loaded, begun)
    staff = Counter((one.shift, one.role) for one in kept)
    rules = [
        (rule, work_rule)
        for rule, work_rule in zip(problem.rules, loaded.work_rules, strict=True)
        if not _is_over(rule, problem, begun)
    ]
    return replace(
        loaded,
        problem=replace(
            problem,
            shifts=tuple(_staffed(shift, staff) if shift.id in begun else shift for shift in problem.shifts),
            rules=tuple(rule for rule, _ in rules),
            pinned=(*kept, *_ahead(problem.pinned, begun)),
        ),
        start=(*kept, *_ahead(loaded.start, begun)),
        work_rules=tuple(work_rule for _, work_rule in rules),
        begun=begun,
    )


def _begun(session: Session, loaded: Loaded) -> frozenset[str]:
    found = session.scalars(
        select(PlannedShift.id)
        .join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
        .where(
            WeeklySchedule.id.in_(loaded.versions),
            WeeklySchedule.status == WeekStatus.PUBLISHED,
            func.lower(PlannedShift.during) <= clock.now(),
        )
    )
    return frozenset(map(str, found)) & {shift.id for shift in loaded.problem.shifts}


def _lawful(loaded: Loaded, begun: frozenset[str]) -> tuple[Assignment, ...]:
    """Who is on shifts that have begun and may be pinned there.

    Not who is away by now, has lost the role, or was there against a hard rule: with a pin that breaks one there
    would be no schedule at all, and the past cannot be mended. All are tried at once, then shift by shift, then one
    by one. What breaks a rule alone may keep it beside the days ahead, such as the first day of a long run.
    """
    problem = loaded.problem
    asked = replace(
        problem, shifts=tuple(_unbound(one) if one.id in begun else one for one in problem.shifts), pinned=()
    )
    rosters = [Roster.of(asked, ()), Roster.of(asked, _ahead(loaded.confirmed, begun))]
    worked = sorted(one for one in loaded.confirmed if one.shift in begun)
    by_shift: dict[str, list[Assignment]] = defaultdict(list)
    for one in worked:
        by_shift[one.shift].append(one)
    kept: set[Assignment] = set()
    for group in (worked, *by_shift.values(), *([one] for one in worked)):
        new = [one for one in group if one not in kept]
        if new and any(effect_of(roster, (), new).legal for roster in rosters):
            kept.update(new)
            rosters = [roster.after((), new) for roster in rosters]
    return tuple(sorted(kept))


def _ahead(assignments: Iterable[Assignment], begun: frozenset[str]) -> list[Assignment]:
    return [one for one in assignments if one.shift not in begun]


def _staffed(shift: Shift, staff: Counter[tuple[str, str]]) -> Shift:
    """The shift wanting those who are there, and nobody else."""
    demands = []
    for demand in shift.demands:
        there = staff[shift.id, demand.role]
        demands.append(replace(demand, target=there, minimum=0, maximum=there))
    return replace(shift, demands=tuple(demands))


def _unbound(shift: Shift) -> Shift:
    return replace(shift, demands=tuple(replace(one, minimum=0, maximum=None) for one in shift.demands))


def _is_over(rule: Rule, problem: Problem, begun: frozenset[str]) -> bool:
    """Whether a rule speaks of nothing but who is on shifts that have begun."""
    match rule:
        case Presence():
            about = {one.id for one in problem.shifts if one.start <= rule.start and rule.end <= one.end}
        case Alternatives():
            about = set(rule.shifts)
        case _:
            return False
    return bool(about) and about <= begun
