"""Reluctance: people who are to work only when they are needed.

priority:  weight * working[shift] for each shift
standby:   weight * called for each period, called >= working[shift]
"""

from ortools.sat.python import cp_model

from solver.model.limits import periods
from solver.model.variables import Variables
from solver.problem import Problem
from solver.rules import Priority, Standby


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Charge every `Priority` and `Standby`."""
    for rule in problem.rules:
        if isinstance(rule, Priority):
            for person in variables.people(rule.employees):
                for shift in variables.shifts_of[person]:
                    variables.charge(variables.working[person, shift], rule.weight)
        elif isinstance(rule, Standby):
            for person in variables.people(rule.employees):
                for days in periods(problem, rule.period):
                    worked = [variables.worked(person, day) for day in days if variables.on_day(person, day)]
                    if worked and rule.weight:
                        called = model.new_bool_var("")
                        model.add_max_equality(called, worked)
                        variables.charge(called, rule.weight)
