"""Time off, availability, preferences and work rules."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from service.schemas.base import LONGEST_NOTE, Instant, LocalTime, Minute, RowId, Schema, Weekday
from service.schemas.people import Person
from service.schemas.shifts import AssignmentStatus, WeekStatus

LONGEST_REASON = 500
"""Characters of why somebody asks for time off."""


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
    MAX_IN_WINDOW = "MAX_IN_WINDOW"
    MIN_IN_WINDOW = "MIN_IN_WINDOW"
    MIN_FREE_HOURS = "MIN_FREE_HOURS"
    MAX_CONSECUTIVE_WEEKENDS = "MAX_CONSECUTIVE_WEEKENDS"
    STANDBY = "STANDBY"
    LOW_PRIORITY = "LOW_PRIORITY"
    MIN_HOURS_BETWEEN = "MIN_HOURS_BETWEEN"
    MIN_TRAVEL_MINUTES = "MIN_TRAVEL_MINUTES"
    MIN_HOURS_BESIDE_TIME_OFF = "MIN_HOURS_BESIDE_TIME_OFF"
    FORBIDDEN_PATTERN = "FORBIDDEN_PATTERN"
    ROTATION = "ROTATION"
    ALLOWED_DAILY_PAIRS = "ALLOWED_DAILY_PAIRS"
    TOGETHER = "TOGETHER"
    APART = "APART"
    MIN_SKILLED = "MIN_SKILLED"
    MAX_SKILLED = "MAX_SKILLED"
    MIN_PRESENT = "MIN_PRESENT"
    MAX_PRESENT = "MAX_PRESENT"
    ONE_OF_SHIFTS = "ONE_OF_SHIFTS"
    FAIR_SHIFTS = "FAIR_SHIFTS"


ONE_OF_A_KIND = frozenset({RuleKind.ROTATION})
"""Kinds of which one rule alone can hold for a person, whatever its parameters are."""


class TimeOffWrite(Schema):
    """A request to be away during [starts_at, ends_at); managers may enter one for their people (`user_id`)."""

    kind: TimeOffKind
    starts_at: Minute
    ends_at: Minute
    reason: str = Field(default="", max_length=LONGEST_REASON)
    user_id: RowId | None = None

    @model_validator(mode="after")
    def _is_ordered(self) -> "TimeOffWrite":
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at is not after starts_at")
        return self


class TimeOffRead(Schema):
    """A request to be away. Its days are meant in `time_zone`; `can_decide` says whether the reader may decide it."""

    id: RowId
    person: Person
    time_zone: str
    kind: TimeOffKind
    status: TimeOffStatus
    starts_at: Instant
    ends_at: Instant
    reason: str
    decided_by: Person | None
    decided_at: Instant | None
    note: str
    created_at: Instant
    can_decide: bool


class TimeOffSort(StrEnum):
    """The order of a list of requests; a minus sign turns it round."""

    NEWEST = "-created_at"
    OLDEST = "created_at"
    SOONEST = "starts_at"
    LATEST = "-starts_at"


class Approval(Schema):
    """A yes. `accept_effect` is needed where it takes the person off shifts."""

    note: str = Field(default="", max_length=LONGEST_NOTE)
    accept_effect: bool = False


class Rejection(Schema):
    """A no, with a word to the person where one is wanted."""

    note: str = Field(default="", max_length=LONGEST_NOTE)


class Withdrawal(Schema):
    """Taking a request back, from the state in which the caller saw it: a decision made meanwhile wins."""

    seen: Literal[TimeOffStatus.PENDING, TimeOffStatus.APPROVED] = TimeOffStatus.PENDING


class AffectedShift(Schema):
    """A place on a shift that the person holds, or is proposed for, while they would be away."""

    assignment_id: RowId
    planned_shift_id: RowId
    weekly_schedule_id: RowId
    week_start: date
    week_status: WeekStatus
    status: AssignmentStatus
    pinned: bool
    team_id: RowId
    team_name: str
    time_zone: str
    name: str
    role_id: RowId
    role: str
    starts_at: Instant
    ends_at: Instant


class TimeOffEffect(Schema):
    """Which shifts, not begun yet, a request takes its person off, as far as the reader may see them."""

    request_id: RowId
    shifts: list[AffectedShift]


class TimeOffDecision(Schema):
    """A request that was decided, and the places that this opened: those in published weeks want somebody else."""

    request: TimeOffRead
    released: list[AffectedShift]


class AvailabilityWindow(Schema):
    """A weekly window in local time; one that ends at or before its start runs into the next day."""

    weekday: Weekday
    start_time: LocalTime
    end_time: LocalTime


class AvailabilityWrite(Schema):
    """A person's whole week; without any window they can always work."""

    windows: list[AvailabilityWindow] = Field(max_length=70)


class AvailabilityRead(AvailabilityWrite):
    """When a person can work, in their zone."""

    person: Person
    time_zone: str


class PreferenceWrite(Schema):
    """A wish for (`wanted`) or against every shift that matches all fields given."""

    wanted: bool
    weight: int = Field(default=10, ge=1, le=1000)
    weekday: Weekday | None = None
    on_date: date | None = None
    template_id: RowId | None = None
    start_time: LocalTime | None = None
    end_time: LocalTime | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "PreferenceWrite":
        if (self.start_time is None) != (self.end_time is None):
            raise ValueError("start_time and end_time go together")
        if (self.weekday, self.on_date, self.template_id, self.start_time) == (None, None, None, None):
            raise ValueError("names no weekday, date, template or time")
        return self


class PreferenceCreate(PreferenceWrite):
    """A new wish, one's own; managers may enter one for their people (`user_id`)."""

    user_id: RowId | None = None


class PreferenceRead(PreferenceWrite):
    """A wish."""

    id: RowId
    user_id: RowId
    template_name: str | None = None
