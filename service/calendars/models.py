"""The table of calendar feeds."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base, CreatedAt, Instant
from service.people.models import User


class CalendarFeed(Base):
    """The one live feed of a person. Its token is kept as a hash: whoever has the link reads the shifts."""

    __tablename__ = "calendar_feed"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[CreatedAt]
    last_read_at: Mapped[Instant | None]

    user: Mapped[User] = relationship(lazy="raise")
