"""One attempt at a run: claim, read, solve, record. Nothing is held open in between, and any step may be the last.

A worker owns a run while the row is RUNNING with its `attempt`; one that finds another attempt there has lost the
run to the sweep and writes nothing more.
"""

import threading
from dataclasses import dataclass
from uuid import uuid4

import structlog
from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service import clock
from service.db import unit_of_work
from service.scheduling import problem as problems
from service.scheduling import service
from service.scheduling.models import OptimizationConfig, SchedulingRun, SchedulingSolution
from service.scheduling.sweep import STALE
from service.schemas.scheduling import RunProgress, RunStatus, SolverStatus
from service.settings import get_settings
from solver import Progress, Solution, Status, score, solve
from solver.problem import Problem

log = structlog.get_logger()
BEAT_SECONDS = 1.0
MAX_ATTEMPTS = 5


class Interrupted(Exception):  # a request, not an error
    """This process is told to end: the run goes back to the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    run_id: int
    attempt: int
    loaded: problems.Loaded
    time_limit: int
    gap: float
    seed: int


class _Heartbeat(threading.Thread):
    """Tells the row every second that somebody works on it, and learns from it whether to stop."""

    def __init__(self, run_id: int, attempt: int) -> None:
        super().__init__(name=f"heartbeat-{run_id}", daemon=True)
        self._run_id = run_id
        self._attempt = attempt
        self._ended = threading.Event()
        self.progress = RunProgress()
        self.cancelled = False
        self.lost = False

    def run(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            try:
                self._beat()
            except SQLAlchemyError as error:
                # The row goes stale if this lasts, and the sweep gives the run to somebody who can reach it.
                log.warning("run.heartbeat_failed", run_id=self._run_id, error=type(error).__name__)

    def _beat(self) -> None:
        with unit_of_work() as session:
            cancel = session.scalar(
                update(SchedulingRun)
                .where(_mine(self._run_id, self._attempt))
                .values(heartbeat_at=clock.now(), progress=self.progress.model_dump())
                .returning(SchedulingRun.cancel_requested)
            )
        self.lost = cancel is None
        self.cancelled = bool(cancel)

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()
        self.join()


def execute(run_id: int, *, interrupted: threading.Event | None = None) -> None:
    """Work on a run until it ends, if nobody else does. Safe to call twice or to be killed at any line.

    Raises Interrupted, after handing the run back, when `interrupted` is set.
    """
    structlog.contextvars.bind_contextvars(run_id=run_id, platform="worker")
    claim = _claim_or_fail(run_id)
    if claim is None:
        return
    stop = interrupted or threading.Event()
    heartbeat = _Heartbeat(run_id, claim.attempt)
    heartbeat.start()

    def note(progress: Progress) -> None:
        heartbeat.progress = RunProgress(
            phase=progress.phase,
            seconds=round(progress.seconds, 1),
            objective=progress.objective,
            bound=progress.bound,
            gap=progress.gap,
        )

    try:
        log.info("run.started", attempt=claim.attempt, shifts=len(claim.loaded.problem.shifts))
        solution = solve(
            claim.loaded.problem,
            time_limit_s=claim.time_limit,
            workers=get_settings().solver_workers,
            seed=claim.seed,
            gap=claim.gap,
            on_progress=note,
            should_stop=lambda: heartbeat.cancelled or heartbeat.lost or stop.is_set(),
            start=claim.loaded.start,
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the run must not stay RUNNING
        heartbeat.stop()
        _fail(claim, error)
        return
    except BaseException:
        # Dramatiq ends threads by raising in them.
        heartbeat.stop()
        _hand_back(claim)
        raise
    heartbeat.stop()
    if stop.is_set() and not heartbeat.cancelled:
        _hand_back(claim)
        raise Interrupted
    _record(claim, solution, cancelled=heartbeat.cancelled)


def _mine(run_id: int, attempt: int) -> ColumnElement[bool]:
    return (
        (SchedulingRun.id == run_id)
        & (SchedulingRun.attempt == attempt)
        & (SchedulingRun.status == RunStatus.RUNNING)
    )


def _claim_or_fail(run_id: int) -> _Claim | None:
    """Take the run and read its problem. What cannot be read ends as FAILED."""
    now = clock.now()
    with unit_of_work() as session:
        waiting = SchedulingRun.status == RunStatus.PENDING
        lost = (SchedulingRun.status == RunStatus.RUNNING) & (SchedulingRun.heartbeat_at < now - STALE)
        attempt = session.scalar(
            update(SchedulingRun)
            .where(SchedulingRun.id == run_id, waiting | lost)
            .values(
                status=RunStatus.RUNNING,
                attempt=SchedulingRun.attempt + 1,
                heartbeat_at=now,
                started_at=now,
                progress={},
            )
            .returning(SchedulingRun.attempt)
        )
    if attempt is None:
        log.info("run.not_mine")
        return None
    try:
        with unit_of_work() as session:
            run = session.get_one(SchedulingRun, run_id)
            config = session.get_one(OptimizationConfig, run.config_id)
            return _Claim(
                run_id=run_id,
                attempt=attempt,
                loaded=problems.load(session, run),
                time_limit=config.time_limit_seconds,
                gap=config.gap,
                seed=run.seed,
            )
    except Exception as error:  # noqa: BLE001 - whatever it is, the run must not stay RUNNING
        _end(run_id, attempt, RunStatus.FAILED, error=_reference(error))
        return None


def _record(claim: _Claim, solution: Solution, *, cancelled: bool) -> None:
    """Store, apply and announce the result in one transaction, if the run is still ours."""
    with unit_of_work() as session:
        run = _lock(session, claim)
        if run is None:
            return
        run.runtime_seconds = solution.runtime_seconds
        run.solver_status = SolverStatus(solution.status.value)
        if cancelled:
            service.move_to(run, RunStatus.CANCELLED)
        elif solution.objective is None:
            _no_schedule(run, claim.loaded.problem, solution)
        elif _moved_on(session, run, claim) and run.attempt < MAX_ATTEMPTS:
            log.info("run.weeks_changed", attempt=run.attempt)
            service.move_to(run, RunStatus.PENDING)
            service.hand_out(session, run)
            return
        else:
            _store(session, run, claim.loaded.problem, solution)
            service.move_to(run, RunStatus.SUCCESS)
            service.apply(session, run, run.requested_by)
        service.announce(session, run)
        log.info("run.finished", status=run.status, objective=run.objective, gap=run.gap)


def _moved_on(session: Session, run: SchedulingRun, claim: _Claim) -> bool:
    """Whether somebody changed a week since it was read: then the answer is to another question."""
    return {week.id: week.version for week in service.weeks_of(session, run, lock=True)} != claim.loaded.versions


def _no_schedule(run: SchedulingRun, problem: Problem, solution: Solution) -> None:
    service.move_to(run, RunStatus.FAILED)
    if solution.status is Status.INFEASIBLE:
        run.error = clash(problem)
    else:
        run.error = "No schedule was found in the time given. Allow more time, or run it again."


def clash(problem: Problem) -> str:
    """In one sentence, what makes a problem impossible."""
    pinned = score(problem, problem.pinned).hard
    if pinned:
        return "Pinned assignments break hard rules: " + "; ".join(finding.detail for finding in pinned[:3]) + "."
    return "The hard rules of this team contradict each other. Make one of them soft, or lower a minimum."


def _store(session: Session, run: SchedulingRun, problem: Problem, solution: Solution) -> None:
    verdict = score(problem, solution.assignments)
    if verdict.hard:
        raise RuntimeError(f"the solver's answer breaks: {verdict.hard[0].detail}")
    run.objective = verdict.objective
    run.bound = solution.bound
    run.gap = solution.gap
    run.terms = {term.value: penalty for term, penalty in verdict.terms.items()}
    run.places, run.filled = _coverage(problem, solution)
    rows = [
        {
            "run_id": run.id,
            "planned_shift_id": int(one.shift),
            "user_id": int(one.employee),
            "role_id": int(one.role),
        }
        for one in solution.assignments
    ]
    if rows:
        session.execute(insert(SchedulingSolution), rows)


def _coverage(problem: Problem, solution: Solution) -> tuple[int, int]:
    have: dict[tuple[str, str], int] = {}
    for one in solution.assignments:
        have[one.shift, one.role] = have.get((one.shift, one.role), 0) + 1
    wanted = [(have.get((shift.id, need.role), 0), need.target) for shift in problem.shifts for need in shift.demands]
    return sum(target for _, target in wanted), sum(min(pair) for pair in wanted)


def _lock(session: Session, claim: _Claim) -> SchedulingRun | None:
    run = session.scalar(select(SchedulingRun).where(_mine(claim.run_id, claim.attempt)).with_for_update())
    if run is None:
        log.warning("run.lost", attempt=claim.attempt)
    return run


def _hand_back(claim: _Claim) -> None:
    with unit_of_work() as session:
        run = _lock(session, claim)
        if run is not None:
            service.move_to(run, RunStatus.PENDING)
            service.hand_out(session, run)
            log.info("run.handed_back")


def _fail(claim: _Claim, error: Exception) -> None:
    _end(claim.run_id, claim.attempt, RunStatus.FAILED, error=_reference(error))


def _reference(error: Exception) -> str:
    reference = uuid4().hex[:12]
    log.error("run.failed", reference=reference, exc_info=error)
    return f"Something went wrong while solving. Tell whoever runs Rota this reference: {reference}"


def _end(run_id: int, attempt: int, status: RunStatus, *, error: str) -> None:
    with unit_of_work() as session:
        run = session.scalar(select(SchedulingRun).where(_mine(run_id, attempt)).with_for_update())
        if run is not None:
            service.move_to(run, status)
            run.error = error
            service.announce(session, run)
