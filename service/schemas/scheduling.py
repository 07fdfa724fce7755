"""Optimisation configs, runs, their progress and their results."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from service.schemas.base import Instant, PhraseRead, RowId, Schema

LONGEST_LABEL = 70
"""Characters of a relaxation's label, which is to fit on a button."""


class RunStatus(StrEnum):
    """Where a run is. PENDING and RUNNING keep other runs off its weeks."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class SolverStatus(StrEnum):
    """How the solver ended; the same words as `solver.solution.Status`."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    INFEASIBLE = "INFEASIBLE"
    NO_SOLUTION_FOUND = "NO_SOLUTION_FOUND"


class ConfigWrite(Schema):
    """Named weights and limits of a run. Weights are what one unit of each thing costs."""

    team_id: RowId
    name: str = Field(min_length=1, max_length=60)
    is_default: bool = False
    under_weight: int = Field(default=1000, ge=0, le=1_000_000)
    over_weight: int = Field(default=200, ge=0, le=1_000_000)
    fairness_weight: int = Field(default=2, ge=0, le=10_000)
    preference_weight: int = Field(default=1, ge=0, le=10_000)
    cost_weight: int = Field(default=0, ge=0, le=10_000)
    stability_weight: int = Field(default=5, ge=0, le=10_000)
    time_limit_seconds: int = Field(default=20, ge=1, le=3600)
    gap: float = Field(default=0.0, ge=0, le=1)


class ConfigRead(ConfigWrite):
    """Named weights and limits of a run."""

    id: RowId


class RunOrigin(Schema):
    """Which chat asked for a run, and the message there that announced it and is edited until it ends."""

    platform: str = Field(max_length=32)
    workspace: str = Field(default="", max_length=64)
    channel: str = Field(max_length=64)
    thread: str = Field(default="", max_length=64)
    message_id: str | None = Field(default=None, max_length=128)


class RunRequest(Schema):
    """Optional details of a run: how many consecutive weeks, the seed, and where it was asked for."""

    weeks: int = Field(default=1, ge=1, le=5)
    seed: int = Field(default=1, ge=0, le=2**31 - 1)
    origin: RunOrigin | None = None
    repair: bool = Field(default=False, description="Change what is published as little as possible")


class RunAccepted(Schema):
    """The answer to a request to optimise: it will be done. `task_id` names the row of work in the outbox."""

    run_id: RowId
    status: RunStatus
    task_id: str
    message: str


class RunProgress(Schema):
    """How far a running solve is."""

    phase: str = ""
    seconds: float = 0.0
    objective: int | None = None
    bound: float | None = None
    gap: float | None = None


class ChangeKind(StrEnum):
    """What a relaxation changes."""

    MINIMUM = "MINIMUM"
    MAXIMUM = "MAXIMUM"
    PIN = "PIN"
    RULE = "RULE"


class RelaxationChange(Schema):
    """One change of a relaxation: a headcount or a rule's value from `before` to `after`, or a pin lifted.

    A rule without `after` becomes a wish. A rule changes for the weeks of the run only: for one person, or for the
    team, without `user_id`, where it is about people together.
    """

    kind: ChangeKind
    planned_shift_id: RowId | None = None
    role_id: RowId | None = None
    user_id: RowId | None = None
    work_rule_id: RowId | None = None
    before: int | None = None
    after: int | None = None


class RelaxationRead(Schema):
    """Something that would make a schedule possible. Without `changes` it is for people to arrange.

    `detail_phrase` and `label_phrase` say how it is worded; runs of before they were known have none.
    """

    number: int
    detail: str
    label: str
    changes: list[RelaxationChange]
    detail_phrase: PhraseRead | None = None
    label_phrase: PhraseRead | None = None


class ClashRead(Schema):
    """Rules that cannot all be kept, and what would help, the easiest first.

    Without `proven` time ran out, and more may be listed than is needed. `phrases` say how each sentence is worded.
    """

    sentences: list[str]
    relaxations: list[RelaxationRead]
    proven: bool
    phrases: list[PhraseRead] = Field(default_factory=list)


class RunRead(Schema):
    """One optimisation of one to five consecutive weeks, and how it went.

    `posted_on` are the platforms on which the team has a channel for its weeks, and with it for the result. `repair`
    is as in `RunRequest`.
    """

    id: RowId
    weekly_schedule_id: RowId
    team_id: RowId
    first_week: date
    weeks: int
    config_id: RowId
    requested_by: RowId
    status: RunStatus
    solver_status: SolverStatus | None
    cancel_requested: bool
    time_limit_seconds: int
    progress: RunProgress
    origin: RunOrigin | None
    objective: int | None
    bound: float | None
    gap: float | None
    runtime_seconds: float | None
    terms: dict[str, int]
    places: int | None
    filled: int | None
    error: str | None
    clash: ClashRead | None
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    applied_at: Instant | None
    posted_on: list[str] = Field(default_factory=list)
    repair: bool = False
