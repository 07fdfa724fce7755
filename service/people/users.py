"""People as their managers keep them: found, added, changed, deactivated, and deleted while nothing hangs on them.

Managers look after the employees of their teams; managers and administrators are changed by administrators only,
since whoever sets an address or makes a code for somebody could speak as them.
"""

from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from service.activity.service import record
from service.errors import Conflict, NotAllowed, NotFound, Unprocessable
from service.people import chat
from service.people.models import ChatIdentity, Role, Team, User
from service.people.service import manages, require_any_manager, require_manager, revoke_all
from service.people.teams import refuse_leaving, refuse_shifts_ahead
from service.schemas.base import FieldFault
from service.schemas.people import UserSort, UserWrite
from service.shifts import record as work
from service.swaps import ending

PLAIN = tuple(field for field in UserWrite.model_fields if field not in {"role_ids", "team_ids"})
PERSONAL = ("name", "handle", "email", "cost_per_hour", "contract", "locale", "time_zone")
"""What the activity log says nothing of but that it changed."""
SORTED_BY: dict[str, InstrumentedAttribute[Any]] = {
    "name": User.name,
    "email": User.email,
    "created_at": User.created_at,
}


class HasWorked(Conflict):
    """The person has worked, or done something that the log keeps."""

    code, title = "has_worked", "Has worked here"


class RoleStays(Conflict):
    """Somebody works or has worked in the role that they are to lose."""

    code, title = "in_use", "In use"


def visible_users(
    session: Session,
    actor: User,
    *,
    team_id: int | None = None,
    role_id: int | None = None,
    active: bool | None = None,
    linked: bool | None = None,
    text: str | None = None,
    sort: UserSort = UserSort.NAME,
    limit: int,
    offset: int,
) -> tuple[list[User], int]:
    """The people of the teams that the actor manages, and how many match; `linked` have an account in some chat."""
    require_any_manager(actor)
    query = _whole()
    if team_id is not None:
        require_manager(session, actor, team_id)
        query = query.where(User.teams.any(Team.id == team_id))
    if not actor.is_admin:
        query = query.where(User.teams.any(Team.id.in_([team.id for team in actor.teams])))
    if role_id is not None:
        query = query.where(User.roles.any(Role.id == role_id))
    if active is not None:
        query = query.where(User.active.is_(active))
    if linked is not None:
        in_chat = select(ChatIdentity.id).where(ChatIdentity.user_id == User.id).exists()
        query = query.where(in_chat if linked else ~in_chat)
    if text:
        named = (column.icontains(text, autoescape=True) for column in (User.name, User.email, User.handle))
        query = query.where(or_(*named))
    total = session.scalar(select(func.count()).select_from(query.with_only_columns(User.id).subquery())) or 0
    column = SORTED_BY[sort.removeprefix("-")]
    order = column.desc() if sort.startswith("-") else column.asc()
    return list(session.scalars(query.order_by(order, User.id).limit(limit).offset(offset))), total


def find_user(session: Session, actor: User, user_id: int) -> User:
    """The person: oneself, or of a team that the actor manages. Raises NotFound."""
    user = session.scalar(_whole().where(User.id == user_id))
    if user is None or not (user.id == actor.id or _looks_after(actor, user)):
        raise NotFound("There is no such person, or you do not manage them.")
    return user


def find_managed_user(session: Session, actor: User, user_id: int) -> User:
    """The person, held, if the actor may change them. Raises NotFound and NotAllowed."""
    user = find_user(session, actor, user_id)
    if not _looks_after(actor, user):
        raise NotAllowed("Only your managers can change this.", way_forward="Ask one of them.")
    if (user.is_manager or user.is_admin) and user.id != actor.id and not actor.is_admin:
        raise NotAllowed("Only an administrator can change managers.", way_forward="Ask your administrator.")
    session.refresh(user, ["active", "token_version"], with_for_update={"key_share": True})
    return user


def create_user(session: Session, actor: User, wanted: UserWrite) -> User:
    """A new person in teams that the actor manages; they sign in through chat or a link code."""
    require_any_manager(actor)
    if not wanted.team_ids and not actor.is_admin:
        raise Unprocessable(
            "A person needs a team.", faults=(FieldFault(field="team_ids", reason="names no team of yours"),)
        )
    teams = [require_manager(session, actor, team_id) for team_id in dict.fromkeys(wanted.team_ids)]
    if wanted.is_manager and not actor.is_admin:
        raise NotAllowed("Only an administrator can make managers.", way_forward="Ask your administrator.")
    user = User(**wanted.model_dump(include=set(PLAIN)), teams=teams, roles=_roles(session, wanted.role_ids))
    session.add(user)
    flush_names(session)
    _log(session, actor, user.id, "create", after=_logged(user))
    return user


def change_user(session: Session, actor: User, user_id: int, wanted: UserWrite) -> User:
    """Change a person. Teams that the actor does not manage are left as they are, whatever `team_ids` says.

    Raises RoleStays for a role that the person works in, StillNeeded for a team in which they have shifts ahead,
    NotAllowed to managers who would make or unmake one, Unprocessable for taken names.
    """
    user = find_managed_user(session, actor, user_id)
    if wanted.is_manager != user.is_manager and not actor.is_admin:
        raise NotAllowed("Only an administrator can make managers.", way_forward="Ask your administrator.")
    before, personal = _logged(user), _personal(user)
    for field in PLAIN:
        setattr(user, field, getattr(wanted, field))
    flush_names(session)
    _set_teams(session, actor, user, wanted.team_ids)
    _set_roles(session, user, wanted.role_ids)
    after = _logged(user)
    if changed := sorted(field for field, value in _personal(user).items() if value != personal[field]):
        after["changed"] = changed
    if before != after:
        _log(session, actor, user.id, "change", before=before, after=after)
    return user


