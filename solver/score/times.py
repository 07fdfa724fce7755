"""What is wrong with when one person works: roles, absences, overlap, rest, successions, shifts a day."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from solver.problem import PastShift, Reason, Shift
from solver.rules import ForbiddenSuccession, MinimumRest, ShiftsPerDay
from solver.score.roster import Roster, Week
from solver.solution import Finding, Term
from solver.words import count, day_name, hours, shift_name

REASONS = {
    Reason.TIME_OFF: "has time off",
    Reason.OUTSIDE_AVAILABILITY: "is not available",
    Reason.OTHER_TEAM: "works for another team",
    Reason.REST_FROM_OTHER_TEAM: "needs rest from work for another team",
    Reason.OTHER_WEEK: "is kept free for a shift of another week",
}


def findings(roster: Roster, week: Week) -> Iterator[Finding]:
    """Everything about the times of one person's work."""
    yield from _qualification(roster, week)
    yield from _absence(roster, week)
    yield from _overlap(roster, week)
    for _, rule in week.rules:
        match rule:
            case MinimumRest():
                yield from _rest(roster, week, rule)
            case ForbiddenSuccession():
                yield from _succession(roster, week, rule)
            case ShiftsPerDay():
                yield from _shifts_per_day(roster, week, rule)
            case _:
                pass


def _qualification(roster: Roster, week: Week) -> Iterator[Finding]:
    for shift, role in week.worked:
        if role not in week.employee.roles:
            detail = f"{week.employee.name} does not hold the role {role} for {shift_name(roster.problem, shift)}"
        elif role not in {demand.role for demand in shift.demands}:
            detail = f"{shift_name(roster.problem, shift)} asks for no {role}"
        else:
            continue
        yield Finding(
            term=Term.QUALIFICATION,
            hard=True,
            detail=detail,
            employee=week.employee.id,
            shift=shift.id,
            role=role,
            day=shift.day,
        )


def _absence(roster: Roster, week: Week) -> Iterator[Finding]:
    for shift in week.shifts:
        named = shift_name(roster.problem, shift)
        for interval in week.employee.unavailable:
            if interval.keeps_from(shift):
                yield Finding(
                    term=Term.UNAVAILABLE,
                    hard=True,
                    detail=f"{week.employee.name} {REASONS[interval.reason]} during {named}",
                    employee=week.employee.id,
                    shift=shift.id,
                    day=shift.day,
                )
                break


def _overlap(roster: Roster, week: Week) -> Iterator[Finding]:
    for earlier, later in _pairs(week):
        if later.start < earlier.end and earlier.start < later.end:
            yield Finding(
                term=Term.OVERLAP,
                hard=True,
                detail=f"{week.employee.name} works {_named(roster, earlier)} and "
                f"{shift_name(roster.problem, later)} at the same time",
                employee=week.employee.id,
                shift=later.id,
                day=later.day,
            )


def _rest(roster: Roster, week: Week, rule: MinimumRest) -> Iterator[Finding]:
    for earlier, later in _pairs(week):
        gap = later.start - earlier.end
        if 0 <= gap < rule.minutes:
            yield Finding(
                term=Term.REST,
                hard=rule.weight is None,
                rule=rule,
                detail=f"{week.employee.name} rests {hours(gap)} between {_named(roster, earlier)} and "
                f"{shift_name(roster.problem, later)}; {hours(rule.minutes)} are needed",
                penalty=rule.weight or 0,
                employee=week.employee.id,
                shift=later.id,
                day=later.day,
            )


def _succession(roster: Roster, week: Week, rule: ForbiddenSuccession) -> Iterator[Finding]:
    for earlier, later in _pairs(week):
        if earlier.type == rule.after and later.type in rule.types and later.day == earlier.day + 1:
            yield Finding(
                term=Term.SUCCESSION,
                hard=rule.weight is None,
                rule=rule,
                detail=f"{week.employee.name} works {_named(roster, earlier)} and the day after "
                f"{shift_name(roster.problem, later)}",
                penalty=rule.weight or 0,
                employee=week.employee.id,
                shift=later.id,
                day=later.day,
            )


def _shifts_per_day(roster: Roster, week: Week, rule: ShiftsPerDay) -> Iterator[Finding]:
    for day, worked in sorted(Counter(shift.day for shift in week.shifts).items()):
        if worked > rule.maximum:
            yield Finding(
                term=Term.SHIFTS_PER_DAY,
                hard=rule.weight is None,
                rule=rule,
                detail=f"{week.employee.name} works {count(worked, 'shift')} on {day_name(roster.problem, day)}; "
                f"at most {rule.maximum} allowed",
                penalty=(rule.weight or 0) * (worked - rule.maximum),
                employee=week.employee.id,
                day=day,
                amount=worked - rule.maximum,
            )


def _pairs(week: Week) -> Iterator[tuple[Shift | PastShift, Shift]]:
    """Every two shifts of a person, the one that starts first before the other; at most one of them is past."""
    for past in week.past:
        for shift in week.shifts:
            yield past, shift
    yield from combinations(week.shifts, 2)


def _named(roster: Roster, shift: Shift | PastShift) -> str:
    if isinstance(shift, Shift):
        return shift_name(roster.problem, shift)
    return f"{shift.type} on {day_name(roster.problem, shift.day)}"
