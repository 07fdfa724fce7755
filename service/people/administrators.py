"""The first administrator, made by whoever runs Rota and not over HTTP."""

import re

from sqlalchemy import func, select

from service import security
from service.activity.service import record
from service.db import unit_of_work
from service.people.models import User
from service.people.service import revoke_all
from service.people.users import flush_names
from service.schemas.people import Registration


def make_administrator(email: str, name: str, password: str) -> bool:
    """Give whoever has this address, or a new person, every right and this password; True for a new person.

    Every earlier login of theirs ends. Raises pydantic.ValidationError for what is no address, name or password.
    """
    with unit_of_work() as session:
        user = session.scalar(select(User).where(func.lower(User.email) == email.lower()))
        is_new = user is None
        handle = re.sub(r"[^a-z0-9._-]", "", email.partition("@")[0].lower()).strip("._-")[:40] or "admin"
        wanted = Registration.model_validate({"name": name, "handle": handle, "email": email, "password": password})
        if user is None:
            taken = session.scalar(select(User.id).where(User.handle == handle)) is not None
            user = User(
                name=wanted.name,
                handle=f"{handle}-admin" if taken else handle,
                email=wanted.email,
                teams=[],
                roles=[],
            )
            session.add(user)
        user.is_admin = user.is_manager = user.active = True
        user.password_hash = security.hash_password(wanted.password.get_secret_value())
        flush_names(session)
        revoke_all(session, user)
        record(session, actor_id=None, action="user.make_administrator", entity="user", entity_id=user.id)
        return is_new
