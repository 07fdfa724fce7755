"""What is wrong with when one person works: roles, absences, overlap, rest, successions, shifts a day."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from solver.phrases import Unsaid
from solver.problem import PastShift, Reason, Shift
from solver.rules import ForbiddenSuccession, MinimumRest, ShiftsPerDay
from solver.score.roster import Roster, Week
from solver.solution import Finding, Term
from solver.words import allowed, day_name, hours, shift_count, shift_name


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
            says = Unsaid(
                "{person} does not hold the role {role} for {shift}",
                person=week.employee.name,
                role=role,
                shift=shift_name(roster.problem, shift),
            )
        elif role not in {demand.role for demand in shift.demands}:
            says = Unsaid("{shift} asks for no {role}", shift=shift_name(roster.problem, shift), role=role)
        else:
            continue
        yield Finding(
            term=Term.QUALIFICATION,
            hard=True,
            says=says,
            employee=week.employee.id,
            shift=shift.id,
            role=role,
            day=shift.day,
        )


def _absence(roster: Roster, week: Week) -> Iterator[Finding]:
    for shift in week.shifts:
        for interval in week.employee.unavailable:
            if interval.keeps_from(shift):
                yield Finding(
                    term=Term.UNAVAILABLE,
                    hard=True,
                    says=_away(week.employee.name, interval.reason, shift_name(roster.problem, shift)),
                    employee=week.employee.id,
                    shift=shift.id,
                    day=shift.day,
                )
                break


def _away(person: str, reason: Reason, shift: str) -> Unsaid:
    match reason:
        case Reason.TIME_OFF:
            return Unsaid("{person} has time off during {shift}", person=person, shift=shift)
        case Reason.OUTSIDE_AVAILABILITY:
            return Unsaid("{person} is not available during {shift}", person=person, shift=shift)
        case Reason.OTHER_TEAM:
            return Unsaid("{person} works for another team during {shift}", person=person, shift=shift)
        case Reason.REST_FROM_OTHER_TEAM:
            return Unsaid("{person} needs rest from work for another team during {shift}", person=person, shift=shift)
        case Reason.OTHER_WEEK:
            return Unsaid(
                "{person} is kept free for a shift of another week during {shift}", person=person, shift=shift
            )


def _overlap(roster: Roster, week: Week) -> Iterator[Finding]:
    for earlier, later in _pairs(week):
        if later.start < earlier.end and earlier.start < later.end:
            yield Finding(
                term=Term.OVERLAP,
                hard=True,
                says=Unsaid(
                    "{person} works {earlier} and {later} at the same time",
                    person=week.employee.name,
                    earlier=shift_name(roster.problem, earlier),
                    later=shift_name(roster.problem, later),
                ),
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
                says=Unsaid(
                    "{person} rests {hours} between {earlier} and {later}; {needed} are needed",
                    person=week.employee.name,
                    hours=hours(gap),
                    earlier=shift_name(roster.problem, earlier),
                    later=shift_name(roster.problem, later),
                    needed=hours(rule.minutes),
                ),
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
                says=Unsaid(
                    "{person} works {earlier} and the day after {later}",
                    person=week.employee.name,
                    earlier=shift_name(roster.problem, earlier),
                    later=shift_name(roster.problem, later),
                ),
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
                says=Unsaid(
                    "{person} works {shifts} on {day}; {limit}",
                    person=week.employee.name,
                    shifts=shift_count(worked),
                    day=day_name(roster.problem, day),
                    limit=allowed(rule.maximum),
                ),
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
