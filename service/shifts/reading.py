"""Planned shifts as far as their reader may see them."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from service.errors import NotFound
from service.people.models import User
from service.people.service import manages, require_member
from service.schemas.shifts import ShiftSort
from service.shifts.models import PlannedShift, WeeklySchedule
from service.shifts.service import VISIBLE


def visible_shifts(
    session: Session,
    actor: User,
    *,
    team_id: int | None,
    weekly_schedule_id: int | None,
    week_start: date | None,
    sort: ShiftSort,
    limit: int,
    offset: int,
) -> tuple[list[PlannedShift], int]:
    """The shifts that the actor may see, and how many there are; employees see no drafts."""
    managed = [team.id for team in actor.teams if manages(actor, team.id)]
    query = select(PlannedShift).join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
    if not actor.is_admin:
        own = [team.id for team in actor.teams]
        query = query.where(
            WeeklySchedule.team_id.in_(own),
            WeeklySchedule.team_id.in_(managed) | WeeklySchedule.status.in_(VISIBLE),
        )
    for column, value in (
        (WeeklySchedule.team_id, team_id),
        (WeeklySchedule.id, weekly_schedule_id),
        (WeeklySchedule.week_start, week_start),
    ):
        if value is not None:
            query = query.where(column == value)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = PlannedShift.during if sort is ShiftSort.START else PlannedShift.during.desc()
    page = query.options(selectinload(PlannedShift.roles)).order_by(order, PlannedShift.id)
    return list(session.scalars(page.limit(limit).offset(offset))), total


def find_shift(session: Session, actor: User, shift_id: int) -> PlannedShift:
    """The shift, if the actor may see its week: employees see no drafts. Raises NotFound."""
    found = session.execute(
        select(PlannedShift, WeeklySchedule)
        .join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
        .where(PlannedShift.id == shift_id)
        .options(selectinload(PlannedShift.roles))
    ).one_or_none()
    if found is not None:
        shift, week = found
        require_member(session, actor, week.team_id)
        if week.status in VISIBLE or manages(actor, week.team_id):
            return shift
    raise NotFound("There is no such shift.", way_forward="Its week may not be published yet.")
