"""Spacing: minutes between shifts of certain types, between sites, and around time off.

pairs:     not both a and b where 0 <= start(b) - end(a) < minutes and the rule concerns a before b (`pairs`)
time off:  working[a] = 0 where a ends less than minutes before time off, or starts less than that after it
soft:      each pair, or the shift itself, charged weight
"""

from collections.abc import Iterator

from ortools.sat.python import cp_model

from solver.model.pairs import Pair, close, forbid, forbid_alone
from solver.model.variables import Variables
from solver.problem import Problem, Reason, Shift
from solver.rules import RestBetween, TimeOffDistance, TravelTime


def add(_: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `RestBetween`, `TravelTime` and `TimeOffDistance`."""
    for rule in problem.rules:
        if not isinstance(rule, RestBetween | TravelTime | TimeOffDistance):
            continue
        for person in variables.people(rule.employees):
            if isinstance(rule, TimeOffDistance):
                _around_time_off(variables, rule, person)
                continue
            forbid(variables, person, _close(variables, rule, person), rule.weight)
            for second in _after_the_past(variables, rule, person):
                forbid_alone(variables, person, second, rule.weight)


def _close(variables: Variables, rule: RestBetween | TravelTime, person: int) -> Iterator[Pair]:
    shifts = variables.problem.shifts
    for first, second in close(variables, person, rule.minutes):
        if _concerns(rule, shifts[first], shifts[second]):
            yield first, second


def _concerns(rule: RestBetween | TravelTime, earlier: Shift, later: Shift) -> bool:
    if isinstance(rule, TravelTime):
        return bool(earlier.site and later.site) and earlier.site != later.site
    return earlier.type in rule.after and later.type in rule.before


def _after_the_past(variables: Variables, rule: RestBetween | TravelTime, person: int) -> Iterator[int]:
    if not isinstance(rule, RestBetween):
        return
    for second in variables.shifts_of[person]:
        later = variables.problem.shifts[second]
        for past in variables.past[person].shifts:
            if later.type in rule.before and past.type in rule.after and 0 <= later.start - past.end < rule.minutes:
                yield second


def _around_time_off(variables: Variables, rule: TimeOffDistance, person: int) -> None:
    absences = [one for one in variables.problem.employees[person].unavailable if one.reason is Reason.TIME_OFF]
    for at in variables.shifts_of[person]:
        shift = variables.problem.shifts[at]
        if any(
            0 <= off.start - shift.end < rule.minutes or 0 <= shift.start - off.end < rule.minutes for off in absences
        ):
            forbid_alone(variables, person, at, rule.weight)
