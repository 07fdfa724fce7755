"""Tables of trades: requests, the places that change hands in each option, what people said, rules of the house.

Option 0 of a request holds the places on offer, without takers; from 1 on each option is one exchange. The trigger
that keeps the moves of `swap_request.status` stands in migration 0006.
"""

from datetime import date

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base, CreatedAt, Id, Instant, states
from service.people.models import Team, User
from service.schemas.swaps import Answer, ClaimMode, SwapKind, SwapStatus
from service.shifts.models import PlannedShift, WeeklySchedule

LIVE_STATES = "('OPEN', 'ACCEPTED', 'APPROVED')"


class SwapRequest(Base):
    """A wish of `asked_by` to trade places of `owner_id` in one published week.

    `chosen` is the option that everybody in it agreed to; `approval` says why a manager decides it, `note` is the
    asker's, and `decision_note` of the manager who said no. Once `released`,
    the owner is off the shift whoever takes it. Until `claims_until` claims are collected for the fairest to win; a
    sick call asks in waves, the next one at `wave_until`.
    """

    __tablename__ = "swap_request"
    __table_args__ = (
        UniqueConstraint("id", "status", name="uq_swap_request_copied"),
        UniqueConstraint("asked_by", "idempotency_key"),
        CheckConstraint("status NOT IN ('ACCEPTED', 'APPROVED', 'DONE') OR chosen IS NOT NULL", name="chosen"),
        CheckConstraint(f"(closed_at IS NULL) = (status IN {LIVE_STATES})", name="closed"),
        Index("ix_swap_request_live", "expires_at", postgresql_where=text(f"status IN {LIVE_STATES}")),
        Index("ix_swap_request_team", "team_id", "id"),
    )

    id: Mapped[Id]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    weekly_schedule_id: Mapped[int] = mapped_column(ForeignKey("weekly_schedule.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SwapKind] = mapped_column(states(SwapKind))
    status: Mapped[SwapStatus] = mapped_column(states(SwapStatus), default=SwapStatus.OPEN)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    chosen: Mapped[int | None]
    approval: Mapped[str | None] = mapped_column(String(300))
    released: Mapped[bool] = mapped_column(default=False)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    decision_note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    idempotency_key: Mapped[str | None] = mapped_column(String(100))
    expires_at: Mapped[Instant]
    created_at: Mapped[CreatedAt]
    closed_at: Mapped[Instant | None]
    claims_until: Mapped[Instant | None]
    wave: Mapped[int] = mapped_column(default=0, server_default="0")
    wave_until: Mapped[Instant | None]
    reminded_at: Mapped[Instant | None]

    team: Mapped[Team] = relationship(lazy="raise")
    week: Mapped[WeeklySchedule] = relationship(lazy="raise")
    legs: Mapped[list["SwapLeg"]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        primaryjoin="SwapLeg.request_id == SwapRequest.id",
        foreign_keys="SwapLeg.request_id",
        order_by="(SwapLeg.option, SwapLeg.position)",
    )
    answers: Mapped[list["SwapAnswerRow"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="(SwapAnswerRow.option, SwapAnswerRow.user_id)"
    )


class SwapLeg(Base):
    """A place that changes hands in an option. `request_status` is the request's own, kept by the foreign key.

    `assignment_id` is null once the assignment is gone: traded, or taken off the week.
    """

    __tablename__ = "swap_leg"
    __table_args__ = (
        ForeignKeyConstraint(
            ["request_id", "request_status"],
            ["swap_request.id", "swap_request.status"],
            name="fk_swap_leg_copied",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        CheckConstraint("(option = 0) = (taker_id IS NULL)", name="taker"),
        CheckConstraint("taker_id <> giver_id", name="two_people"),
        Index(
            "uq_swap_leg_live",
            "assignment_id",
            unique=True,
            postgresql_where=text(f"option = 0 AND request_status IN {LIVE_STATES}"),
        ),
        Index("ix_swap_leg_assignment", "assignment_id"),
    )

    request_id: Mapped[int] = mapped_column(primary_key=True)
    option: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    request_status: Mapped[SwapStatus] = mapped_column(String(32), default=SwapStatus.OPEN)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("shift_assignment.id", ondelete="SET NULL"))
    planned_shift_id: Mapped[int] = mapped_column(ForeignKey("planned_shift.id", ondelete="CASCADE"), index=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    shift: Mapped[PlannedShift] = relationship(lazy="raise")


class SwapAnswerRow(Base):
    """What somebody said to an option that they are in."""

    __tablename__ = "swap_answer"

    request_id: Mapped[int] = mapped_column(ForeignKey("swap_request.id", ondelete="CASCADE"), primary_key=True)
    option: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    answer: Mapped[Answer] = mapped_column(states(Answer), default=Answer.ASKED)
    answered_at: Mapped[Instant | None]

    user: Mapped[User] = relationship(lazy="raise")


class TradePolicy(Base):
    """A team's rules of the house (`service.schemas.swaps.TradePolicyWrite`); a team without a row has the defaults.

    When a manager decides stands in `team.swap_approval`.
    """

    __tablename__ = "trade_policy"
    __table_args__ = (
        CheckConstraint(
            "latest_minutes >= 0 AND open_per_person > 0 AND over_minutes >= 0 AND answer_hours > 0"
            " AND fair_minutes > 0",
            name="amounts",
        ),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    latest_minutes: Mapped[int]
    open_per_person: Mapped[int]
    over_minutes: Mapped[int]
    blackout_days: Mapped[list[date]] = mapped_column(ARRAY(Date))
    answer_hours: Mapped[int]
    claim: Mapped[ClaimMode] = mapped_column(states(ClaimMode))
    fair_minutes: Mapped[int]
