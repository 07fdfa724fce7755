"""What a work rule may name: people, contracts, shifts and skills of its team, and roles that there are."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.errors import Unprocessable
from service.people.models import Role, Team, User, UserSkill
from service.people.skills import spellings
from service.schemas.base import FieldFault
from service.schemas.rule_parameters import RuleParameters
from service.schemas.rules import AnyRule
from service.shifts.models import ShiftTemplate

MOST_NAMED = 5


def columns(session: Session, wanted: AnyRule) -> dict[str, Any]:
    """A rule as it is stored; a skill is spelled as those who have it spell it."""
    parameters = RuleParameters.model_validate(wanted.parameters.model_dump())
    if parameters.skill is not None:
        known = spellings(session, [parameters.skill])
        spelled = known.get(parameters.skill.casefold(), parameters.skill)
        parameters = parameters.model_copy(update={"skill": spelled})
    return wanted.model_dump(exclude={"parameters"}) | {"parameters": parameters.stored()}


def refuse_strangers(session: Session, wanted: AnyRule) -> None:
    """Raises Unprocessable for every field that names what this team does not have."""
    parameters = RuleParameters.model_validate(wanted.parameters.model_dump())
    faults = [
        *_people(session, wanted, parameters),
        *_templates(session, wanted.team_id, parameters),
        *_role(session, parameters),
        *_skill(session, wanted.team_id, parameters),
    ]
    if faults:
        raise Unprocessable("A rule is about people and shifts of its team.", faults=tuple(faults))


def _people(session: Session, wanted: AnyRule, parameters: RuleParameters) -> Iterator[FieldFault]:
    of_team = User.teams.any(Team.id == wanted.team_id)
    single = set() if wanted.user_id is None else {wanted.user_id}
    ids = single | set(parameters.user_ids)
    if ids:
        known = set(session.scalars(select(User.id).where(User.id.in_(ids), of_team, User.active)))
        if single - known:
            yield FieldFault(field="user_id", reason="is nobody of this team")
        if strangers := sorted(set(parameters.user_ids) - known):
            yield FieldFault(field="parameters.user_ids", reason=f"{strangers[0]} is nobody of this team")
    if wanted.contract is not None:
        same = func.lower(User.contract) == wanted.contract.lower()
        if session.scalar(select(User.id).where(of_team, same).limit(1)) is None:
            yield FieldFault(field="contract", reason="is nobody's in this team")


def _templates(session: Session, team_id: int, parameters: RuleParameters) -> Iterator[FieldFault]:
    named = parameters.templates()
    ids = {one for several in named.values() for one in several}
    if not ids:
        return
    known = set(
        # Held, as a role is.
        session.scalars(
            select(ShiftTemplate.id)
            .where(ShiftTemplate.id.in_(ids), ShiftTemplate.team_id == team_id)
            .with_for_update(read=True, key_share=True)
        )
    )
    for parameter, several in named.items():
        if several - known:
            yield FieldFault(field=f"parameters.{parameter}", reason="names no shift of this team")


def _role(session: Session, parameters: RuleParameters) -> Iterator[FieldFault]:
    # Held, so that nobody deletes it before the rule is there.
    query = select(Role.id).where(Role.id == parameters.role_id).with_for_update(read=True, key_share=True)
    if parameters.role_id is not None and session.scalar(query) is None:
        yield FieldFault(field="parameters.role_id", reason="is no role")


def _skill(session: Session, team_id: int, parameters: RuleParameters) -> Iterator[FieldFault]:
    if parameters.skill is None:
        return
    held = session.scalars(
        select(UserSkill.name)
        .join(User, User.id == UserSkill.user_id)
        .where(User.teams.any(Team.id == team_id))
        .distinct()
        .order_by(UserSkill.name)
    ).all()
    if parameters.skill.casefold() not in {name.casefold() for name in held}:
        known = ", ".join(held[:MOST_NAMED])
        yield FieldFault(
            field="parameters.skill",
            reason=f"is nobody's in this team; known are {known}" if known else "is nobody's in this team",
        )
