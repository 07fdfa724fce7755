"""Teams, users, roles and logins."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, EmailStr, Field, SecretStr, StringConstraints

from service.schemas.base import Colour, Instant, Name, RowId, Schema, Weekday


class SwapApproval(StrEnum):
    """When a trade between employees needs a manager's yes."""

    ALWAYS = "ALWAYS"
    ACROSS_ROLES = "ACROSS_ROLES"
    NEVER = "NEVER"


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not an IANA time zone such as Europe/Berlin")
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Handle = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,59}$", to_lower=True)]
MinutesAWeek = Annotated[int, Field(ge=0, le=7 * 24 * 60)]


class Credentials(Schema):
    """What a person signs in with."""

    email: EmailStr
    password: SecretStr = Field(max_length=200)


class RefreshRequest(Schema):
    """A refresh token to trade for a new pair."""

    refresh_token: str = Field(min_length=1, max_length=200)


class Tokens(Schema):
    """An access token and, for people (not bots), a refresh token that works once."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105  # a scheme, not a secret
    expires_in: int
    refresh_token: str | None = None


class RoleWrite(Schema):
    """A role to create or change."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    colour: Colour = "#64748b"


class RoleRead(RoleWrite):
    """A role."""

    id: RowId


class TeamWrite(Schema):
    """A team to create or change."""

    name: Name
    time_zone: TimeZone
    week_start: Weekday = 0
    swap_approval: SwapApproval = SwapApproval.ACROSS_ROLES
    publish_deadline_hours: int = Field(default=72, ge=0, le=24 * 60)


class TeamRead(TeamWrite):
    """A team. `this_week` is the first day of the team's current week in its own zone."""

    id: RowId
    this_week: date


class UserWrite(Schema):
    """A person to create or change."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    handle: Handle
    email: EmailStr
    is_manager: bool = False
    max_minutes_week: MinutesAWeek = 40 * 60
    min_minutes_week: MinutesAWeek = 0
    cost_per_hour: int = Field(default=0, ge=0, le=1_000_000)
    locale: str = Field(default="en", max_length=16)
    time_zone: TimeZone | None = None
    role_ids: list[RowId] = Field(default_factory=list, max_length=100)
    team_ids: list[RowId] = Field(default_factory=list, max_length=100)


class Person(Schema):
    """As much of a person as any colleague may see."""

    id: RowId
    name: str
    handle: str


class UserRead(Person):
    """A person as they themselves and their managers see them."""

    email: str
    is_manager: bool
    is_admin: bool
    active: bool
    max_minutes_week: int
    min_minutes_week: int
    cost_per_hour: int
    locale: str
    time_zone: str | None
    roles: list[RoleRead]
    teams: list[TeamRead]
    created_at: Instant


class HoursRead(Schema):
    """A person's hours in one week: what is published for them, and between which limits."""

    week_start: date
    scheduled_minutes: int
    min_minutes: int
    max_minutes: int
