"""Rules of runs: asking for one, cancelling it, and what becomes of its result.

PENDING ──claimed──> RUNNING ──> SUCCESS | FAILED | CANCELLED
   ^                    │
   └──worker lost───────┘
PENDING ──cancelled──> CANCELLED
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service import clock, outbox, queues
from service.activity.service import record
from service.errors import Conflict, NotFound, RunActive, Unprocessable, WrongState
from service.people.models import Team, User
from service.people.service import manages, require_manager
from service.scheduling import telling
from service.scheduling.models import OptimizationConfig, SchedulingRun, SchedulingSolution
from service.scheduling.problem import refuse_week_of_its_own
from service.schemas.scheduling import ClashRead, RunOrigin, RunProgress, RunRead, RunRequest, RunStatus
from service.schemas.shifts import AssignmentSource, AssignmentStatus, WeekCreate, WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from service.shifts.service import create_week, find_managed_week

ACTOR = "solve_run"

ALLOWED: dict[RunStatus, frozenset[RunStatus]] = {
    RunStatus.PENDING: frozenset({RunStatus.RUNNING, RunStatus.CANCELLED}),
    RunStatus.RUNNING: frozenset({RunStatus.PENDING, RunStatus.SUCCESS, RunStatus.FAILED, RunStatus.CANCELLED}),
    RunStatus.SUCCESS: frozenset(),
    RunStatus.FAILED: frozenset(),
    RunStatus.CANCELLED: frozenset(),
}


def move_to(run: SchedulingRun, status: RunStatus) -> None:
    """Move a run on. Raises WrongState where the table above has no such move."""
    if status not in ALLOWED[run.status]:
        raise WrongState(f"A run that is {run.status} cannot become {status}.")
    run.status = status
    if not ALLOWED[status]:
        run.finished_at = clock.now()


def request_run(
    session: Session,
    actor: User,
    week_id: int,
    wanted: RunRequest,
    *,
    config_id: int | None = None,
    idempotency_key: str | None = None,
) -> SchedulingRun:
    """A pending run and its work for the queue, in one transaction.

    Weeks after the first are opened from templates where they are missing. Raises NotFound, NotAllowed, WrongState
    for archived weeks, Unprocessable for weeks without shifts or of which one has rules of its own, and RunActive
    while another run holds one of the weeks. The same key answers with the same run, and raises Conflict where that
    was of other weeks.
    """
    week = find_managed_week(session, actor, week_id)
    if (known := by_key(session, actor, idempotency_key, week.id, wanted.weeks)) is not None:
        return known
    _one_at_a_time(session, week.team_id)
    _open_weeks(session, actor, week, wanted.weeks)
    config = config_of(session, week.team_id, config_id)
    run = SchedulingRun(
        weekly_schedule_id=week.id,
        team_id=week.team_id,
        first_week=week.week_start,
        weeks=wanted.weeks,
        config_id=config.id,
        requested_by=actor.id,
        idempotency_key=idempotency_key,
        status=RunStatus.PENDING,
        seed=wanted.seed,
        repair=wanted.repair,
        origin=wanted.origin.model_dump() if wanted.origin else {},
    )
    refuse_week_of_its_own(session, run)
    try:
        with session.begin_nested():
            session.add(run)
    except IntegrityError as error:
        if (known := by_key(session, actor, idempotency_key, week.id, wanted.weeks)) is not None:
            return known
        raise RunActive(
            "This week is being optimised already.", way_forward="Wait for that run, or cancel it first."
        ) from error
    hand_out(session, run)
    record(
        session,
        actor_id=actor.id,
        action="run.request",
        entity="scheduling_run",
        entity_id=run.id,
        team_id=run.team_id,
        after={"first_week": run.first_week.isoformat(), "weeks": run.weeks},
    )
    return run


def _one_at_a_time(session: Session, team_id: int) -> None:
    """Hold the team until this transaction ends: two inserts that meet in an exclusion constraint can deadlock.

    https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS
    """
    session.execute(select(Team.id).where(Team.id == team_id).with_for_update(key_share=True))


def by_key(session: Session, actor: User, key: str | None, week_id: int, weeks: int) -> SchedulingRun | None:
    """The run of these weeks that this person asked for under that idempotency key.

    Raises Conflict where that run is of other weeks: whoever is answered with it believes that theirs are solved.
    """
    if key is None:
        return None
    known = session.scalar(
        select(SchedulingRun).where(SchedulingRun.requested_by == actor.id, SchedulingRun.idempotency_key == key)
    )
    if known is not None and (known.weekly_schedule_id, known.weeks) != (week_id, weeks):
        raise Conflict("This idempotency key was used for another run.", way_forward="Use a new key.")
    return known


def _open_weeks(session: Session, actor: User, first: WeeklySchedule, weeks: int) -> None:
    starts = [first.week_start + timedelta(weeks=number) for number in range(weeks)]
    found = {
        week.week_start: week
        for week in session.scalars(
            select(WeeklySchedule).where(
                WeeklySchedule.team_id == first.team_id, WeeklySchedule.week_start.in_(starts)
            )
        )
    }
    for start in starts:
        if start not in found:
            create_week(session, actor, WeekCreate(team_id=first.team_id, week_start=start))
        elif found[start].status is WeekStatus.ARCHIVED:
            raise WrongState(
                "The week of {day} is archived.",
                way_forward="Choose a later week.",
                values={"day": start.isoformat()},
            )
    _refuse_empty(session, first.team_id, starts)


def _refuse_empty(session: Session, team_id: int, starts: list[date]) -> None:
    some = select(PlannedShift.id).join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
    if session.scalar(some.where(WeeklySchedule.team_id == team_id, WeeklySchedule.week_start.in_(starts)).limit(1)):
        return
    raise Unprocessable(
        "There are no shifts to fill in this week.",
        way_forward="Add shifts, or shift templates and open the week again.",
    )


def config_of(session: Session, team_id: int, config_id: int | None) -> OptimizationConfig:
    """The config that is named, or the team's default one. Raises NotFound for those of other teams."""
    query = select(OptimizationConfig).where(OptimizationConfig.team_id == team_id)
    if config_id is None:
        query = query.where(OptimizationConfig.is_default)
    else:
        query = query.where(OptimizationConfig.id == config_id)
    config = session.scalar(query)
    if config is None and config_id is not None:
        raise NotFound("This team has no such optimisation config.")
    if config is None:
        config = OptimizationConfig(team_id=team_id, name="Standard", is_default=True)
        session.add(config)
        session.flush()
    return config


