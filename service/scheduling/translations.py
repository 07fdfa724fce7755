"""What each kind of work rule says in the vocabulary of the solver.

A translation may give no rule at all (nobody is left whom it binds, no such shift is planned) or several (one for
each day or week). The kinds of single people are here, those of people together in `together`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from service.requests.models import WorkRule
from service.scheduling import together
from service.scheduling.together import Around, Translation
from service.schemas.requests import RuleKind
from service.schemas.rule_parameters import CalledPer, PatternDay, RuleParameters, WindowAmount
from solver.rules import (
    Amount,
    ConsecutiveDaysOff,
    ConsecutiveWeekends,
    ConsecutiveWork,
    DailyPairs,
    EmployeeIds,
    ForbiddenPattern,
    ForbiddenSuccession,
    FreeTime,
    MinimumRest,
    MinutesLimit,
    Period,
    Priority,
    RestBetween,
    Rotation,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    ShiftTypes,
    Standby,
    TimeOffDistance,
    TravelTime,
    WeekendLimit,
    WindowLimit,
)

HOUR = 60
Single = Callable[[EmployeeIds, WorkRule, RuleParameters], Rule]


def _one(single: Single) -> Translation:
    return lambda bound, rule, parameters, _: (single(bound, rule, parameters),)


def _types(ids: Iterable[int]) -> frozenset[str]:
    return frozenset(str(template_id) for template_id in ids)


def _minutes(period: Period, unit: int, *, is_maximum: bool) -> Translation:
    def translation(bound: EmployeeIds, rule: WorkRule, _: RuleParameters) -> Rule:
        return MinutesLimit(
            employees=bound, period=period, weight=rule.weight, **_side(rule.value * unit, is_maximum=is_maximum)
        )

    return _one(translation)


def _shifts(period: Period, *, is_maximum: bool) -> Translation:
    def translation(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters) -> Rule:
        types = None if parameters.template_id is None else _types([parameters.template_id])
        side = _side(rule.value, is_maximum=is_maximum)
        return ShiftsLimit(employees=bound, period=period, types=types, weight=rule.weight, **side)

    return _one(translation)


def _window(*, is_maximum: bool) -> Translation:
    def translation(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters) -> Rule:
        return WindowLimit(
            employees=bound,
            amount=Amount(parameters.amount or WindowAmount.DAYS),
            days=parameters.days or 7,
            every=parameters.every or 1,
            types=_types(parameters.template_ids) or None,
            weight=rule.weight,
            **_side(rule.value, is_maximum=is_maximum),
        )

    return _one(translation)


def _in_a_row(*, is_maximum: bool) -> Translation:
    def translation(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters) -> Rule:
        types = _types(parameters.template_ids) or None
        side = _side(rule.value, is_maximum=is_maximum)
        return ConsecutiveWork(employees=bound, types=types, weight=rule.weight, **side)

    return _one(translation)


def _side(limit: int, *, is_maximum: bool) -> dict[str, Any]:
    return {"maximum" if is_maximum else "minimum": limit}


def _free_time(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters) -> Rule:
    return FreeTime(
        employees=bound,
        days=parameters.days or 7,
        minutes=rule.value * HOUR,
        every=parameters.every or 7,
        weight=rule.weight,
    )


def _standby(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters) -> Rule:
    period = Period.HORIZON if parameters.per is CalledPer.RUN else Period.WEEK
    return Standby(employees=bound, period=period, weight=rule.weight or 0)


def _succession(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters) -> Rule:
    return ForbiddenSuccession(
        employees=bound,
        after=str(parameters.template_id),
        types=_types(parameters.next_template_ids),
        weight=rule.weight,
    )


def _between(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters) -> Rule:
    return RestBetween(
        employees=bound,
        after=_types(parameters.template_ids),
        before=_types(parameters.next_template_ids),
        minutes=rule.value * HOUR,
        weight=rule.weight,
    )


def _pattern(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters) -> Rule:
    return ForbiddenPattern(
        employees=bound,
        sequence=_days(parameters.pattern),
        first_weekday=parameters.first_weekday,
        weight=rule.weight,
    )


def _rotation(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters, around: Around) -> Iterator[Rule]:
    """The cycle, and on which of its days the run begins."""
    if parameters.starts_on is not None:
        since = (around.calendar.first_day - parameters.starts_on).days
        cycle = _days(parameters.pattern)
        # Python's remainder is never negative: a rotation that starts later has gone round before as well.
        yield Rotation(employees=bound, cycle=cycle, offset=since % len(cycle), weight=rule.weight)


def _days(pattern: list[PatternDay]) -> tuple[ShiftTypes | None, ...]:
    return tuple(_types(day.template_ids) if day.works else None for day in pattern)


def _pairs(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters) -> Rule:
    return DailyPairs(employees=bound, allowed=tuple(map(_types, parameters.pairs)), weight=rule.weight)


TRANSLATIONS: dict[RuleKind, Translation] = {
    RuleKind.MAX_HOURS_PER_WEEK: _minutes(Period.WEEK, HOUR, is_maximum=True),
    RuleKind.MIN_HOURS_PER_WEEK: _minutes(Period.WEEK, HOUR, is_maximum=False),
    RuleKind.MAX_MINUTES_PER_RUN: _minutes(Period.HORIZON, 1, is_maximum=True),
    RuleKind.MIN_MINUTES_PER_RUN: _minutes(Period.HORIZON, 1, is_maximum=False),
    RuleKind.MAX_SHIFTS_PER_WEEK: _shifts(Period.WEEK, is_maximum=True),
    RuleKind.MIN_SHIFTS_PER_WEEK: _shifts(Period.WEEK, is_maximum=False),
    RuleKind.MAX_SHIFTS_PER_RUN: _shifts(Period.HORIZON, is_maximum=True),
    RuleKind.MIN_SHIFTS_PER_RUN: _shifts(Period.HORIZON, is_maximum=False),
    RuleKind.MAX_SHIFTS_PER_DAY: _one(
        lambda bound, rule, _: ShiftsPerDay(employees=bound, maximum=rule.value, weight=rule.weight)
    ),
    RuleKind.MAX_CONSECUTIVE_DAYS: _in_a_row(is_maximum=True),
    RuleKind.MIN_CONSECUTIVE_DAYS: _in_a_row(is_maximum=False),
    RuleKind.MIN_CONSECUTIVE_DAYS_OFF: _one(
        lambda bound, rule, _: ConsecutiveDaysOff(employees=bound, minimum=rule.value, weight=rule.weight)
    ),
    RuleKind.MAX_WEEKENDS_PER_RUN: _one(
        lambda bound, rule, _: WeekendLimit(employees=bound, maximum=rule.value, weight=rule.weight)
    ),
    RuleKind.MIN_REST_HOURS: _one(
        lambda bound, rule, _: MinimumRest(employees=bound, minutes=rule.value * HOUR, weight=rule.weight)
    ),
    RuleKind.FORBIDDEN_SUCCESSION: _one(_succession),
    RuleKind.MAX_IN_WINDOW: _window(is_maximum=True),
    RuleKind.MIN_IN_WINDOW: _window(is_maximum=False),
    RuleKind.MIN_FREE_HOURS: _one(_free_time),
    RuleKind.MAX_CONSECUTIVE_WEEKENDS: _one(
        lambda bound, rule, _: ConsecutiveWeekends(employees=bound, maximum=rule.value, weight=rule.weight)
    ),
    RuleKind.STANDBY: _one(_standby),
    RuleKind.LOW_PRIORITY: _one(lambda bound, rule, _: Priority(employees=bound, weight=rule.weight or 0)),
    RuleKind.MIN_HOURS_BETWEEN: _one(_between),
    RuleKind.MIN_TRAVEL_MINUTES: _one(
        lambda bound, rule, _: TravelTime(employees=bound, minutes=rule.value, weight=rule.weight)
    ),
    RuleKind.MIN_HOURS_BESIDE_TIME_OFF: _one(
        lambda bound, rule, _: TimeOffDistance(employees=bound, minutes=rule.value * HOUR, weight=rule.weight)
    ),
    RuleKind.FORBIDDEN_PATTERN: _one(_pattern),
    RuleKind.ROTATION: _rotation,
    RuleKind.ALLOWED_DAILY_PAIRS: _one(_pairs),
    RuleKind.TOGETHER: together.pairing(together=True),
    RuleKind.APART: together.pairing(together=False),
    RuleKind.MIN_SKILLED: together.skill_mix(is_maximum=False),
    RuleKind.MAX_SKILLED: together.skill_mix(is_maximum=True),
    RuleKind.MIN_PRESENT: together.presence(is_maximum=False),
    RuleKind.MAX_PRESENT: together.presence(is_maximum=True),
    RuleKind.ONE_OF_SHIFTS: together.alternatives,
    RuleKind.FAIR_SHIFTS: together.fairness,
}
