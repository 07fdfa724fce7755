"""Rules of people: who may do what, logins that rotate, and who is who."""

import secrets
from datetime import timedelta
from uuid import uuid4

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service import clock, security
from service.errors import NotAllowed, NotFound, NotSignedIn
from service.people.models import RefreshToken, Team, User
from service.people.throttle import Guess, count_failure, refuse_guessing
from service.schemas.people import RoleRead, TeamRead, Tokens, UserRead
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
        raise NotAllowed(
            "Only managers of {team} can do this.", way_forward="Ask one of them.", values={"team": team.name}
        )
    return team


def manages(user: User, team_id: int) -> bool:
    """Whether the user manages this team: a manager does so for every team they belong to."""
    return user.is_admin or (user.is_manager and team_id in {team.id for team in user.teams})


def require_any_manager(user: User) -> None:
    """Raises NotAllowed to plain employees."""
    if not (user.is_manager or user.is_admin):
        raise NotAllowed("Only managers can do this.", way_forward="Ask your manager.")


def log_in(session: Session, email: str, password: str) -> Tokens:
    """Tokens for the right email and password.

    Raises NotSignedIn, the same for every reason, and TooManyRequests after many failures for one email.
    """
    refuse_guessing(Guess.PASSWORD, email.lower())
    user = session.scalar(select(User).where(func.lower(User.email) == email.lower()))
    matches = security.password_matches(password, user.password_hash if user else None)
    if user is None or not matches or not user.active:
        count_failure(Guess.PASSWORD, email.lower())
        raise NotSignedIn(WRONG_LOGIN, way_forward="Try again, or ask your manager for a link code.")
    return issue_tokens(session, user, family=str(uuid4()))


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
    return issue_tokens(session, user, family=row.family)


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


def revoke_all(session: Session, user: User) -> None:
    """End every login of a person at once, access tokens too."""
    user.token_version += 1
    session.execute(
        update(RefreshToken)
        .where(RefreshToken.user_id == user.id, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def issue_tokens(session: Session, user: User, family: str) -> Tokens:
    """A new pair; `family` joins the rotations of one login."""
    refresh_token = secrets.token_urlsafe(32)
    expires_at = clock.now() + timedelta(days=get_settings().refresh_token_days)
    session.add(
        RefreshToken(
            user_id=user.id, family=family, token_hash=security.fingerprint(refresh_token), expires_at=expires_at
        )
    )
    access_token, seconds = security.make_access_token(user)
    return Tokens(access_token=access_token, expires_in=seconds, refresh_token=refresh_token)


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
