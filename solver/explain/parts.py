"""The hard parts of a problem, each of which can be kept or left out: what an explanation is made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from solver.model.rotations import wanted_on
from solver.phrases import Phrase
from solver.problem import Demand, Employee, Problem, Shift
from solver.rules import (
    Alternatives,
    Fairness,
    Pairing,
    Presence,
    Priority,
    Rotation,
    Rule,
    SkillMix,
    Standby,
    people,
)
from solver.words import away, day_name, shift_name
from solver.words_rules import rule_here, rule_words


class Kind(StrEnum):
    """What a part is."""

    MINIMUM = "MINIMUM"
    MAXIMUM = "MAXIMUM"
    PIN = "PIN"
    RULE = "RULE"
    ABSENCE = "ABSENCE"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Part:
    """One hard thing: the headcount of a place, a pin, a rule for one person, an absence.

    `number` is the position of the rule, pin or absence where it stands. Fields that do not apply are empty.
    `detail` is a sentence for people.
    """

    kind: Kind
    number: int = 0
    employee: str = ""
    shift: str = ""
    role: str = ""
    detail: str = field(default="", compare=False)


def parts_of(problem: Problem) -> list[Part]:
    """Every hard part of `problem`, those first that people understand best."""
    return [*_headcounts(problem), *_pins(problem), *_absences(problem), *_rules(problem)]


def _headcounts(problem: Problem) -> Iterator[Part]:
    for shift in problem.shifts:
        for demand in shift.demands:
            where = shift_name(problem, shift)
            if demand.minimum:
                yield Part(
                    kind=Kind.MINIMUM,
                    shift=shift.id,
                    role=demand.role,
                    detail=Phrase(
                        "{shift} needs {count} {role}", shift=where, count=demand.minimum, role=demand.role
                    ),
                )
            if demand.maximum is not None:
                yield Part(
                    kind=Kind.MAXIMUM,
                    shift=shift.id,
                    role=demand.role,
                    detail=Phrase(
                        "{shift} needs at most {count} {role}", shift=where, count=demand.maximum, role=demand.role
                    ),
                )


def _pins(problem: Problem) -> Iterator[Part]:
    names = {employee.id: employee.name for employee in problem.employees}
    shifts = {shift.id: shift for shift in problem.shifts}
    for number, pin in enumerate(problem.pinned):
        where = shift_name(problem, shifts[pin.shift])
        detail = Phrase("{person} is fixed on {shift}", person=names[pin.employee], shift=where)
        yield Part(kind=Kind.PIN, number=number, employee=pin.employee, shift=pin.shift, role=pin.role, detail=detail)


def _absences(problem: Problem) -> Iterator[Part]:
    for employee in problem.employees:
        for number, interval in enumerate(employee.unavailable):
            hidden = [
                shift
                for shift in problem.shifts
                if interval.keeps_from(shift) and any(demand.role in employee.roles for demand in shift.demands)
            ]
            if hidden:
                days = sorted({shift.day for shift in hidden})
                first, last = day_name(problem, days[0]), day_name(problem, days[-1])
                when = Phrase("from {first} to {last}", first=first, last=last)
                if len(days) == 1:
                    when = Phrase("on {day}", day=first)
                detail = away(employee, interval.reason, when)
                yield Part(kind=Kind.ABSENCE, number=number, employee=employee.id, detail=detail)


def _rules(problem: Problem) -> Iterator[Part]:
    names = {employee.id: employee.name for employee in problem.employees}
    for number, rule in enumerate(problem.rules):
        if rule.weight is not None:
            continue
        if isinstance(rule, Pairing | SkillMix | Presence | Alternatives):
            yield Part(kind=Kind.RULE, number=number, detail=rule_here(problem, rule))
            continue
        for employee in sorted(rule.employees):
            detail = Phrase("{person}: {rule}", person=names[employee], rule=rule_words(rule))
            yield Part(kind=Kind.RULE, number=number, employee=employee, detail=detail)


def with_parts(problem: Problem, kept: Iterable[Part], softened: Iterable[Part] = ()) -> Problem:
    """`problem` with only the parts kept as hard rules, those softened at a cost of 1 a unit, and nothing else.

    Softened pins and absences are simply left out.
    """
    hard, soft = frozenset(kept), frozenset(softened)
    pins = {part.number for part in hard if part.kind is Kind.PIN}
    absences = {(part.employee, part.number) for part in hard if part.kind is Kind.ABSENCE}
    return Problem(
        days=problem.days,
        first_weekday=problem.first_weekday,
        employees=tuple(_employee(employee, absences) for employee in problem.employees),
        shifts=tuple(
            replace(shift, demands=tuple(_demand(shift, demand, hard, soft) for demand in shift.demands))
            for shift in problem.shifts
        ),
        rules=(*_kept_rules(problem, hard, soft, weight=None), *_kept_rules(problem, soft, soft, weight=1)),
        pinned=tuple(pin for number, pin in enumerate(problem.pinned) if number in pins),
        history=problem.history,
        history_days=problem.history_days,
    )


def _employee(employee: Employee, absences: set[tuple[str, int]]) -> Employee:
    if not employee.unavailable:
        return employee
    kept = tuple(item for at, item in enumerate(employee.unavailable) if (employee.id, at) in absences)
    return replace(employee, unavailable=kept)


def _demand(shift: Shift, demand: Demand, hard: frozenset[Part], soft: frozenset[Part]) -> Demand:
    least = Part(kind=Kind.MINIMUM, shift=shift.id, role=demand.role)
    most = Part(kind=Kind.MAXIMUM, shift=shift.id, role=demand.role)
    target = demand.minimum if least in soft else (demand.maximum or 0) if most in soft else 0
    return Demand(
        role=demand.role,
        target=target,
        under_weight=int(least in soft),
        over_weight=int(most in soft),
        minimum=demand.minimum if least in hard else 0,
        maximum=demand.maximum if most in hard else None,
    )


def _kept_rules(
    problem: Problem, parts: frozenset[Part], soft: frozenset[Part], weight: int | None
) -> Iterator[Rule]:
    for part in sorted(parts):
        rule = problem.rules[part.number] if part.kind is Kind.RULE else None
        if rule is not None and not isinstance(rule, Fairness | Standby | Priority):
            bound = rule.employees if not part.employee else people([part.employee])
            kept = replace(rule, employees=bound, weight=weight)
            yield _excusing(problem, kept, part.employee, soft) if isinstance(kept, Rotation) else kept


def _excusing(problem: Problem, rule: Rotation, who: str, soft: frozenset[Part]) -> Rotation:
    """The rotation of one person without the days on which they could not work what it has.

    A part left out may never ask for more: an absence that is left out excuses as before, and only one that is given
    up for the sake of a schedule asks for the work.
    """
    given_up = {(part.employee, part.number) for part in soft if part.kind is Kind.ABSENCE}
    employee = next(employee for employee in problem.employees if employee.id == who)
    away = [off for number, off in enumerate(employee.unavailable) if (who, number) not in given_up]
    offered = {
        (shift.day, shift.type)
        for shift in problem.shifts
        if any(demand.role in employee.roles for demand in shift.demands)
        and not any(off.keeps_from(shift) for off in away)
    }
    excused = (
        day
        for day in range(problem.days)
        if (wanted := wanted_on(rule, day)) is not None
        and not any(on == day and (not wanted or kind in wanted) for on, kind in offered)
    )
    return replace(rule, excused=rule.excused.union(excused))
