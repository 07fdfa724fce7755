"""What bots say to the service about chat accounts and channels."""

from enum import StrEnum

from pydantic import Field

from service.schemas.base import FromBots, RowId, Schema
from service.schemas.people import TeamRead, UserRead


class ChatAccount(FromBots):
    """An account on a chat platform. `email` only when the platform has verified it; `locale` is the platform's."""

    platform: str = Field(min_length=1, max_length=32)
    workspace: str = Field(default="", max_length=64)
    external_id: str = Field(min_length=1, max_length=64)
    email: str | None = Field(default=None, max_length=254)
    locale: str | None = Field(default=None, max_length=16)


class ChatPlace(Schema):
    """A channel or group on a chat platform; `thread` is a forum topic."""

    platform: str = Field(min_length=1, max_length=32)
    workspace: str = Field(default="", max_length=64)
    external_id: str = Field(min_length=1, max_length=64)
    thread: str = Field(default="", max_length=64)


class ChatSession(Schema):
    """A short-lived token that speaks as this user, and no more than the user may."""

    access_token: str
    expires_in: int
    user: UserRead


class ChatAccountGone(FromBots):
    """An account that its platform has closed."""

    platform: str = Field(min_length=1, max_length=32)
    workspace: str = Field(default="", max_length=64)
    external_id: str = Field(min_length=1, max_length=64)


class LinkCodeRead(Schema):
    """A one-time code; shown once."""

    code: str
    expires_in: int


class LinkRequest(FromBots):
    """Tie this account to the user whose code this is."""

    account: ChatAccount
    code: str = Field(min_length=4, max_length=64)


class ChannelPurpose(StrEnum):
    """What is posted in a team's channel: its weeks, or the shifts that people drop."""

    WEEKS = "WEEKS"
    TRADES = "TRADES"


class ChannelLink(Schema):
    """Tie this place to this team, for this purpose."""

    place: ChatPlace
    team_id: RowId
    purpose: ChannelPurpose = ChannelPurpose.WEEKS


class ChannelRead(Schema):
    """The team that a place belongs to, and the `language` that is spoken there."""

    id: RowId
    place: ChatPlace
    team: TeamRead
    purpose: ChannelPurpose
    language: str = "en"


class ChannelMove(FromBots):
    """A group got another id, as when Telegram makes a supergroup of it."""

    platform: str = Field(min_length=1, max_length=32)
    workspace: str = Field(default="", max_length=64)
    old_id: str = Field(min_length=1, max_length=64)
    new_id: str = Field(min_length=1, max_length=64)
