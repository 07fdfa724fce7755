"""Spacing: minutes between shifts of certain types, between sites, and around time off.

pairs:     working[a] + working[b] <= 1 where 0 <= start(b) - end(a) < minutes and the rule concerns a before b
time off:  working[a] = 0 where a ends less than minutes before time off, or starts less than that after it
soft:      a literal per pair, or the shift itself, charged weight
"""

from collections.abc import Iterator

from ortools.sat.python import cp_model

from solver.model.variables import Literal, Variables
from solver.problem import Problem, Reason
from solver.rules import RestBetween, TimeOffDistance, TravelTime


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `RestBetween`, `TravelTime` and `TimeOffDistance`."""
    for rule in problem.rules:
        if not isinstance(rule, RestBetween | TravelTime | TimeOffDistance):
            continue
        for person in variables.people(rule.employees):
            if isinstance(rule, TimeOffDistance):
                _around_time_off(model, variables, rule, person)
                continue
            for first, second in _close(variables, rule, person):
                if rule.weight is None:
                    model.add_bool_or([~first, ~second])
                else:
                    both = model.new_bool_var("")
                    model.add_bool_or([~first, ~second, both])
                    variables.charge(both, rule.weight)


def _close(variables: Variables, rule: RestBetween | TravelTime, person: int) -> Iterator[tuple[Literal, Literal]]:
    shifts = variables.problem.shifts
    mine = variables.shifts_of[person]
    for second in mine:
        later = shifts[second]
        for first in mine:
            earlier = shifts[first]
            if 0 <= later.start - earlier.end < rule.minutes:
                if isinstance(rule, TravelTime):
                    concerned = bool(earlier.site and later.site) and earlier.site != later.site
                else:
                    concerned = earlier.type in rule.after and later.type in rule.before
                if concerned:
                    yield variables.working[person, first], variables.working[person, second]
        if isinstance(rule, RestBetween) and later.type in rule.before:
            for past in variables.past[person].shifts:
                if past.type in rule.after and 0 <= later.start - past.end < rule.minutes:
                    yield variables.true, variables.working[person, second]


def _around_time_off(model: cp_model.CpModel, variables: Variables, rule: TimeOffDistance, person: int) -> None:
    absences = [one for one in variables.problem.employees[person].unavailable if one.reason is Reason.TIME_OFF]
    for at in variables.shifts_of[person]:
        shift = variables.problem.shifts[at]
        if any(
            0 <= off.start - shift.end < rule.minutes or 0 <= shift.start - off.end < rule.minutes for off in absences
        ):
            if rule.weight is None:
                model.add_bool_or([~variables.working[person, at]])
            else:
                variables.charge(variables.working[person, at], rule.weight)
