"""Who is calling: passwords, access tokens, the bots' own credential, and the dependencies that endpoints name.

Access tokens are JWT (HS256) with the claims sub, user_id, exp, iat and ver; raising a user's `token_version` ends
every token at once.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import jwt
import structlog
from fastapi import Depends, Header
from pwdlib import PasswordHash
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.db import unit_of_work
from service.errors import NotAllowed, NotSignedIn
from service.people.models import User
from service.settings import get_settings

ALGORITHM = "HS256"
LEEWAY_SECONDS = 5
_passwords = PasswordHash.recommended()
SIGN_IN = "Sign in again."


def hash_password(password: str) -> str:
    """The argon2 hash of a password."""
    return _passwords.hash(password)


def password_matches(password: str, password_hash: str | None) -> bool:
    """Whether this is the password. Takes as long without a hash, so that time tells nobody who exists."""
    return _passwords.verify(password, password_hash or _NOBODY) and password_hash is not None


_NOBODY = hash_password(secrets.token_urlsafe())


def fingerprint(token: str) -> str:
    """How a random token is kept: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_access_token(user: User) -> tuple[str, int]:
    """A token that speaks as `user`, and its life in seconds."""
    settings = get_settings()
    issued = clock.now()
    seconds = settings.access_token_minutes * 60
    claims = {
        "sub": str(user.id),
        "user_id": user.id,
        "ver": user.token_version,
        "iat": issued,
        "exp": issued + timedelta(seconds=seconds),
    }
    return jwt.encode(claims, settings.jwt_secret_key.get_secret_value(), algorithm=ALGORITHM), seconds


def database() -> Iterator[Session]:
    """The request's unit of work."""
    with unit_of_work() as session:
        yield session


# Without the scope a yield-dependency commits after the response has gone out, and a failing commit is never seen.
DbSession = Annotated[Session, Depends(database, scope="function")]


def current_user(session: DbSession, authorization: Annotated[str | None, Header()] = None) -> User:
    """The active user whose token this is. Raises NotSignedIn."""
    token = _credential(authorization, "bearer")
    try:
        claims = jwt.decode(
            token,
            get_settings().jwt_secret_key.get_secret_value(),
            algorithms=[ALGORITHM],
            leeway=LEEWAY_SECONDS,
            options={"require": ["sub", "exp", "iat"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise NotSignedIn("Your session has ended.", way_forward=SIGN_IN) from error
    except jwt.InvalidTokenError as error:
        raise NotSignedIn("This token is not valid.", way_forward=SIGN_IN) from error
    user = session.scalar(
        select(User)
        .where(User.id == claims.get("user_id"))
        .options(selectinload(User.teams), selectinload(User.roles))
    )
    if user is None or not user.active or user.token_version != claims.get("ver"):
        raise NotSignedIn("This account's sessions have ended.", way_forward=SIGN_IN)
    structlog.contextvars.bind_contextvars(user_id=user.id)
    return user


def bot_caller(authorization: Annotated[str | None, Header()] = None) -> None:
    """Refuse everybody but our own bots. Raises NotSignedIn or NotAllowed."""
    given = _credential(authorization, "bot")
    known = get_settings().rota_bot_secret.get_secret_value()
    if not hmac.compare_digest(given.encode(), known.encode()):
        raise NotAllowed("The bot credential is wrong.", way_forward="Check ROTA_BOT_SECRET on both sides.")


def _credential(authorization: str | None, scheme: str) -> str:
    given_scheme, _, credential = (authorization or "").partition(" ")
    if given_scheme.lower() != scheme or not credential:
        raise NotSignedIn("This call needs a credential.", way_forward=f"Send Authorization: {scheme.title()} ...")
    return credential


CurrentUser = Annotated[User, Depends(current_user)]
BotCaller = Annotated[None, Depends(bot_caller)]
