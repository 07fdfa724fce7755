"""Tables of telling: the outbox of work for queues, notifications, and one delivery per target."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base, CreatedAt, Instant, states
from service.schemas.notifications import DeliveryStatus


class Outbox(Base):
    """Work to hand to a queue, written in the transaction of its fact. `args` are ids only."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_unsent", "not_before", postgresql_where=text("sent_at IS NULL")),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    queue: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(64))
    args: Mapped[list[int]] = mapped_column(JSONB)
    correlation_id: Mapped[str | None] = mapped_column(String(64))
    traceparent: Mapped[str | None] = mapped_column(String(64))
    """The span that caused it, as W3C writes it; only where traces are recorded."""
    version: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    """Of what `args` mean to the actor: whoever writes the row says it, as the relay may be of another version."""
    not_before: Mapped[Instant] = mapped_column(server_default=text("now()"))
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[Instant | None]


class Notification(Base):
    """Something to tell. `payload` is one of `service.schemas.notifications.Payload`, ids and figures only.

    `dedupe_key` names the fact: telling the same fact twice is one row.
    """

    __tablename__ = "notification"
    __table_args__ = (CheckConstraint("(user_id IS NULL) <> (team_id IS NULL)", name="one_audience"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(48))
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]

    deliveries: Mapped[list["Delivery"]] = relationship(lazy="raise", back_populates="notification")


class Delivery(Base):
    """One notification to one chat account or channel."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notification_id", "platform", "workspace", "target", "thread"),
        Index(
            "ix_delivery_waiting",
            "next_attempt_at",
            postgresql_where=text("status IN ('PENDING', 'SENDING', 'UNCERTAIN')"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("notification.id", ondelete="CASCADE"))
    platform: Mapped[str] = mapped_column(String(32))
    workspace: Mapped[str] = mapped_column(String(64), default="")
    target: Mapped[str] = mapped_column(String(64))
    thread: Mapped[str] = mapped_column(String(64), default="")
    direct: Mapped[bool]
    status: Mapped[DeliveryStatus] = mapped_column(states(DeliveryStatus), default=DeliveryStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    next_attempt_at: Mapped[Instant] = mapped_column(server_default=text("now()"))
    lease_until: Mapped[Instant | None]
    platform_message_id: Mapped[str | None] = mapped_column(String(128))
    error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[Instant | None]

    notification: Mapped[Notification] = relationship(lazy="raise", back_populates="deliveries")