def deactivate(session: Session, actor: User, user_id: int, *, release: bool) -> User:
    """End what a person can do here: every login and open request; with `release` also their shifts ahead.

    Raises StillNeeded for shifts ahead without `release`, NotAllowed for oneself.
    """
    user = find_managed_user(session, actor, user_id)
    _refuse_oneself(actor, user)
    if not user.active:
        return user
    work.hold_coming_weeks(session, [team.id for team in user.teams])
    if release:
        work.release_ahead(session, actor, user.id)
    else:
        refuse_shifts_ahead(session, user)
    ending.person_goes(session, actor, user.id)
    user.active = False
    revoke_all(session, user)
    session.flush()
    _log(session, actor, user.id, "deactivate")
    return user


def reactivate(session: Session, actor: User, user_id: int) -> User:
    """Let a person in again; they sign in anew."""
    user = find_managed_user(session, actor, user_id)
    if not user.active:
        user.active = True
        session.flush()
        _log(session, actor, user.id, "reactivate")
    return user


def delete_user(session: Session, actor: User, user_id: int) -> None:
    """Forget a person who has never worked. Raises HasWorked; NotAllowed for oneself."""
    user = find_managed_user(session, actor, user_id)
    _refuse_oneself(actor, user)
    way_forward = "Deactivate them instead."
    if work.has_worked(session, user.id):
        raise HasWorked(f"{user.name} has worked, and what was worked is kept.", way_forward=way_forward)
    name, before = user.name, _logged(user)
    try:
        with session.begin_nested():
            session.delete(user)
    except IntegrityError as error:
        raise HasWorked(f"{name} has done things here that the log keeps.", way_forward=way_forward) from error
    _log(session, actor, user_id, "delete", before=before)


def make_link_code(session: Session, actor: User, user_id: int) -> tuple[str, int]:
    """A one-time code with which a person links their chat account, and its life in seconds."""
    user = find_managed_user(session, actor, user_id)
    if not user.active:
        raise Conflict("{person} is deactivated.", way_forward="Reactivate them first.", values={"person": user.name})
    code = chat.make_code(session, user_id=user.id)
    _log(session, actor, user.id, "invite")
    return code


def flush_names(session: Session) -> None:
    """Flush; raises Unprocessable where an address or a handle is somebody else's."""
    faults = {
        "uq_user_email": FieldFault(field="email", reason="belongs to somebody else"),
        "uq_user_handle": FieldFault(field="handle", reason="is taken"),
    }
    try:
        session.flush()
    except IntegrityError as error:
        fault = faults.get(getattr(getattr(error.orig, "diag", None), "constraint_name", None) or "")
        if fault is None:
            raise
        raise Unprocessable("This person is there already.", faults=(fault,)) from error


def _whole() -> Select[User]:
    return select(User).options(selectinload(User.roles), selectinload(User.teams))


def _looks_after(actor: User, user: User) -> bool:
    return actor.is_admin or any(manages(actor, team.id) for team in user.teams)


def _refuse_oneself(actor: User, user: User) -> None:
    if actor.id == user.id:
        raise NotAllowed("Nobody does this to themselves.", way_forward="Ask another administrator.")


def _roles(session: Session, role_ids: list[int]) -> list[Role]:
    roles = list(session.scalars(select(Role).where(Role.id.in_(role_ids)).order_by(Role.name)))
    if unknown := sorted(set(role_ids) - {role.id for role in roles}):
        raise Unprocessable(
            f"There is no role {unknown[0]}.", faults=(FieldFault(field="role_ids", reason="names an unknown role"),)
        )
    return roles


def _set_teams(session: Session, actor: User, user: User, team_ids: list[int]) -> None:
    had = {team.id: team for team in user.teams}
    for team_id in dict.fromkeys(team_ids):
        if team_id not in had:
            user.teams.append(require_manager(session, actor, team_id))
    leaving = [team for team_id, team in had.items() if team_id not in team_ids and manages(actor, team_id)]
    if leaving and not actor.is_admin and len(leaving) == len(user.teams):
        fault = FieldFault(field="team_ids", reason="leaves the person in no team")
        raise Unprocessable("A person needs a team.", faults=(fault,))
    for team in sorted(leaving, key=_id):
        refuse_leaving(session, actor, user, team)
        user.teams.remove(team)
    session.flush()


def _id(team: Team) -> int:
    return team.id


def _set_roles(session: Session, user: User, role_ids: list[int]) -> None:
    name, wanted = user.name, _roles(session, role_ids)
    lost = [role.name for role in user.roles if role not in wanted]
    try:
        with session.begin_nested():
            user.roles = wanted
    except IntegrityError as error:
        raise RoleStays(
            f"{name} works or has worked as {' or '.join(lost)}.",
            way_forward="A role in which somebody has shifts stays theirs.",
            faults=(FieldFault(field="role_ids", reason="leaves out a role with shifts"),),
        ) from error


def _personal(user: User) -> dict[str, Any]:
    return {field: getattr(user, field) for field in PERSONAL}


def _logged(user: User) -> dict[str, Any]:
    # The log can never be changed, and people can ask to be forgotten: who they were and earned is not in it.
    plain = {field: getattr(user, field) for field in PLAIN if field not in PERSONAL}
    return plain | {
        "role_ids": sorted(role.id for role in user.roles),
        "team_ids": sorted(team.id for team in user.teams),
    }


def _log(
    session: Session,
    actor: User,
    user_id: int,
    what: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    record(
        session,
        actor_id=actor.id,
        action=f"user.{what}",
        entity="user",
        entity_id=user_id,
        before=before,
        after=after,
    )
