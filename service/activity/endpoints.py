"""Routes of the activity log and of a team's figures."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from service.activity import reading
from service.activity.summary import summary
from service.schemas.activity import ActivityRead, SummaryRead
from service.schemas.base import Instant, Page, RowId
from service.security import CurrentUser, DbSession

router = APIRouter(tags=["activity"])
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("/activities")
def activities(
    session: DbSession,
    user: CurrentUser,
    *,
    team_id: RowId | None = None,
    entity: Annotated[str | None, Query(max_length=64)] = None,
    entity_id: RowId | None = None,
    actor_id: RowId | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[ActivityRead]:
    """Who did what in the caller's teams, the newest first; managers only."""
    items, total = reading.visible(
        session,
        user,
        team_id=team_id,
        entity=entity,
        entity_id=entity_id,
        actor_id=actor_id,
        since=since,
        until=until,
        limit=limit,
        offset=offset,
    )
    return Page(items=items, total=total, limit=limit, offset=offset)


@router.get("/metrics/summary")
def figures(session: DbSession, user: CurrentUser, team_id: RowId, week: date | None = None) -> SummaryRead:
    """The figures of a team's week, of the present one where no day is named; managers only."""
    return summary(session, user, team_id, week)
