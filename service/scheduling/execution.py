"""One attempt at a run: claim, read, solve, record. Nothing is held open in between, and any step may be the last.

A worker owns a run while the row is RUNNING with its `attempt`; one that finds another attempt there has lost the
run to the sweep and writes nothing more.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import structlog
from sqlalchemy import func, update
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from service import clock
from service.db import unit_of_work
from service.scheduling import begun, recording
from service.scheduling import problem as problems
from service.scheduling.clashes import find_clash
from service.scheduling.models import OptimizationConfig, SchedulingRun
from service.scheduling.recording import Claim
from service.scheduling.sweep import MAX_LOST, STALE
from service.schemas import traces
from service.schemas.scheduling import RunProgress, RunStatus
from service.settings import get_settings
from solver import Progress, Status, solve

log = structlog.get_logger()
BEAT_SECONDS = 1.0


REPAIR_STABILITY = 150
"""What one changed assignment costs in a repair: more than a wish, and so little beside an empty place that two
people may move for it. To fill it is one change, and everybody who moves for it two more."""


class Interrupted(Exception):  # a request, not an error
    """This process is told to end: the run goes back to the queue."""


class _Heartbeat(threading.Thread):
    """Tells the row every second that somebody works on it, and learns from it whether to stop."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(name=f"heartbeat-{claim.run_id}", daemon=True)
        self._claim = claim
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
                log.warning("run.heartbeat_failed", run_id=self._claim.run_id, error=type(error).__name__)

    def _beat(self) -> None:
        with unit_of_work() as session:
            cancel = session.scalar(
                update(SchedulingRun)
                .where(self._claim.holds())
                .values(heartbeat_at=func.clock_timestamp(), progress=self.progress.model_dump())
                .returning(SchedulingRun.cancel_requested)
            )
        self.lost = cancel is None
        self.cancelled = bool(cancel)

    def note(self, progress: Progress) -> None:
        """Tell the row about this with the next beat."""
        self.progress = RunProgress(
            phase=progress.phase,
            seconds=round(progress.seconds, 1),
            objective=progress.objective,
            bound=progress.bound,
            gap=progress.gap,
        )

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()
        self.join()


def execute(run_id: int, *, interrupted: threading.Event | None = None) -> None:
    """Work on a run until it ends, if nobody else does. Safe to call twice or to be killed at any line.

    Raises Interrupted, after handing the run back, when `interrupted` is set.
    """
    structlog.contextvars.bind_contextvars(run_id=run_id, platform="worker")
    claim = _take(run_id)
    if claim is None:
        log.info("run.not_mine")
        return
    try:
        _work(claim, interrupted or threading.Event())
    except Interrupted:
        raise
    except (OperationalError, InterfaceError) as error:
        # The database went away under it, or refused for a reason of its own: no fault of the run. Where it is still
        # away this raises too, and the sweep finds the run.
        log.warning("run.database_away", attempt=claim.attempt, error=type(error).__name__)
        if claim.attempt < MAX_LOST:
            recording.hand_back(claim)
        else:
            recording.fail(claim, error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the run must not stay RUNNING
        recording.fail(claim, error)
    except BaseException:
        # Dramatiq ends threads by raising in them.
        recording.hand_back(claim)
        raise


def _work(claim: Claim, stop: threading.Event) -> None:
    with _beating(claim) as heartbeat:

        def should_stop() -> bool:
            return heartbeat.cancelled or heartbeat.lost or stop.is_set()

        with unit_of_work() as session:
            run = session.get_one(SchedulingRun, claim.run_id)
            config = session.get_one(OptimizationConfig, run.config_id)
            loaded = begun.settled(session, problems.load(session, run))
            if run.repair:
                careful = replace(loaded.problem, stability_weight=REPAIR_STABILITY)
                loaded = replace(loaded, problem=careful)
        log.info("run.started", attempt=claim.attempt, shifts=len(loaded.problem.shifts))
        with traces.span("solve", told={"run_id": claim.run_id, "attempt": claim.attempt}):
            solution = solve(
                loaded.problem,
                time_limit_s=config.time_limit_seconds,
                workers=get_settings().solver_workers,
                seed=run.seed,
                gap=config.gap,
                on_progress=heartbeat.note,
                should_stop=should_stop,
                start=loaded.start,
            )
            traces.note(shifts=len(loaded.problem.shifts), status=solution.status.value)
        clash = None
        if solution.status is Status.INFEASIBLE and not should_stop():
            clash = find_clash(loaded, should_stop=should_stop)
    if stop.is_set() and not heartbeat.cancelled:
        recording.hand_back(claim, solution)
        raise Interrupted
    recording.record(claim, loaded, solution, cancelled=heartbeat.cancelled, clash=clash)


@contextmanager
def _beating(claim: Claim) -> Iterator[_Heartbeat]:
    heartbeat = _Heartbeat(claim)
    heartbeat.start()
    try:
        yield heartbeat
    finally:
        heartbeat.stop()


def _take(run_id: int) -> Claim | None:
    """Make the run ours, if it waits or its worker is gone."""
    waiting = SchedulingRun.status == RunStatus.PENDING
    with unit_of_work() as session:
        now = clock.database_now(session)
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
    return None if attempt is None else Claim(run_id, attempt)
