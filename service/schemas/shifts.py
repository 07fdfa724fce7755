"""Templates, weeks, planned shifts, assignments, and the roster that shows them together."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from service.schemas.base import Instant, LocalTime, Minute, RowId, Schema, Weekday
from service.schemas.people import Person, RoleRead, TeamRead


class WeekStatus(StrEnum):
    """Where a week is: employees see PUBLISHED and ARCHIVED ones only."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    ARCHIVED = "ARCHIVED"


class AssignmentStatus(StrEnum):
    """CONFIRMED counts; PROPOSED waits beside a published week; CANCELLED is kept for the requests that name it."""

    PROPOSED = "PROPOSED"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class AssignmentSource(StrEnum):
    """Who put a person on a shift."""

    SOLVER = "SOLVER"
    MANAGER = "MANAGER"
    TRADE = "TRADE"
    IMPORT = "IMPORT"


ShiftName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Headcount = Annotated[int, Field(ge=0, le=1000)]
Weight = Annotated[int, Field(ge=0, le=1_000_000)]


class RoleNeed(Schema):
    """How many people of a role a shift needs. `minimum` and `maximum` are hard, `headcount` is wanted."""

    role_id: RowId
    headcount: Headcount
    minimum: Headcount = 0
    maximum: Headcount | None = None
    under_weight: Weight | None = None
    over_weight: Weight | None = None

    @model_validator(mode="after")
    def _is_ordered(self) -> "RoleNeed":
        if self.minimum > self.headcount:
            raise ValueError("minimum is above headcount")
        if self.maximum is not None and self.maximum < self.headcount:
            raise ValueError("maximum is below headcount")
        return self


class TemplateWrite(Schema):
    """A recurring shift in the team's local time; one that ends at or before its start ends the next day.

    `site` says where it is worked, for rules on travel; what is worked nowhere in particular has none.
    """

    team_id: RowId
    name: ShiftName
    weekdays: list[Weekday] = Field(min_length=1, max_length=7)
    start_time: LocalTime
    end_time: LocalTime
    break_minutes: int = Field(default=0, ge=0, le=12 * 60)
    needs: list[RoleNeed] = Field(min_length=1, max_length=50)
    active: bool = True
    site: str = Field(default="", max_length=60)


class TemplateRead(TemplateWrite):
    """A recurring shift; without `active` nothing more is laid out from it."""

    id: RowId


class TemplateSort(StrEnum):
    """In which order templates are listed; with a minus from the end."""

    START = "start_time"
    START_DOWN = "-start_time"
    NAME = "name"
    NAME_DOWN = "-name"


class WeekSort(StrEnum):
    """In which order weeks are listed; with a minus from the end."""

    START = "week_start"
    START_DOWN = "-week_start"


class ShiftSort(StrEnum):
    """In which order shifts are listed; with a minus from the end."""

    START = "starts_at"
    START_DOWN = "-starts_at"


class WeekCreate(Schema):
    """A week to open; with `from_templates` its shifts are laid out at once."""

    team_id: RowId
    week_start: date
    from_templates: bool = True


class WeekRead(Schema):
    """One week of one team; `published_by` is the person who published it last."""

    id: RowId
    team_id: RowId
    week_start: date
    status: WeekStatus
    version: int
    published_at: Instant | None
    published_by: RowId | None = None


class WeekCopy(Schema):
    """A week to open with the shifts of another one; with `assignments`, its people too, as far as rules allow."""

    week_start: date
    assignments: bool = False


class LeftOut(Schema):
    """An assignment that was not copied, and the rule that it would break."""

    person: Person
    planned_shift_id: RowId
    reason: str


class WeekCopied(Schema):
    """A copy: the new week, how many shifts and assignments it has, and who was left out."""

    week: WeekRead
    shifts: int
    assigned: int
    left_out: list[LeftOut]


class ShiftWrite(Schema):
    """A shift to add to a week or to change."""

    weekly_schedule_id: RowId
    template_id: RowId | None = None
    name: ShiftName
    starts_at: Minute
    ends_at: Minute
    break_minutes: int = Field(default=0, ge=0, le=12 * 60)
    needs: list[RoleNeed] = Field(min_length=1, max_length=50)


class ShiftRead(ShiftWrite):
    """One shift on one day. `minutes` are the paid ones."""

    id: RowId
    minutes: int
    version: int


class AssignmentWrite(Schema):
    """A person to put on a shift by hand. What soft rules have against it is refused, but for `accept_warnings`."""

    planned_shift_id: RowId
    user_id: RowId
    role_id: RowId
    pinned: bool = True
    accept_warnings: bool = False


class AssignmentChange(Schema):
    """Whether runs must leave an assignment alone."""

    pinned: bool


class AssignmentRead(Schema):
    """This person works this shift in this role."""

    id: RowId
    planned_shift_id: RowId
    user_id: RowId
    role_id: RowId
    status: AssignmentStatus
    source: AssignmentSource
    pinned: bool


class MyShift(Schema):
    """One of a person's own shifts, as published; without `assignment_id` it is theirs no more."""

    assignment_id: RowId | None
    planned_shift_id: RowId
    team_id: RowId
    team_name: str
    time_zone: str
    name: str
    role: str
    colour: str
    starts_at: Instant
    ends_at: Instant
    minutes: int
    colleagues: list[Person]


class Gap(Schema):
    """Places of a shift that nobody fills, with the reason where the solver gave one."""

    planned_shift_id: RowId
    role_id: RowId
    missing: int
    reason: str | None = None


class Roster(Schema):
    """A whole week: what the picture, the table and the exports show.

    `proposed` tells whether the assignments are a proposal beside a published week. `away` maps a person's id to
    the local dates on which they have approved time off (no reason given).
    """

    week: WeekRead
    team: TeamRead
    roles: list[RoleRead]
    people: list[Person]
    shifts: list[ShiftRead]
    assignments: list[AssignmentRead]
    gaps: list[Gap]
    away: dict[int, list[date]]
    places: int
    filled: int
    proposed: bool


class PublishRequest(Schema):
    """Publish the week as it stood at `version`."""

    version: int = Field(ge=1)


class PublishResult(Schema):
    """What publishing changed, how many people are told, and who should be but has no chat account."""

    week: WeekRead
    told: int
    first_time: bool
    unreached: list[Person] = Field(default_factory=list)
