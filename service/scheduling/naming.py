"""A problem with the names of roles and templates in place of their ids, so that its explanations read well."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.people.models import Role
from service.shifts.models import ShiftTemplate
from solver.problem import Assignment, Employee, Problem, Shift
from solver.rules import Rule

TYPE_FIELDS = frozenset({"types", "after", "before", "sequence", "cycle", "allowed"})
"""The fields of rules that hold types of shifts: one, several, or several groups of them."""
ROLE_FIELDS = frozenset({"role"})


@dataclass(frozen=True, slots=True)
class Names:
    """What to call roles and types of shifts. Both ways lead back: no two ids share a name."""

    roles: dict[str, str]
    types: dict[str, str]

    def role_id(self, name: str) -> int:
        """The id of the role that has this name."""
        return next(int(role) for role, known in self.roles.items() if known == name)


def names_of(session: Session, problem: Problem) -> Names:
    """The names of everything that the problem has by id."""
    roles = {str(role.id): role.name for role in session.scalars(select(Role))}
    kinds = sorted({shift.type for shift in problem.shifts} | {past.type for past in problem.history})
    kinds += sorted({kind for rule in problem.rules for kind in _types(rule)} - set(kinds))
    templates = [int(kind) for kind in kinds if kind.isdigit()]
    rows = session.execute(select(ShiftTemplate.id, ShiftTemplate.name).where(ShiftTemplate.id.in_(templates)))
    types = {str(template_id): name for template_id, name in rows}
    for kind in kinds:
        if kind not in types:
            name = kind.removeprefix("name:")
            types[kind] = name if name not in types.values() else f"{name} (added by hand)"
    return Names(roles, types)


def named(problem: Problem, names: Names) -> Problem:
    """The same problem in words."""
    return replace(
        problem,
        employees=tuple(_employee(employee, names) for employee in problem.employees),
        shifts=tuple(_shift(shift, names) for shift in problem.shifts),
        rules=tuple(_rule(rule, names) for rule in problem.rules),
        history=tuple(replace(past, type=names.types[past.type]) for past in problem.history),
        pinned=in_words(problem.pinned, names),
        previous=in_words(problem.previous, names),
    )


def in_words(assignments: tuple[Assignment, ...], names: Names) -> tuple[Assignment, ...]:
    """Assignments to roles by name."""
    return tuple(replace(one, role=names.roles[one.role]) for one in assignments)


def _employee(employee: Employee, names: Names) -> Employee:
    return replace(employee, roles=frozenset(names.roles[role] for role in employee.roles))


def _shift(shift: Shift, names: Names) -> Shift:
    demands = tuple(replace(demand, role=names.roles[demand.role]) for demand in shift.demands)
    return replace(shift, type=names.types[shift.type], demands=demands)


def _rule(rule: Rule, names: Names) -> Rule:
    changed: dict[str, Any] = {}
    for field in fields(rule):
        if field.name in TYPE_FIELDS:
            changed[field.name] = _in_words(getattr(rule, field.name), names)
        elif field.name in ROLE_FIELDS:
            role = getattr(rule, field.name)
            changed[field.name] = names.roles.get(role, role)
    return replace(rule, **changed) if changed else rule


def _in_words(kinds: Any, names: Names) -> Any:
    """Types by name, in whatever they stand; None stays None."""
    if isinstance(kinds, str):
        return names.types[kinds]
    return None if kinds is None else type(kinds)(_in_words(one, names) for one in kinds)


def _types(rule: Rule) -> set[str]:
    named = [getattr(rule, field.name) for field in fields(rule) if field.name in TYPE_FIELDS]
    return set(_flat(named))


def _flat(kinds: Any) -> Iterator[str]:
    if isinstance(kinds, str):
        yield kinds
    else:
        for one in kinds or ():
            yield from _flat(one)
