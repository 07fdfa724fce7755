"""Changes that give up a little of a hard part: what they are called, what they cost, how they are made."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from solver.explain.parts import Kind, Part
from solver.phrases import Phrase, both
from solver.problem import Demand, Problem, Shift
from solver.rules import (
    Alternatives,
    Amount,
    ConsecutiveDaysOff,
    ConsecutiveWeekends,
    ConsecutiveWork,
    MinutesLimit,
    Presence,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    SkillMix,
    WeekendLimit,
    WindowLimit,
    people,
)
from solver.words import shift_name
from solver.words_rules import rule_here, rule_words

TROUBLE = {Kind.MINIMUM: 1, Kind.MAXIMUM: 1, Kind.RULE: 10, Kind.PIN: 20, Kind.ABSENCE: 50}
"""How hard each kind of change is on people, to put the easier ones first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loosening:
    """One part given up by `amount` units (people, shifts, hours, days), or altogether where it has no measure.

    `detail` says it in a sentence, `label` in a few words for a button.
    """

    part: Part
    amount: int
    detail: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """Changes which together make a schedule possible. `cost` puts easier ones before harder ones."""

    changes: tuple[Loosening, ...]
    cost: int

    @property
    def detail(self) -> str:
        """The changes as a sentence."""
        return both(change.detail for change in self.changes)

    @property
    def label(self) -> str:
        """The changes in a few words."""
        return both(change.label for change in self.changes)


def relaxation_of(problem: Problem, given_up: Iterable[tuple[Part, int]]) -> Relaxation:
    """Parts of `problem` with the units of each to give up, as a change that can be offered."""
    changes = tuple(
        Loosening(
            part=part,
            amount=amount,
            detail=_detail(problem, part, amount),
            label=_label(problem, part, amount),
        )
        for part, amount in given_up
    )
    return Relaxation(changes=changes, cost=sum(TROUBLE[item.part.kind] + item.amount - 1 for item in changes))


def relax(problem: Problem, relaxation: Relaxation) -> Problem:
    """`problem` with the changes made."""
    dropped_pins = {item.part.number for item in relaxation.changes if item.part.kind is Kind.PIN}
    dropped_absences = {
        (item.part.employee, item.part.number) for item in relaxation.changes if item.part.kind is Kind.ABSENCE
    }
    for item in relaxation.changes:
        if item.part.kind is Kind.RULE:
            problem = replace(problem, rules=_loosened_rules(problem.rules, item.part, item.amount))
        elif item.part.kind in (Kind.MINIMUM, Kind.MAXIMUM):
            shifts = (_loosened_shift(shift, item.part, item.amount) for shift in problem.shifts)
            problem = replace(problem, shifts=tuple(shifts))
    employees = tuple(
        replace(
            employee,
            unavailable=tuple(
                off
                for number, off in enumerate(employee.unavailable)
                if (employee.id, number) not in dropped_absences
            ),
        )
        for employee in problem.employees
    )
    pinned = tuple(pin for number, pin in enumerate(problem.pinned) if number not in dropped_pins)
    return replace(problem, employees=employees, pinned=pinned)


def _detail(problem: Problem, part: Part, amount: int) -> Phrase:
    if part.kind is Kind.RULE:
        return _rule_detail(problem, part, amount)
    if part.kind in (Kind.MINIMUM, Kind.MAXIMUM):
        where, limit = _place(problem, part, amount)
        if part.kind is Kind.MINIMUM:
            return Phrase("let {shift} do with {count} {role}", shift=where, count=limit, role=part.role)
        return Phrase("let {shift} have up to {count} {role}", shift=where, count=limit, role=part.role)
    if part.kind is Kind.PIN:
        return Phrase("lift the pin: {pin}", pin=part.detail)
    return Phrase("ask to work although {absence}", absence=part.detail)


def _rule_detail(problem: Problem, part: Part, amount: int) -> Phrase:
    rule = problem.rules[part.number]
    looser = _loosened(rule, amount)
    name = next((employee.name for employee in problem.employees if employee.id == part.employee), "")
    before, after = rule_here(problem, rule), rule_words(looser)
    if _is_waived(looser):
        if name:
            return Phrase("waive for {person}: {rule}", person=name, rule=before)
        return Phrase("waive: {rule}", rule=before)
    if name:
        return Phrase("allow for {person} {looser} instead of {rule}", person=name, looser=after, rule=before)
    return Phrase("allow {looser} instead of {rule}", looser=after, rule=before)


