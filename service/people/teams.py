"""Teams and who belongs to them."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service.activity.service import record
from service.errors import Conflict, NotFound, Unprocessable
from service.people.models import Team, TeamMember, User
from service.people.service import require_any_manager, require_manager, require_member
from service.scheduling.models import OptimizationConfig
from service.schemas.base import FieldFault
from service.schemas.people import MemberRead, NameSort, TeamWrite
from service.shifts import record as work
from service.shifts.service import has_weeks

MOST_NAMED = 3


class StillNeeded(Conflict):
    """Somebody has shifts ahead, or is the only manager."""

    code, title = "still_needed", "Still needed"


def visible_teams(
    session: Session, actor: User, *, sort: NameSort = NameSort.NAME, limit: int, offset: int
) -> tuple[list[Team], int]:
    """The teams that the actor is in, for administrators all, and how many there are."""
    query = select(Team)
    if not actor.is_admin:
        query = query.where(Team.id.in_([team.id for team in actor.teams]))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = Team.name if sort is NameSort.NAME else Team.name.desc()
    return list(session.scalars(query.order_by(order).limit(limit).offset(offset))), total


def create_team(session: Session, actor: User, wanted: TeamWrite) -> Team:
    """A new team with its default optimisation config; its creator belongs to it."""
    require_any_manager(actor)
    team = Team(**wanted.model_dump())
    session.add(team)
    _flush(session, wanted.name)
    actor.teams.append(team)
    session.add(OptimizationConfig(team_id=team.id, name="Standard", is_default=True))
    _log(session, actor, team.id, "create", after=wanted.model_dump(mode="json"))
    return team


def change_team(session: Session, actor: User, team_id: int, wanted: TeamWrite) -> Team:
    """Change a team's name, zone and policies.

    Raises Unprocessable for a taken name, and where another zone or first day would tear weeks apart that are there.
    """
    team = require_manager(session, actor, team_id)
    before = {field: getattr(team, field) for field in TeamWrite.model_fields}
    _refuse_torn_weeks(session, team, wanted)
    for field in TeamWrite.model_fields:
        setattr(team, field, getattr(wanted, field))
    _flush(session, wanted.name)
    _log(session, actor, team.id, "change", before=before, after=wanted.model_dump(mode="json"))
    return team


def members_of(
    session: Session, actor: User, team_id: int, *, limit: int, offset: int
) -> tuple[list[MemberRead], int]:
    """The people of a team by name, with as much of each as colleagues may see, and how many there are."""
    require_member(session, actor, team_id)
    query = select(User).where(User.teams.any(Team.id == team_id), User.active)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.options(selectinload(User.roles)).order_by(User.name, User.id).limit(limit).offset(offset)
    return [_member(user) for user in session.scalars(page)], total


def add_member(session: Session, actor: User, team_id: int, user_id: int) -> MemberRead:
    """Take somebody into a team, once however often it is asked.

    Raises NotFound for people of whom the actor manages no team, unless they are in none.
    """
    team = require_manager(session, actor, team_id)
    user = session.scalar(
        select(User).where(User.id == user_id).options(selectinload(User.teams), selectinload(User.roles))
    )
    known = user is not None and (
        actor.is_admin or not user.teams or {one.id for one in user.teams} & {one.id for one in actor.teams}
    )
    if user is None or not known:
        raise NotFound("There is no such person, or nobody whom you manage.", way_forward="Ask their manager.")
    if not user.active:
        raise Conflict("{person} is deactivated.", way_forward="Reactivate them first.", values={"person": user.name})
    if team.id not in {one.id for one in user.teams}:
        # Two who add the same person at once have both done so.
        session.execute(insert(TeamMember).values(team_id=team.id, user_id=user.id).on_conflict_do_nothing())
        _log(session, actor, team.id, "add_member", after={"user_id": user.id})
    return _member(user)


def remove_member(session: Session, actor: User, team_id: int, user_id: int) -> None:
    """Take somebody out of a team.

    Raises NotFound, and StillNeeded while they have shifts ahead in it or are its only manager.
    """
    team = require_manager(session, actor, team_id)
    user = session.scalar(select(User).where(User.id == user_id, User.teams.any(Team.id == team_id)))
    if user is None:
        raise NotFound("There is no such person in this team.")
    refuse_leaving(session, actor, user, team)
    session.execute(delete(TeamMember).where(TeamMember.team_id == team_id, TeamMember.user_id == user_id))
    _log(session, actor, team_id, "remove_member", before={"user_id": user_id})


def refuse_leaving(session: Session, actor: User, user: User, team: Team) -> None:
    """Raises StillNeeded while somebody has shifts ahead in the team or is its only manager; holds its weeks."""
    work.hold_coming_weeks(session, [team.id])
    refuse_shifts_ahead(session, user, team.id)
    others = select(User.id).where(
        User.is_manager, User.active, User.id != user.id, User.teams.any(Team.id == team.id)
    )
    if user.is_manager and not actor.is_admin and session.scalar(others.limit(1)) is None:
        raise StillNeeded(
            f"{user.name} is the only manager of {team.name}.", way_forward="Add another manager first."
        )


def refuse_shifts_ahead(session: Session, user: User, team_id: int | None = None) -> None:
    """Raises StillNeeded while somebody has shifts ahead, in a team or at all."""
    ahead = work.shifts_ahead(session, user.id, team_id)
    if ahead:
        more = f" and {len(ahead) - MOST_NAMED} more" if len(ahead) > MOST_NAMED else ""
        raise StillNeeded(
            f"{user.name} still has shifts: {', '.join(ahead[:MOST_NAMED])}{more}.",
            way_forward="Give them to somebody else first.",
        )


def _member(user: User) -> MemberRead:
    return MemberRead(
        id=user.id,
        name=user.name,
        handle=user.handle,
        is_manager=user.is_manager,
        role_ids=[role.id for role in user.roles],
    )


def _refuse_torn_weeks(session: Session, team: Team, wanted: TeamWrite) -> None:
    """Weeks and shifts that are there were laid out in the team's zone, from its first day on."""
    moved = [field for field in ("week_start", "time_zone") if getattr(team, field) != getattr(wanted, field)]
    if moved and has_weeks(session, team.id):
        faults = tuple(FieldFault(field=field, reason="cannot change once there are weeks") for field in moved)
        raise Unprocessable(
            f"{team.name} has weeks already.", way_forward="Open another team for the other rhythm.", faults=faults
        )


def _flush(session: Session, name: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise Unprocessable(
            f"There is already a team called {name}.", faults=(FieldFault(field="name", reason="is taken"),)
        ) from error


def _log(
    session: Session,
    actor: User,
    team_id: int,
    what: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    record(
        session,
        actor_id=actor.id,
        action=f"team.{what}",
        entity="team",
        entity_id=team_id,
        team_id=team_id,
        before=before,
        after=after,
    )
