"""Routes of people: logins, users, roles, teams and chat accounts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from service import problems
from service.errors import NotSignedIn
from service.people import accounts, chat, service
from service.schemas.chat import (
    ChannelLink,
    ChannelMove,
    ChannelRead,
    ChatAccount,
    ChatAccountGone,
    ChatPlace,
    ChatSession,
    LinkCodeRead,
    LinkRequest,
)
from service.schemas.people import (
    Credentials,
    LocaleWrite,
    PasswordChange,
    RefreshRequest,
    Registration,
    Tokens,
    UserRead,
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


@router.post("/users/register", status_code=201, tags=["accounts"])
def register(session: DbSession, wanted: Registration) -> UserRead:
    """Make oneself an account, where whoever runs Rota allows it; it is in no team yet."""
    return service.user_read(accounts.register(session, wanted))


@router.put("/users/me/password", tags=["accounts"])
def change_password(session: DbSession, user: CurrentUser, wanted: PasswordChange) -> Tokens:
    """Change the caller's password. Every login ends but that of the tokens which this answers with."""
    return accounts.change_password(session, user, wanted)


@router.get("/users/me", tags=["accounts"])
def me(user: CurrentUser) -> UserRead:
    """Who the caller is."""
    return service.user_read(user)


@router.put("/users/me/locale", tags=["accounts"])
def set_locale(user: CurrentUser, wanted: LocaleWrite) -> UserRead:
    """Choose the language in which the caller is spoken to."""
    user.locale = wanted.locale
    return service.user_read(user)


@router.post("/chat/session", tags=["chat"])
def open_chat_session(session: DbSession, _: BotCaller, account: ChatAccount) -> ChatSession:
    """Exchange a chat account for a token of its user; bots only."""
    return chat.open_session(session, account)


@router.post("/chat/accounts/gone", status_code=204, tags=["chat"])
def account_gone(session: DbSession, _: BotCaller, gone: ChatAccountGone) -> None:
    """Note that a platform has closed an account; bots only."""
    chat.leave(session, gone)


@router.post("/chat/link", tags=["chat"])
def link_account(session: DbSession, _: BotCaller, request: LinkRequest) -> ChatSession:
    """Tie a chat account to the user whose code this is; bots only."""
    return chat.link_by_code(session, request.account, request.code)


@router.post("/chat/unlink", status_code=204, tags=["chat"])
def unlink_account(session: DbSession, user: CurrentUser, account: ChatAccount) -> None:
    """Untie one of the caller's chat accounts."""
    chat.unlink(session, user, account)


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
    return chat.link_channel(session, user, request)


@router.get("/chat/channels", tags=["chat"])
def find_channel(session: DbSession, user: CurrentUser, place: Annotated[ChatPlace, Depends()]) -> ChannelRead:
    """The team that a channel belongs to."""
    return chat.find_channel(session, user, place)
