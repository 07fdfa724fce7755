"""Routes of what runs propose."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from service.scheduling import solutions
from service.schemas.base import Page
from service.schemas.solutions import RunComparison, RunMetrics, SolutionRead
from service.security import CurrentUser, DbSession

router = APIRouter(prefix="/scheduling/runs/{run_id}", tags=["runs"])
RunId = Annotated[int, Path(ge=1, le=2**31 - 1)]
RowQuery = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.get("/solutions")
def list_solutions(
    session: DbSession,
    user: CurrentUser,
    run_id: RunId,
    *,
    user_id: RowQuery = None,
    planned_shift_id: RowQuery = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Page[SolutionRead]:
    """The assignments that a run proposes, whether in use or not; empty before it has succeeded. Managers only."""
    found, total = solutions.solutions_of(
        session, user, run_id, user_id=user_id, planned_shift_id=planned_shift_id, limit=limit, offset=offset
    )
    return Page(items=found, total=total, limit=limit, offset=offset)


@router.get("/metrics")
def metrics(session: DbSession, user: CurrentUser, run_id: RunId) -> RunMetrics:
    """Coverage, fairness, met preferences, cost, and the objective by term. Managers only."""
    return solutions.metrics_of(session, user, run_id)


@router.get("/compare")
def compare(
    session: DbSession, user: CurrentUser, run_id: RunId, other_id: Annotated[int, Query(ge=1, le=2**31 - 1)]
) -> RunComparison:
    """What another run of the same weeks gains and loses against this one, and which assignments differ.

    Managers only.
    """
    return solutions.compare(session, user, run_id, other_id)
