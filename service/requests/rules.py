"""Rules about work rules: who sets them, for whom, and none that contradicts another."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from service.activity.service import record
from service.errors import Conflict, NotFound, Unprocessable
from service.people.models import Team, User
from service.people.service import manages, require_manager
from service.requests.models import WorkRule
from service.requests.naming import columns, refuse_strangers
from service.schemas.base import FieldFault
from service.schemas.requests import ONE_OF_A_KIND, RuleKind
from service.schemas.rule_parameters import RuleParameters
from service.schemas.rules import AnyRule, RuleRead

FIELDS = ("team_id", "user_id", "contract", "kind", "value", "weight")

# Of one scope, the first of a pair may not ask for more than the second allows.
OPPOSITES: dict[RuleKind, RuleKind] = {
    RuleKind.MIN_HOURS_PER_WEEK: RuleKind.MAX_HOURS_PER_WEEK,
    RuleKind.MIN_MINUTES_PER_RUN: RuleKind.MAX_MINUTES_PER_RUN,
    RuleKind.MIN_SHIFTS_PER_WEEK: RuleKind.MAX_SHIFTS_PER_WEEK,
    RuleKind.MIN_SHIFTS_PER_RUN: RuleKind.MAX_SHIFTS_PER_RUN,
    RuleKind.MIN_CONSECUTIVE_DAYS: RuleKind.MAX_CONSECUTIVE_DAYS,
    RuleKind.MIN_IN_WINDOW: RuleKind.MAX_IN_WINDOW,
    RuleKind.MIN_SKILLED: RuleKind.MAX_SKILLED,
    RuleKind.MIN_PRESENT: RuleKind.MAX_PRESENT,
}


def visible_rules(
    session: Session,
    actor: User,
    *,
    team_id: int | None,
    user_id: int | None,
    kind: RuleKind | None,
    limit: int,
    offset: int,
) -> tuple[list[WorkRule], int]:
    """The rules of the actor's teams, by team, and how many there are.

    Employees see those that bind them: of the whole team, of their contract, and their own. What is said of some
    people together, those alone see.
    """
    managed = [team.id for team in actor.teams if manages(actor, team.id)]
    query = select(WorkRule)
    if not actor.is_admin:
        query = query.where(
            WorkRule.team_id.in_([team.id for team in actor.teams]),
            or_(WorkRule.team_id.in_(managed), _binds(actor)),
        )
    for column, wanted in ((WorkRule.team_id, team_id), (WorkRule.user_id, user_id), (WorkRule.kind, kind)):
        if wanted is not None:
            query = query.where(column == wanted)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.order_by(WorkRule.team_id, WorkRule.id).limit(limit).offset(offset)
    return list(session.scalars(page)), total


def find_rule(session: Session, actor: User, rule_id: int) -> WorkRule:
    """The rule, if it binds the actor or they manage its team. Raises NotFound."""
    rule = session.get(WorkRule, rule_id)
    if rule is not None:
        member = rule.team_id in {team.id for team in actor.teams}
        if manages(actor, rule.team_id):
            return rule
        if member and session.scalar(select(WorkRule.id).where(WorkRule.id == rule_id, _binds(actor))) is not None:
            return rule
    raise NotFound("There is no such rule.")


def _binds(actor: User) -> ColumnElement[bool]:
    names_people = WorkRule.parameters.has_key("user_ids")
    return and_(
        or_(WorkRule.user_id.is_(None), WorkRule.user_id == actor.id),
        or_(WorkRule.contract.is_(None), func.lower(WorkRule.contract) == (actor.contract or "").lower()),
        or_(not_(names_people), WorkRule.parameters.contains({"user_ids": [actor.id]})),
    )


def create_rule(session: Session, actor: User, wanted: AnyRule) -> WorkRule:
    """A new rule; managers of its team only. Raises Conflict for one that is there already, and Unprocessable."""
    require_manager(session, actor, wanted.team_id)
    _refuse_wrong(session, wanted)
    rule = WorkRule(**columns(session, wanted))
    session.add(rule)
    session.flush()
    _log(session, actor, rule, "rule.create", before=None, after=_logged(rule))
    return rule


def change_rule(session: Session, actor: User, rule_id: int, wanted: AnyRule) -> WorkRule:
    """The rule as a whole; what is left out is cleared. Its team stays."""
    rule = _managed(session, actor, rule_id)
    if wanted.team_id != rule.team_id:
        raise Unprocessable(
            "A rule stays with its team.", faults=(FieldFault(field="team_id", reason="cannot change"),)
        )
    _refuse_wrong(session, wanted, other_than=rule.id)
    before = _logged(rule)
    for field, value in columns(session, wanted).items():
        setattr(rule, field, value)
    session.flush()
    _log(session, actor, rule, "rule.change", before=before, after=_logged(rule))
    return rule


def delete_rule(session: Session, actor: User, rule_id: int) -> None:
    """Forget a rule; managers of its team only."""
    rule = _managed(session, actor, rule_id)
    session.delete(rule)
    session.flush()
    _log(session, actor, rule, "rule.delete", before=_logged(rule), after=None)


def _managed(session: Session, actor: User, rule_id: int) -> WorkRule:
    rule = find_rule(session, actor, rule_id)
    require_manager(session, actor, rule.team_id)
    return rule


def _refuse_wrong(session: Session, wanted: AnyRule, *, other_than: int | None = None) -> None:
    # The rules of a team are written one at a time: two that contradict each other must not pass each other.
    session.execute(select(Team.id).where(Team.id == wanted.team_id).with_for_update(key_share=True))
    refuse_strangers(session, wanted)
    own = RuleParameters.model_validate(columns(session, wanted)["parameters"])
    for rule in session.scalars(
        select(WorkRule).where(
            WorkRule.team_id == wanted.team_id,
            WorkRule.user_id.is_not_distinct_from(wanted.user_id),
            func.lower(WorkRule.contract).is_not_distinct_from(wanted.contract and wanted.contract.lower()),
        )
    ):
        if rule.id == other_than or not _about_the_same(wanted, own, RuleParameters.model_validate(rule.parameters)):
            continue
        if rule.kind is wanted.kind and (rule.weight is None) == (wanted.weight is None):
            raise Conflict("There is such a rule already.", way_forward=f"Change rule {rule.id} instead.")
        if rule.weight is None and wanted.weight is None:
            _refuse_contradiction(wanted, rule)


def _about_the_same(wanted: AnyRule, own: RuleParameters, other: RuleParameters) -> bool:
    if wanted.kind in ONE_OF_A_KIND:
        return own.week_start == other.week_start
    return own == other


def _refuse_contradiction(wanted: AnyRule, rule: WorkRule) -> None:
    least, most = (wanted.value, rule.value) if wanted.kind in OPPOSITES else (rule.value, wanted.value)
    pair = (wanted.kind, rule.kind) if wanted.kind in OPPOSITES else (rule.kind, wanted.kind)
    if OPPOSITES.get(pair[0]) is pair[1] and least > most:
        raise Unprocessable(
            "Nobody could keep both this rule and another one.",
            way_forward="Make one of them soft, or change the other first.",
            faults=(FieldFault(field="value", reason=f"contradicts {rule.kind} {rule.value} (rule {rule.id})"),),
        )


def rule_read(rule: WorkRule) -> RuleRead:
    """A rule as callers see it."""
    return RuleRead(id=rule.id, parameters=RuleParameters.model_validate(rule.parameters), **_plain(rule))


def _plain(rule: WorkRule) -> dict[str, Any]:
    return {field: getattr(rule, field) for field in FIELDS}


def _logged(rule: WorkRule) -> dict[str, Any]:
    return _plain(rule) | {"parameters": rule.parameters}


def _log(
    session: Session,
    actor: User,
    rule: WorkRule,
    action: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    record(
        session,
        actor_id=actor.id,
        action=action,
        entity="work_rule",
        entity_id=rule.id,
        team_id=rule.team_id,
        before=before,
        after=after,
    )
