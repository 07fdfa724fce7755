"""Work stretches as a path: redundant, and the reason that bounds and dives on rosters are good.

For people whose runs are bounded by hard rules, every plan of working days is a path over the days: wait a day, or
work a stretch of allowed length and rest the days off that must follow. A path's flow constraints have integral
vertices (Ahuja, Magnanti and Orlin, Network Flows, section 9.6), so the linear relaxation sees these rules exactly.

    stint[a, b]: works on days a to b, off on a - 1 and b + 1
    wait[d]:     day d is spent off, not owed to the stretch before
    into node d = out of node d;   worked[d] = sum of stint[a, b] over a <= d <= b
"""

from dataclasses import dataclass

from ortools.sat.python import cp_model

from solver.model.variables import Variables
from solver.problem import Problem
from solver.rules import ConsecutiveDaysOff, ConsecutiveWork

MOST_ASSIGNED = 6000
"""Above so many the path's own variables cost more time than its bound saves (measured on Curtois & Qu 8 to 12)."""


@dataclass(slots=True)
class _Bounds:
    """The tightest hard bounds on one person's runs."""

    shortest: int = 1
    longest: int | None = None
    gap: int = 1


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """The path of everybody whose runs have a hard maximum. Only where nothing is known before the first day."""
    if problem.history_days or len(variables.assigned) > MOST_ASSIGNED:
        return
    bounds: dict[int, _Bounds] = {}
    for rule in problem.rules:
        if rule.weight is not None or not isinstance(rule, ConsecutiveWork | ConsecutiveDaysOff):
            continue
        for person in variables.people(rule.employees):
            if isinstance(rule, ConsecutiveWork) and rule.types is not None:
                continue
            known = bounds.setdefault(person, _Bounds())
            if isinstance(rule, ConsecutiveDaysOff):
                known.gap = max(known.gap, rule.minimum)
                continue
            known.shortest = max(known.shortest, rule.minimum or 1)
            if rule.maximum is not None:
                known.longest = min(known.longest or rule.maximum, rule.maximum)
    for person, known in bounds.items():
        if known.longest is not None:
            _path(model, variables, person, known, known.longest)


def _path(model: cp_model.CpModel, variables: Variables, person: int, bounds: _Bounds, longest: int) -> None:
    days = variables.problem.days
    flow: list[list[tuple[cp_model.IntVar, int]]] = [[] for _ in range(days + 1)]
    covering: list[list[cp_model.IntVar]] = [[] for _ in range(days)]
    possible = [bool(variables.on_day(person, day)) for day in range(days)]
    for first in range(days):
        wait = model.new_bool_var("")
        flow[first].append((wait, 1))
        flow[first + 1].append((wait, -1))
        for last in range(first, min(first + longest, days)):
            if not possible[last]:
                break
            at_edge = first == 0 or last == days - 1
            if last - first + 1 < bounds.shortest and not at_edge:
                continue
            stint = model.new_bool_var("")
            flow[first].append((stint, 1))
            flow[min(last + 1 + bounds.gap, days)].append((stint, -1))
            for day in range(first, last + 1):
                covering[day].append(stint)
    for node, arcs in enumerate(flow):
        literals, signs = zip(*arcs, strict=True)
        model.add(cp_model.LinearExpr.weighted_sum(literals, signs) == (node == 0) - (node == days))
    for day, stints in enumerate(covering):
        model.add(cp_model.LinearExpr.sum(stints) == variables.worked(person, day))
