"""What rules need beside a value: the parameters of each kind, and all of them together as they are stored."""

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from service.schemas.base import LocalTime, RowId, Schema, Weekday
from service.schemas.people import SkillLevel, SkillName

MOST_DAYS = 5 * 7
"""The longest run, and the longest window of a rule: five weeks."""
LONGEST_CYCLE = 10 * 7
"""The longest rotation, in days: ten weeks."""


class WindowAmount(StrEnum):
    """What a window counts.

    Paid minutes, shifts, days worked, days off, paid minutes of Saturdays and Sundays, or weekends worked.
    """

    MINUTES = "MINUTES"
    SHIFTS = "SHIFTS"
    DAYS = "DAYS"
    DAYS_OFF = "DAYS_OFF"
    WEEKEND_MINUTES = "WEEKEND_MINUTES"
    WEEKENDS = "WEEKENDS"


class CalledPer(StrEnum):
    """Over what calling somebody on standby is charged once: each week, or all weeks that are planned together."""

    WEEK = "WEEK"
    RUN = "RUN"


def _each_once(ids: list[int]) -> list[int]:
    if len(set(ids)) < len(ids):
        raise ValueError("names one of them twice")
    return sorted(ids)


def _said(parameters: Any) -> Any:
    """Parameters without those that say nothing, so that what was read can be sent back."""
    if not isinstance(parameters, dict):
        return parameters
    return {name: value for name, value in parameters.items() if value not in (None, [])}


Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]
Ids = Annotated[list[RowId], Field(max_length=100), AfterValidator(_each_once)]
SomeIds = Annotated[list[RowId], Field(min_length=1, max_length=100), AfterValidator(_each_once)]
SeveralIds = Annotated[list[RowId], Field(min_length=2, max_length=100), AfterValidator(_each_once)]
Weekdays = Annotated[list[Weekday], Field(max_length=7), AfterValidator(_each_once)]
# The same shift twice in a pair says that somebody may work two of it on one day.
Pair = Annotated[list[RowId], Field(min_length=2, max_length=2), AfterValidator(sorted)]
Said = BeforeValidator(_said)


class PatternDay(Schema):
    """One day of a pattern: off, at work on any shift, or on one of these recurring shifts."""

    works: bool
    template_ids: Ids = Field(default_factory=list)

    @model_validator(mode="after")
    def _is_possible(self) -> "PatternDay":
        if self.template_ids and not self.works:
            raise ValueError("a day off names no shift")
        return self


class WeekParameters(Schema):
    """With `week_start` a rule holds in that week only, and there before one for ever."""

    week_start: date | None = None


class ShiftParameters(WeekParameters):
    """`template_id` narrows a count to one recurring shift."""

    template_id: RowId | None = None


class RunParameters(WeekParameters):
    """`template_ids` narrow days in a row to those with one of these shifts, such as nights."""

    template_ids: Ids = Field(default_factory=list)


class SuccessionParameters(WeekParameters):
    """The earlier shift, and those that may not follow it on the next day."""

    template_id: RowId
    next_template_ids: SomeIds


class BetweenParameters(WeekParameters):
    """The earlier shifts, and the later ones."""

    template_ids: SomeIds
    next_template_ids: SomeIds


class WindowParameters(WeekParameters):
    """What is counted in each window of `days` days. One begins every `every` days: 1 is a rolling window, 7 with
    7 days goes week by week. `template_ids` narrow minutes, shifts and days worked to these recurring shifts."""

    amount: WindowAmount
    days: Days
    every: Days = 1
    template_ids: Ids = Field(default_factory=list)


class FreeTimeParameters(WeekParameters):
    """One stretch in each window of `days` days; a window begins every `every` days."""

    days: Days = 7
    every: Days = 7


class StandbyParameters(WeekParameters):
    """Whether calling somebody costs once a week, or once in all weeks that are planned together."""

    per: CalledPer = CalledPer.WEEK


class PatternParameters(WeekParameters):
    """Days in a row; with `first_weekday` (0 is Monday) only from that day of the week on."""

    pattern: list[PatternDay] = Field(min_length=1, max_length=14)
    first_weekday: Weekday | None = None


class RotationParameters(WeekParameters):
    """The days of a cycle, which goes round; `starts_on` is a date, past or to come, on which its first day falls."""

    pattern: list[PatternDay] = Field(min_length=1, max_length=LONGEST_CYCLE)
    starts_on: date


class PairsParameters(WeekParameters):
    """Which two recurring shifts may stand together on one day, pair by pair."""

    pairs: list[Pair] = Field(min_length=1, max_length=50)


class PeopleParameters(WeekParameters):
    """Two or more people of the team."""

    user_ids: SeveralIds


class SkillParameters(WeekParameters):
    """A skill, held with `level` or more; `template_ids` narrow the rule to these recurring shifts."""

    skill: SkillName
    level: SkillLevel = 1
    template_ids: Ids = Field(default_factory=list)


class PresenceParameters(WeekParameters):
    """A role and a span of local time; without `weekdays` on every day. One that ends at or before its start runs
    into the next day."""

    role_id: RowId
    start_time: LocalTime
    end_time: LocalTime
    weekdays: Weekdays = Field(default_factory=list)


class OneOfParameters(WeekParameters):
    """A role, and the recurring shifts of which one a week is enough; `weekdays` narrow them to these days."""

    role_id: RowId
    template_ids: SomeIds
    weekdays: Weekdays = Field(default_factory=list)


class FairParameters(WeekParameters):
    """The recurring shifts that are spread evenly."""

    template_ids: SomeIds


class RuleParameters(Schema):
    """What some kinds of rule need beside their value; each kind's own schema says which of them.

    Of several rules of one kind about the same the most specific one binds a person: their own before their
    contract's before the team's, and one for the week before one for ever.
    """

    template_id: RowId | None = None
    next_template_ids: list[RowId] = Field(default_factory=list, max_length=100)
    template_ids: list[RowId] = Field(default_factory=list, max_length=100)
    week_start: date | None = None
    amount: WindowAmount | None = None
    days: int | None = None
    every: int | None = None
    per: CalledPer | None = None
    pattern: list[PatternDay] = Field(default_factory=list)
    first_weekday: Weekday | None = None
    starts_on: date | None = None
    pairs: list[list[RowId]] = Field(default_factory=list)
    user_ids: list[RowId] = Field(default_factory=list)
    skill: str | None = None
    level: int | None = None
    role_id: RowId | None = None
    start_time: time | None = None
    end_time: time | None = None
    weekdays: list[Weekday] = Field(default_factory=list)

    def stored(self) -> dict[str, Any]:
        """As JSON, without what says nothing."""
        written = self.model_dump(mode="json", exclude_none=True)
        return {name: value for name, value in written.items() if value != []}

    def templates(self) -> dict[str, set[int]]:
        """The recurring shifts that are named, by parameter."""
        single = set() if self.template_id is None else {self.template_id}
        return {
            "template_id": single,
            "template_ids": set(self.template_ids),
            "next_template_ids": set(self.next_template_ids),
            "pattern": {one for day in self.pattern for one in day.template_ids},
            "pairs": {one for pair in self.pairs for one in pair},
        }
