"""Holding a week while something in it changes."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import NotFound, WrongState
from service.people.models import User
from service.people.service import require_manager
from service.schemas.shifts import WeekStatus
from service.shifts.models import WeeklySchedule


def hold_week(session: Session, actor: User, week_id: int) -> WeeklySchedule:
    """The week, held until the transaction ends: nobody publishes, trades or assigns in it meanwhile.

    Raises NotFound and NotAllowed to those who do not manage it, WrongState for archived weeks.
    """
    week = session.scalar(
        select(WeeklySchedule)
        .where(WeeklySchedule.id == week_id)
        .options(selectinload(WeeklySchedule.team))
        .with_for_update(of=WeeklySchedule)
        .execution_options(populate_existing=True)
    )
    if week is None:
        raise NotFound("There is no such week.")
    require_manager(session, actor, week.team_id)
    if week.status is WeekStatus.ARCHIVED:
        raise WrongState("This week is archived.", way_forward="Only draft and published weeks change.")
    return week
