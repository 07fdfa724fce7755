"""What is wrong with how much one person works: minutes, shifts, weekends."""

from collections.abc import Iterator

from solver.phrases import Phrase, Unsaid
from solver.problem import Problem, Shift
from solver.rules import MinutesLimit, Period, ShiftsLimit, ShiftTypes, WeekendLimit
from solver.score.roster import Roster, Week
from solver.solution import Finding, Term
from solver.words import PERIODS, allowed, hours, needed, often, shift_count, weekend_count

IN_THE_WEEK = Phrase("in the week")


def findings(roster: Roster, week: Week) -> Iterator[Finding]:
    """Everything about the amount of one person's work."""
    for _, rule in week.rules:
        match rule:
            case MinutesLimit():
                yield from _minutes(roster.problem, week, rule)
            case ShiftsLimit():
                yield from _shifts(roster.problem, week, rule)
            case WeekendLimit():
                yield from _weekends(roster.problem, week, rule)
            case _:
                pass


def _minutes(problem: Problem, week: Week, rule: MinutesLimit) -> Iterator[Finding]:
    for first, shifts in _periods(problem, week, rule.period):
        worked = sum(shift.minutes for shift in shifts)
        outside = _outside(worked, rule.minimum, rule.maximum)
        if not outside:
            continue
        limit = allowed(hours(rule.maximum or 0)) if outside > 0 else needed(hours(rule.minimum or 0))
        started_hours = -(-abs(outside) // 60)
        yield Finding(
            term=Term.MINUTES,
            hard=rule.weight is None,
            rule=rule,
            says=Unsaid(
                "{person} works {hours} {when}; {limit}",
                person=week.employee.name,
                hours=hours(worked),
                when=_when(problem, rule.period, first),
                limit=limit,
            ),
            penalty=(rule.weight or 0) * started_hours,
            employee=week.employee.id,
            day=first,
            amount=started_hours,
        )


def _shifts(problem: Problem, week: Week, rule: ShiftsLimit) -> Iterator[Finding]:
    for first, shifts in _periods(problem, week, rule.period):
        worked = sum(1 for shift in shifts if rule.types is None or shift.type in rule.types)
        outside = _outside(worked, rule.minimum, rule.maximum)
        if not outside:
            continue
        limit = allowed(rule.maximum or 0) if outside > 0 else needed(rule.minimum or 0)
        yield Finding(
            term=Term.SHIFTS,
            hard=rule.weight is None,
            rule=rule,
            says=_shifts_words(week.employee.name, worked, rule.types, _when(problem, rule.period, first), limit),
            penalty=(rule.weight or 0) * abs(outside),
            employee=week.employee.id,
            day=first,
            amount=abs(outside),
        )


def _shifts_words(person: str, worked: int, types: ShiftTypes | None, when: str, limit: str) -> Unsaid:
    shifts = shift_count(worked)
    if types is None:
        return Unsaid("{person} works {shifts} {when}; {limit}", person=person, shifts=shifts, when=when, limit=limit)
    return Unsaid(
        "{person} works {shifts} of type {types} {when}; {limit}",
        person=person,
        shifts=shifts,
        types=", ".join(sorted(types)),
        when=when,
        limit=limit,
    )


def _weekends(problem: Problem, week: Week, rule: WeekendLimit) -> Iterator[Finding]:
    worked = len({weekend for shift in week.shifts if (weekend := weekend_of(problem, shift.day)) is not None})
    if worked > rule.maximum:
        yield Finding(
            term=Term.WEEKENDS,
            hard=rule.weight is None,
            rule=rule,
            says=Unsaid(
                "{person} works on {weekends}; {limit}",
                person=week.employee.name,
                weekends=weekend_count(worked),
                limit=allowed(rule.maximum),
            ),
            penalty=(rule.weight or 0) * (worked - rule.maximum),
            employee=week.employee.id,
            amount=worked - rule.maximum,
        )


def weekend_of(problem: Problem, day: int) -> int | None:
    """The number of the weekend that `day` belongs to; None on Monday to Friday."""
    since_monday = problem.first_weekday + day
    return since_monday // 7 if since_monday % 7 >= 5 else None


def _periods(problem: Problem, week: Week, period: Period) -> Iterator[tuple[int, list[Shift]]]:
    """First day and shifts of each period."""
    if period is Period.HORIZON:
        yield 0, list(week.shifts)
        return
    for first in range(0, problem.days, 7):
        yield first, [shift for shift in week.shifts if first <= shift.day < first + 7]


def _when(problem: Problem, period: Period, first: int) -> Phrase:
    if period is Period.HORIZON:
        return PERIODS[period]
    return IN_THE_WEEK if problem.days <= 7 else _in_week(first // 7 + 1)


@often
def _in_week(number: int) -> Phrase:
    return Phrase("in week {number}", number=number)


def _outside(value: int, minimum: int | None, maximum: int | None) -> int:
    """How far `value` is above (positive) or below (negative) its limits."""
    if maximum is not None and value > maximum:
        return value - maximum
    if minimum is not None and value < minimum:
        return value - minimum
    return 0
