"""Rules of people: who may do what, logins that rotate, and who is who."""

import secrets
from datetime import timedelta
from uuid import uuid4

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, selectinload

from service import clock, security
from service.activity.service import record
from service.errors import NotAllowed, NotFound, NotSignedIn, Unprocessable
from service.people.models import RefreshToken, Role, Team, User
from service.scheduling.models import OptimizationConfig
from service.schemas.base import FieldFault
from service.schemas.people import RoleRead, RoleWrite, TeamRead, TeamWrite, Tokens, UserRead, UserWrite
from service.settings import get_settings

log = structlog.get_logger()
WRONG_LOGIN = "Email or password is wrong."


def require_member(session: Session, user: User, team_id: int) -> Team:
    """The team, if the user belongs to it. Raises NotFound: outsiders do not learn that it exists."""
    team = session.get(Team, team_id)
    if team is None or not (user.is_admin or team_id in {own.id for own in user.teams}):
        raise NotFound("There is no such team, or you are not in it.", way_forward="Ask a manager to add you.")
    return team


def require_manager(session: Session, user: User, team_id: int) -> Team:
    """The team, if the user manages it. Raises NotFound to outsiders and NotAllowed to its employees."""
    team = require_member(session, user, team_id)
    if not manages(user, team_id):
        raise NotAllowed(f"Only managers of {team.name} can do this.", way_forward="Ask one of them.")
    return team


def manages(user: User, team_id: int) -> bool:
    """Whether the user manages this team: a manager does so for every team they belong to."""
    return user.is_admin or (user.is_manager and team_id in {team.id for team in user.teams})


def require_any_manager(user: User) -> None:
    """Raises NotAllowed to plain employees."""
    if not (user.is_manager or user.is_admin):
        raise NotAllowed("Only managers can do this.", way_forward="Ask your manager.")


def log_in(session: Session, email: str, password: str) -> Tokens:
    """Tokens for the right email and password. Raises NotSignedIn, the same for every reason."""
    user = session.scalar(select(User).where(func.lower(User.email) == email.lower()))
    matches = security.password_matches(password, user.password_hash if user else None)
    if user is None or not matches or not user.active:
        raise NotSignedIn(WRONG_LOGIN, way_forward="Try again, or ask your manager for a link code.")
    return _issue(session, user, family=str(uuid4()))


def refresh(session: Session, refresh_token: str) -> Tokens | None:
    """A new pair for a refresh token, which works once.

    None when it is not valid. A token that was used before ends its whole family: one of its two users stole it.
    """
    row = session.scalar(
        select(RefreshToken).where(RefreshToken.token_hash == security.fingerprint(refresh_token)).with_for_update()
    )
    if row is None:
        return None
    if row.used_at is not None:
        revoke_family(session, row.family)
        log.warning("login.refresh_token_reused", user_id=row.user_id)
        return None
    user = session.get_one(User, row.user_id)
    if row.revoked_at is not None or row.expires_at < clock.now() or not user.active:
        return None
    row.used_at = clock.now()
    return _issue(session, user, family=row.family)


def log_out(session: Session, refresh_token: str) -> None:
    """End the login that this refresh token belongs to."""
    row = session.scalar(select(RefreshToken).where(RefreshToken.token_hash == security.fingerprint(refresh_token)))
    if row is not None:
        revoke_family(session, row.family)


