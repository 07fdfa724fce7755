"""Codes for people who are not in a chat yet, made by whoever runs Rota."""

from sqlalchemy import func, or_, select

from service.db import unit_of_work
from service.errors import NotFound
from service.people import chat
from service.people.models import User


def invite(who: str) -> tuple[str, str, int]:
    """The name of the person with this email address or handle, a one-time code for them, and its life in seconds.

    Raises NotFound.
    """
    with unit_of_work() as session:
        known = or_(func.lower(User.email) == who.lower(), User.handle == who.removeprefix("@").lower())
        user = session.scalar(select(User).where(known, User.active))
        if user is None:
            raise NotFound(f"There is no active person with the address or handle {who}.")
        code, seconds = chat.make_code(session, user_id=user.id)
        return user.name, code, seconds
