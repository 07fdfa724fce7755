"""Routes of optimisation runs."""

from typing import Annotated

from fastapi import APIRouter, Header, Query

from service.scheduling import discarding, reapplying, relaxing, service
from service.scheduling.models import SchedulingRun
from service.schemas.base import Page
from service.schemas.scheduling import RunAccepted, RunOrigin, RunRead, RunRequest
from service.security import CurrentUser, DbSession

router = APIRouter(prefix="/scheduling", tags=["runs"])
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=100)]


@router.post("/optimize/{weekly_schedule_id}", status_code=202)
def optimize(
    session: DbSession,
    user: CurrentUser,
    weekly_schedule_id: int,
    config_id: int | None = None,
    wanted: RunRequest | None = None,
    idempotency_key: IdempotencyKey = None,
) -> RunAccepted:
    """Ask for one to five weeks to be solved; answers at once. Managers only."""
    run = service.request_run(
        session,
        user,
        weekly_schedule_id,
        wanted or RunRequest(),
        config_id=config_id,
        idempotency_key=idempotency_key,
    )
    return _accepted(run)


def _accepted(run: SchedulingRun) -> RunAccepted:
    return RunAccepted(
        run_id=run.id,
        status=run.status,
        task_id=f"{service.ACTOR}:{run.id}",
        message="The run is queued. Its channel hears when it is done.",
    )


@router.get("/runs")
def runs(
    session: DbSession, user: CurrentUser, team_id: int | None = None, limit: Limit = 50, offset: Offset = 0
) -> Page[RunRead]:
    """The runs of the caller's teams, newest first; managers only."""
    found, total = service.visible_runs(session, user, team_id=team_id, limit=limit, offset=offset)
    return Page(items=service.run_reads(session, found), total=total, limit=limit, offset=offset)


@router.get("/runs/{run_id}")
def run(session: DbSession, user: CurrentUser, run_id: int) -> RunRead:
    """One run with its progress and result; managers only."""
    return service.run_read(session, service.find_run(session, user, run_id))


@router.post("/runs/{run_id}/cancel")
def cancel(session: DbSession, user: CurrentUser, run_id: int) -> RunRead:
    """Stop a run; one that has ended stays as it is. Managers only."""
    return service.run_read(session, service.cancel(session, user, run_id))


@router.put("/runs/{run_id}/origin")
def set_origin(session: DbSession, user: CurrentUser, run_id: int, origin: RunOrigin) -> RunRead:
    """Note the message that announced the run; managers only."""
    return service.run_read(session, service.set_origin(session, user, run_id, origin))


@router.post("/runs/{run_id}/relaxations/{number}", status_code=202)
def relax(
    session: DbSession, user: CurrentUser, run_id: int, number: int, idempotency_key: IdempotencyKey = None
) -> RunAccepted:
    """Make the changes of a relaxation that an impossible run offers, and run it again; managers only."""
    return _accepted(relaxing.relax(session, user, run_id, number, idempotency_key=idempotency_key))


@router.post("/runs/{run_id}/apply")
def apply(session: DbSession, user: CurrentUser, run_id: int) -> RunRead:
    """Put the run's schedule on its weeks again, unless it breaks a hard rule by now; managers only."""
    return service.run_read(session, reapplying.apply_again(session, user, run_id))


@router.post("/runs/{run_id}/discard")
def discard(session: DbSession, user: CurrentUser, run_id: int) -> RunRead:
    """Take the run's schedule off its weeks, where it still stands; managers only."""
    return service.run_read(session, discarding.discard(session, user, run_id))
