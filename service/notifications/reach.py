"""Whom messages reach: who has tied a chat account to themself. Nothing is queued for others."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.people.models import ChatIdentity, User
from service.schemas.people import Person

HAS_ACCOUNT = select(ChatIdentity.id).where(ChatIdentity.user_id == User.id).exists()
"""Whether a message reaches a user."""


def reachable(session: Session, user_ids: Iterable[int]) -> set[int]:
    """Those of these people whom a message reaches."""
    return set(session.scalars(select(User.id).where(User.id.in_(list(user_ids)), HAS_ACCOUNT)))


def unreached(session: Session, user_ids: Iterable[int]) -> list[Person]:
    """Those of these people whom no message reaches, by name."""
    query = select(User.id, User.name, User.handle).where(User.id.in_(list(user_ids)), ~HAS_ACCOUNT)
    return [
        Person(id=user_id, name=name, handle=handle)
        for user_id, name, handle in session.execute(query.order_by(User.name, User.id))
    ]
