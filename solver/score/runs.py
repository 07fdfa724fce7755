"""What is wrong with how one person's working days and days off follow each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from solver.phrases import Unsaid
from solver.problem import PastShift, Problem, Shift
from solver.rules import ConsecutiveDaysOff, ConsecutiveWork, ShiftTypes
from solver.score.roster import Roster, Week
from solver.solution import Finding, Term
from solver.words import allowed, at_least, day_count, day_name, wanted


@dataclass(frozen=True, slots=True)
class _Run:
    """Days `first` to `last`, all worked or all off. An open run may go on beyond what is known."""

    working: bool
    first: int
    last: int
    open: bool

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def findings(roster: Roster, week: Week) -> Iterator[Finding]:
    """Everything about the runs of one person's days."""
    rules = [rule for _, rule in week.rules if isinstance(rule, ConsecutiveWork | ConsecutiveDaysOff)]
    if not rules:
        return
    for rule in rules:
        runs = _runs(roster.problem, week, rule.types if isinstance(rule, ConsecutiveWork) else None)
        if isinstance(rule, ConsecutiveDaysOff):
            yield from _too_short(roster.problem, week, rule, runs, working=False)
            continue
        yield from _too_short(roster.problem, week, rule, runs, working=True)
        yield from _too_long(roster.problem, week, rule, runs)


def _runs(problem: Problem, week: Week, types: ShiftTypes | None) -> list[_Run]:
    shifts: list[Shift | PastShift] = [*week.shifts, *week.past]
    worked = {shift.day for shift in shifts if types is None or shift.type in types}
    days = range(-problem.history_days, problem.days)
    runs = []
    for working, group in groupby(days, key=lambda day: day in worked):
        run = list(group)
        at_edge = run[0] == days[0] or run[-1] == days[-1]
        runs.append(_Run(working=working, first=run[0], last=run[-1], open=at_edge))
    return runs


def _too_short(
    problem: Problem, week: Week, rule: ConsecutiveWork | ConsecutiveDaysOff, runs: list[_Run], *, working: bool
) -> Iterator[Finding]:
    for run in runs:
        missing = (rule.minimum or 0) - run.length
        # What ended before the last past day was decided without this horizon.
        if run.working is not working or run.open or missing <= 0 or run.last < -1:
            continue
        yield Finding(
            term=Term.CONSECUTIVE_WORK if working else Term.CONSECUTIVE_DAYS_OFF,
            hard=rule.weight is None,
            rule=rule,
            says=_too_short_words(problem, week.employee.name, run, rule.minimum or 0),
            penalty=(rule.weight or 0) * missing,
            employee=week.employee.id,
            day=run.first,
            amount=missing,
        )


def _too_short_words(problem: Problem, person: str, run: _Run, minimum: int) -> Unsaid:
    days, day, least = day_count(run.length), day_name(problem, run.first), wanted(at_least(minimum))
    if run.working:
        return Unsaid(
            "{person} works only {days} in a row from {day}; {least}", person=person, days=days, day=day, least=least
        )
    return Unsaid(
        "{person} has only {days} off in a row from {day}; {least}", person=person, days=days, day=day, least=least
    )


def _too_long(problem: Problem, week: Week, rule: ConsecutiveWork, runs: list[_Run]) -> Iterator[Finding]:
    if rule.maximum is None:
        return
    for run in runs:
        # One unit for each window of maximum + 1 days inside the run that reaches into the horizon.
        windows = run.last - max(run.first + rule.maximum, 0) + 1
        if not run.working or windows <= 0:
            continue
        yield Finding(
            term=Term.CONSECUTIVE_WORK,
            hard=rule.weight is None,
            rule=rule,
            says=Unsaid(
                "{person} works {days} in a row from {day}; {limit}",
                person=week.employee.name,
                days=day_count(run.length),
                day=day_name(problem, run.first),
                limit=allowed(rule.maximum),
            ),
            penalty=(rule.weight or 0) * windows,
            employee=week.employee.id,
            day=run.first,
            amount=windows,
        )
