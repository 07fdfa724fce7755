"""Teams, users, roles and logins."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, EmailStr, Field, SecretStr, StringConstraints, ValidationInfo, field_validator

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
# https://www.rfc-editor.org/rfc/rfc5646: language, then script or region.
Locale = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=16)]
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
# https://pages.nist.gov/800-63-3/sp800-63b.html#memsecret: long enough, and no rules about its characters.
NewPassword = Annotated[SecretStr, Field(min_length=10, max_length=200)]
ContractName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
SkillName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
SkillLevel = Annotated[int, Field(ge=1, le=100)]
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


class PasswordChange(Schema):
    """A new password; who has one names the present one too."""

    current_password: SecretStr | None = Field(default=None, max_length=200)
    new_password: NewPassword


class Registration(Schema):
    """An account that somebody makes for themselves."""

    name: PersonName
    handle: Handle
    email: EmailStr
    password: NewPassword


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
    """A person to create or change. `contract` names a kind of contract, for rules that bind all who have it."""

    name: PersonName
    handle: Handle
    email: EmailStr
    is_manager: bool = False
    max_minutes_week: MinutesAWeek = 40 * 60
    min_minutes_week: MinutesAWeek = 0
    cost_per_hour: int = Field(default=0, ge=0, le=1_000_000)
    contract: ContractName | None = None
    locale: Locale = "en"
    time_zone: TimeZone | None = None
    role_ids: list[RowId] = Field(default_factory=list, max_length=100)
    team_ids: list[RowId] = Field(default_factory=list, max_length=100)

    @field_validator("min_minutes_week")
    @classmethod
    def _is_possible(cls, minutes: int, info: ValidationInfo) -> int:
        if minutes > info.data.get("max_minutes_week", minutes):
            raise ValueError("is above max_minutes_week")
        return minutes


class NameSort(StrEnum):
    """By name; with a minus from the end."""

    NAME = "name"
    NAME_DOWN = "-name"


class UserSort(StrEnum):
    """By what people are listed; with a minus from the end."""

    NAME = "name"
    NAME_DOWN = "-name"
    EMAIL = "email"
    EMAIL_DOWN = "-email"
    CREATED = "created_at"
    CREATED_DOWN = "-created_at"


class Person(Schema):
    """As much of a person as any colleague may see."""

    id: RowId
    name: str
    handle: str


class MemberRead(Person):
    """Somebody in a team, as their colleagues see them."""

    is_manager: bool
    role_ids: list[RowId]


class LocaleWrite(Schema):
    """The language in which a person is spoken to, such as `de` or `de-AT`."""

    locale: Locale


class UserRead(Person):
    """A person as they themselves and their managers see them."""

    email: str
    is_manager: bool
    is_admin: bool
    active: bool
    max_minutes_week: int
    min_minutes_week: int
    cost_per_hour: int
    contract: str | None
    locale: str
    time_zone: str | None
    roles: list[RoleRead]
    teams: list[TeamRead]
    created_at: Instant


class Skill(Schema):
    """Something that a person brings along, how well, and through which day; without `until` it does not expire."""

    name: SkillName
    level: SkillLevel = 1
    until: date | None = None


class SkillsWrite(Schema):
    """All skills of a person."""

    skills: list[Skill] = Field(max_length=100)

    @field_validator("skills")
    @classmethod
    def _each_once(cls, skills: list[Skill]) -> list[Skill]:
        if len({skill.name.casefold() for skill in skills}) < len(skills):
            raise ValueError("names a skill twice")
        return skills


class SkillsRead(SkillsWrite):
    """What a person brings along, for rules that want it on a shift."""

    person: Person


class HoursBalance(Schema):
    """What somebody worked in four weeks, or the middle of a team did: minutes, weekends with a shift, night shifts,
    and trades that were made."""

    minutes: int
    weekends: float
    nights: float
    trades: float


class HoursRead(Schema):
    """A person's hours in one week: what is published for them, and between which limits.

    `own` and `middle` are of the four weeks up to this one, in the person's first team; there is no `middle` of a
    team so small that it would tell what one person works.
    """

    week_start: date
    scheduled_minutes: int
    min_minutes: int
    max_minutes: int
    own: HoursBalance | None = None
    middle: HoursBalance | None = None
