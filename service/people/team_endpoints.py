"""Routes of teams, their members, and roles."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from service.people import roles as roles_service
from service.people import service
from service.people import teams as teams_service
from service.schemas.base import Page
from service.schemas.people import MemberRead, NameSort, RoleRead, RoleWrite, TeamRead, TeamWrite
from service.security import CurrentUser, DbSession

router = APIRouter(tags=["people"])
Row = Annotated[int, Path(ge=1, le=2**31 - 1)]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("/roles")
def roles(
    session: DbSession, _: CurrentUser, sort: NameSort = NameSort.NAME, limit: Limit = 50, offset: Offset = 0
) -> Page[RoleRead]:
    """Every role."""
    found, total = roles_service.all_roles(session, sort=sort, limit=limit, offset=offset)
    return Page(items=[roles_service.role_read(role) for role in found], total=total, limit=limit, offset=offset)


@router.post("/roles", status_code=201)
def create_role(session: DbSession, user: CurrentUser, wanted: RoleWrite) -> RoleRead:
    """Add a role; managers only."""
    return roles_service.role_read(roles_service.create_role(session, user, wanted))


@router.get("/roles/{role_id}")
def role(session: DbSession, _: CurrentUser, role_id: Row) -> RoleRead:
    """One role."""
    return roles_service.role_read(roles_service.find_role(session, role_id))


@router.put("/roles/{role_id}")
def change_role(session: DbSession, user: CurrentUser, role_id: Row, wanted: RoleWrite) -> RoleRead:
    """Change a role's name or colour; managers only."""
    return roles_service.role_read(roles_service.change_role(session, user, role_id, wanted))


@router.delete("/roles/{role_id}", status_code=204)
def delete_role(session: DbSession, user: CurrentUser, role_id: Row) -> None:
    """Forget a role that nobody has and nothing needs; managers only."""
    roles_service.delete_role(session, user, role_id)


@router.get("/teams")
def teams(
    session: DbSession, user: CurrentUser, sort: NameSort = NameSort.NAME, limit: Limit = 50, offset: Offset = 0
) -> Page[TeamRead]:
    """The caller's teams; for administrators every team."""
    found, total = teams_service.visible_teams(session, user, sort=sort, limit=limit, offset=offset)
    return Page(items=[service.team_read(team) for team in found], total=total, limit=limit, offset=offset)


@router.post("/teams", status_code=201)
def create_team(session: DbSession, user: CurrentUser, wanted: TeamWrite) -> TeamRead:
    """Open a team; managers only."""
    return service.team_read(teams_service.create_team(session, user, wanted))


@router.get("/teams/{team_id}")
def team(session: DbSession, user: CurrentUser, team_id: Row) -> TeamRead:
    """One of the caller's teams."""
    return service.team_read(service.require_member(session, user, team_id))


@router.put("/teams/{team_id}")
def change_team(session: DbSession, user: CurrentUser, team_id: Row, wanted: TeamWrite) -> TeamRead:
    """Change a team; its managers only. Zone and first day stay once there are weeks."""
    return service.team_read(teams_service.change_team(session, user, team_id, wanted))


@router.get("/teams/{team_id}/members")
def members(
    session: DbSession, user: CurrentUser, team_id: Row, limit: Limit = 50, offset: Offset = 0
) -> Page[MemberRead]:
    """Who is in one of the caller's teams."""
    found, total = teams_service.members_of(session, user, team_id, limit=limit, offset=offset)
    return Page(items=found, total=total, limit=limit, offset=offset)


@router.put("/teams/{team_id}/members/{user_id}")
def add_member(session: DbSession, user: CurrentUser, team_id: Row, user_id: Row) -> MemberRead:
    """Take somebody into a team; its managers only."""
    return teams_service.add_member(session, user, team_id, user_id)


@router.delete("/teams/{team_id}/members/{user_id}", status_code=204)
def remove_member(session: DbSession, user: CurrentUser, team_id: Row, user_id: Row) -> None:
    """Take somebody out of a team in which they have no shifts ahead; its managers only."""
    teams_service.remove_member(session, user, team_id, user_id)
