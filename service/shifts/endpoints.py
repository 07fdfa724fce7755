"""Routes of work: templates, weeks, planned shifts, assignments and rosters."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from service.schemas.base import Page
from service.schemas.people import HoursRead
from service.schemas.shifts import (
    AssignmentRead,
    AssignmentWrite,
    MyShift,
    PublishRequest,
    PublishResult,
    Roster,
    ShiftRead,
    ShiftWrite,
    TemplateRead,
    TemplateWrite,
    WeekCreate,
    WeekRead,
)
from service.security import CurrentUser, DbSession
from service.shifts import publishing, roster, service

router = APIRouter()
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("/shift-templates", tags=["templates"])
def templates(session: DbSession, user: CurrentUser, team_id: int) -> list[TemplateRead]:
    """The recurring shifts of a team."""
    return [service.template_read(template) for template in service.templates_of(session, user, team_id)]


@router.post("/shift-templates", status_code=201, tags=["templates"])
def create_template(session: DbSession, user: CurrentUser, wanted: TemplateWrite) -> TemplateRead:
    """Add a recurring shift; managers only."""
    return service.template_read(service.create_template(session, user, wanted))


@router.get("/weekly-schedules", tags=["weeks"])
def weeks(
    session: DbSession,
    user: CurrentUser,
    team_id: int | None = None,
    week_start: date | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[WeekRead]:
    """The weeks that the caller may see, newest first; employees see no drafts."""
    found, total = service.visible_weeks(
        session, user, team_id=team_id, week_start=week_start, limit=limit, offset=offset
    )
    return Page(items=[service.week_read(week) for week in found], total=total, limit=limit, offset=offset)


@router.post("/weekly-schedules", status_code=201, tags=["weeks"])
def create_week(session: DbSession, user: CurrentUser, wanted: WeekCreate) -> WeekRead:
    """Open a week, laid out from templates where asked; managers only."""
    return service.week_read(service.create_week(session, user, wanted))


@router.get("/weekly-schedules/{week_id}", tags=["weeks"])
def week(session: DbSession, user: CurrentUser, week_id: int) -> WeekRead:
    """One week."""
    return service.week_read(service.find_week(session, user, week_id))


@router.get("/weekly-schedules/{week_id}/roster", tags=["weeks"])
def week_roster(session: DbSession, user: CurrentUser, week_id: int, *, proposed: bool = False) -> Roster:
    """A week with everybody in it; with `proposed`, the waiting proposal instead (managers only)."""
    if proposed:
        service.find_managed_week(session, user, week_id)
    else:
        service.find_week(session, user, week_id)
    return roster.build_roster(session, week_id, proposed=proposed)


@router.post("/weekly-schedules/{week_id}/publish", tags=["weeks"])
def publish(session: DbSession, user: CurrentUser, week_id: int, request: PublishRequest) -> PublishResult:
    """Publish the week as it stood at a version, and tell whom it concerns; managers only."""
    return publishing.publish(session, user, week_id, request.version)


@router.post("/weekly-schedules/{week_id}/unpublish", tags=["weeks"])
def unpublish(session: DbSession, user: CurrentUser, week_id: int, request: PublishRequest) -> WeekRead:
    """Take a published week back to draft; managers only."""
    return service.week_read(publishing.unpublish(session, user, week_id, request.version))


@router.post("/planned-shifts", status_code=201, tags=["weeks"])
def create_shift(session: DbSession, user: CurrentUser, wanted: ShiftWrite) -> ShiftRead:
    """Add a shift to a week; managers only."""
    return service.shift_read(service.create_shift(session, user, wanted))


@router.post("/shift-assignments", status_code=201, tags=["assignments"])
def assign(session: DbSession, user: CurrentUser, wanted: AssignmentWrite) -> AssignmentRead:
    """Put a person on a shift; managers only."""
    assignment = service.assign(session, user, wanted)
    return AssignmentRead(**{field: getattr(assignment, field) for field in AssignmentRead.model_fields})


@router.get("/shift-assignments/me", tags=["assignments"])
def my_shifts(session: DbSession, user: CurrentUser, week: date) -> list[MyShift]:
    """The caller's own published shifts in the week that the given day lies in."""
    return roster.my_shifts(session, user, week)


@router.get("/users/me/hours", tags=["assignments"])
def my_hours(session: DbSession, user: CurrentUser, week: date) -> HoursRead:
    """The caller's published hours in the week that the given day lies in, and their limits."""
    return roster.my_hours(session, user, week)
