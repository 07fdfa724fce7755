"""The table of installations."""

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db import Base, Id, Instant


class ChatInstallation(Base):
    """A workspace of a chat platform that has installed Rota. `sealed_token` is encrypted, and gone once removed."""

    __tablename__ = "chat_installation"
    __table_args__ = (
        UniqueConstraint("platform", "workspace"),
        CheckConstraint("(sealed_token IS NULL) = (removed_at IS NOT NULL)", name="token_until_removed"),
    )

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(32))
    workspace: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    bot_user: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[str] = mapped_column(String(2000))
    installed_by: Mapped[str] = mapped_column(String(64))
    sealed_token: Mapped[str | None] = mapped_column(Text)
    installed_at: Mapped[Instant]
    removed_at: Mapped[Instant | None]