def hand_out(session: Session, run: SchedulingRun) -> int:
    """Queue the solving of a run; the heartbeat tells the sweep when that was. Returns the outbox row's id."""
    run.heartbeat_at = clock.database_now(session)
    return outbox.add(session, queue=queues.SOLVING, actor=ACTOR, ids=[run.id]).id


def find_run(session: Session, actor: User, run_id: int, *, lock: bool = False) -> SchedulingRun:
    """The run, if the actor manages its team. Raises NotFound or NotAllowed."""
    run = session.get(SchedulingRun, run_id, with_for_update=lock or None)
    if run is None:
        raise NotFound("There is no such run.", way_forward="See the latest ones with /runs.")
    require_manager(session, actor, run.team_id)
    return run


def visible_runs(
    session: Session, actor: User, *, team_id: int | None, limit: int, offset: int
) -> tuple[list[SchedulingRun], int]:
    """The runs of the teams that the actor manages, newest first, and how many there are."""
    if team_id is not None:
        require_manager(session, actor, team_id)
    managed = [team.id for team in actor.teams if manages(actor, team.id)]
    query = select(SchedulingRun).where(SchedulingRun.team_id.in_([team_id] if team_id is not None else managed))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return list(session.scalars(query.order_by(SchedulingRun.id.desc()).limit(limit).offset(offset))), total


def cancel(session: Session, actor: User, run_id: int) -> SchedulingRun:
    """End a waiting run at once, ask the worker of a running one to stop. Ended ones stay as they are."""
    run = find_run(session, actor, run_id, lock=True)
    if run.status is RunStatus.PENDING:
        move_to(run, RunStatus.CANCELLED)
        announce(session, run)
    elif run.status is RunStatus.RUNNING:
        run.cancel_requested = True
    else:
        return run
    record(
        session,
        actor_id=actor.id,
        action="run.cancel",
        entity="scheduling_run",
        entity_id=run.id,
        team_id=run.team_id,
    )
    return run


def set_origin(session: Session, actor: User, run_id: int, origin: RunOrigin) -> SchedulingRun:
    """Note which message announced the run, so that it can be edited to the end."""
    run = find_run(session, actor, run_id, lock=True)
    run.origin = origin.model_dump()
    if not ALLOWED[run.status]:
        # It was faster than the message.
        telling.tell_asker(session, run)
    return run


def announce(session: Session, run: SchedulingRun) -> None:
    """Tell whom it concerns that a run has ended; each once, however often it is called."""
    telling.tell_team(session, run)
    telling.tell_asker(session, run)


