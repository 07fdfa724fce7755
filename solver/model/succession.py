"""Successions: a shift of type `after` is not followed on the next day by one of `types`.

hard:  working[a, day] + sum of working[b, day + 1]  <=  1   (one shift a day; else pair by pair)
soft:  pair >= working[a, day] + working[b, day + 1] - 1
"""

from ortools.sat.python import cp_model

from solver.model.variables import Literal, Variables
from solver.problem import Problem
from solver.rules import ForbiddenSuccession


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `ForbiddenSuccession`, from the last day of history on."""
    for rule in problem.rules:
        if not isinstance(rule, ForbiddenSuccession):
            continue
        for person in variables.people(rule.employees):
            for day in range(-1, problem.days - 1):
                followers = _of_types(variables, person, day + 1, rule.types)
                for leader in _leaders(variables, person, day, rule.after):
                    if rule.weight is None:
                        _exclude(model, leader, followers, at_most_one=person in variables.one_a_day)
                    else:
                        _charge(variables, leader, followers, rule.weight)


def _exclude(model: cp_model.CpModel, leader: Literal, followers: list[Literal], *, at_most_one: bool) -> None:
    if at_most_one and followers:
        model.add_at_most_one([leader, *followers])
        return
    for follower in followers:
        model.add_bool_or([~leader, ~follower])


def _charge(variables: Variables, leader: Literal, followers: list[Literal], weight: int) -> None:
    for follower in followers:
        pair = variables.model.new_bool_var("")
        variables.model.add_bool_or([~leader, ~follower, pair])
        variables.charge(pair, weight)


def _leaders(variables: Variables, person: int, day: int, kind: str) -> list[Literal]:
    if day >= 0:
        return _of_types(variables, person, day, frozenset({kind}))
    return [variables.true for past in variables.past[person].shifts if past.day == day and past.type == kind]


def _of_types(variables: Variables, person: int, day: int, types: frozenset[str]) -> list[Literal]:
    shifts = variables.problem.shifts
    return [variables.working[person, at] for at in variables.on_day(person, day) if shifts[at].type in types]
