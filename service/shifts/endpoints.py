"""Routes of work: templates, weeks, planned shifts, assignments and rosters."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from service import versions
from service.schemas.base import Page
from service.schemas.people import HoursRead
from service.schemas.shifts import (
    AssignmentChange,
    AssignmentRead,
    AssignmentWrite,
    MyShift,
    PublishRequest,
    PublishResult,
    Roster,
    ShiftRead,
    ShiftSort,
    ShiftWrite,
    TemplateRead,
    TemplateSort,
    TemplateWrite,
    WeekCopied,
    WeekCopy,
    WeekCreate,
    WeekRead,
    WeekSort,
    WeekStatus,
)
from service.security import CurrentUser, DbSession
from service.shifts import assigning, copying, editing, holding, publishing, reading, roster, service
from service.shifts import templates as templating
from service.shifts.models import PlannedShift
from service.versions import Expected, tag

router = APIRouter()
Limit = Annotated[int, Query(ge=1, le=200)]
Row = Annotated[int, Path(ge=1, le=2**31 - 1)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
RowQuery = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.get("/shift-templates", tags=["templates"])
def templates(
    session: DbSession,
    user: CurrentUser,
    team_id: Annotated[int, Query(ge=1, le=2**31 - 1)],
    *,
    active: bool | None = None,
    sort: TemplateSort = TemplateSort.START,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[TemplateRead]:
    """The recurring shifts of a team."""
    found, total = templating.templates_of(
        session, user, team_id, active=active, sort=sort, limit=limit, offset=offset
    )
    return Page(items=[templating.template_read(one) for one in found], total=total, limit=limit, offset=offset)


@router.post("/shift-templates", status_code=201, tags=["templates"])
def create_template(session: DbSession, user: CurrentUser, wanted: TemplateWrite) -> TemplateRead:
    """Add a recurring shift; managers only."""
    return templating.template_read(templating.create_template(session, user, wanted))


@router.get("/shift-templates/{template_id}", tags=["templates"])
def template(session: DbSession, user: CurrentUser, template_id: Row) -> TemplateRead:
    """One recurring shift of the caller's teams."""
    return templating.template_read(templating.find_template(session, user, template_id))


@router.put("/shift-templates/{template_id}", tags=["templates"])
def change_template(session: DbSession, user: CurrentUser, template_id: Row, wanted: TemplateWrite) -> TemplateRead:
    """Change a recurring shift; weeks that are laid out stay as they are. Managers only."""
    return templating.template_read(templating.change_template(session, user, template_id, wanted))


@router.delete("/shift-templates/{template_id}", status_code=204, tags=["templates"])
def delete_template(session: DbSession, user: CurrentUser, template_id: Row) -> None:
    """Forget a recurring shift that nothing was laid out from; managers only."""
    templating.delete_template(session, user, template_id)