def apply(session: Session, run: SchedulingRun, actor_id: int) -> None:
    """Put a run's solution on its weeks: on a draft as its assignments, beside a published week as a proposal.

    Pinned assignments stay; the solution contains them. The caller holds the run's row.
    """
    solution = session.execute(
        select(
            SchedulingSolution.planned_shift_id, SchedulingSolution.user_id, SchedulingSolution.role_id, PlannedShift
        )
        .join(PlannedShift, PlannedShift.id == SchedulingSolution.planned_shift_id)
        .where(SchedulingSolution.run_id == run.id)
        .order_by(SchedulingSolution.user_id, SchedulingSolution.planned_shift_id)
    ).all()
    weeks = weeks_of(session, run, lock=True)
    refuse_archived(weeks)
    for week in weeks:
        status = AssignmentStatus.CONFIRMED if week.status is WeekStatus.DRAFT else AssignmentStatus.PROPOSED
        kept = clear(session, week, status)
        rows = [
            {
                "planned_shift_id": shift_id,
                "user_id": user_id,
                "role_id": role_id,
                "status": status,
                "source": AssignmentSource.SOLVER,
                "pinned": False,
                "during": shift.during,
                "minutes": shift.minutes,
                "week_start": shift.week_start,
            }
            for shift_id, user_id, role_id, shift in solution
            if shift.weekly_schedule_id == week.id and (shift_id, user_id) not in kept
        ]
        if rows:
            session.execute(insert(ShiftAssignment), rows)
        bump(session, week)
    run.applied_at = clock.now()
    record(
        session,
        actor_id=actor_id,
        action="run.apply",
        entity="scheduling_run",
        entity_id=run.id,
        team_id=run.team_id,
        after={"assignments": len(solution)},
    )


def refuse_archived(weeks: Sequence[WeeklySchedule]) -> None:
    """Raises WrongState where one of these weeks is archived."""
    for week in weeks:
        if week.status is WeekStatus.ARCHIVED:
            raise WrongState("The week of {day} is archived.", values={"day": week.week_start.isoformat()})


def clear(session: Session, week: WeeklySchedule, status: AssignmentStatus) -> set[tuple[int, int]]:
    """Delete the assignments of a week that nobody pinned; returns (shift, user) of those that stay."""
    of_week = select(PlannedShift.id).where(PlannedShift.weekly_schedule_id == week.id)
    mine = (ShiftAssignment.planned_shift_id.in_(of_week), ShiftAssignment.status == status)
    session.execute(delete(ShiftAssignment).where(*mine, ShiftAssignment.pinned.is_(False)))
    return {
        (shift_id, user_id)
        for shift_id, user_id in session.execute(
            select(ShiftAssignment.planned_shift_id, ShiftAssignment.user_id).where(*mine)
        )
    }


def bump(session: Session, week: WeeklySchedule) -> None:
    """Raise a locked week's version."""
    session.execute(
        update(WeeklySchedule).where(WeeklySchedule.id == week.id).values(version=WeeklySchedule.version + 1)
    )
    session.refresh(week, ["version"])


def weeks_of(session: Session, run: SchedulingRun, *, lock: bool = False) -> list[WeeklySchedule]:
    """The weeks of a run in order."""
    query = (
        select(WeeklySchedule)
        .where(
            WeeklySchedule.team_id == run.team_id,
            WeeklySchedule.week_start >= run.first_week,
            WeeklySchedule.week_start < run.first_week + timedelta(weeks=run.weeks),
        )
        .order_by(WeeklySchedule.week_start)
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(query))


def run_read(session: Session, run: SchedulingRun) -> RunRead:
    """A run as callers see it."""
    [read] = run_reads(session, [run])
    return read


def run_reads(session: Session, runs: Sequence[SchedulingRun]) -> list[RunRead]:
    """Runs as callers see them, in two queries however many they are."""
    ids = {run.config_id for run in runs}
    rows = session.execute(
        select(OptimizationConfig.id, OptimizationConfig.time_limit_seconds).where(OptimizationConfig.id.in_(ids))
    )
    limits = {config.id: config.time_limit_seconds for config in rows}
    platforms = telling.platforms_of(session, {run.team_id for run in runs})
    special = {"time_limit_seconds", "progress", "origin", "clash", "posted_on"}
    return [
        RunRead(
            **{field: getattr(run, field) for field in RunRead.model_fields if field not in special},
            time_limit_seconds=limits[run.config_id],
            progress=RunProgress.model_validate(run.progress),
            origin=RunOrigin.model_validate(run.origin) if run.origin else None,
            clash=ClashRead.model_validate(run.clash) if run.clash else None,
            posted_on=platforms.get(run.team_id, []),
        )
        for run in runs
    ]
