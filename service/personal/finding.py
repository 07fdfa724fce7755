"""One person, as somebody types them."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.people.models import User


def find(session: Session, who: str) -> User:
    """The person with this email address, handle or number. Raises NotFound."""
    known = or_(func.lower(User.email) == who.lower(), User.handle == who.removeprefix("@").lower())
    if who.isdecimal() and len(who) < 10:
        known = or_(known, User.id == int(who))
    person = session.scalar(select(User).where(known).with_for_update())
    if person is None:
        raise NotFound(f"There is nobody with the address, handle or number {who}.")
    return person