@router.get("/weekly-schedules", tags=["weeks"])
def weeks(
    session: DbSession,
    user: CurrentUser,
    team_id: RowQuery = None,
    week_start: date | None = None,
    status: WeekStatus | None = None,
    sort: WeekSort = WeekSort.START_DOWN,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[WeekRead]:
    """The weeks that the caller may see; employees see no drafts."""
    found, total = service.visible_weeks(
        session, user, team_id=team_id, week_start=week_start, status=status, sort=sort, limit=limit, offset=offset
    )
    return Page(items=[service.week_read(week) for week in found], total=total, limit=limit, offset=offset)


@router.post("/weekly-schedules", status_code=201, tags=["weeks"])
def create_week(session: DbSession, user: CurrentUser, wanted: WeekCreate) -> WeekRead:
    """Open a week, laid out from templates where asked; managers only."""
    return service.week_read(service.create_week(session, user, wanted))


@router.get("/weekly-schedules/{week_id}", tags=["weeks"])
def week(session: DbSession, user: CurrentUser, week_id: int, response: Response) -> WeekRead:
    """One week; its ETag is its version."""
    found = service.find_week(session, user, week_id)
    tag(response, found.version)
    return service.week_read(found)


@router.delete("/weekly-schedules/{week_id}", status_code=204, tags=["weeks"], responses=versions.DOCUMENTED)
def delete_week(session: DbSession, user: CurrentUser, week_id: Row, expected: Expected) -> None:
    """Throw away a draft as it stood at a version; managers only."""
    publishing.delete_week(session, user, week_id, expected)


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


@router.post("/weekly-schedules/{week_id}/archive", tags=["weeks"])
def archive(session: DbSession, user: CurrentUser, week_id: Row, request: PublishRequest) -> WeekRead:
    """Close a published week that is over; managers only."""
    return service.week_read(publishing.archive(session, user, week_id, request.version))


@router.post("/weekly-schedules/{week_id}/copy", status_code=201, tags=["weeks"])
def copy_week(session: DbSession, user: CurrentUser, week_id: Row, wanted: WeekCopy) -> WeekCopied:
    """Open another week with the same shifts, and where asked with the people who may work them; managers only."""
    return copying.copy_week(session, user, week_id, wanted)


@router.post("/weekly-schedules/{week_id}/from-templates", tags=["weeks"])
def add_from_templates(session: DbSession, user: CurrentUser, week_id: Row) -> list[ShiftRead]:
    """Add the shifts of the team's templates that are not in the week yet; managers only. Answers with those."""
    week = holding.hold_week(session, user, week_id)
    return [service.shift_read(shift) for shift in service.add_from_templates(session, user, week)]


@router.get("/planned-shifts", tags=["weeks"])
def shifts(
    session: DbSession,
    user: CurrentUser,
    team_id: RowQuery = None,
    weekly_schedule_id: RowQuery = None,
    week_start: date | None = None,
    sort: ShiftSort = ShiftSort.START,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[ShiftRead]:
    """The shifts that the caller may see; employees see no drafts."""
    found, total = reading.visible_shifts(
        session,
        user,
        team_id=team_id,
        weekly_schedule_id=weekly_schedule_id,
        week_start=week_start,
        sort=sort,
        limit=limit,
        offset=offset,
    )
    return Page(items=[service.shift_read(shift) for shift in found], total=total, limit=limit, offset=offset)


@router.post("/planned-shifts", status_code=201, tags=["weeks"])
def create_shift(session: DbSession, user: CurrentUser, wanted: ShiftWrite, response: Response) -> ShiftRead:
    """Add a shift to a week; managers only."""
    return _tagged(editing.create_shift(session, user, wanted), response)


@router.get("/planned-shifts/{planned_shift_id}", tags=["weeks"])
def shift(session: DbSession, user: CurrentUser, planned_shift_id: Row, response: Response) -> ShiftRead:
    """One shift; its ETag is what a change of it names as If-Match."""
    return _tagged(reading.find_shift(session, user, planned_shift_id), response)


@router.put("/planned-shifts/{planned_shift_id}", tags=["weeks"], responses=versions.DOCUMENTED)
def change_shift(
    session: DbSession,
    user: CurrentUser,
    planned_shift_id: Row,
    wanted: ShiftWrite,
    expected: Expected,
    response: Response,
) -> ShiftRead:
    """Change a shift as it stood at a version; managers only.

    Refused where somebody on it could not work it then. In a published week they are told.
    """
    return _tagged(editing.change_shift(session, user, planned_shift_id, wanted, expected), response)


@router.delete("/planned-shifts/{planned_shift_id}", status_code=204, tags=["weeks"], responses=versions.DOCUMENTED)
def delete_shift(
    session: DbSession, user: CurrentUser, planned_shift_id: Row, expected: Expected, *, release: bool = False
) -> None:
    """Take a shift as it stood at a version off its week; managers only.

    Refused while somebody is on it, unless `release` takes them off; in a published week they are told.
    """
    editing.delete_shift(session, user, planned_shift_id, expected, release=release)


def _tagged(shift: PlannedShift, response: Response) -> ShiftRead:
    tag(response, shift.version)
    return service.shift_read(shift)


@router.post("/shift-assignments", status_code=201, tags=["assignments"])
def assign(session: DbSession, user: CurrentUser, wanted: AssignmentWrite) -> AssignmentRead:
    """Put a person on a shift, judged as the solver's schedules are; managers only."""
    return assigning.read(assigning.assign(session, user, wanted))


@router.get("/shift-assignments/me", tags=["assignments"])
def my_shifts(session: DbSession, user: CurrentUser, week: date) -> list[MyShift]:
    """The caller's own published shifts in the week that the given day lies in."""
    return roster.my_shifts(session, user, week)


@router.put("/shift-assignments/{assignment_id}", tags=["assignments"])
def change_assignment(
    session: DbSession, user: CurrentUser, assignment_id: Row, wanted: AssignmentChange
) -> AssignmentRead:
    """Pin an assignment or let it go; managers only."""
    return assigning.read(assigning.change(session, user, assignment_id, wanted))


@router.delete("/shift-assignments/{assignment_id}", status_code=204, tags=["assignments"])
def remove_assignment(session: DbSession, user: CurrentUser, assignment_id: Row) -> None:
    """Take a person off a shift; managers only."""
    assigning.remove(session, user, assignment_id)


@router.get("/users/me/hours", tags=["assignments"])
def my_hours(session: DbSession, user: CurrentUser, week: date) -> HoursRead:
    """The caller's published hours in the week that the given day lies in, and their limits."""
    return roster.my_hours(session, user, week)