def revoke_family(session: Session, family: str) -> None:
    """End every refresh token of one login."""
    session.execute(
        update(RefreshToken)
        .where(RefreshToken.family == family, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def _issue(session: Session, user: User, family: str) -> Tokens:
    refresh_token = secrets.token_urlsafe(32)
    expires_at = clock.now() + timedelta(days=get_settings().refresh_token_days)
    session.add(
        RefreshToken(
            user_id=user.id, family=family, token_hash=security.fingerprint(refresh_token), expires_at=expires_at
        )
    )
    access_token, seconds = security.make_access_token(user)
    return Tokens(access_token=access_token, expires_in=seconds, refresh_token=refresh_token)


def create_team(session: Session, actor: User, wanted: TeamWrite) -> Team:
    """A new team with its default optimisation config; its creator belongs to it."""
    require_any_manager(actor)
    team = Team(**wanted.model_dump())
    session.add(team)
    session.flush()
    actor.teams.append(team)
    session.add(OptimizationConfig(team_id=team.id, name="Standard", is_default=True))
    record(session, actor_id=actor.id, action="team.create", entity="team", entity_id=team.id, team_id=team.id)
    return team


def create_role(session: Session, actor: User, wanted: RoleWrite) -> Role:
    """A new role. Names are unique whatever their case."""
    require_any_manager(actor)
    _refuse_taken_role(session, wanted.name)
    role = Role(**wanted.model_dump())
    session.add(role)
    session.flush()
    record(session, actor_id=actor.id, action="role.create", entity="role", entity_id=role.id)
    return role


def _refuse_taken_role(session: Session, name: str) -> None:
    if session.scalar(select(Role.id).where(func.lower(Role.name) == name.lower())) is not None:
        raise Unprocessable(
            f"There is already a role called {name}.", faults=(FieldFault(field="name", reason="is taken"),)
        )


def create_user(session: Session, actor: User, wanted: UserWrite) -> User:
    """A new person in teams that the actor manages; they sign in through chat or a link code."""
    require_any_manager(actor)
    if not wanted.team_ids and not actor.is_admin:
        raise Unprocessable(
            "A person needs a team.", faults=(FieldFault(field="team_ids", reason="names no team of yours"),)
        )
    teams = [require_manager(session, actor, team_id) for team_id in wanted.team_ids]
    if wanted.is_manager and not actor.is_admin:
        raise NotAllowed("Only an administrator can make managers.", way_forward="Ask your administrator.")
    _refuse_taken_names(session, wanted)
    user = User(**wanted.model_dump(exclude={"role_ids", "team_ids"}))
    user.teams = teams
    user.roles = _roles(session, wanted.role_ids)
    session.add(user)
    session.flush()
    record(session, actor_id=actor.id, action="user.create", entity="user", entity_id=user.id)
    return user


def _refuse_taken_names(session: Session, wanted: UserWrite) -> None:
    faults = []
    if session.scalar(select(User.id).where(func.lower(User.email) == wanted.email.lower())) is not None:
        faults.append(FieldFault(field="email", reason="belongs to somebody else"))
    if session.scalar(select(User.id).where(User.handle == wanted.handle)) is not None:
        faults.append(FieldFault(field="handle", reason="is taken"))
    if faults:
        raise Unprocessable("This person is there already.", faults=tuple(faults))


def _roles(session: Session, role_ids: list[int]) -> list[Role]:
    roles = list(session.scalars(select(Role).where(Role.id.in_(role_ids))))
    if unknown := sorted(set(role_ids) - {role.id for role in roles}):
        raise Unprocessable(
            f"There is no role {unknown[0]}.", faults=(FieldFault(field="role_ids", reason="names an unknown role"),)
        )
    return roles


def visible_users(session: Session, actor: User, *, limit: int, offset: int) -> tuple[list[User], int]:
    """The people of the teams that the actor manages, by name, and how many there are."""
    require_any_manager(actor)
    query = select(User)
    if not actor.is_admin:
        query = query.where(User.teams.any(Team.id.in_([team.id for team in actor.teams])))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.options(selectinload(User.roles), selectinload(User.teams)).order_by(User.name, User.id)
    return list(session.scalars(page.limit(limit).offset(offset))), total


def team_read(team: Team) -> TeamRead:
    """A team as callers see it."""
    this_week = clock.week_of(clock.local_day(clock.now(), team.zone), team.week_start)
    return TeamRead(
        id=team.id,
        name=team.name,
        time_zone=team.time_zone,
        week_start=team.week_start,
        swap_approval=team.swap_approval,
        publish_deadline_hours=team.publish_deadline_hours,
        this_week=this_week,
    )


def user_read(user: User) -> UserRead:
    """A person as they themselves and their managers see them; needs `roles` and `teams` loaded."""
    return UserRead(
        **{field: getattr(user, field) for field in UserRead.model_fields if field not in ("roles", "teams")},
        roles=[RoleRead(id=role.id, name=role.name, colour=role.colour) for role in user.roles],
        teams=[team_read(team) for team in user.teams],
    )
