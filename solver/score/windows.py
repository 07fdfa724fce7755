"""What is wrong with one person's work seen through windows of days: amounts, and stretches of free time."""

from collections.abc import Iterator

from solver.phrases import Phrase, Unsaid
from solver.problem import PastShift, Problem, Shift
from solver.rules import Amount, FreeTime, WindowLimit
from solver.score.amounts import weekend_of
from solver.score.roster import Roster, Week
from solver.solution import Finding, Term
from solver.words import (
    allowed,
    day_count,
    day_name,
    days_from,
    hours,
    needed,
    often,
    shift_count,
    weekend_count,
)

MINUTES_A_DAY = 1440
TERMS = {
    Amount.MINUTES: Term.MINUTES,
    Amount.SHIFTS: Term.SHIFTS,
    Amount.DAYS: Term.DAYS,
    Amount.DAYS_OFF: Term.DAYS,
    Amount.WEEKEND_MINUTES: Term.WEEKENDS,
    Amount.WEEKENDS: Term.WEEKENDS,
}


def findings(roster: Roster, week: Week) -> Iterator[Finding]:
    """Everything about windows of one person's days."""
    for _, rule in week.rules:
        match rule:
            case WindowLimit():
                yield from _limit(roster.problem, week, rule)
            case FreeTime():
                yield from _free_time(roster.problem, week, rule)
            case _:
                pass


def _windows(problem: Problem, days: int, every: int) -> list[tuple[int, int]]:
    """First and last day of each window that is wholly known and not wholly past."""
    known = range(-problem.history_days, problem.days)
    return [
        (first, first + days - 1)
        for first in known
        if first % every == 0 and first + days - 1 in known and first + days - 1 >= 0
    ]


def _limit(problem: Problem, week: Week, rule: WindowLimit) -> Iterator[Finding]:
    windows = _windows(problem, rule.days, rule.every)
    for first, last in windows or [(0, min(rule.days, problem.days) - 1)]:
        before = _amount(problem, week, rule, first, min(last, -1))
        total = _amount(problem, week, rule, first, last)
        least, most = rule.minimum if windows else None, rule.maximum
        if least is not None and rule.amount is Amount.DAYS_OFF:
            # Days off that were not taken before the horizon cannot be had any more.
            least = min(least, before + last - max(first, 0) + 1)
        if most is not None and total > max(most, before):
            outside, limit = total - max(most, before), allowed(_said(rule.amount, most))
        elif least is not None and total < least:
            outside, limit = least - total, needed(_said(rule.amount, least))
        else:
            continue
        units = -(-outside // 60) if "MINUTES" in rule.amount else outside
        yield Finding(
            term=TERMS[rule.amount],
            hard=rule.weight is None,
            rule=rule,
            says=Unsaid(
                "{person} has {amount} {when}; {limit}",
                person=week.employee.name,
                amount=_said(rule.amount, total),
                when=days_from(last - first + 1, day_name(problem, first)),
                limit=limit,
            ),
            penalty=(rule.weight or 0) * units,
            employee=week.employee.id,
            day=first,
            amount=units,
        )


def _amount(problem: Problem, week: Week, rule: WindowLimit, first: int, last: int) -> int:
    """How much there is from `first` to `last`."""
    worked: list[Shift | PastShift] = [*week.shifts, *week.past]
    counted = [
        shift
        for shift in worked
        if first <= shift.day <= last
        and (shift.day < 0) == isinstance(shift, PastShift)
        and (rule.types is None or shift.type in rule.types)
    ]
    match rule.amount:
        case Amount.MINUTES:
            return sum(shift.minutes for shift in counted)
        case Amount.SHIFTS:
            return len(counted)
        case Amount.DAYS:
            return len({shift.day for shift in counted})
        case Amount.DAYS_OFF:
            return max(0, last - first + 1) - len({shift.day for shift in counted})
        case Amount.WEEKEND_MINUTES:
            return sum(shift.minutes for shift in counted if (problem.first_weekday + shift.day) % 7 in (5, 6))
        case Amount.WEEKENDS:
            return len({weekend_of(problem, shift.day) for shift in counted} - {None})


@often
def _said(amount: Amount, value: int) -> Phrase:
    match amount:
        case Amount.MINUTES:
            return Phrase("{hours} of work", hours=hours(value))
        case Amount.SHIFTS:
            return shift_count(value)
        case Amount.DAYS:
            return Phrase("{days} of work", days=day_count(value))
        case Amount.DAYS_OFF:
            return Phrase("{days} off", days=day_count(value))
        case Amount.WEEKEND_MINUTES:
            return Phrase("{hours} of weekend work", hours=hours(value))
        case Amount.WEEKENDS:
            return Phrase("{weekends} with work", weekends=weekend_count(value))


def _free_time(problem: Problem, week: Week, rule: FreeTime) -> Iterator[Finding]:
    before = [(past.start, past.end) for past in week.past]
    worked = [(shift.start, shift.end) for shift in week.shifts]
    for first, last in _windows(problem, rule.days, rule.every):
        start, end = first * MINUTES_A_DAY, (last + 1) * MINUTES_A_DAY
        if _longest_gap(start, end, before) < rule.minutes:
            continue
        longest = _longest_gap(start, end, before + worked)
        if longest < rule.minutes:
            yield Finding(
                term=Term.REST,
                hard=rule.weight is None,
                rule=rule,
                says=Unsaid(
                    "{person} is free for {hours} at a time {when}; {needed} are needed",
                    person=week.employee.name,
                    hours=hours(longest),
                    when=days_from(rule.days, day_name(problem, first)),
                    needed=hours(rule.minutes),
                ),
                penalty=rule.weight or 0,
                employee=week.employee.id,
                day=first,
            )


def _longest_gap(start: int, end: int, busy: list[tuple[int, int]]) -> int:
    longest, free_from = 0, start
    for begins, ends in sorted(busy):
        if ends <= start or begins >= end:
            continue
        longest = max(longest, begins - free_from)
        free_from = max(free_from, ends)
    return max(longest, end - free_from)
