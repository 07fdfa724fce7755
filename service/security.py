"""Who is calling: passwords, access tokens, the bots' own credential, and the dependencies that endpoints name.

Access tokens are JWT (HS256) with the claims sub, user_id, exp, iat and ver; raising a user's `token_version` ends
every token at once. The header names the key that signed (`kid`), so that a key can be changed without signing
anybody out: the old one stays as JWT_PREVIOUS_SECRET_KEY until its last token has expired.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Annotated

import jwt
import structlog
from fastapi import Depends, Header
from pwdlib import PasswordHash
from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload, selectinload

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
    key = settings.jwt_secret_key.get_secret_value()
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": _key_id(key)}), seconds


def _key_id(key: str) -> str:
    """A name of a key that says nothing about it."""
    return hashlib.sha256(b"key id of " + key.encode()).hexdigest()[:12]


def _signing_key(token: str) -> str:
    """The key that this token says has signed it. Raises jwt.InvalidTokenError when it is none of ours."""
    settings = get_settings()
    known = (settings.jwt_secret_key, settings.jwt_previous_secret_key)
    keys = {_key_id(key.get_secret_value()): key.get_secret_value() for key in known if key is not None}
    key_id = jwt.get_unverified_header(token).get("kid")
    if key_id not in keys:
        raise jwt.InvalidTokenError("signed with a key that is not ours")
    return keys[key_id]


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
            _signing_key(token),
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
        # Teams decide what one may do; roles are only asked for by who reads a whole person.
        .options(selectinload(User.teams), lazyload(User.roles))
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


def units() -> Callable[[], AbstractContextManager[Session]]:
    """How an endpoint that computes between transactions opens them; the request has none of its own."""
    return unit_of_work


UnitsOfWork = Annotated[Callable[[], AbstractContextManager[Session]], Depends(units)]
CurrentUser = Annotated[User, Depends(current_user)]
BotCaller = Annotated[None, Depends(bot_caller)]
