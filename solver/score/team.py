"""What is wrong with the roster as a whole: headcount, pins, pairings, fairness, changes to an earlier schedule."""

from collections.abc import Iterator

from solver.phrases import Phrase, Unsaid, both
from solver.problem import Assignment, Demand, Shift
from solver.rules import Alternatives, Fairness, Measure, Pairing, Presence, Rule, SkillMix
from solver.score import groups
from solver.score.amounts import weekend_of
from solver.score.roster import Roster
from solver.solution import Finding, Term
from solver.words import allowed, hour_count, needed, night_count, shift_count, shift_name, wanted, weekend_count

COUNTS = {
    Measure.MINUTES: hour_count,
    Measure.WEEKENDS: weekend_count,
    Measure.NIGHTS: night_count,
    Measure.SHIFTS: shift_count,
}


def findings(roster: Roster) -> Iterator[Finding]:
    """Everything that concerns several people."""
    for shift in roster.problem.shifts:
        for demand in shift.demands:
            yield from _coverage(roster, shift, demand)
    yield from _pinned(roster)
    yield from _stability(roster)
    for rule in roster.problem.rules:
        yield from _rule(roster, rule)


def findings_about(roster: Roster, people: frozenset[str], shifts: frozenset[str]) -> Iterator[Finding]:
    """The part of `findings` that can differ when only these people's work on these shifts changes."""
    for shift in shifts:
        for demand in roster.shifts[shift].demands:
            yield from _coverage(roster, roster.shifts[shift], demand)
    yield from _pinned(roster)
    yield from _stability(roster, people)
    for rule in roster.problem.rules:
        if not rule.employees.isdisjoint(people) and _is_about(roster, rule, shifts):
            yield from _rule(roster, rule)


def _is_about(roster: Roster, rule: Rule, shifts: frozenset[str]) -> bool:
    """Whether these shifts matter to a rule; a demand curve has a rule for each hour, and most are about others."""
    match rule:
        case Presence():
            touched = (roster.shifts[shift] for shift in shifts)
            return any(one.start <= rule.start and rule.end <= one.end for one in touched)
        case Alternatives():
            return not rule.shifts.isdisjoint(shifts)
        case _:
            return True


def _rule(roster: Roster, rule: Rule) -> Iterator[Finding]:
    match rule:
        case Pairing():
            yield from _pairing(roster, rule)
        case Fairness():
            yield from _fairness(roster, rule)
        case SkillMix():
            yield from groups.skills(roster, rule)
        case Presence():
            yield from groups.presence(roster, rule)
        case Alternatives():
            yield from groups.alternatives(roster, rule)
        case _:
            pass


def _coverage(roster: Roster, shift: Shift, demand: Demand) -> Iterator[Finding]:
    staff = roster.staff[shift.id, demand.role]

    def finding(limit: Phrase, amount: int, penalty: int | None) -> Finding:
        return Finding(
            term=Term.COVERAGE,
            hard=penalty is None,
            says=Unsaid(
                "{shift} has {count} {role}; {limit}",
                shift=shift_name(roster.problem, shift),
                count=staff,
                role=demand.role,
                limit=limit,
            ),
            penalty=penalty or 0,
            shift=shift.id,
            role=demand.role,
            day=shift.day,
            amount=amount,
        )

    if staff < demand.minimum:
        yield finding(needed(demand.minimum), demand.minimum - staff, None)
    if demand.maximum is not None and staff > demand.maximum:
        yield finding(allowed(demand.maximum), staff - demand.maximum, None)
    missing = demand.target - staff
    if missing > 0 and demand.under_weight:
        yield finding(wanted(demand.target), missing, missing * demand.under_weight)
    if missing < 0 and demand.over_weight:
        yield finding(wanted(demand.target), -missing, -missing * demand.over_weight)


def _pinned(roster: Roster) -> Iterator[Finding]:
    names = {employee.id: employee.name for employee in roster.problem.employees}
    for pin in sorted(set(roster.problem.pinned) - roster.assignments):
        shift = roster.shifts[pin.shift]
        yield Finding(
            term=Term.PINNED,
            hard=True,
            says=Unsaid(
                "{person} must work {shift} as {role}",
                person=names[pin.employee],
                shift=shift_name(roster.problem, shift),
                role=pin.role,
            ),
            employee=pin.employee,
            shift=pin.shift,
            role=pin.role,
            day=shift.day,
        )


