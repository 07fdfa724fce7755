"""Roles: what shifts need and people can do."""

from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.activity.service import record
from service.errors import Conflict, NotFound, Unprocessable
from service.people.models import Role, User, UserRole
from service.people.service import require_any_manager
from service.requests.models import WorkRule
from service.schemas.base import FieldFault
from service.schemas.people import NameSort, RoleRead, RoleWrite


class RoleInUse(Conflict):
    """People have the role, or shifts need it."""

    code, title = "in_use", "In use"


def all_roles(session: Session, *, sort: NameSort = NameSort.NAME, limit: int, offset: int) -> tuple[list[Role], int]:
    """Every role, and how many there are."""
    total = session.scalar(select(func.count()).select_from(Role)) or 0
    order = Role.name if sort is NameSort.NAME else Role.name.desc()
    return list(session.scalars(select(Role).order_by(order, Role.id).limit(limit).offset(offset))), total


def find_role(session: Session, role_id: int) -> Role:
    """One role. Raises NotFound."""
    role = session.get(Role, role_id)
    if role is None:
        raise NotFound("There is no such role.")
    return role


def create_role(session: Session, actor: User, wanted: RoleWrite) -> Role:
    """A new role. Names are unique whatever their case."""
    require_any_manager(actor)
    role = Role(**wanted.model_dump())
    session.add(role)
    _flush(session, wanted.name)
    _log(session, actor, role.id, "create", after=wanted.model_dump())
    return role


def change_role(session: Session, actor: User, role_id: int, wanted: RoleWrite) -> Role:
    """Another name or colour for a role."""
    require_any_manager(actor)
    role = find_role(session, role_id)
    before = {"name": role.name, "colour": role.colour}
    role.name, role.colour = wanted.name, wanted.colour
    _flush(session, wanted.name)
    _log(session, actor, role.id, "change", before=before, after=wanted.model_dump())
    return role


def delete_role(session: Session, actor: User, role_id: int) -> None:
    """Forget a role that nobody has and nothing needs. Raises RoleInUse."""
    require_any_manager(actor)
    role = find_role(session, role_id)
    people = session.scalar(select(func.count()).select_from(UserRole).where(UserRole.role_id == role_id)) or 0
    if people:
        raise RoleInUse(
            f"{role.name} stays: {people} {'person has' if people == 1 else 'people have'} it.",
            way_forward="Take it from them first.",
        )
    # Held, so that no rule comes to name it meanwhile.
    session.execute(select(Role.id).where(Role.id == role_id).with_for_update())
    if session.scalar(select(exists().where(WorkRule.parameters.contains({"role_id": role_id})))):
        raise RoleInUse(f"{role.name} stays: a work rule names it.", way_forward="Change or delete the rule first.")
    before = {"name": role.name, "colour": role.colour}
    try:
        with session.begin_nested():
            session.delete(role)
    except IntegrityError as error:
        raise RoleInUse(
            f"{before['name']} stays: templates or shifts need it, or somebody worked in it.",
            way_forward="Take it out of the templates first; what was worked is kept.",
        ) from error
    _log(session, actor, role_id, "delete", before=before)


def role_read(role: Role) -> RoleRead:
    """A role as callers see it."""
    return RoleRead(id=role.id, name=role.name, colour=role.colour)


def _flush(session: Session, name: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise Unprocessable(
            f"There is already a role called {name}.", faults=(FieldFault(field="name", reason="is taken"),)
        ) from error


def _log(
    session: Session,
    actor: User,
    role_id: int,
    what: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    record(
        session,
        actor_id=actor.id,
        action=f"role.{what}",
        entity="role",
        entity_id=role_id,
        before=before,
        after=after,
    )
