"""Why me, and why not her: what it would cost, term by term, to have it otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass

from solver.problem import Assignment, Problem
from solver.score.change import Effect, effect_of
from solver.score.roster import Roster
from solver.solution import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One way to have it otherwise. `instead` names whose place changes hands, None when nobody's does.

    `reasons` are the hard rules that it would break, each with the person whom it binds (None: nobody alone); `cost`
    and `terms` are by how much the objective would grow.
    """

    employee: str | None
    instead: str | None
    role: str
    reasons: tuple[tuple[str, str | None], ...]
    cost: int
    terms: dict[Term, int]

    @property
    def legal(self) -> bool:
        """Whether it keeps every hard rule."""
        return not self.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """An answer about one person and shift: the alternatives, the legal and cheapest first.

    When the person works the shift, each alternative gives their place to somebody else, or to nobody (`employee`
    is None). When they do not, each lets them join, in an open place or in that of `instead`.
    """

    employee: str
    shift: str
    works: bool
    alternatives: tuple[Alternative, ...]


def explain_assignment(problem: Problem, assignments: Iterable[Assignment], employee: str, shift: str) -> Why:
    """Why `employee` works `shift`, or why not: what every single change of that would break or cost.

    Raises `KeyError` for an unknown person or shift, `InvalidAssignments` as `score` does.
    """
    roster = Roster.of(problem, assignments)
    person, where = roster.weeks[employee].employee, roster.shifts[shift]
    staff = [item for item in sorted(roster.assignments) if item.shift == shift]
    mine = next((item for item in staff if item.employee == employee), None)
    if mine is not None:
        others = [other for other in problem.employees if mine.role in other.roles and other.id != employee]
        present = {item.employee for item in staff}
        alternatives = [_alternative(roster, mine, None)]
        alternatives += [_alternative(roster, mine, other.id) for other in others if other.id not in present]
    else:
        alternatives = []
        for role in (demand.role for demand in where.demands if demand.role in person.roles):
            joining = Assignment(shift=shift, employee=employee, role=role)
            alternatives.append(_joined(role, employee, None, effect_of(roster, (), (joining,))))
            alternatives += [
                _joined(role, employee, item.employee, effect_of(roster, (item,), (joining,)))
                for item in staff
                if item.role == role
            ]
    alternatives.sort(key=lambda option: (len(option.reasons), option.cost, option.employee or "", option.role))
    return Why(employee=employee, shift=shift, works=mine is not None, alternatives=tuple(alternatives))


def _alternative(roster: Roster, mine: Assignment, other: str | None) -> Alternative:
    added = () if other is None else (Assignment(shift=mine.shift, employee=other, role=mine.role),)
    return _joined(mine.role, other, mine.employee, effect_of(roster, (mine,), added))


def _joined(role: str, employee: str | None, instead: str | None, effect: Effect) -> Alternative:
    return Alternative(
        employee=employee,
        instead=instead,
        role=role,
        reasons=tuple(dict.fromkeys((finding.detail, finding.employee) for finding in effect.broken)),
        cost=effect.cost,
        terms=effect.terms,
    )
