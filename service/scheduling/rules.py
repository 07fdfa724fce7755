"""From work rules and contracts to the rules of the solver."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from service.people.models import User
from service.requests.models import WorkRule
from service.scheduling.ledger import ledger
from service.scheduling.models import OptimizationConfig
from service.scheduling.together import Around
from service.scheduling.translations import TRANSLATIONS
from service.schemas.requests import ONE_OF_A_KIND
from service.schemas.rule_parameters import RuleParameters
from solver.rules import EmployeeIds, Fairness, Measure, MinutesLimit, Period, Rule

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
    around: Around,
) -> tuple[tuple[Rule, int | None], ...]:
    """Every rule that binds these people in these weeks, each with the id of the work rule it comes from.

    Whoever is `away` is left out of fairness: their hours say nothing. `elsewhere` is how many minutes of a week
    other teams have of a user: contracts count them, this team cannot.
    """
    comparable = frozenset(
        str(user.id)
        for user in people
        if str(user.id) not in away
        and user.max_minutes_week > 0
        and any(str(role.id) in needed_roles for role in user.roles)
    )
    around = replace(around, comparable=comparable)
    of_team: list[tuple[Rule, int | None]] = [
        (translated, rule.id)
        for rule, parameters, bound in _binding(work_rules, people, frozenset(weeks))
        for translated in TRANSLATIONS[rule.kind](bound, rule, parameters, around)
    ]
    contracts = [(rule, None) for rule in _contracts(people, away, elsewhere)]
    return (*contracts, *of_team, *((rule, None) for rule in _fairness(people, config, around)))


def _binding(
    work_rules: list[WorkRule], people: list[User], weeks: frozenset[date]
) -> Iterator[tuple[WorkRule, RuleParameters, EmployeeIds]]:
    """Each rule with its parameters and whom it binds: of one kind about the same, the most specific binds a person.

    What names people, contracts or roles that are gone binds whoever is left of them, and with nobody left it rests.
    """
    known = [(rule, RuleParameters.model_validate(rule.parameters)) for rule in work_rules]
    known = [item for item in known if item[1].week_start is None or item[1].week_start in weeks]
    named = {rule.id: _named(rule, people) for rule, _ in known}
    most: dict[tuple[str, str], tuple[int, bool]] = {}
    for rule, parameters in known:
        for employee in named[rule.id]:
            key = employee, _kind(rule, parameters)
            most[key] = max(most.get(key, (0, False)), _specificity(rule, parameters))
    for rule, parameters in known:
        kind, mine = _kind(rule, parameters), _specificity(rule, parameters)
        bound = frozenset(who for who in named[rule.id] if most[who, kind] == mine)
        if bound:
            yield rule, parameters, bound


def _named(rule: WorkRule, people: list[User]) -> EmployeeIds:
    if rule.user_id is not None:
        people = [user for user in people if user.id == rule.user_id]
    elif rule.contract is not None:
        contract = rule.contract.casefold()
        people = [user for user in people if user.contract is not None and user.contract.casefold() == contract]
    return frozenset(str(user.id) for user in people)


def _kind(rule: WorkRule, parameters: RuleParameters) -> str:
    if rule.kind in ONE_OF_A_KIND:
        return rule.kind
    return f"{rule.kind} {parameters.model_dump_json(exclude={'week_start'})}"


def _specificity(rule: WorkRule, parameters: RuleParameters) -> tuple[int, bool]:
    scope = 2 if rule.user_id is not None else 1 if rule.contract is not None else 0
    return scope, parameters.week_start is not None


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


def _fairness(people: list[User], config: OptimizationConfig, around: Around) -> list[Rule]:
    comparable = around.comparable
    if not config.fairness_weight or len(comparable) < 2:
        return []
    contracts = {str(user.id): user.max_minutes_week for user in people if str(user.id) in comparable}
    return [
        Fairness(
            employees=comparable,
            measure=measure,
            weight=config.fairness_weight,
            target=tuple(contracts.items()) if measure is Measure.MINUTES else (),
            ledger=ledger(measure, contracts, around),
        )
        for measure in (Measure.MINUTES, Measure.WEEKENDS, Measure.NIGHTS)
    ]
