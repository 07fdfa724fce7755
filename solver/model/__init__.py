"""The CP-SAT model of a problem: one module a family of rules, each `add(model, problem, variables)`."""

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from solver.model import (
    consecutive,
    coverage,
    fairness,
    free_time,
    limits,
    overlap,
    pairing,
    patterns,
    pins,
    presence,
    reluctance,
    rest,
    rotations,
    skills,
    spacing,
    stints,
    succession,
    weekends,
    windows,
    wishes,
)
from solver.model.variables import Variables
from solver.problem import Assignment, Problem

FAMILIES = (
    overlap,
    coverage,
    pins,
    rest,
    stints,
    succession,
    limits,
    consecutive,
    weekends,
    windows,
    free_time,
    patterns,
    rotations,
    spacing,
    pairing,
    skills,
    presence,
    reluctance,
    wishes,
    fairness,
)


@dataclass(frozen=True, slots=True)
class Model:
    """A problem in the form that CP-SAT solves."""

    cp: cp_model.CpModel
    variables: Variables


def build(problem: Problem) -> Model:
    """Every rule of `problem` as constraints, every penalty in the objective."""
    cp = cp_model.CpModel()
    variables = Variables(cp, problem)
    for family in FAMILIES:
        family.add(cp, problem, variables)
    variables.minimize()
    return Model(cp=cp, variables=variables)


def assignments_of(model: Model, values: Sequence[int]) -> tuple[Assignment, ...]:
    """The assignments that the values of all variables stand for, in order of shift and person."""
    problem = model.variables.problem
    return tuple(
        sorted(
            Assignment(shift=problem.shifts[shift].id, employee=problem.employees[person].id, role=role)
            for (person, shift, role), literal in model.variables.assigned.items()
            if values[literal.index]
        )
    )


__all__ = ["Model", "assignments_of", "build"]
