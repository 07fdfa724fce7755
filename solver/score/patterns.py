"""What is wrong with which of one person's days and shifts stand together."""

from collections.abc import Iterator
from itertools import combinations

from solver.phrases import Unsaid
from solver.problem import PastShift, Problem, Shift
from solver.rules import ConsecutiveWeekends, DailyPairs, ForbiddenPattern
from solver.score.amounts import weekend_of
from solver.score.roster import Roster, Week
from solver.solution import Finding, Term
from solver.words import allowed, day_name, shift_name, weekend_count
from solver.words_rules import pattern_words


def findings(roster: Roster, week: Week) -> Iterator[Finding]:
    """Everything about the patterns of one person's days."""
    for _, rule in week.rules:
        match rule:
            case ForbiddenPattern():
                yield from _pattern(roster.problem, week, rule)
            case DailyPairs():
                yield from _pairs(roster.problem, week, rule)
            case ConsecutiveWeekends():
                yield from _weekends(roster.problem, week, rule)
            case _:
                pass


def _pattern(problem: Problem, week: Week, rule: ForbiddenPattern) -> Iterator[Finding]:
    types: dict[int, set[str]] = {}
    worked: list[Shift | PastShift] = [*week.past, *week.shifts]
    for shift in worked:
        types.setdefault(shift.day, set()).add(shift.type)
    for first in range(-problem.history_days, problem.days):
        days = range(first, first + len(rule.sequence))
        if days[-1] >= problem.days or days[-1] < 0:
            continue
        if rule.first_weekday is not None and (first + problem.first_weekday) % 7 != rule.first_weekday:
            continue
        if all(_is_like(types.get(day, set()), wanted) for day, wanted in zip(days, rule.sequence, strict=True)):
            yield Finding(
                term=Term.SUCCESSION,
                hard=rule.weight is None,
                rule=rule,
                says=Unsaid(
                    "{person} has {pattern} from {day}",
                    person=week.employee.name,
                    pattern=pattern_words(rule),
                    day=day_name(problem, first),
                ),
                penalty=rule.weight or 0,
                employee=week.employee.id,
                day=max(0, first),
            )


def _is_like(types: set[str], wanted: frozenset[str] | None) -> bool:
    if wanted is None:
        return not types
    return bool(types & wanted) if wanted else bool(types)


def _pairs(problem: Problem, week: Week, rule: DailyPairs) -> Iterator[Finding]:
    for one, other in combinations(week.shifts, 2):
        if one.day != other.day or any({one.type, other.type} <= together for together in rule.allowed):
            continue
        yield Finding(
            term=Term.SHIFTS_PER_DAY,
            hard=rule.weight is None,
            rule=rule,
            says=Unsaid(
                "{person} works {one} and {other} on one day, which do not go together",
                person=week.employee.name,
                one=one.name,
                other=shift_name(problem, other),
            ),
            penalty=rule.weight or 0,
            employee=week.employee.id,
            shift=other.id,
            day=other.day,
        )


def _weekends(problem: Problem, week: Week, rule: ConsecutiveWeekends) -> Iterator[Finding]:
    known = {weekend_of(problem, day) for day in range(-problem.history_days, problem.days)} - {None}
    here = {weekend for shift in week.shifts if (weekend := weekend_of(problem, shift.day)) is not None}
    before = {weekend_of(problem, past.day) for past in week.past if past.day >= -problem.history_days}
    for last in sorted(here):
        row = range(last - rule.maximum, last)
        if all(weekend in known and (weekend in here or weekend in before) for weekend in row):
            yield Finding(
                term=Term.WEEKENDS,
                hard=rule.weight is None,
                rule=rule,
                says=Unsaid(
                    "{person} works {weekends} in a row; {limit}",
                    person=week.employee.name,
                    weekends=weekend_count(rule.maximum + 1),
                    limit=allowed(rule.maximum),
                ),
                penalty=rule.weight or 0,
                employee=week.employee.id,
                day=min(shift.day for shift in week.shifts if weekend_of(problem, shift.day) == last),
            )
