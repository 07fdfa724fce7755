"""Tables of people: team, user, role, who is in what, and their identities and logins."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base, CreatedAt, Id, Instant, states
from service.schemas.chat import ChannelPurpose
from service.schemas.people import SwapApproval


class TeamMember(Base):
    """Who belongs to which team. A user with `is_manager` manages every team they belong to."""

    __tablename__ = "team_member"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True)


class UserRole(Base):
    """Who can do what."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True, index=True)


class Team(Base):
    """A group of people scheduled together; weeks start on `week_start` (0 is Monday) in `time_zone`."""

    __tablename__ = "team"
    __table_args__ = (
        CheckConstraint("week_start BETWEEN 0 AND 6", name="week_start"),
        CheckConstraint("publish_deadline_hours >= 0", name="publish_deadline_hours"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(100), unique=True)
    time_zone: Mapped[str] = mapped_column(String(64))
    week_start: Mapped[int] = mapped_column(default=0)
    swap_approval: Mapped[SwapApproval] = mapped_column(states(SwapApproval), default=SwapApproval.ACROSS_ROLES)
    publish_deadline_hours: Mapped[int] = mapped_column(default=72)
    created_at: Mapped[CreatedAt]

    @property
    def zone(self) -> ZoneInfo:
        """The team's time zone."""
        return ZoneInfo(self.time_zone)

    members: Mapped[list["User"]] = relationship(
        secondary="team_member", back_populates="teams", lazy="raise", order_by="User.name"
    )


class Role(Base):
    """Something a shift needs and a person can do; `colour` is #rrggbb, for the picture."""

    __tablename__ = "role"
    __table_args__ = (
        CheckConstraint("colour ~ '^#[0-9a-f]{6}$'", name="colour"),
        Index("uq_role_name", func.lower(text("name")), unique=True),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60))
    colour: Mapped[str] = mapped_column(String(7))


class User(Base):
    """A person. Deactivated, never deleted, once they have worked.

    `max_minutes_week` is the legal limit that PostgreSQL itself keeps (`user_weekly_hours`). `contract` is the name
    of a kind of contract, for rules that bind everybody who has it. `token_version` is part of every access token:
    raising it ends all sessions at once.
    """

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("max_minutes_week BETWEEN 0 AND 10080", name="max_minutes_week"),
        CheckConstraint("min_minutes_week BETWEEN 0 AND max_minutes_week", name="min_minutes_week"),
        CheckConstraint("cost_per_hour >= 0", name="cost_per_hour"),
        Index("uq_user_email", func.lower(text("email")), unique=True),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    handle: Mapped[str] = mapped_column(String(60), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    is_manager: Mapped[bool] = mapped_column(default=False)
    is_admin: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    max_minutes_week: Mapped[int] = mapped_column(default=40 * 60)
    min_minutes_week: Mapped[int] = mapped_column(default=0)
    cost_per_hour: Mapped[int] = mapped_column(default=0)
    contract: Mapped[str | None] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(16), default="en")
    time_zone: Mapped[str | None] = mapped_column(String(64))
    token_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[CreatedAt]

    roles: Mapped[list[Role]] = relationship(secondary="user_role", lazy="raise", order_by="Role.name")
    teams: Mapped[list[Team]] = relationship(
        secondary="team_member", back_populates="members", lazy="raise", order_by="Team.name"
    )


class UserSkill(Base):
    """What a person brings along besides roles, such as first aid: how well, and through which day."""

    __tablename__ = "user_skill"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 100", name="level"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    level: Mapped[int] = mapped_column(default=1)
    until: Mapped[date | None]


class RefreshToken(Base):
    """One refresh token, kept as a hash. `family` joins a login's rotations: reuse of an old one ends them all."""

    __tablename__ = "refresh_token"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    family: Mapped[str] = mapped_column(String(36), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]
    created_at: Mapped[CreatedAt]


class ChatIdentity(Base):
    """This account on a chat platform is this user. `workspace` is Slack's team id, empty elsewhere."""

    __tablename__ = "chat_identity"
    __table_args__ = (
        UniqueConstraint("platform", "workspace", "external_id"),
        UniqueConstraint("platform", "workspace", "user_id"),
    )

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(32))
    workspace: Mapped[str] = mapped_column(String(64), default="")
    external_id: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[CreatedAt]


class ChatChannel(Base):
    """This channel or group on a chat platform belongs to this team; `thread` is a forum topic, or empty.

    Weeks are posted in it, or, where that is its purpose, trades.
    """

    __tablename__ = "chat_channel"
    __table_args__ = (UniqueConstraint("platform", "workspace", "external_id", "thread"),)

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(32))
    workspace: Mapped[str] = mapped_column(String(64), default="")
    external_id: Mapped[str] = mapped_column(String(64))
    thread: Mapped[str] = mapped_column(String(64), default="")
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[ChannelPurpose] = mapped_column(
        states(ChannelPurpose), default=ChannelPurpose.WEEKS, server_default=ChannelPurpose.WEEKS
    )
    created_at: Mapped[CreatedAt]


class LinkCode(Base):
    """A one-time code, kept as a hash, that ties a chat account to a user or a channel to a team."""

    __tablename__ = "link_code"
    __table_args__ = (CheckConstraint("(user_id IS NULL) <> (team_id IS NULL)", name="one_target"),)

    id: Mapped[Id]
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
    created_at: Mapped[CreatedAt]
