"""Tables of optimisation: configs, runs and what the runs proposed."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.db import Base, CreatedAt, Id, Instant, states
from service.schemas.scheduling import RunStatus, SolverStatus
from service.shifts.models import WeeklySchedule

ACTIVE = frozenset({RunStatus.PENDING, RunStatus.RUNNING})


class OptimizationConfig(Base):
    """Named weights and limits of a run; one default per team.

    Weights are what one unit costs: a missing or surplus person, an hour of unfairness, a point of preference, a
    unit of cost per hour, a changed assignment.
    """

    __tablename__ = "optimization_config"
    __table_args__ = (
        UniqueConstraint("team_id", "name"),
        CheckConstraint(
            "under_weight >= 0 AND over_weight >= 0 AND fairness_weight >= 0 AND preference_weight >= 0"
            " AND cost_weight >= 0 AND stability_weight >= 0",
            name="weights",
        ),
        CheckConstraint("time_limit_seconds BETWEEN 1 AND 3600", name="time_limit_seconds"),
        CheckConstraint("gap BETWEEN 0 AND 1", name="gap"),
        Index("uq_optimization_config_default", "team_id", unique=True, postgresql_where=text("is_default")),
    )

    id: Mapped[Id]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    is_default: Mapped[bool] = mapped_column(default=False)
    under_weight: Mapped[int] = mapped_column(default=1000)
    over_weight: Mapped[int] = mapped_column(default=200)
    fairness_weight: Mapped[int] = mapped_column(default=2)
    preference_weight: Mapped[int] = mapped_column(default=1)
    cost_weight: Mapped[int] = mapped_column(default=0)
    stability_weight: Mapped[int] = mapped_column(default=5)
    time_limit_seconds: Mapped[int] = mapped_column(default=20)
    gap: Mapped[float] = mapped_column(default=0.0)


class SchedulingRun(Base):
    """One optimisation of one to five consecutive weeks.

    `attempt` rises each time a worker claims the run: a worker that finds another attempt on the row has lost it
    and writes nothing. `progress` is `service.schemas.scheduling.RunProgress`; `origin` says which chat asked and
    which message announced it (`RunOrigin`); `clash` what makes it impossible (`ClashRead`).
    """

    __tablename__ = "scheduling_run"
    __table_args__ = (
        CheckConstraint("weeks BETWEEN 1 AND 5", name="weeks"),
        # Runs over overlapping weeks of one team exclude each other while active.
        ExcludeConstraint(
            (text("int4range(team_id, team_id, '[]')"), "&&"),
            (text("daterange(first_week, first_week + weeks * 7)"), "&&"),
            where=text("status IN ('PENDING', 'RUNNING')"),
            name="ex_scheduling_run_active",
            using="gist",
        ),
        Index(
            "ix_scheduling_run_active",
            "heartbeat_at",
            postgresql_where=text("status IN ('PENDING', 'RUNNING')"),
        ),
        UniqueConstraint("requested_by", "idempotency_key"),
    )

    id: Mapped[Id]
    weekly_schedule_id: Mapped[int] = mapped_column(ForeignKey("weekly_schedule.id"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    first_week: Mapped[date]
    weeks: Mapped[int] = mapped_column(default=1)
    config_id: Mapped[int] = mapped_column(ForeignKey("optimization_config.id"))
    requested_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    idempotency_key: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[RunStatus] = mapped_column(states(RunStatus), default=RunStatus.PENDING)
    solver_status: Mapped[SolverStatus | None] = mapped_column(states(SolverStatus))
    seed: Mapped[int] = mapped_column(default=1)
    repair: Mapped[bool] = mapped_column(default=False, server_default=false())
    attempt: Mapped[int] = mapped_column(default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    origin: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    objective: Mapped[int | None]
    bound: Mapped[float | None]
    gap: Mapped[float | None]
    runtime_seconds: Mapped[float | None]
    terms: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default="{}")
    places: Mapped[int | None]
    filled: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(2000))
    clash: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    heartbeat_at: Mapped[Instant | None]
    created_at: Mapped[CreatedAt]
    started_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]
    applied_at: Mapped[Instant | None]

    week: Mapped[WeeklySchedule] = relationship(lazy="raise")


class SchedulingSolution(Base):
    """One proposed assignment of a run."""

    __tablename__ = "scheduling_solution"

    run_id: Mapped[int] = mapped_column(ForeignKey("scheduling_run.id", ondelete="CASCADE"), primary_key=True)
    planned_shift_id: Mapped[int] = mapped_column(
        ForeignKey("planned_shift.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"))
