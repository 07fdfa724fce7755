"""Routes of people: logins, users, roles, teams and chat accounts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from sqlalchemy import select

from service import problems
from service.errors import NotSignedIn
from service.people import chat, service
from service.people.models import Role
from service.schemas.base import Page
from service.schemas.chat import (
    ChannelLink,
    ChannelMove,
    ChannelRead,
    ChatAccount,
    ChatPlace,
    ChatSession,
    LinkCodeRead,
    LinkRequest,
)
from service.schemas.people import (
    Credentials,
    RefreshRequest,
    RoleRead,
    RoleWrite,
    TeamRead,
    TeamWrite,
    Tokens,
    UserRead,
    UserWrite,
)
from service.security import BotCaller, CurrentUser, DbSession

router = APIRouter()
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


@router.post("/users/login", tags=["accounts"])
def log_in(session: DbSession, credentials: Credentials) -> Tokens:
    """Sign in by email and password."""
    return service.log_in(session, credentials.email, credentials.password.get_secret_value())


@router.post("/users/refresh-token", tags=["accounts"], response_model=Tokens)
def refresh_token(session: DbSession, request: RefreshRequest) -> Tokens | JSONResponse:
    """Trade a refresh token, which works once, for a new pair."""
    tokens = service.refresh(session, request.refresh_token)
    if tokens is None:
        # Answered, not raised: that a stolen token ends its whole family must be committed.
        refusal = NotSignedIn("This refresh token is not valid any more.", way_forward="Sign in again.")
        return problems.answer(refusal)
    return tokens


@router.post("/users/logout", status_code=204, tags=["accounts"])
def log_out(session: DbSession, request: RefreshRequest) -> None:
    """End this login."""
    service.log_out(session, request.refresh_token)


@router.get("/users/me", tags=["accounts"])
def me(user: CurrentUser) -> UserRead:
    """Who the caller is."""
    return service.user_read(user)


@router.get("/users", tags=["people"])
def users(session: DbSession, user: CurrentUser, limit: Limit = 50, offset: Offset = 0) -> Page[UserRead]:
    """The people of the caller's teams; managers only."""
    found, total = service.visible_users(session, user, limit=limit, offset=offset)
    return Page(items=[service.user_read(one) for one in found], total=total, limit=limit, offset=offset)


@router.post("/users", status_code=201, tags=["people"])
def create_user(session: DbSession, user: CurrentUser, wanted: UserWrite) -> UserRead:
    """Add a person to teams of the caller; managers only."""
    return service.user_read(service.create_user(session, user, wanted))


@router.get("/roles", tags=["people"])
def roles(session: DbSession, user: CurrentUser) -> list[RoleRead]:
    """Every role."""
    found = session.scalars(select(Role).order_by(Role.name))
    return [RoleRead(id=role.id, name=role.name, colour=role.colour) for role in found]


@router.post("/roles", status_code=201, tags=["people"])
def create_role(session: DbSession, user: CurrentUser, wanted: RoleWrite) -> RoleRead:
    """Add a role; managers only."""
    role = service.create_role(session, user, wanted)
    return RoleRead(id=role.id, name=role.name, colour=role.colour)


@router.get("/teams", tags=["people"])
def teams(user: CurrentUser) -> list[TeamRead]:
    """The caller's teams."""
    return [service.team_read(team) for team in user.teams]


@router.post("/teams", status_code=201, tags=["people"])
def create_team(session: DbSession, user: CurrentUser, wanted: TeamWrite) -> TeamRead:
    """Open a team; managers only."""
    return service.team_read(service.create_team(session, user, wanted))


@router.get("/teams/{team_id}", tags=["people"])
def team(session: DbSession, user: CurrentUser, team_id: int) -> TeamRead:
    """One of the caller's teams."""
    return service.team_read(service.require_member(session, user, team_id))


@router.post("/chat/session", tags=["chat"])
def open_chat_session(session: DbSession, _: BotCaller, account: ChatAccount) -> ChatSession:
    """Exchange a chat account for a token of its user; bots only."""
    return chat.open_session(session, account)


@router.post("/chat/link", tags=["chat"])
def link_account(session: DbSession, _: BotCaller, request: LinkRequest) -> ChatSession:
    """Tie a chat account to the user whose code this is; bots only."""
    return chat.link_by_code(session, request.account, request.code)


@router.post("/chat/link-codes", status_code=201, tags=["chat"])
def make_link_code(session: DbSession, user: CurrentUser) -> LinkCodeRead:
    """A one-time code that links a chat account to the caller."""
    code, seconds = chat.make_code(session, user_id=user.id)
    return LinkCodeRead(code=code, expires_in=seconds)


@router.post("/chat/channels/move", status_code=204, tags=["chat"])
def move_channel(session: DbSession, _: BotCaller, move: ChannelMove) -> None:
    """Note that a group got another id; bots only."""
    chat.move_channel(session, move)


@router.post("/chat/channels", tags=["chat"])
def link_channel(session: DbSession, user: CurrentUser, request: ChannelLink) -> ChannelRead:
    """Give a channel to a team; its managers only."""
    return chat.link_channel(session, user, request.place, request.team_id)


@router.get("/chat/channels", tags=["chat"])
def find_channel(session: DbSession, user: CurrentUser, place: Annotated[ChatPlace, Depends()]) -> ChannelRead:
    """The team that a channel belongs to."""
    return chat.find_channel(session, user, place)
