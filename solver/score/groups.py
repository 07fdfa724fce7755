"""What is wrong with who is there together: skills on a shift, presence over a span, alternative shifts."""

from collections.abc import Iterator

from solver.phrases import Unsaid, either
from solver.problem import Employee, Shift
from solver.rules import Alternatives, Presence, SkillMix
from solver.score.roster import Roster
from solver.solution import Finding, Term
from solver.words import allowed, needed, shift_name, span_words


def skills(roster: Roster, rule: SkillMix) -> Iterator[Finding]:
    """Each shift with too few or too many people who hold the skill."""
    staff: dict[str, list[Employee]] = {}
    for employee in rule.employees:
        for shift_id in {shift.id for shift in roster.weeks[employee].shifts}:
            staff.setdefault(shift_id, []).append(roster.weeks[employee].employee)
    for shift_id, people in sorted(staff.items()):
        shift = roster.shifts[shift_id]
        if rule.types is not None and shift.type not in rule.types:
            continue
        holders = sum(1 for person in people if _level(person, rule.skill, shift) >= rule.level)
        if rule.minimum is not None and holders < rule.minimum:
            outside, limit = rule.minimum - holders, needed(rule.minimum)
        elif rule.maximum is not None and holders > rule.maximum:
            outside, limit = holders - rule.maximum, allowed(rule.maximum)
        else:
            continue
        yield Finding(
            term=Term.SKILLS,
            hard=rule.weight is None,
            rule=rule,
            says=Unsaid(
                "{shift} has {count} with {skill}; {limit}",
                shift=shift_name(roster.problem, shift),
                count=holders,
                skill=rule.skill,
                limit=limit,
            ),
            penalty=(rule.weight or 0) * outside,
            shift=shift.id,
            day=shift.day,
            amount=outside,
        )


def _level(person: Employee, skill: str, shift: Shift) -> int:
    """The best level of a skill that has not expired; below every level where there is none."""
    held = [one.level for one in person.skills if one.name == skill and (one.until is None or one.until >= shift.day)]
    return max(held, default=-1_000_000)


def presence(roster: Roster, rule: Presence) -> Iterator[Finding]:
    """Too few or too many people of a role throughout a span."""
    here = sum(
        1
        for item in roster.assignments
        if item.employee in rule.employees
        and item.role == rule.role
        and roster.shifts[item.shift].start <= rule.start
        and roster.shifts[item.shift].end >= rule.end
    )
    there = rule.already + here
    if rule.minimum is not None and there < rule.minimum:
        outside, limit = rule.minimum - there, needed(rule.minimum)
    elif rule.maximum is not None and there > max(rule.maximum, rule.already):
        outside, limit = there - max(rule.maximum, rule.already), allowed(rule.maximum)
    else:
        return
    yield Finding(
        term=Term.COVERAGE,
        hard=rule.weight is None,
        rule=rule,
        says=Unsaid(
            "{span} has {count} {role}; {limit}",
            span=span_words(roster.problem, rule.start, rule.end),
            count=there,
            role=rule.role,
            limit=limit,
        ),
        penalty=(rule.weight or 0) * outside,
        role=rule.role,
        amount=outside,
    )


def alternatives(roster: Roster, rule: Alternatives) -> Iterator[Finding]:
    """Not one of the shifts is as full as it should be."""
    fullest = max(
        sum(
            1
            for item in roster.assignments
            if item.shift == shift and item.role == rule.role and item.employee in rule.employees
        )
        for shift in rule.shifts
    )
    missing = rule.target - fullest
    if missing > 0:
        shifts = sorted((roster.shifts[shift] for shift in rule.shifts), key=lambda shift: (shift.start, shift.id))
        names = either(shift_name(roster.problem, shift) for shift in shifts)
        yield Finding(
            term=Term.COVERAGE,
            hard=rule.weight is None,
            rule=rule,
            says=Unsaid("{shifts} lacks {count} person as {role}", shifts=names, count=missing, role=rule.role)
            if missing == 1
            else Unsaid("{shifts} lacks {count} people as {role}", shifts=names, count=missing, role=rule.role),
            penalty=(rule.weight or 0) * missing,
            role=rule.role,
            day=shifts[0].day,
            amount=missing,
        )
