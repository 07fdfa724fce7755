"""Routes that explain runs and weeks."""

from typing import Annotated

from fastapi import APIRouter, Header, Query

from service.scheduling import explaining, supposing
from service.schemas.explaining import RunExplanation, SupposedRead, Supposition, WeekExplanation
from service.security import CurrentUser, DbSession, UnitsOfWork, current_user

router = APIRouter(tags=["explanations"])
Row = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.get("/scheduling/runs/{run_id}/explain")
def run(session: DbSession, user: CurrentUser, run_id: int) -> RunExplanation:
    """Why a run ended as it did: its score by term, person and day, or why it has none. Managers only."""
    return explaining.explain_run(session, user, run_id)


@router.get("/weekly-schedules/{week_id}/explain")
def week(
    session: DbSession, user: CurrentUser, week_id: int, user_id: Row = None, planned_shift_id: Row = None
) -> WeekExplanation:
    """Why a week is as it is, and why a person works a shift or not; employees about themselves only."""
    return explaining.explain_week(session, user, week_id, user_id=user_id, planned_shift_id=planned_shift_id)


@router.post("/weekly-schedules/{week_id}/what-if")
def what_if(
    units: UnitsOfWork,
    week_id: int,
    supposition: Supposition,
    authorization: Annotated[str | None, Header()] = None,
) -> SupposedRead:
    """What the week would cost and who would work otherwise; changes nothing. Managers only; takes some seconds."""
    with units() as session:
        question = supposing.ask(session, current_user(session, authorization), week_id, supposition)
    return supposing.answer(question)