def _stability(roster: Roster, people: frozenset[str] | None = None) -> Iterator[Finding]:
    problem = roster.problem
    if not problem.stability_weight or not problem.previous:
        return
    changed = roster.previous ^ roster.assignments
    for change in sorted(one for one in changed if people is None or one.employee in people):
        yield Finding(
            term=Term.STABILITY,
            hard=False,
            says=_changed(roster, change),
            penalty=problem.stability_weight,
            employee=change.employee,
            shift=change.shift,
            role=change.role,
            day=roster.shifts[change.shift].day,
        )


def _changed(roster: Roster, change: Assignment) -> Unsaid:
    person = roster.weeks[change.employee].employee.name
    shift = shift_name(roster.problem, roster.shifts[change.shift])
    if change in roster.previous:
        return Unsaid("{person} no longer works {shift} as {role}", person=person, shift=shift, role=change.role)
    return Unsaid("{person} newly works {shift} as {role}", person=person, shift=shift, role=change.role)


def _pairing(roster: Roster, rule: Pairing) -> Iterator[Finding]:
    present: dict[str, list[str]] = {}
    for employee in sorted(rule.employees):
        for shift_id in {shift.id for shift in roster.weeks[employee].shifts}:
            present.setdefault(shift_id, []).append(roster.weeks[employee].employee.name)
    for shift_id, names in sorted(present.items()):
        shift = roster.shifts[shift_id]
        if len(names) == len(rule.employees) if rule.together else len(names) <= shift.copies:
            continue
        yield Finding(
            term=Term.PAIRING,
            hard=rule.weight is None,
            rule=rule,
            says=_grouped(shift_name(roster.problem, shift), both(names), together=rule.together),
            penalty=rule.weight or 0,
            shift=shift.id,
            day=shift.day,
        )


def _grouped(shift: str, people: str, *, together: bool) -> Unsaid:
    if together:
        return Unsaid("{shift} has {people}, without the rest of their group", shift=shift, people=people)
    return Unsaid("{shift} has {people}, who are to be kept apart", shift=shift, people=people)


def _fairness(roster: Roster, rule: Fairness) -> Iterator[Finding]:
    ledger, targets = dict(rule.ledger), dict(rule.target)
    if len(rule.employees) < 2 or not rule.weight:
        return
    had = {who: ledger.get(who, 0) + _measured(roster, who, rule) for who in rule.employees}
    if rule.measure is Measure.MINUTES:
        full = max(targets.values(), default=1)
        shares = {who: (minutes * full, targets.get(who, full)) for who, minutes in had.items()}
        largest = max(-(-share // target) for share, target in shares.values())
        smallest = min(share // target for share, target in shares.values())
        spread = -(-(largest - smallest) // 60)
    else:
        spread = max(had.values()) - min(had.values())
    if spread:
        yield Finding(
            term=Term.FAIRNESS,
            hard=False,
            says=_uneven(COUNTS[rule.measure](spread), spread),
            penalty=rule.weight * spread,
            amount=spread,
        )


def _uneven(amount: str, spread: int) -> Unsaid:
    if spread == 1:
        return Unsaid("{amount} lies between who has most and who has least", amount=amount)
    return Unsaid("{amount} lie between who has most and who has least", amount=amount)


def _measured(roster: Roster, employee: str, rule: Fairness) -> int:
    week, key = roster.weeks[employee], (rule.measure, rule.types)
    if key not in week.measured:
        week.measured[key] = _amount(roster, week.shifts, rule)
    return week.measured[key]


def _amount(roster: Roster, shifts: tuple[Shift, ...], rule: Fairness) -> int:
    match rule.measure:
        case Measure.MINUTES:
            return sum(shift.minutes for shift in shifts)
        case Measure.WEEKENDS:
            return len({weekend_of(roster.problem, shift.day) for shift in shifts} - {None})
        case Measure.NIGHTS:
            return sum(1 for shift in shifts if shift.night)
        case Measure.SHIFTS:
            return sum(1 for shift in shifts if rule.types is None or shift.type in rule.types)
