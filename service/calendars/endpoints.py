"""Routes of personal calendar feeds."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from service.calendars import service
from service.calendars.feed import to_feed
from service.schemas.calendars import FeedCreated, FeedRead
from service.security import CurrentUser, DbSession
from service.settings import get_settings

router = APIRouter(tags=["calendar"])
Token = Annotated[str, Path(min_length=20, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]


@router.get("/calendar")
def my_feed(session: DbSession, user: CurrentUser) -> FeedRead:
    """Whether the caller has a feed; its link is not told again."""
    feed = service.find(session, user)
    return FeedRead(created_at=feed.created_at, last_read_at=feed.last_read_at)


@router.post("/calendar", status_code=201)
def create_feed(session: DbSession, user: CurrentUser) -> FeedCreated:
    """A new link to the caller's shifts, for their calendar; an older one stops working."""
    path = f"/api/calendar/{service.create(session, user)}.ics"
    public = get_settings().rota_public_url
    return FeedCreated(path=path, url=f"{public}{path}" if public else None)


@router.delete("/calendar", status_code=204)
def revoke_feed(session: DbSession, user: CurrentUser) -> None:
    """Take the link back."""
    service.revoke(session, user)


@router.get("/calendar/{token}.ics", response_class=Response)
def read_feed(session: DbSession, token: Token) -> Response:
    """The shifts behind a link, as a calendar program reads them: no login, the link is the key."""
    user, shifts = service.shifts_behind(session, token)
    headers = {"Cache-Control": "private, max-age=300", "Content-Disposition": 'inline; filename="rota.ics"'}
    return Response(to_feed(user, shifts), media_type="text/calendar; charset=utf-8", headers=headers)
