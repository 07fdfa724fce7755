"""Work rules as callers write them: each kind with the values and parameters that it knows, and no others."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from service.schemas.base import RowId, Schema
from service.schemas.requests import RuleKind

MOST_DAYS = 5 * 7
"""The longest run: five weeks."""


def _said(parameters: Any) -> Any:
    """Parameters without those that say nothing, so that what was read can be sent back."""
    if not isinstance(parameters, dict):
        return parameters
    return {name: value for name, value in parameters.items() if value not in (None, [])}


class WeekParameters(Schema):
    """With `week_start` a rule holds in that week only, and there before one for ever."""

    week_start: date | None = None


class ShiftParameters(WeekParameters):
    """`template_id` narrows a count to one recurring shift."""

    template_id: RowId | None = None


class SuccessionParameters(WeekParameters):
    """The earlier shift, and those that may not follow it on the next day."""

    template_id: RowId
    next_template_ids: list[RowId] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _names_each_once(self) -> "SuccessionParameters":
        if len(set(self.next_template_ids)) < len(self.next_template_ids):
            raise ValueError("next_template_ids names a shift twice")
        return self


ForWeek = Annotated[WeekParameters, BeforeValidator(_said)]
ForShift = Annotated[ShiftParameters, BeforeValidator(_said)]
ForSuccession = Annotated[SuccessionParameters, BeforeValidator(_said)]


class RuleBase(Schema):
    """A rule of a team, or of one person in it (`user_id`). Hard without a weight, soft with one."""

    team_id: RowId
    user_id: RowId | None = None
    weight: int | None = Field(default=None, ge=1, le=1_000_000)


class HoursRule(RuleBase):
    """Hours of a week."""

    kind: Literal[RuleKind.MAX_HOURS_PER_WEEK, RuleKind.MIN_HOURS_PER_WEEK]
    value: int = Field(ge=0, le=7 * 24, description="hours")
    parameters: ForWeek = WeekParameters()


class MinutesRule(RuleBase):
    """Minutes of all weeks that are planned together."""

    kind: Literal[RuleKind.MAX_MINUTES_PER_RUN, RuleKind.MIN_MINUTES_PER_RUN]
    value: int = Field(ge=0, le=MOST_DAYS * 24 * 60, description="minutes")
    parameters: ForWeek = WeekParameters()


class ShiftsRule(RuleBase):
    """Shifts of a week or of all weeks that are planned together."""

    kind: Literal[
        RuleKind.MAX_SHIFTS_PER_WEEK,
        RuleKind.MIN_SHIFTS_PER_WEEK,
        RuleKind.MAX_SHIFTS_PER_RUN,
        RuleKind.MIN_SHIFTS_PER_RUN,
    ]
    value: int = Field(ge=0, le=200, description="shifts")
    parameters: ForShift = ShiftParameters()


class ShiftsPerDayRule(RuleBase):
    """Shifts that begin on one day."""

    kind: Literal[RuleKind.MAX_SHIFTS_PER_DAY]
    value: int = Field(ge=1, le=24, description="shifts")
    parameters: ForWeek = WeekParameters()


class DaysRule(RuleBase):
    """Days in a row, worked or off."""

    kind: Literal[RuleKind.MAX_CONSECUTIVE_DAYS, RuleKind.MIN_CONSECUTIVE_DAYS, RuleKind.MIN_CONSECUTIVE_DAYS_OFF]
    value: int = Field(ge=1, le=MOST_DAYS, description="days")
    parameters: ForWeek = WeekParameters()


class WeekendsRule(RuleBase):
    """Weekends with work among all weeks that are planned together."""

    kind: Literal[RuleKind.MAX_WEEKENDS_PER_RUN]
    value: int = Field(ge=0, le=6, description="weekends")
    parameters: ForWeek = WeekParameters()


class RestRule(RuleBase):
    """Hours between two shifts."""

    kind: Literal[RuleKind.MIN_REST_HOURS]
    value: int = Field(ge=0, le=72, description="hours")
    parameters: ForWeek = WeekParameters()


class SuccessionRule(RuleBase):
    """Shifts that may not follow another on the next day."""

    kind: Literal[RuleKind.FORBIDDEN_SUCCESSION]
    value: Literal[0] = 0
    parameters: ForSuccession


AnyRule = Annotated[
    HoursRule | MinutesRule | ShiftsRule | ShiftsPerDayRule | DaysRule | WeekendsRule | RestRule | SuccessionRule,
    Field(discriminator="kind"),
]
