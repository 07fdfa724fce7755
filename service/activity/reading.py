"""The activity log as managers read it: of the teams they manage; administrators read all of it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.activity.models import ActivityLog
from service.people.models import User
from service.people.service import manages, require_any_manager, require_manager
from service.schemas.activity import ActivityRead
from service.schemas.people import Person


def visible(
    session: Session,
    actor: User,
    *,
    team_id: int | None,
    entity: str | None,
    entity_id: int | None,
    actor_id: int | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    offset: int,
) -> tuple[list[ActivityRead], int]:
    """What matches, the newest first, and how much there is. Raises NotAllowed to plain employees, and NotFound."""
    require_any_manager(actor)
    query = select(ActivityLog)
    if team_id is not None:
        require_manager(session, actor, team_id)
        query = query.where(ActivityLog.team_id == team_id)
    elif not actor.is_admin:
        managed = [team.id for team in actor.teams if manages(actor, team.id)]
        query = query.where(ActivityLog.team_id.in_(managed))
    for column, wanted in (
        (ActivityLog.entity, entity),
        (ActivityLog.entity_id, entity_id),
        (ActivityLog.actor_id, actor_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if since is not None:
        query = query.where(ActivityLog.at >= since)
    if until is not None:
        query = query.where(ActivityLog.at < until)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(ActivityLog.id.desc()).limit(limit).offset(offset)).all()
    people = _people(session, {row.actor_id for row in rows if row.actor_id is not None})
    return [
        ActivityRead(
            id=row.id,
            at=row.at,
            actor=None if row.actor_id is None else people[row.actor_id],
            team_id=row.team_id,
            platform=row.platform,
            action=row.action,
            entity=row.entity,
            entity_id=row.entity_id,
            before=row.before,
            after=row.after,
        )
        for row in rows
    ], total


def _people(session: Session, user_ids: set[int]) -> dict[int, Person]:
    found = session.execute(select(User.id, User.name, User.handle).where(User.id.in_(user_ids)))
    return {user_id: Person(id=user_id, name=name, handle=handle) for user_id, name, handle in found}
