"""Why a run is impossible, found by the worker that could not solve it, and what would help."""

from collections.abc import Callable

from sqlalchemy import select

from service.db import unit_of_work
from service.phrases import phrase_read
from service.requests.models import WorkRule
from service.scheduling.loosening import loosened
from service.scheduling.naming import Names, named, names_of
from service.scheduling.problem import Loaded
from service.schemas.rule_parameters import RuleParameters
from service.schemas.scheduling import LONGEST_LABEL, ChangeKind, ClashRead, RelaxationChange, RelaxationRead
from service.settings import get_settings
from solver.explain import Kind, Loosening, Relaxation, explain_infeasible
from solver.problem import Problem

TIME_LIMIT_S = 20.0


def find_clash(loaded: Loaded, *, should_stop: Callable[[], bool]) -> ClashRead | None:
    """What makes an impossible problem impossible; None where that cannot be told in time."""
    with unit_of_work() as session:
        names = names_of(session, loaded.problem)
        ids = {rule for rule in loaded.work_rules if rule is not None}
        work_rules = {rule.id: rule for rule in session.scalars(select(WorkRule).where(WorkRule.id.in_(ids)))}
        session.expunge_all()
    problem = named(loaded.problem, names)
    clash = explain_infeasible(
        problem, time_limit_s=TIME_LIMIT_S, workers=get_settings().solver_workers, should_stop=should_stop
    )
    if clash is None:
        return None
    translate = _Translation(loaded, problem, names, work_rules)
    return ClashRead(
        sentences=list(clash.sentences),
        relaxations=[translate.relaxation(number, one) for number, one in enumerate(clash.relaxations, start=1)],
        proven=clash.proven,
        phrases=[phrase_read(one) for one in clash.sentences],
    )


class _Translation:
    """From the solver's relaxations to changes of rows."""

    def __init__(self, loaded: Loaded, problem: Problem, names: Names, work_rules: dict[int, WorkRule]) -> None:
        self._loaded = loaded
        self._problem = problem
        self._names = names
        self._work_rules = work_rules

    def relaxation(self, number: int, relaxation: Relaxation) -> RelaxationRead:
        """A relaxation, with its changes where all of them are changes of rows that one press may make."""
        changes = [self._change(one) for one in relaxation.changes]
        label = relaxation.label
        return RelaxationRead(
            number=number,
            detail=relaxation.detail,
            label=label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…",
            changes=[change for change in changes if change] if all(changes) else [],
            detail_phrase=phrase_read(relaxation.detail),
            label_phrase=phrase_read(label),
        )

    def _change(self, loosening: Loosening) -> RelaxationChange | None:
        part = loosening.part
        if part.shift in self._loaded.begun:
            # Who was there is what was: no press changes it.
            return None
        match part.kind:
            case Kind.MINIMUM | Kind.MAXIMUM:
                return self._headcount(loosening)
            case Kind.PIN:
                return RelaxationChange(
                    kind=ChangeKind.PIN, planned_shift_id=int(part.shift), user_id=int(part.employee)
                )
            case Kind.RULE:
                return self._rule(loosening)
            case Kind.ABSENCE:
                # Somebody's time off is theirs: a person has to ask them.
                return None

    def _headcount(self, loosening: Loosening) -> RelaxationChange:
        part = loosening.part
        shift = next(shift for shift in self._problem.shifts if shift.id == part.shift)
        demand = next(demand for demand in shift.demands if demand.role == part.role)
        is_minimum = part.kind is Kind.MINIMUM
        before = demand.minimum if is_minimum else (demand.maximum or 0)
        return RelaxationChange(
            kind=ChangeKind.MINIMUM if is_minimum else ChangeKind.MAXIMUM,
            planned_shift_id=int(part.shift),
            role_id=self._names.role_id(part.role),
            before=before,
            after=max(0, before - loosening.amount) if is_minimum else before + loosening.amount,
        )

    def _rule(self, loosening: Loosening) -> RelaxationChange | None:
        """A looser work rule. Contracts are not changed by a press: they are agreements."""
        part = loosening.part
        known = self._loaded.work_rules[part.number]
        if known is None:
            return None
        rule = self._work_rules[known]
        parameters = RuleParameters.model_validate(rule.parameters)
        return RelaxationChange(
            kind=ChangeKind.RULE,
            work_rule_id=known,
            user_id=int(part.employee) if part.employee else None,
            before=rule.value,
            after=loosened(rule.kind, rule.value, parameters, loosening.amount),
        )
