"""Skills: on each shift that somebody works, between minimum and maximum people hold a skill.

staffed >= working[person];  minimum * staffed <= holders <= maximum
soft:  holders + below >= minimum * staffed, holders - above <= maximum, charged weight * (below + above)
"""

from ortools.sat.python import cp_model

from solver.model.variables import Literal, Variables
from solver.problem import Employee, Problem, Shift
from solver.rules import SkillMix


def add(model: cp_model.CpModel, problem: Problem, variables: Variables) -> None:
    """Every `SkillMix`."""
    for rule in problem.rules:
        if not isinstance(rule, SkillMix):
            continue
        people = variables.people(rule.employees)
        for at, shift in enumerate(problem.shifts):
            if rule.types is not None and shift.type not in rule.types:
                continue
            staff = [person for person in people if (person, at) in variables.working]
            holders = [
                variables.working[person, at] for person in staff if holds(problem.employees[person], rule, shift)
            ]
            if rule.maximum is not None:
                _at_most(model, variables, rule, holders, rule.maximum)
            if rule.minimum:
                everybody = [variables.working[person, at] for person in staff]
                _at_least(variables, rule, holders, everybody, rule.minimum)


def holds(employee: Employee, rule: SkillMix, shift: Shift) -> bool:
    """Whether the person holds the skill, well enough, on the day of the shift."""
    return any(
        skill.name == rule.skill and skill.level >= rule.level and (skill.until is None or shift.day <= skill.until)
        for skill in employee.skills
    )


def _at_most(
    model: cp_model.CpModel, variables: Variables, rule: SkillMix, holders: list[Literal], maximum: int
) -> None:
    if len(holders) <= maximum:
        return
    if rule.weight is None:
        model.add(cp_model.LinearExpr.sum(holders) <= maximum)
        return
    above = model.new_int_var(0, len(holders) - maximum, "")
    model.add(cp_model.LinearExpr.sum(holders) - above <= maximum)
    variables.charge(above, rule.weight)


def _at_least(
    variables: Variables, rule: SkillMix, holders: list[Literal], everybody: list[Literal], minimum: int
) -> None:
    if not everybody:
        return
    model = variables.model
    staffed = model.new_bool_var("")
    for literal in everybody:
        model.add_implication(literal, staffed)
    if rule.weight is None:
        model.add(cp_model.LinearExpr.sum(holders) >= minimum * staffed)
        return
    below = model.new_int_var(0, minimum, "")
    model.add(cp_model.LinearExpr.sum(holders) + below >= minimum * staffed)
    variables.charge(below, rule.weight)
