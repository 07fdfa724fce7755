"""The activity log: append only and sealed, which PostgreSQL itself does by trigger (migrations 0002, 0010)."""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, CreatedAt


class ActivityLog(Base):
    """Who did what to which row, before and after, from which platform."""

    __tablename__ = "activity_log"
    __table_args__ = (
        Index("ix_activity_log_entity", "entity", "entity_id"),
        Index("ix_activity_log_team", "team_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[CreatedAt]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    platform: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(64))
    entity: Mapped[str] = mapped_column(String(64))
    entity_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class ActivitySeal(Base):
    """The seal of one entry: SHA-256 over the seal before and the entry. Only a trigger writes it (migration 0010).

    There is no foreign key to the entry: that one is missing must be found, not refused.
    """

    __tablename__ = "activity_seal"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    activity_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
