"""Finding runs whose worker died or whose message was lost, and handing them out again."""

from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.queues import SOLVING, Heads
from service.scheduling import service
from service.scheduling.models import SchedulingRun
from service.schemas.scheduling import RunStatus

log = structlog.get_logger()
STALE = timedelta(seconds=8)
"""A worker beats every second; one silent for this long is dead, or cut off and about to find out."""
UNHEARD = timedelta(seconds=10)
"""A pending run that was due so long before all that waits in the queue was lost on the way."""
MAX_LOST = 10
"""A run that took this many workers with it is not given to another."""
BATCH = 100


def sweep(session: Session, heads: Heads) -> int:
    """Queue again what was lost; returns how many runs. Runs waiting behind others in the queue are left alone."""
    now = clock.database_now(session)
    lost = (SchedulingRun.status == RunStatus.RUNNING) & (SchedulingRun.heartbeat_at < now - STALE)
    unheard = (SchedulingRun.status == RunStatus.PENDING) & (
        SchedulingRun.heartbeat_at < min(now, heads.get(SOLVING, now)) - UNHEARD
    )
    runs = session.scalars(
        select(SchedulingRun)
        .where(lost | unheard)
        .order_by(SchedulingRun.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for run in runs:
        log.warning("run.found_lost", run_id=run.id, status=run.status, attempt=run.attempt)
        if run.status is RunStatus.RUNNING and not _goes_on(run):
            service.announce(session, run)
            continue
        service.hand_out(session, run)
    return len(runs)


def _goes_on(run: SchedulingRun) -> bool:
    """Decide what becomes of a run whose worker is gone; says whether it is solved again."""
    if run.cancel_requested:
        service.move_to(run, RunStatus.CANCELLED)
        return False
    if run.attempt >= MAX_LOST:
        service.move_to(run, RunStatus.FAILED)
        run.error = (
            "Every worker that took this run ended before it was done. Give workers more memory, or ask for less."
        )
        return False
    service.move_to(run, RunStatus.PENDING)
    return True
