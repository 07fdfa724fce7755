"""What people do with their own accounts: a new password, and an account where anybody may have one."""

from uuid import uuid4

from sqlalchemy.orm import Session

from service import security
from service.activity.service import record
from service.errors import NotAllowed, Unprocessable
from service.people.models import User
from service.people.service import issue_tokens, revoke_all
from service.people.throttle import Guess, count_failure, refuse_guessing
from service.people.users import flush_names
from service.schemas.base import FieldFault
from service.schemas.people import PasswordChange, Registration, Tokens
from service.settings import get_settings


def change_password(session: Session, user: User, wanted: PasswordChange) -> Tokens:
    """Set a new password, end every login, and answer with tokens of a new one.

    Who came through chat and has no password yet needs none. Raises Unprocessable for a wrong one, TooManyRequests
    after many.
    """
    if user.password_hash is not None:
        refuse_guessing(Guess.PASSWORD, user.email.lower())
        current = wanted.current_password.get_secret_value() if wanted.current_password else ""
        if not security.password_matches(current, user.password_hash):
            count_failure(Guess.PASSWORD, user.email.lower())
            fault = FieldFault(field="current_password", reason="is not your password")
            raise Unprocessable("Your present password is wrong.", faults=(fault,))
    user.password_hash = security.hash_password(wanted.new_password.get_secret_value())
    revoke_all(session, user)
    session.flush()
    record(session, actor_id=user.id, action="user.change_password", entity="user", entity_id=user.id)
    return issue_tokens(session, user, family=str(uuid4()))


def register(session: Session, wanted: Registration) -> User:
    """An account without a team, which sees nothing until a manager takes it into one.

    Raises NotAllowed where accounts are made by managers only, Unprocessable for taken names.
    """
    if not get_settings().self_registration:
        raise NotAllowed("Accounts are made by managers here.", way_forward="Ask your manager for one.")
    user = User(
        name=wanted.name,
        handle=wanted.handle,
        email=wanted.email,
        password_hash=security.hash_password(wanted.password.get_secret_value()),
        teams=[],
        roles=[],
    )
    session.add(user)
    flush_names(session)
    record(session, actor_id=user.id, action="user.register", entity="user", entity_id=user.id)
    return user
