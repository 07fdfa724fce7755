"""Tables of what people ask for and what binds them: time off, availability, preferences, work rules."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base, CreatedAt, Id, Instant, states
from service.people.models import User
from service.schemas.requests import RuleKind, TimeOffKind, TimeOffStatus


class TimeOffRequest(Base):
    """Somebody asks to be away during a range of time (UTC). Approved ones of one user never overlap.

    `status` moves only as `service.requests.service.ALLOWED` says, which PostgreSQL keeps too (migration 0003).
    """

    __tablename__ = "time_off_request"
    __table_args__ = (
        CheckConstraint("NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)", name="during"),
        ExcludeConstraint(
            (text("int4range(user_id, user_id, '[]')"), "&&"),
            ("during", "&&"),
            where=text("status = 'APPROVED'"),
            name="ex_time_off_request_approved_overlap",
            using="gist",
        ),
        UniqueConstraint("created_by", "idempotency_key"),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    kind: Mapped[TimeOffKind] = mapped_column(states(TimeOffKind))
    status: Mapped[TimeOffStatus] = mapped_column(states(TimeOffStatus), default=TimeOffStatus.PENDING)
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    reason: Mapped[str] = mapped_column(String(500), default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[Instant | None]
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    idempotency_key: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[CreatedAt]

    user: Mapped[User] = relationship(lazy="raise", foreign_keys="TimeOffRequest.user_id")
    decider: Mapped[User | None] = relationship(lazy="raise", foreign_keys="TimeOffRequest.decided_by")


class Availability(Base):
    """A weekly window in local time in which a person can work. Without any window they always can.

    A window that ends at or before its start runs into the next day; 00:00 to 00:00 is the whole day.
    """

    __tablename__ = "availability"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),)

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    start_time: Mapped[time]
    end_time: Mapped[time]


class EmployeePreference(Base):
    """A wish for (`wanted`) or against shifts that match every field given.

    For each day with matching shifts: a wanted wish costs `weight` when the person works none of them, an
    unwanted one costs `weight` for each they work.
    """

    __tablename__ = "employee_preference"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("weight BETWEEN 1 AND 1000", name="weight"),
        CheckConstraint("(start_time IS NULL) = (end_time IS NULL)", name="times"),
        CheckConstraint("num_nonnulls(weekday, on_date, template_id, start_time) > 0", name="says_something"),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    wanted: Mapped[bool]
    weight: Mapped[int] = mapped_column(default=10)
    weekday: Mapped[int | None]
    on_date: Mapped[date | None]
    template_id: Mapped[int | None] = mapped_column(ForeignKey("shift_template.id", ondelete="CASCADE"), index=True)
    start_time: Mapped[time | None]
    end_time: Mapped[time | None]


class WorkRule(Base):
    """A rule of a team, of everybody in it with a contract, or of one person. Hard without a weight, soft with one.

    `parameters` holds what some kinds need beside `value` (`service.schemas.rule_parameters.RuleParameters`).
    """

    __tablename__ = "work_rule"
    __table_args__ = (
        CheckConstraint("value >= 0", name="value"),
        CheckConstraint("weight > 0", name="weight"),
        CheckConstraint("num_nonnulls(user_id, contract) <= 1", name="one_scope"),
    )

    id: Mapped[Id]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    contract: Mapped[str | None] = mapped_column(String(60))
    kind: Mapped[RuleKind] = mapped_column(states(RuleKind))
    value: Mapped[int] = mapped_column(default=0)
    weight: Mapped[int | None]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
