"""From work rules and contracts to the rules of the solver."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

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
    weeks: Iterable[date],
) -> tuple[tuple[Rule, int | None], ...]:
    """Every rule that binds these people in these weeks, each with the id of the work rule it comes from.

    Whoever is `away` is left out of fairness: their hours say nothing. `elsewhere` is how many minutes of a week
    other teams have of a user: contracts count them, this team cannot.
    """
    everybody = frozenset(str(user.id) for user in people)
    comparable = frozenset(
        str(user.id)
        for user in people
        if str(user.id) not in away
        and user.max_minutes_week > 0
        and any(str(role.id) in needed_roles for role in user.roles)
    )
    of_team: list[tuple[Rule, int | None]] = [
        (TRANSLATIONS[rule.kind](bound, rule, parameters), rule.id)
        for rule, parameters, bound in _binding(work_rules, everybody, frozenset(weeks))
    ]
    contracts = [(rule, None) for rule in _contracts(people, away, elsewhere)]
    return (*contracts, *of_team, *((rule, None) for rule in _fairness(people, comparable, config)))


def _binding(
    work_rules: list[WorkRule], everybody: EmployeeIds, weeks: frozenset[date]
) -> Iterator[tuple[WorkRule, RuleParameters, EmployeeIds]]:
    """Each rule with its parameters and whom it binds: of one kind, the most specific binds a person."""
    known = [(rule, RuleParameters.model_validate(rule.parameters)) for rule in work_rules]
    known = [item for item in known if item[1].week_start is None or item[1].week_start in weeks]
    most: dict[tuple[str, str], tuple[bool, bool]] = {}
    for rule, parameters in known:
        for employee in _named(rule, everybody):
            key = employee, _kind(rule, parameters)
            most[key] = max(most.get(key, (False, False)), _specificity(rule, parameters))
    for rule, parameters in known:
        kind, mine = _kind(rule, parameters), _specificity(rule, parameters)
        bound = frozenset(who for who in _named(rule, everybody) if most[who, kind] == mine)
        if bound:
            yield rule, parameters, bound


def _named(rule: WorkRule, everybody: EmployeeIds) -> EmployeeIds:
    return everybody if rule.user_id is None else everybody & {str(rule.user_id)}


def _kind(rule: WorkRule, parameters: RuleParameters) -> str:
    return f"{rule.kind} {parameters.model_dump_json(exclude={'week_start'})}"


def _specificity(rule: WorkRule, parameters: RuleParameters) -> tuple[bool, bool]:
    return rule.user_id is not None, parameters.week_start is not None


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


STEPS: dict[RuleKind, int] = {
    RuleKind.MAX_HOURS_PER_WEEK: 1,
    RuleKind.MIN_HOURS_PER_WEEK: -1,
    RuleKind.MAX_MINUTES_PER_RUN: 60,
    RuleKind.MIN_MINUTES_PER_RUN: -60,
    RuleKind.MAX_SHIFTS_PER_WEEK: 1,
    RuleKind.MIN_SHIFTS_PER_WEEK: -1,
    RuleKind.MAX_SHIFTS_PER_RUN: 1,
    RuleKind.MIN_SHIFTS_PER_RUN: -1,
    RuleKind.MAX_SHIFTS_PER_DAY: 1,
    RuleKind.MAX_CONSECUTIVE_DAYS: 1,
    RuleKind.MIN_CONSECUTIVE_DAYS: -1,
    RuleKind.MIN_CONSECUTIVE_DAYS_OFF: -1,
    RuleKind.MAX_WEEKENDS_PER_RUN: 1,
}
"""What one unit of loosening adds to a work rule's value. Kinds that are not here can only be waived."""


def loosened(kind: RuleKind, value: int, units: int) -> int | None:
    """A work rule's value after loosening it by so many units; None where it can only be waived."""
    return max(0, value + STEPS[kind] * units) if kind in STEPS else None
