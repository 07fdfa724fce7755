"""How an attempt at a run ends: stored and applied, handed back, or failed; each in one transaction."""

from dataclasses import dataclass
from uuid import uuid4

import structlog
from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from service import metrics
from service.db import unit_of_work
from service.errors import RotaError
from service.scheduling import service
from service.scheduling.models import SchedulingRun, SchedulingSolution
from service.scheduling.problem import Loaded
from service.schemas.scheduling import ClashRead, RunStatus, SolverStatus
from solver import InvalidProblem, Solution, Status, score
from solver.problem import Problem

log = structlog.get_logger()
MAX_ATTEMPTS = 5
"""How often a run begins again because what it had read was changed meanwhile."""

LONGEST_ERROR = 2000


@dataclass(frozen=True, slots=True)
class Claim:
    """A run as one worker owns it: while the row is RUNNING with this `attempt`."""

    run_id: int
    attempt: int

    def holds(self) -> ColumnElement[bool]:
        """The condition on the row under which this claim may still write."""
        return (
            (SchedulingRun.id == self.run_id)
            & (SchedulingRun.attempt == self.attempt)
            & (SchedulingRun.status == RunStatus.RUNNING)
        )


def record(
    claim: Claim, loaded: Loaded, solution: Solution, *, cancelled: bool, clash: ClashRead | None = None
) -> None:
    """Store, apply and announce the result in one transaction, if the run is still ours."""
    try:
        _record(claim, loaded, solution, cancelled=cancelled, clash=clash)
    except (IntegrityError, InterfaceError, OperationalError) as error:
        # Somebody was given work elsewhere since the problem was read, or two transactions met: ask again, with what
        # is known. Where the database is away this raises too, and the sweep finds the run.
        log.warning("run.refused", attempt=claim.attempt, error=type(error).__name__)
        if claim.attempt < MAX_ATTEMPTS:
            hand_back(claim, solution)
        else:
            _end(claim, "People's other shifts kept changing while this was solved. Run it again in a moment.")


def _record(claim: Claim, loaded: Loaded, solution: Solution, *, cancelled: bool, clash: ClashRead | None) -> None:
    with unit_of_work() as session:
        run = _lock(session, claim)
        if run is None:
            return
        run.runtime_seconds = solution.runtime_seconds
        run.solver_status = SolverStatus(solution.status.value)
        if cancelled or run.cancel_requested:
            service.move_to(run, RunStatus.CANCELLED)
        elif solution.objective is None:
            _no_schedule(run, solution, clash)
        elif _moved_on(session, run, loaded):
            log.info("run.weeks_changed", attempt=run.attempt)
            if run.attempt < MAX_ATTEMPTS:
                service.move_to(run, RunStatus.PENDING)
                service.hand_out(session, run)
                return
            # Never the outdated answer: it would put people back whose leave was approved meanwhile.
            service.move_to(run, RunStatus.FAILED)
            run.error = "These weeks kept changing while they were solved. Run it again in a moment."
        else:
            _store(session, run, loaded.problem, solution)
            service.move_to(run, RunStatus.SUCCESS)
            service.apply(session, run, run.requested_by)
        service.announce(session, run)
        log.info("run.finished", status=run.status, objective=run.objective, gap=run.gap)
    _measure(run, solution)


def _measure(run: SchedulingRun, solution: Solution) -> None:
    metrics.ATTEMPTS_ENDED.labels(run.status.value).inc()
    metrics.SOLVES.labels(solution.status.value).observe(solution.runtime_seconds)
    if run.status is RunStatus.SUCCESS and run.gap is not None:
        metrics.GAPS.observe(run.gap)


def hand_back(claim: Claim, best: Solution | None = None) -> None:
    """Queue the run again, for the next worker to begin from `best`."""
    with unit_of_work() as session:
        run = _lock(session, claim)
        if run is None:
            return
        if best is not None and best.assignments:
            try:
                with session.begin_nested():
                    _keep(session, run, best)
            except IntegrityError:
                # A shift of it was deleted meanwhile: the next attempt begins anew.
                log.info("run.best_outdated")
        service.move_to(run, RunStatus.PENDING)
        service.hand_out(session, run)
        log.info("run.handed_back", attempt=run.attempt)
    metrics.ATTEMPTS_ENDED.labels("HANDED_BACK").inc()


def fail(claim: Claim, error: Exception) -> None:
    """End the run as FAILED: with the sentence of a known error, else with a reference to the log."""
    if isinstance(error, RotaError | InvalidProblem):
        log.warning("run.failed", error=type(error).__name__)
        _end(claim, str(error))
        return
    reference = uuid4().hex[:12]
    log.error("run.failed", reference=reference, exc_info=error)
    _end(claim, f"Something went wrong while solving. Tell whoever runs Rota this reference: {reference}")


def _end(claim: Claim, error: str) -> None:
    with unit_of_work() as session:
        run = _lock(session, claim)
        if run is not None:
            service.move_to(run, RunStatus.FAILED)
            run.error = error[:LONGEST_ERROR]
            service.announce(session, run)
            metrics.ATTEMPTS_ENDED.labels(run.status.value).inc()


def _lock(session: Session, claim: Claim) -> SchedulingRun | None:
    run = session.scalar(select(SchedulingRun).where(claim.holds()).with_for_update())
    if run is None:
        log.warning("run.lost", attempt=claim.attempt)
    return run


def _moved_on(session: Session, run: SchedulingRun, loaded: Loaded) -> bool:
    """Whether somebody changed a week since it was read: then the answer is to another question."""
    return {week.id: week.version for week in service.weeks_of(session, run, lock=True)} != loaded.versions


def _no_schedule(run: SchedulingRun, solution: Solution, clash: ClashRead | None) -> None:
    service.move_to(run, RunStatus.FAILED)
    if clash is not None:
        run.clash = clash.model_dump(mode="json")
        run.error = f"These cannot all be kept: {'; '.join(clash.sentences)}."[:LONGEST_ERROR]
    elif solution.status is Status.INFEASIBLE:
        run.error = "The hard rules of this team contradict each other. Make one of them soft, or lower a minimum."
    else:
        run.error = "No schedule was found in the time given. Allow more time, or run it again."


def _store(session: Session, run: SchedulingRun, problem: Problem, solution: Solution) -> None:
    verdict = score(problem, solution.assignments)
    if verdict.hard:
        raise RuntimeError(f"the solver's answer breaks: {verdict.hard[0].detail}")
    run.objective = verdict.objective
    run.bound = solution.bound
    run.gap = solution.gap
    run.terms = {term.value: penalty for term, penalty in verdict.terms.items()}
    run.places, run.filled = _coverage(problem, solution)
    _keep(session, run, solution)


def _keep(session: Session, run: SchedulingRun, solution: Solution) -> None:
    session.execute(delete(SchedulingSolution).where(SchedulingSolution.run_id == run.id))
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
