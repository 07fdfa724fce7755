"""From work rules and contracts to the rules of the solver."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from service.people.models import User
from service.requests.models import WorkRule
from service.scheduling.beside import Between
from service.scheduling.ledger import ledger
from service.scheduling.models import OptimizationConfig
from service.scheduling.together import Around
from service.scheduling.translations import TRANSLATIONS
from service.schemas.requests import ONE_OF_A_KIND, RuleKind
from service.schemas.rule_parameters import RuleParameters
from solver.rules import EmployeeIds, Fairness, Measure, MinutesLimit, Period, Rule

Known = Sequence[tuple[WorkRule, RuleParameters]]
Bound = dict[tuple[str, str], list[tuple[WorkRule, RuleParameters]]]
"""What binds each person, kind by kind."""

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
        for rule, parameters, bound in _binding(work_rules, people, weeks)
        for translated in TRANSLATIONS[rule.kind](bound, rule, parameters, around)
    ]
    contracts = [(rule, None) for rule in _contracts(people, away, elsewhere)]
    return (*contracts, *of_team, *((rule, None) for rule in _fairness(people, config, around)))


def week_of_its_own(work_rules: list[WorkRule], people: list[User], weeks: Iterable[date]) -> date | None:
    """The first of these weeks in which a rule of its own binds somebody otherwise than the other weeks do."""
    known = _with_parameters(work_rules)
    week_by_week = {week: _in_week(known, people, week) for week in sorted(weeks)}
    differing = _differing(list(week_by_week.values()))
    for week, bound in week_by_week.items():
        own = (key for key, rules in bound.items() if any(parameters.week_start for _, parameters in rules))
        if not differing.isdisjoint(own):
            return week
    return None


def ask_for_presence(work_rules: list[WorkRule]) -> bool:
    """Whether any of them counts who is there at a time."""
    return any(rule.kind in (RuleKind.MIN_PRESENT, RuleKind.MAX_PRESENT) for rule in work_rules)


def hard_between(
    work_rules: list[WorkRule], people: list[User], weeks: Iterable[date], around: Around
) -> tuple[Between, ...]:
    """What is hard about two shifts of one person, and so is kept towards the weeks beside these too."""
    return tuple(
        translated
        for rule, parameters, bound in _binding(work_rules, people, weeks)
        if rule.weight is None
        for translated in TRANSLATIONS[rule.kind](bound, rule, parameters, around)
        if isinstance(translated, Between)
    )


def _binding(
    work_rules: list[WorkRule], people: list[User], weeks: Iterable[date]
) -> Iterator[tuple[WorkRule, RuleParameters, EmployeeIds]]:
    """Each rule with its parameters and whom it binds: of one kind about the same, the most specific binds a person.

    What names people, contracts or roles that are gone binds whoever is left of them, and with nobody left it rests.
    A rule of one week never reaches into another: where that would make the weeks differ for somebody, those for ever
    bind them.
    """
    known = _with_parameters(work_rules)
    week_by_week = [_in_week(known, people, week) for week in sorted(weeks)]
    for_ever, differing = _in_week(known, people, None), _differing(week_by_week)
    bound: dict[int, set[str]] = defaultdict(set)
    for key in {key for week in week_by_week for key in week}:
        for rule, _ in (for_ever if key in differing else week_by_week[0]).get(key, []):
            bound[rule.id].add(key[0])
    for rule, parameters in known:
        if bound[rule.id]:
            yield rule, parameters, frozenset(bound[rule.id])


def _with_parameters(work_rules: list[WorkRule]) -> Known:
    return [(rule, RuleParameters.model_validate(rule.parameters)) for rule in work_rules]


def _in_week(known: Known, people: list[User], week: date | None) -> Bound:
    """What binds each person in a week; without one, what binds them for ever."""
    most: dict[tuple[str, str], tuple[int, bool]] = {}
    bound: Bound = {}
    for rule, parameters in known:
        if parameters.week_start not in (None, week):
            continue
        kind, specific = _kind(rule, parameters), _specificity(rule, parameters)
        for employee in _named(rule, people):
            key = employee, kind
            if key not in most or specific > most[key]:
                most[key], bound[key] = specific, []
            if specific == most[key]:
                bound[key].append((rule, parameters))
    return bound


def _differing(week_by_week: Sequence[Bound]) -> set[tuple[str, str]]:
    """Whom what kind of rule binds otherwise from one of these weeks to the next, whichever rows say so."""
    said = [{key: sorted(map(_said, rules)) for key, rules in week.items()} for week in week_by_week]
    return {
        key
        for earlier, later in pairwise(said)
        for key in earlier.keys() | later.keys()
        if earlier.get(key) != later.get(key)
    }


def _said(item: tuple[WorkRule, RuleParameters]) -> tuple[Any, ...]:
    rule, parameters = item
    return rule.value, rule.weight is None, rule.weight or 0, parameters.model_dump_json(exclude={"week_start"})


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
