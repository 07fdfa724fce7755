"""From work rules and contracts to the rules of the solver."""

from collections.abc import Callable, Mapping

from service.people.models import User
from service.requests.models import WorkRule
from service.scheduling.models import OptimizationConfig
from service.schemas.requests import RuleKind, RuleParameters
from solver.rules import (
    ConsecutiveDaysOff,
    ConsecutiveWork,
    EmployeeIds,
    Fairness,
    ForbiddenSuccession,
    Measure,
    MinimumRest,
    MinutesLimit,
    Period,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    WeekendLimit,
)

WHOLE_WEEK = 7 * 24 * 60
MIN_HOURS_WEIGHT = 20
"""What each hour below a contract's minimum costs: less than an unfilled place, more than any wish."""


def translate(
    people: list[User],
    work_rules: list[WorkRule],
    config: OptimizationConfig,
    *,
    away: set[str],
    needed_roles: set[str],
    elsewhere: Mapping[int, int],
) -> tuple[Rule, ...]:
    """Every rule that binds these people. Whoever is `away` is left out of fairness: their hours say nothing.

    `elsewhere` is how many minutes of a week other teams have of a user: contracts count them, this team cannot.
    """
    everybody = frozenset(str(user.id) for user in people)
    comparable = frozenset(
        str(user.id)
        for user in people
        if str(user.id) not in away
        and user.max_minutes_week > 0
        and any(str(role.id) in needed_roles for role in user.roles)
    )
    return (
        *_contracts(people, away, elsewhere),
        *(
            TRANSLATIONS[rule.kind](_bound(rule, everybody), rule, RuleParameters.model_validate(rule.parameters))
            for rule in work_rules
        ),
        *_fairness(people, comparable, config),
    )


def _bound(rule: WorkRule, everybody: EmployeeIds) -> EmployeeIds:
    return everybody if rule.user_id is None else frozenset({str(rule.user_id)})


def _contracts(people: list[User], away: set[str], elsewhere: Mapping[int, int]) -> list[Rule]:
    rules: list[Rule] = []
    for user in people:
        bound = frozenset({str(user.id)})
        most = max(0, user.max_minutes_week - elsewhere.get(user.id, 0))
        least = max(0, user.min_minutes_week - elsewhere.get(user.id, 0))
        if user.max_minutes_week < WHOLE_WEEK:
            rules.append(MinutesLimit(employees=bound, period=Period.WEEK, maximum=most))
        if least and str(user.id) not in away:
            rules.append(MinutesLimit(employees=bound, period=Period.WEEK, minimum=least, weight=MIN_HOURS_WEIGHT))
    return rules


def _fairness(people: list[User], comparable: EmployeeIds, config: OptimizationConfig) -> list[Rule]:
    if not config.fairness_weight or len(comparable) < 2:
        return []
    contracts = tuple((str(user.id), user.max_minutes_week) for user in people if str(user.id) in comparable)
    return [
        Fairness(employees=comparable, measure=Measure.MINUTES, weight=config.fairness_weight, target=contracts),
        Fairness(employees=comparable, measure=Measure.WEEKENDS, weight=config.fairness_weight),
        Fairness(employees=comparable, measure=Measure.NIGHTS, weight=config.fairness_weight),
    ]


Translation = Callable[[EmployeeIds, WorkRule, RuleParameters], Rule]


def _minutes(period: Period, unit: int, *, is_maximum: bool) -> Translation:
    def translation(bound: EmployeeIds, rule: WorkRule, _: RuleParameters) -> Rule:
        limit = rule.value * unit
        return MinutesLimit(
            employees=bound,
            period=period,
            minimum=None if is_maximum else limit,
            maximum=limit if is_maximum else None,
            weight=rule.weight,
        )

    return translation


def _shifts(period: Period, *, is_maximum: bool) -> Translation:
    def translation(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters) -> Rule:
        return ShiftsLimit(
            employees=bound,
            period=period,
            types=None if parameters.template_id is None else frozenset({str(parameters.template_id)}),
            minimum=None if is_maximum else rule.value,
            maximum=rule.value if is_maximum else None,
            weight=rule.weight,
        )

    return translation


def _succession(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters) -> Rule:
    return ForbiddenSuccession(
        employees=bound,
        after=str(parameters.template_id),
        types=frozenset(str(template_id) for template_id in parameters.next_template_ids),
        weight=rule.weight,
    )


TRANSLATIONS: dict[RuleKind, Translation] = {
    RuleKind.MAX_HOURS_PER_WEEK: _minutes(Period.WEEK, 60, is_maximum=True),
    RuleKind.MIN_HOURS_PER_WEEK: _minutes(Period.WEEK, 60, is_maximum=False),
    RuleKind.MAX_MINUTES_PER_RUN: _minutes(Period.HORIZON, 1, is_maximum=True),
    RuleKind.MIN_MINUTES_PER_RUN: _minutes(Period.HORIZON, 1, is_maximum=False),
    RuleKind.MAX_SHIFTS_PER_WEEK: _shifts(Period.WEEK, is_maximum=True),
    RuleKind.MIN_SHIFTS_PER_WEEK: _shifts(Period.WEEK, is_maximum=False),
    RuleKind.MAX_SHIFTS_PER_RUN: _shifts(Period.HORIZON, is_maximum=True),
    RuleKind.MIN_SHIFTS_PER_RUN: _shifts(Period.HORIZON, is_maximum=False),
    RuleKind.MAX_SHIFTS_PER_DAY: lambda bound, rule, _: ShiftsPerDay(
        employees=bound, maximum=rule.value, weight=rule.weight
    ),
    RuleKind.MAX_CONSECUTIVE_DAYS: lambda bound, rule, _: ConsecutiveWork(
        employees=bound, maximum=rule.value, weight=rule.weight
    ),
    RuleKind.MIN_CONSECUTIVE_DAYS: lambda bound, rule, _: ConsecutiveWork(
        employees=bound, minimum=rule.value, weight=rule.weight
    ),
    RuleKind.MIN_CONSECUTIVE_DAYS_OFF: lambda bound, rule, _: ConsecutiveDaysOff(
        employees=bound, minimum=rule.value, weight=rule.weight
    ),
    RuleKind.MAX_WEEKENDS_PER_RUN: lambda bound, rule, _: WeekendLimit(
        employees=bound, maximum=rule.value, weight=rule.weight
    ),
    RuleKind.MIN_REST_HOURS: lambda bound, rule, _: MinimumRest(
        employees=bound, minutes=rule.value * 60, weight=rule.weight
    ),
    RuleKind.FORBIDDEN_SUCCESSION: _succession,
}
