"""Work rules as callers write them: each kind with the values and parameters that it knows, and no others."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from service.schemas.base import RowId, Schema
from service.schemas.people import ContractName
from service.schemas.requests import RuleKind
from service.schemas.rule_parameters import (
    MOST_DAYS,
    BetweenParameters,
    FairParameters,
    FreeTimeParameters,
    OneOfParameters,
    PairsParameters,
    PatternDay,
    PatternParameters,
    PeopleParameters,
    PresenceParameters,
    RotationParameters,
    RuleParameters,
    RunParameters,
    Said,
    ShiftParameters,
    SkillParameters,
    StandbyParameters,
    SuccessionParameters,
    WeekParameters,
    WindowAmount,
    WindowParameters,
)

HOUR, DAY = 60, 24 * 60
MOST_SHIFTS = 200
MOST_BESIDE_TIME_OFF = 72
MOST_WEIGHT = 1_000_000
WITHOUT_SHIFTS = frozenset({WindowAmount.DAYS_OFF, WindowAmount.WEEKEND_MINUTES, WindowAmount.WEEKENDS})
"""What a window counts of all shifts only."""

ForWeek = Annotated[WeekParameters, Said]


class RuleBase(Schema):
    """A rule of a team, of everybody in it with a contract (`contract`), or of one person (`user_id`).

    Hard without a weight, soft with one.
    """

    team_id: RowId
    user_id: RowId | None = None
    contract: ContractName | None = None
    weight: int | None = Field(default=None, ge=1, le=MOST_WEIGHT)

    @field_validator("contract")
    @classmethod
    def _binds_one_of_them(cls, contract: str | None, info: ValidationInfo) -> str | None:
        if contract is not None and info.data.get("user_id") is not None:
            raise ValueError("goes without user_id: a rule binds a person or a contract")
        return contract


class SoftRule(RuleBase):
    """A rule that is never hard."""

    weight: int = Field(ge=1, le=MOST_WEIGHT)


class GroupRule(RuleBase):
    """A rule about people together: of one person, or one contract, alone it says nothing."""

    user_id: None = None
    contract: None = None

    @field_validator("user_id", "contract", mode="before")
    @classmethod
    def _are_left_out(cls, value: object) -> None:
        if value is not None:
            raise ValueError("stays empty: this rule is about people together")


class HoursRule(RuleBase):
    """Hours of a week."""

    kind: Literal[RuleKind.MAX_HOURS_PER_WEEK, RuleKind.MIN_HOURS_PER_WEEK]
    value: int = Field(ge=0, le=7 * 24, description="hours")
    parameters: ForWeek = WeekParameters()


class MinutesRule(RuleBase):
    """Minutes of all weeks that are planned together."""

    kind: Literal[RuleKind.MAX_MINUTES_PER_RUN, RuleKind.MIN_MINUTES_PER_RUN]
    value: int = Field(ge=0, le=MOST_DAYS * DAY, description="minutes")
    parameters: ForWeek = WeekParameters()


class ShiftsRule(RuleBase):
    """Shifts of a week or of all weeks that are planned together."""

    kind: Literal[
        RuleKind.MAX_SHIFTS_PER_WEEK,
        RuleKind.MIN_SHIFTS_PER_WEEK,
        RuleKind.MAX_SHIFTS_PER_RUN,
        RuleKind.MIN_SHIFTS_PER_RUN,
    ]
    value: int = Field(ge=0, le=MOST_SHIFTS, description="shifts")
    parameters: Annotated[ShiftParameters, Said] = ShiftParameters()


class ShiftsPerDayRule(RuleBase):
    """Shifts that begin on one day."""

    kind: Literal[RuleKind.MAX_SHIFTS_PER_DAY]
    value: int = Field(ge=1, le=24, description="shifts")
    parameters: ForWeek = WeekParameters()


class DaysRule(RuleBase):
    """Working days in a row, of any shift or of some."""

    kind: Literal[RuleKind.MAX_CONSECUTIVE_DAYS, RuleKind.MIN_CONSECUTIVE_DAYS]
    value: int = Field(ge=1, le=MOST_DAYS, description="days")
    parameters: Annotated[RunParameters, Said] = RunParameters()


class DaysOffRule(RuleBase):
    """Days off in a row."""

    kind: Literal[RuleKind.MIN_CONSECUTIVE_DAYS_OFF]
    value: int = Field(ge=1, le=MOST_DAYS, description="days")
    parameters: ForWeek = WeekParameters()


class WeekendsRule(RuleBase):
    """Weekends with work: among all weeks that are planned together, or in a row."""

    kind: Literal[RuleKind.MAX_WEEKENDS_PER_RUN, RuleKind.MAX_CONSECUTIVE_WEEKENDS]
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
    parameters: Annotated[SuccessionParameters, Said]


class WindowRule(RuleBase):
    """An amount in each window of days, rolling or block by block."""

    kind: Literal[RuleKind.MAX_IN_WINDOW, RuleKind.MIN_IN_WINDOW]
    parameters: Annotated[WindowParameters, Said]
    value: int = Field(ge=0, le=MOST_DAYS * DAY, description="in the unit of parameters.amount")

    @field_validator("parameters")
    @classmethod
    def _counts_shifts(cls, parameters: WindowParameters) -> WindowParameters:
        if parameters.template_ids and parameters.amount in WITHOUT_SHIFTS:
            raise ValueError(f"template_ids do not go with {parameters.amount}")
        return parameters

    @field_validator("value")
    @classmethod
    def _fits(cls, value: int, info: ValidationInfo) -> int:
        parameters = info.data.get("parameters")
        if parameters is not None:
            most = {WindowAmount.SHIFTS: MOST_SHIFTS} | dict.fromkeys(
                (WindowAmount.DAYS, WindowAmount.DAYS_OFF, WindowAmount.WEEKENDS), parameters.days
            )
            if value > most.get(parameters.amount, parameters.days * DAY):
                raise ValueError(f"is more than {parameters.days} days have of {parameters.amount}")
        return value


class FreeTimeRule(RuleBase):
    """Hours without work at a stretch, once in each window of days."""

    kind: Literal[RuleKind.MIN_FREE_HOURS]
    parameters: Annotated[FreeTimeParameters, Said] = FreeTimeParameters()
    value: int = Field(ge=1, le=MOST_DAYS * 24, description="hours")

    @field_validator("value")
    @classmethod
    def _fits(cls, value: int, info: ValidationInfo) -> int:
        parameters = info.data.get("parameters")
        if parameters is not None and value > parameters.days * 24:
            raise ValueError(f"is more than {parameters.days} days have")
        return value


class StandbyRule(SoftRule):
    """Somebody who is called only when needed: `weight` is what calling them at all costs."""

    kind: Literal[RuleKind.STANDBY]
    value: Literal[0] = 0
    parameters: Annotated[StandbyParameters, Said] = StandbyParameters()


class PriorityRule(SoftRule):
    """Somebody who works only where others cannot: `weight` is what each shift of theirs costs."""

    kind: Literal[RuleKind.LOW_PRIORITY]
    value: Literal[0] = 0
    parameters: ForWeek = WeekParameters()


class BetweenRule(RuleBase):
    """Hours of rest that depend on what is worked before and after."""

    kind: Literal[RuleKind.MIN_HOURS_BETWEEN]
    value: int = Field(ge=1, le=7 * 24, description="hours")
    parameters: Annotated[BetweenParameters, Said]


class TravelRule(RuleBase):
    """Minutes between two shifts at different sites."""

    kind: Literal[RuleKind.MIN_TRAVEL_MINUTES]
    value: int = Field(ge=1, le=DAY, description="minutes")
    parameters: ForWeek = WeekParameters()


class BesideTimeOffRule(RuleBase):
    """Hours without work before and after time off."""

    kind: Literal[RuleKind.MIN_HOURS_BESIDE_TIME_OFF]
    value: int = Field(ge=1, le=MOST_BESIDE_TIME_OFF, description="hours")
    parameters: ForWeek = WeekParameters()


class PatternRule(RuleBase):
    """What days in a row may not look like."""

    kind: Literal[RuleKind.FORBIDDEN_PATTERN]
    value: Literal[0] = 0
    parameters: Annotated[PatternParameters, Said]

    @field_validator("parameters")
    @classmethod
    def _names_work(cls, parameters: PatternParameters) -> PatternParameters:
        _refuse_idle(parameters.pattern)
        return parameters


class RotationRule(RuleBase):
    """Days that go round in a fixed order."""

    kind: Literal[RuleKind.ROTATION]
    value: Literal[0] = 0
    parameters: Annotated[RotationParameters, Said]

    @field_validator("parameters")
    @classmethod
    def _has_work(cls, parameters: RotationParameters) -> RotationParameters:
        _refuse_idle(parameters.pattern)
        return parameters


def _refuse_idle(pattern: list[PatternDay]) -> None:
    if not any(day.works for day in pattern):
        raise ValueError("pattern has no day with work")


class PairsRule(RuleBase):
    """The only shifts that may stand together on one day."""

    kind: Literal[RuleKind.ALLOWED_DAILY_PAIRS]
    value: Literal[0] = 0
    parameters: Annotated[PairsParameters, Said]


class PeopleRule(GroupRule):
    """People who work the same shifts, or never the same one."""

    kind: Literal[RuleKind.TOGETHER, RuleKind.APART]
    value: Literal[0] = 0
    parameters: Annotated[PeopleParameters, Said]


class SkillRule(GroupRule):
    """People with a skill on each shift that somebody works."""

    kind: Literal[RuleKind.MIN_SKILLED, RuleKind.MAX_SKILLED]
    value: int = Field(ge=0, le=1000, description="people")
    parameters: Annotated[SkillParameters, Said]


class PresenceRule(GroupRule):
    """People of a role who are there throughout a span of time."""

    kind: Literal[RuleKind.MIN_PRESENT, RuleKind.MAX_PRESENT]
    value: int = Field(ge=0, le=1000, description="people")
    parameters: Annotated[PresenceParameters, Said]


class OneOfRule(GroupRule):
    """People of a role on one of several shifts of a week."""

    kind: Literal[RuleKind.ONE_OF_SHIFTS]
    value: int = Field(ge=1, le=1000, description="people")
    parameters: Annotated[OneOfParameters, Said]


class FairRule(GroupRule, SoftRule):
    """Recurring shifts that are spread evenly: `weight` is what each shift of difference costs."""

    kind: Literal[RuleKind.FAIR_SHIFTS]
    value: Literal[0] = 0
    parameters: Annotated[FairParameters, Said]


AnyRule = Annotated[
    HoursRule
    | MinutesRule
    | ShiftsRule
    | ShiftsPerDayRule
    | DaysRule
    | DaysOffRule
    | WeekendsRule
    | RestRule
    | SuccessionRule
    | WindowRule
    | FreeTimeRule
    | StandbyRule
    | PriorityRule
    | BetweenRule
    | TravelRule
    | BesideTimeOffRule
    | PatternRule
    | RotationRule
    | PairsRule
    | PeopleRule
    | SkillRule
    | PresenceRule
    | OneOfRule
    | FairRule,
    Field(discriminator="kind"),
]


class RuleRead(Schema):
    """A rule."""

    id: RowId
    team_id: RowId
    user_id: RowId | None
    contract: str | None
    kind: RuleKind
    value: int
    weight: int | None
    parameters: RuleParameters
