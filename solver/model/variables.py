"""The decision variables, and the sums over them that several rules share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from solver.problem import Employee, PastShift, Problem, Shift
from solver.rules import ShiftsPerDay

Literal = cp_model.IntVar
"""A Boolean variable (or a constant one, for what history fixes)."""


@dataclass(frozen=True, slots=True)
class Past:
    """What one person did before the horizon."""

    shifts: tuple[PastShift, ...]
    days: frozenset[int]


class Variables:
    """One Boolean per person, shift and role that can be: `assigned[person, shift, role]`.

    People and shifts go by their position in the problem. A pair exists when the person holds a role that the shift
    asks for and is not unavailable then; a model is therefore linear in the number of feasible pairs. Derived
    variables (works this shift, works on this day) are made when a rule first asks for them.
    """

    def __init__(self, model: cp_model.CpModel, problem: Problem) -> None:
        self.model = model
        self.problem = problem
        self.person_at = {employee.id: person for person, employee in enumerate(problem.employees)}
        self.shift_at = {shift.id: position for position, shift in enumerate(problem.shifts)}
        self.assigned: dict[tuple[int, int, str], Literal] = {}
        self.filling: dict[tuple[int, str], list[Literal]] = {}
        self.headcount: dict[tuple[int, str], tuple[tuple[Literal, int], ...]] = {}
        """What is charged for too few and too many people of a role on a shift, with the weights."""
        self.working: dict[tuple[int, int], Literal] = {}
        self.shifts_of: list[list[int]] = []
        self.past = _past(problem)
        self.one_a_day = _one_a_day(problem)
        self.slots: dict[int, dict[tuple[int, int], Literal]] = {}
        self._on_some_of: dict[tuple[int, tuple[int, ...]], Literal] = {}
        self._days: dict[tuple[int, int], list[int]] = {}
        self._worked: dict[tuple[int, int], Literal] = {}
        self._costs: dict[int, int] = {}
        self._terms: list[cp_model.IntVar] = []
        self._constant = 0
        self.true = model.new_constant(1)
        self.false = model.new_constant(0)
        for person, employee in enumerate(problem.employees):
            self._add_person(person, employee)

    def _add_person(self, person: int, employee: Employee) -> None:
        mine: list[int] = []
        for position, shift in enumerate(self.problem.shifts):
            roles = [demand.role for demand in shift.demands if demand.role in employee.roles]
            if not roles or _absent(employee, shift):
                continue
            literals = []
            for role in roles:
                literal = self.model.new_bool_var("")
                self.assigned[person, position, role] = literal
                self.filling.setdefault((position, role), []).append(literal)
                literals.append(literal)
            self.working[person, position] = self.any_of(literals)
            mine.append(position)
            self._days.setdefault((person, shift.day), []).append(position)
        self.shifts_of.append(mine)

    def any_of(self, literals: Sequence[Literal]) -> Literal:
        """A literal that is true when one of `literals` is; at most one of them can be."""
        if not literals:
            return self.false
        if len(literals) == 1:
            return literals[0]
        literal = self.model.new_bool_var("")
        self.model.add_exactly_one([*literals, ~literal])
        return literal

    def on_day(self, person: int, day: int) -> list[int]:
        """The shifts of one day that the person could work."""
        return self._days.get((person, day), [])

    def worked(self, person: int, day: int) -> Literal:
        """Whether the person works on the day; for days before the horizon, whether they did."""
        if day < 0:
            return self.true if day in self.past[person].days else self.false
        known = self._worked.get((person, day))
        if known is None:
            known = self._worked[person, day] = self._new_worked(person, day)
        return known

    def _new_worked(self, person: int, day: int) -> Literal:
        literals = [self.working[person, shift] for shift in self.on_day(person, day)]
        return self.any_of(literals) if person in self.one_a_day else self.some_of(literals)

    def works_on_some_of(self, person: int, days: tuple[int, ...]) -> Literal:
        """Whether the person works on one of these days at least."""
        known = self._on_some_of.get((person, days))
        if known is None:
            literals = [self.worked(person, day) for day in days if day < 0 or self.on_day(person, day)]
            known = self._on_some_of[person, days] = self.some_of(literals)
        return known

    def some_of(self, literals: Sequence[Literal]) -> Literal:
        """A literal that is true when one of `literals` is."""
        if len(literals) < 2:
            return self.any_of(literals)
        literal = self.model.new_bool_var("")
        self.model.add_max_equality(literal, literals)
        return literal

    def people(self, ids: Iterable[str]) -> list[int]:
        """The positions of the people named, in the problem's order."""
        return sorted(self.person_at[employee] for employee in ids)

    def charge(self, variable: Literal, cost: int) -> None:
        """Add `cost` per unit of `variable` to the objective."""
        if not cost:
            return
        index = variable.index
        if index not in self._costs:
            self._terms.append(variable)
            self._costs[index] = 0
        self._costs[index] += cost

    def charge_unless(self, literal: Literal, cost: int) -> None:
        """Add `cost` to the objective when `literal` is false."""
        self._constant += cost
        self.charge(literal, -cost)

    def charge_always(self, cost: int) -> None:
        """Add `cost` to the objective whatever is decided."""
        self._constant += cost

    def minimize(self) -> None:
        """Set the objective from all that was charged."""
        costs = [self._costs[variable.index] for variable in self._terms]
        self.model.minimize(cp_model.LinearExpr.weighted_sum(self._terms, costs) + self._constant)


def _absent(employee: Employee, shift: Shift) -> bool:
    return any(interval.keeps_from(shift) for interval in employee.unavailable)


def _past(problem: Problem) -> list[Past]:
    shifts: dict[str, list[PastShift]] = {}
    for past in problem.history:
        shifts.setdefault(past.employee, []).append(past)
    return [
        Past(shifts=tuple(mine := shifts.get(employee.id, [])), days=frozenset(past.day for past in mine))
        for employee in problem.employees
    ]


def _one_a_day(problem: Problem) -> frozenset[int]:
    """People whose shifts of one day exclude each other by a hard rule."""
    from_rules = {
        employee
        for rule in problem.rules
        if isinstance(rule, ShiftsPerDay) and rule.weight is None and rule.maximum <= 1
        for employee in rule.employees
    }
    return frozenset(person for person, employee in enumerate(problem.employees) if employee.id in from_rules)
