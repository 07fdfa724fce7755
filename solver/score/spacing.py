"""What is wrong with the minutes around one person's shifts, and with asking them to work at all."""

from collections.abc import Iterator
from itertools import combinations

from solver.problem import PastShift, Reason, Shift
from solver.rules import Period, Priority, RestBetween, Standby, TimeOffDistance, TravelTime
from solver.score.roster import Roster, Week
from solver.solution import Finding, Term
from solver.words import day_name, hours, shift_name


def findings(roster: Roster, week: Week) -> Iterator[Finding]:
    """Everything about the spacing and the priority of one person's work."""
    for _, rule in week.rules:
        match rule:
            case RestBetween() | TravelTime():
                yield from _too_close(roster, week, rule)
            case TimeOffDistance():
                yield from _near_time_off(roster, week, rule)
            case Priority():
                yield from _used(roster, week, rule)
            case Standby():
                yield from _called(roster, week, rule)
            case _:
                pass


def _too_close(roster: Roster, week: Week, rule: RestBetween | TravelTime) -> Iterator[Finding]:
    pairs: list[tuple[Shift | PastShift, Shift]] = [(past, shift) for past in week.past for shift in week.shifts]
    pairs += combinations(week.shifts, 2)
    for earlier, later in pairs:
        gap = later.start - earlier.end
        if not 0 <= gap < rule.minutes:
            continue
        if isinstance(rule, RestBetween):
            concerned = earlier.type in rule.after and later.type in rule.before
            verb = "rests"
        else:
            sites = {"", later.site} if isinstance(earlier, PastShift) else {earlier.site, later.site}
            concerned = len(sites) == 2 and "" not in sites
            verb = "has"
        if concerned:
            name = earlier.type if isinstance(earlier, PastShift) else earlier.name
            yield Finding(
                term=Term.REST,
                hard=rule.weight is None,
                rule=rule,
                detail=f"{week.employee.name} {verb} {hours(gap)} between {name} on "
                f"{day_name(roster.problem, earlier.day)} and {shift_name(roster.problem, later)}; "
                f"{hours(rule.minutes)} are needed",
                penalty=rule.weight or 0,
                employee=week.employee.id,
                shift=later.id,
                day=later.day,
            )


def _near_time_off(roster: Roster, week: Week, rule: TimeOffDistance) -> Iterator[Finding]:
    off = [one for one in week.employee.unavailable if one.reason is Reason.TIME_OFF]
    for shift in week.shifts:
        after = any(shift.end <= one.start < shift.end + rule.minutes for one in off)
        before = any(one.end <= shift.start < one.end + rule.minutes for one in off)
        if after or before:
            yield Finding(
                term=Term.REST,
                hard=rule.weight is None,
                rule=rule,
                detail=f"{week.employee.name} works {shift_name(roster.problem, shift)}, less than "
                f"{hours(rule.minutes)} {'before' if after else 'after'} time off",
                penalty=rule.weight or 0,
                employee=week.employee.id,
                shift=shift.id,
                day=shift.day,
            )


def _used(roster: Roster, week: Week, rule: Priority) -> Iterator[Finding]:
    for shift in week.shifts:
        if rule.weight:
            yield Finding(
                term=Term.PRIORITY,
                hard=False,
                detail=f"{week.employee.name} works {shift_name(roster.problem, shift)}; others come first",
                penalty=rule.weight,
                employee=week.employee.id,
                shift=shift.id,
                day=shift.day,
            )


def _called(roster: Roster, week: Week, rule: Standby) -> Iterator[Finding]:
    length = 7 if rule.period is Period.WEEK else roster.problem.days
    for period in sorted({shift.day // length for shift in week.shifts}):
        if rule.weight:
            yield Finding(
                term=Term.PRIORITY,
                hard=False,
                detail=f"{week.employee.name} is called from standby",
                penalty=rule.weight,
                employee=week.employee.id,
                day=period * length,
            )
