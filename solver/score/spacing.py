"""What is wrong with the minutes around one person's shifts, and with asking them to work at all."""

from collections.abc import Iterator
from itertools import combinations

from solver.phrases import Unsaid
from solver.problem import PastShift, Reason, Shift
from solver.rules import Period, Priority, RestBetween, Standby, TimeOffDistance, TravelTime
from solver.score.roster import Roster, Week
from solver.solution import Finding, Term
from solver.words import hours, shift_name


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
        else:
            sites = {"", later.site} if isinstance(earlier, PastShift) else {earlier.site, later.site}
            concerned = len(sites) == 2 and "" not in sites
        if concerned:
            yield Finding(
                term=Term.REST,
                hard=rule.weight is None,
                rule=rule,
                says=_too_close_words(roster, week, rule, earlier, later),
                penalty=rule.weight or 0,
                employee=week.employee.id,
                shift=later.id,
                day=later.day,
            )


def _too_close_words(
    roster: Roster, week: Week, rule: RestBetween | TravelTime, earlier: Shift | PastShift, later: Shift
) -> Unsaid:
    values = {
        "person": week.employee.name,
        "hours": hours(later.start - earlier.end),
        "earlier": shift_name(roster.problem, earlier),
        "later": shift_name(roster.problem, later),
        "needed": hours(rule.minutes),
    }
    if isinstance(rule, RestBetween):
        return Unsaid("{person} rests {hours} between {earlier} and {later}; {needed} are needed", **values)
    return Unsaid("{person} has {hours} between {earlier} and {later}; {needed} are needed", **values)


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
                says=_near_words(week.employee.name, shift_name(roster.problem, shift), hours(rule.minutes), after),
                penalty=rule.weight or 0,
                employee=week.employee.id,
                shift=shift.id,
                day=shift.day,
            )


def _near_words(person: str, shift: str, distance: str, is_before: bool) -> Unsaid:
    if is_before:
        return Unsaid(
            "{person} works {shift}, less than {hours} before time off", person=person, shift=shift, hours=distance
        )
    return Unsaid(
        "{person} works {shift}, less than {hours} after time off", person=person, shift=shift, hours=distance
    )


def _used(roster: Roster, week: Week, rule: Priority) -> Iterator[Finding]:
    for shift in week.shifts:
        if rule.weight:
            yield Finding(
                term=Term.PRIORITY,
                hard=False,
                says=Unsaid(
                    "{person} works {shift}; others come first",
                    person=week.employee.name,
                    shift=shift_name(roster.problem, shift),
                ),
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
                says=Unsaid("{person} is called from standby", person=week.employee.name),
                penalty=rule.weight,
                employee=week.employee.id,
                day=period * length,
            )
