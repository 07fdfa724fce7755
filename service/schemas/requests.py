"""Time off, availability, preferences and work rules."""

from datetime import date, time
from enum import StrEnum

from pydantic import Field, model_validator

from service.schemas.base import Instant, RowId, Schema, Weekday


class TimeOffKind(StrEnum):
    """Why somebody is away."""

    VACATION = "VACATION"
    SICK = "SICK"
    PERSONAL = "PERSONAL"
    OTHER = "OTHER"


class TimeOffStatus(StrEnum):
    """Where a request for time off is."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


class RuleKind(StrEnum):
    """The rules a team or a person can be given; `value` is in the unit that the name says."""

    MAX_HOURS_PER_WEEK = "MAX_HOURS_PER_WEEK"
    MIN_HOURS_PER_WEEK = "MIN_HOURS_PER_WEEK"
    MAX_MINUTES_PER_RUN = "MAX_MINUTES_PER_RUN"
    MIN_MINUTES_PER_RUN = "MIN_MINUTES_PER_RUN"
    MAX_SHIFTS_PER_WEEK = "MAX_SHIFTS_PER_WEEK"
    MIN_SHIFTS_PER_WEEK = "MIN_SHIFTS_PER_WEEK"
    MAX_SHIFTS_PER_RUN = "MAX_SHIFTS_PER_RUN"
    MIN_SHIFTS_PER_RUN = "MIN_SHIFTS_PER_RUN"
    MAX_SHIFTS_PER_DAY = "MAX_SHIFTS_PER_DAY"
    MAX_CONSECUTIVE_DAYS = "MAX_CONSECUTIVE_DAYS"
    MIN_CONSECUTIVE_DAYS = "MIN_CONSECUTIVE_DAYS"
    MIN_CONSECUTIVE_DAYS_OFF = "MIN_CONSECUTIVE_DAYS_OFF"
    MAX_WEEKENDS_PER_RUN = "MAX_WEEKENDS_PER_RUN"
    MIN_REST_HOURS = "MIN_REST_HOURS"
    FORBIDDEN_SUCCESSION = "FORBIDDEN_SUCCESSION"


class TimeOffWrite(Schema):
    """A request to be away during [starts_at, ends_at)."""

    kind: TimeOffKind
    starts_at: Instant
    ends_at: Instant
    reason: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def _is_ordered(self) -> "TimeOffWrite":
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at is not after starts_at")
        return self


class TimeOffRead(TimeOffWrite):
    """A request to be away."""

    id: RowId
    user_id: RowId
    status: TimeOffStatus
    created_at: Instant


class AvailabilityWindow(Schema):
    """A weekly window in local time; one that ends at or before its start runs into the next day."""

    weekday: Weekday
    start_time: time
    end_time: time


class PreferenceWrite(Schema):
    """A wish for (`wanted`) or against every shift that matches all fields given."""

    wanted: bool
    weight: int = Field(default=10, ge=1, le=1000)
    weekday: Weekday | None = None
    on_date: date | None = None
    template_id: RowId | None = None
    start_time: time | None = None
    end_time: time | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "PreferenceWrite":
        if (self.start_time is None) != (self.end_time is None):
            raise ValueError("start_time and end_time go together")
        if (self.weekday, self.on_date, self.template_id, self.start_time) == (None, None, None, None):
            raise ValueError("names no weekday, date, template or time")
        return self


class PreferenceRead(PreferenceWrite):
    """A wish."""

    id: RowId
    user_id: RowId


class RuleParameters(Schema):
    """What some kinds of rule need beside their value.

    `template_id` narrows a shift count to one template, or is the earlier shift of a forbidden succession;
    `next_template_ids` are the shifts that may not follow it on the next day.
    """

    template_id: RowId | None = None
    next_template_ids: list[RowId] = Field(default_factory=list, max_length=100)


class RuleWrite(Schema):
    """A rule of a team or of one person in it. Hard without a weight."""

    team_id: RowId
    user_id: RowId | None = None
    kind: RuleKind
    value: int = Field(default=0, ge=0, le=100_000)
    weight: int | None = Field(default=None, ge=1, le=1_000_000)
    parameters: RuleParameters = RuleParameters()

    @model_validator(mode="after")
    def _has_its_parameters(self) -> "RuleWrite":
        if self.kind is RuleKind.FORBIDDEN_SUCCESSION and (
            self.parameters.template_id is None or not self.parameters.next_template_ids
        ):
            raise ValueError("a forbidden succession names a template and those that may not follow it")
        return self


class RuleRead(RuleWrite):
    """A rule."""

    id: RowId