def _label(problem: Problem, part: Part, amount: int) -> str:
    if part.kind is Kind.RULE:
        rule = problem.rules[part.number]
        looser = _loosened(rule, amount)
        name = next((employee.name for employee in problem.employees if employee.id == part.employee), "")
        words = rule_words(looser)
        if _is_waived(looser):
            words = Phrase("waive {rule}", rule=rule_here(problem, rule))
        return Phrase("{person}: {rule}", person=name, rule=words) if name else words
    if part.kind in (Kind.MINIMUM, Kind.MAXIMUM):
        where, limit = _place(problem, part, amount)
        if part.kind is Kind.MINIMUM:
            return Phrase("{shift}: at least {count} {role}", shift=where, count=limit, role=part.role)
        return Phrase("{shift}: up to {count} {role}", shift=where, count=limit, role=part.role)
    return _detail(problem, part, amount)


def _place(problem: Problem, part: Part, amount: int) -> tuple[Phrase, int]:
    """The shift of a headcount, and the number that it is loosened to."""
    shift = next(shift for shift in problem.shifts if shift.id == part.shift)
    demand = _loosened_demand(next(one for one in shift.demands if one.role == part.role), part, amount)
    return shift_name(problem, shift), demand.minimum if part.kind is Kind.MINIMUM else demand.maximum or 0


def _loosened_rules(rules: tuple[Rule, ...], part: Part, amount: int) -> tuple[Rule, ...]:
    """The rules with one of them looser for one person; positions of the others stay."""
    rule = rules[part.number]
    looser = _loosened(rule, amount)
    if not part.employee or rule.employees == {part.employee}:
        return (*rules[: part.number], looser, *rules[part.number + 1 :])
    others = replace(rule, employees=rule.employees - {part.employee})
    mine = replace(looser, employees=people([part.employee]))
    return (*rules[: part.number], others, *rules[part.number + 1 :], mine)


def _loosened(rule: Rule, amount: int) -> Rule:
    match rule:
        case MinutesLimit() | ShiftsLimit() | ConsecutiveWork() | WindowLimit() | SkillMix() | Presence():
            step = 60 * amount if _counts_minutes(rule) else amount
            return replace(rule, minimum=_less(rule.minimum, step), maximum=_more(rule.maximum, step))
        case ShiftsPerDay() | WeekendLimit() | ConsecutiveWeekends():
            return replace(rule, maximum=rule.maximum + amount)
        case ConsecutiveDaysOff():
            return replace(rule, minimum=max(0, rule.minimum - amount))
        case Alternatives():
            return replace(rule, target=max(0, rule.target - amount))
        case _:
            return replace(rule, weight=0)


def _is_waived(looser: Rule) -> bool:
    """Whether nothing hard is left of a loosened rule. A limit of which nothing is left has no words of its own."""
    match looser:
        case MinutesLimit() | ShiftsLimit() | ConsecutiveWork() | WindowLimit() | SkillMix() | Presence():
            return not looser.minimum and looser.maximum is None
        case Alternatives():
            return not looser.target
        case _:
            return looser.weight is not None


def _counts_minutes(rule: Rule) -> bool:
    """Whether a unit of the rule is an hour, its limits being in minutes."""
    return isinstance(rule, MinutesLimit) or (
        isinstance(rule, WindowLimit) and rule.amount in (Amount.MINUTES, Amount.WEEKEND_MINUTES)
    )


def _less(limit: int | None, amount: int) -> int | None:
    return None if limit is None else max(0, limit - amount)


def _more(limit: int | None, amount: int) -> int | None:
    return None if limit is None else limit + amount


def _loosened_shift(shift: Shift, part: Part, amount: int) -> Shift:
    if shift.id != part.shift:
        return shift
    demands = tuple(
        _loosened_demand(demand, part, amount) if demand.role == part.role else demand for demand in shift.demands
    )
    return replace(shift, demands=demands)


def _loosened_demand(demand: Demand, part: Part, amount: int) -> Demand:
    if part.kind is Kind.MINIMUM:
        return replace(demand, minimum=max(0, demand.minimum - amount))
    return replace(demand, maximum=(demand.maximum or 0) + amount)
