"""Which of one person's days are not like their day of a rotation."""

from collections import defaultdict
from collections.abc import Iterator

from solver.phrases import Unsaid, both
from solver.problem import Employee, Problem
from solver.rules import Rotation
from solver.score.roster import Roster, Week
from solver.solution import Finding, Term
from solver.words import day_name
from solver.words_rules import day_words


def findings(roster: Roster, week: Week) -> Iterator[Finding]:
    """Everything about one person's rotations."""
    for _, rule in week.rules:
        if isinstance(rule, Rotation):
            yield from _days_unlike(roster.problem, week, rule)


def _days_unlike(problem: Problem, week: Week, rule: Rotation) -> Iterator[Finding]:
    worked: dict[int, set[str]] = defaultdict(set)
    for shift in week.shifts:
        worked[shift.day].add(shift.type)
    position = rule.offset % len(rule.cycle)
    unlike: dict[int, frozenset[str] | None] = {}
    for day in range(problem.days):
        wanted = rule.cycle[position]
        position = (position + 1) % len(rule.cycle)
        if day not in rule.excused and not _is_like(worked[day], wanted):
            unlike[day] = wanted
    offered = _offered(problem, week.employee, {day for day, wanted in unlike.items() if wanted is not None})
    for day, wanted in unlike.items():
        if wanted is not None and not (offered[day] & wanted if wanted else offered[day]):
            continue
        yield Finding(
            term=Term.SUCCESSION,
            hard=rule.weight is None,
            rule=rule,
            says=_words(week.employee.name, worked[day], day_name(problem, day), day_words(wanted)),
            penalty=rule.weight or 0,
            employee=week.employee.id,
            day=day,
        )


def _words(person: str, worked: set[str], day: str, wanted: str) -> Unsaid:
    if not worked:
        return Unsaid(
            "{person} works nothing on {day}, where the rotation has {wanted}", person=person, day=day, wanted=wanted
        )
    return Unsaid(
        "{person} works {types} on {day}, where the rotation has {wanted}",
        person=person,
        types=both(sorted(worked)),
        day=day,
        wanted=wanted,
    )


def _is_like(worked: set[str], wanted: frozenset[str] | None) -> bool:
    if wanted is None:
        return not worked
    return bool(worked) and (not wanted or worked <= wanted)


def _offered(problem: Problem, employee: Employee, days: set[int]) -> dict[int, set[str]]:
    """The types of shifts that somebody could work on these days: in a role of theirs, and not while away."""
    offered: dict[int, set[str]] = {day: set() for day in days}
    for shift in problem.shifts if days else ():
        if shift.day not in days or employee.roles.isdisjoint(demand.role for demand in shift.demands):
            continue
        if not any(away.keeps_from(shift) for away in employee.unavailable):
            offered[shift.day].add(shift.type)
    return offered
