"""Free time: in each window one stretch of at least so many minutes without work.

free[t] for t at the window's start and at each end of a shift:  free[t] + working[shift] <= 1 for every shift that
shares an instant with [t, t + minutes), those of a day together where only one is worked;
sum of free >= 1, or broken, charged weight

A longest stretch begins where the window or the rest after a shift does, so that no other t needs a look.
"""

from collections import defaultdict
from collections.abc import Sequence

from ortools.sat.python import cp_model

from solver.model.variables import Literal, Variables
from solver.model.windows import windows
from solver.problem import Problem
from solver.rules import FreeTime

DAY = 24 * 60


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `FreeTime`."""
    for rule in problem.rules:
        if not isinstance(rule, FreeTime):
            continue
        for person in variables.people(rule.employees):
            for days in windows(problem, rule.days, rule.every):
                _window(model, variables, rule, person, days)


def _window(model: cp_model.CpModel, variables: Variables, rule: FreeTime, person: int, days: range) -> None:
    shifts, start, end = variables.problem.shifts, days.start * DAY, days.stop * DAY
    mine = [at for at in variables.shifts_of[person] if shifts[at].start < end and start < shifts[at].end]
    past = [(one.start, one.end) for one in variables.past[person].shifts]
    begins = {start, *(shifts[at].end for at in mine), *(until for _, until in past)}
    free: list[Literal] = []
    for begin in sorted(begins):
        until = begin + rule.minutes
        if begin < start or until > end or any(a < until and begin < b for a, b in past):
            continue
        in_the_way = [at for at in mine if shifts[at].start < until and begin < shifts[at].end]
        if not in_the_way:
            return
        free.append(_free(variables, person, in_the_way))
    if not free:
        # What was worked before the horizon leaves no room for it.
        return
    if rule.weight is None:
        model.add_bool_or(free)
        return
    broken = model.new_bool_var("")
    model.add_bool_or([*free, broken])
    variables.charge(broken, rule.weight)


def _free(variables: Variables, person: int, in_the_way: Sequence[int]) -> Literal:
    free = variables.model.new_bool_var("")
    by_day: dict[int, list[Literal]] = defaultdict(list)
    for number, at in enumerate(in_the_way):
        # Of a day's shifts one is worked, so that one row does for all of them.
        day = variables.problem.shifts[at].day if person in variables.one_a_day else number
        by_day[day].append(variables.working[person, at])
    for literals in by_day.values():
        variables.model.add_at_most_one([free, *literals])
    return free
