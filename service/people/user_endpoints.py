"""Routes of people as their managers keep them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from service.people import service, skills
from service.people import users as users_service
from service.schemas.base import Page
from service.schemas.chat import LinkCodeRead
from service.schemas.people import SkillsRead, SkillsWrite, UserRead, UserSort, UserWrite
from service.security import CurrentUser, DbSession

router = APIRouter(tags=["people"])
Row = Annotated[int, Path(ge=1, le=2**31 - 1)]
RowQuery = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Text = Annotated[str | None, Query(max_length=100, description="Part of a name, an address or a handle")]

Linked = Annotated[bool | None, Query(description="Whether they have a chat account")]


@router.get("/users")
def users(
    session: DbSession,
    user: CurrentUser,
    team_id: RowQuery = None,
    role_id: RowQuery = None,
    *,
    active: bool | None = None,
    linked: Linked = None,
    text: Text = None,
    sort: UserSort = UserSort.NAME,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[UserRead]:
    """The people of the caller's teams; managers only."""
    found, total = users_service.visible_users(
        session,
        user,
        team_id=team_id,
        role_id=role_id,
        active=active,
        linked=linked,
        text=text,
        sort=sort,
        limit=limit,
        offset=offset,
    )
    return Page(items=[service.user_read(one) for one in found], total=total, limit=limit, offset=offset)


@router.post("/users", status_code=201)
def create_user(session: DbSession, user: CurrentUser, wanted: UserWrite) -> UserRead:
    """Add a person to teams of the caller; managers only."""
    return service.user_read(users_service.create_user(session, user, wanted))


@router.get("/users/{user_id}")
def one_user(session: DbSession, user: CurrentUser, user_id: Row) -> UserRead:
    """The caller, or somebody whom they manage."""
    return service.user_read(users_service.find_user(session, user, user_id))


@router.put("/users/{user_id}")
def change_user(session: DbSession, user: CurrentUser, user_id: Row, wanted: UserWrite) -> UserRead:
    """Change a person; their managers only. A team or role with shifts ahead stays."""
    return service.user_read(users_service.change_user(session, user, user_id, wanted))


@router.get("/users/{user_id}/skills")
def skills_of(session: DbSession, user: CurrentUser, user_id: Row) -> SkillsRead:
    """What the caller, or somebody whom they manage, brings along besides roles."""
    return skills.skills_of(session, users_service.find_user(session, user, user_id))


@router.put("/users/{user_id}/skills")
def set_skills(session: DbSession, user: CurrentUser, user_id: Row, wanted: SkillsWrite) -> SkillsRead:
    """Say anew what a person brings along; their managers only."""
    return skills.set_skills(session, user, user_id, wanted)


@router.delete("/users/{user_id}", status_code=204)
def delete_user(session: DbSession, user: CurrentUser, user_id: Row) -> None:
    """Forget a person who has never worked; their managers only. `has_worked`: deactivate them instead."""
    users_service.delete_user(session, user, user_id)


@router.post("/users/{user_id}/deactivate")
def deactivate(session: DbSession, user: CurrentUser, user_id: Row, *, release: bool = False) -> UserRead:
    """End a person's logins and open requests, and with `release` their shifts ahead; their managers only."""
    return service.user_read(users_service.deactivate(session, user, user_id, release=release))


@router.post("/users/{user_id}/reactivate")
def reactivate(session: DbSession, user: CurrentUser, user_id: Row) -> UserRead:
    """Let a person in again; their managers only."""
    return service.user_read(users_service.reactivate(session, user, user_id))


@router.post("/users/{user_id}/link-codes", status_code=201)
def make_link_code(session: DbSession, user: CurrentUser, user_id: Row) -> LinkCodeRead:
    """A one-time code with which a person links their chat account; their managers only."""
    code, seconds = users_service.make_link_code(session, user, user_id)
    return LinkCodeRead(code=code, expires_in=seconds)
