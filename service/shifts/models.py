"""Tables of work: templates, weeks, planned shifts, assignments and the weekly hours that PostgreSQL keeps.

The trigger that keeps `user_weekly_hours` stands in migration 0002.
"""

from datetime import date, datetime, time

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base, CreatedAt, Id, Instant, states
from service.people.models import Role, Team, User
from service.schemas.shifts import AssignmentSource, AssignmentStatus, WeekStatus


class ShiftTemplate(Base):
    """A recurring shift in local time; one that ends at or before its start ends on the next day.

    `site` says where it is worked, for the travel between shifts; empty where that makes no difference.
    """

    __tablename__ = "shift_template"
    __table_args__ = (
        UniqueConstraint("team_id", "name"),
        CheckConstraint("cardinality(weekdays) > 0 AND weekdays <@ '{0,1,2,3,4,5,6}'", name="weekdays"),
        CheckConstraint("break_minutes >= 0", name="break_minutes"),
    )

    id: Mapped[Id]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    start_time: Mapped[time]
    end_time: Mapped[time]
    break_minutes: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    site: Mapped[str] = mapped_column(String(60), default="", server_default="")

    roles: Mapped[list["ShiftTemplateRole"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ShiftTemplateRole.role_id"
    )


class ShiftTemplateRole(Base):
    """How many people of a role a template needs; 0 means none wanted but allowed.

    Weights override those of the optimisation config.
    """

    __tablename__ = "shift_template_role"
    __table_args__ = (
        CheckConstraint("headcount >= 0", name="headcount"),
        CheckConstraint("minimum BETWEEN 0 AND headcount", name="minimum"),
        CheckConstraint("maximum >= headcount", name="maximum"),
        CheckConstraint("under_weight >= 0 AND over_weight >= 0", name="weights"),
    )

    template_id: Mapped[int] = mapped_column(ForeignKey("shift_template.id", ondelete="CASCADE"), primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True)
    headcount: Mapped[int]
    minimum: Mapped[int] = mapped_column(default=0)
    maximum: Mapped[int | None]
    under_weight: Mapped[int | None]
    over_weight: Mapped[int | None]

    role: Mapped[Role] = relationship(lazy="raise")


class WeeklySchedule(Base):
    """One week of one team. `version` rises with every change, for optimistic locking."""

    __tablename__ = "weekly_schedule"
    __table_args__ = (UniqueConstraint("team_id", "week_start"), UniqueConstraint("id", "week_start"))

    id: Mapped[Id]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    week_start: Mapped[date]
    status: Mapped[WeekStatus] = mapped_column(states(WeekStatus), default=WeekStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[Instant | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[CreatedAt]

    team: Mapped[Team] = relationship(lazy="raise")
    shifts: Mapped[list["PlannedShift"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="PlannedShift.during"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own spelling


class PlannedShift(Base):
    """One shift on one day, times in UTC. Its needs are copied from the template and then its own."""

    __tablename__ = "planned_shift"
    __table_args__ = (
        ForeignKeyConstraint(
            ["weekly_schedule_id", "week_start"],
            ["weekly_schedule.id", "weekly_schedule.week_start"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("id", "during", "minutes", "week_start", name="uq_planned_shift_copied"),
        CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)"
            " AND lower_inc(during) AND NOT upper_inc(during)"
            " AND upper(during) - lower(during) < interval '24 hours'",
            name="during",
        ),
        CheckConstraint("break_minutes >= 0 AND minutes > 0", name="minutes"),
    )

    id: Mapped[Id]
    weekly_schedule_id: Mapped[int] = mapped_column(index=True)
    week_start: Mapped[date]
    template_id: Mapped[int | None] = mapped_column(ForeignKey("shift_template.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    break_minutes: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(
        Computed("(extract(epoch FROM upper(during) - lower(during)) / 60)::int - break_minutes", persisted=True)
    )
    version: Mapped[int] = mapped_column(default=1)

    week: Mapped[WeeklySchedule] = relationship(lazy="raise", back_populates="shifts")
    roles: Mapped[list["PlannedShiftRole"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="PlannedShiftRole.role_id"
    )
    assignments: Mapped[list["ShiftAssignment"]] = relationship(
        lazy="raise", back_populates="shift", passive_deletes="all"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy's own spelling


class PlannedShiftRole(Base):
    """How many people of a role this shift needs; 0 means none wanted but allowed."""

    __tablename__ = "planned_shift_role"
    __table_args__ = (
        CheckConstraint("headcount >= 0", name="headcount"),
        CheckConstraint("minimum BETWEEN 0 AND headcount", name="minimum"),
        CheckConstraint("maximum >= headcount", name="maximum"),
        CheckConstraint("under_weight >= 0 AND over_weight >= 0", name="weights"),
    )

    planned_shift_id: Mapped[int] = mapped_column(
        ForeignKey("planned_shift.id", ondelete="CASCADE"), primary_key=True
    )
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True)
    headcount: Mapped[int]
    minimum: Mapped[int] = mapped_column(default=0)
    maximum: Mapped[int | None]
    under_weight: Mapped[int | None]
    over_weight: Mapped[int | None]

    role: Mapped[Role] = relationship(lazy="raise")


def _no_overlap(status: AssignmentStatus) -> ExcludeConstraint:
    """Nobody is in two places at once; int4range stands in for btree_gist, which not every server has."""
    return ExcludeConstraint(
        (text("int4range(user_id, user_id, '[]')"), "&&"),
        ("during", "&&"),
        where=text(f"status = '{status}'"),
        name=f"ex_shift_assignment_{status.lower()}_overlap",
        using="gist",
    )


class ShiftAssignment(Base):
    """This person works this shift in this role.

    `during`, `minutes` and `week_start` are the shift's own, kept true by the composite foreign key.
    """

    __tablename__ = "shift_assignment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["planned_shift_id", "during", "minutes", "week_start"],
            ["planned_shift.id", "planned_shift.during", "planned_shift.minutes", "planned_shift.week_start"],
            name="fk_shift_assignment_copied",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["planned_shift_id", "role_id"],
            ["planned_shift_role.planned_shift_id", "planned_shift_role.role_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["user_id", "role_id"], ["user_role.user_id", "user_role.role_id"]),
        Index("ix_shift_assignment_user_week", "user_id", "week_start"),
        _no_overlap(AssignmentStatus.CONFIRMED),
        _no_overlap(AssignmentStatus.PROPOSED),
    )

    id: Mapped[Id]
    planned_shift_id: Mapped[int] = mapped_column(index=True)
    role_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    status: Mapped[AssignmentStatus] = mapped_column(states(AssignmentStatus))
    pinned: Mapped[bool] = mapped_column(default=False)
    source: Mapped[AssignmentSource] = mapped_column(states(AssignmentSource))
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    minutes: Mapped[int]
    week_start: Mapped[date]
    created_at: Mapped[CreatedAt]

    shift: Mapped[PlannedShift] = relationship(
        lazy="raise",
        back_populates="assignments",
        primaryjoin="ShiftAssignment.planned_shift_id == PlannedShift.id",
        foreign_keys="ShiftAssignment.planned_shift_id",
    )
    user: Mapped[User] = relationship(lazy="raise", foreign_keys="ShiftAssignment.user_id")
    role: Mapped[Role] = relationship(
        lazy="raise",
        primaryjoin="ShiftAssignment.role_id == Role.id",
        foreign_keys="ShiftAssignment.role_id",
        viewonly=True,
    )


class UserWeeklyHours(Base):
    """Confirmed minutes of a user in a week, kept by trigger; the check is the legal limit itself."""

    __tablename__ = "user_weekly_hours"
    __table_args__ = (CheckConstraint("scheduled_minutes BETWEEN 0 AND max_minutes", name="within_limit"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    week_start: Mapped[date] = mapped_column(primary_key=True)
    scheduled_minutes: Mapped[int]
    max_minutes: Mapped[int]
