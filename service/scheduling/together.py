"""What work rules about people together say in the vocabulary of the solver."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from service.requests.models import WorkRule
from service.scheduling.calendar import Calendar
from service.schemas.rule_parameters import RuleParameters
from solver.problem import PastShift, Shift
from solver.rules import Alternatives, EmployeeIds, Fairness, Measure, Pairing, Presence, Rule, SkillMix

Translation = Callable[[EmployeeIds, WorkRule, RuleParameters, "Around"], Iterable[Rule]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overnight:
    """Somebody who is still on a shift of the week before when the first of the weeks begins."""

    employee: str
    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a rule may need to know of the weeks that it holds in.

    `comparable` are the people whose shares are compared.
    """

    calendar: Calendar
    shifts: tuple[Shift, ...]
    history: tuple[PastShift, ...] = ()
    overnight: tuple[Overnight, ...] = ()
    comparable: EmployeeIds = frozenset()


def pairing(*, together: bool) -> Translation:
    """People of whom fewer than two are here say nothing."""

    def translation(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters, _: Around) -> Iterator[Rule]:
        people = bound & {str(user_id) for user_id in parameters.user_ids}
        if len(people) > 1:
            yield Pairing(employees=people, together=together, weight=rule.weight)

    return translation


def skill_mix(*, is_maximum: bool) -> Translation:
    """A skill on each shift, or on those of some templates."""

    def translation(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters, _: Around) -> Iterator[Rule]:
        yield SkillMix(
            employees=bound,
            skill=parameters.skill or "",
            level=parameters.level or 1,
            types=frozenset(map(str, parameters.template_ids)) or None,
            minimum=None if is_maximum else rule.value,
            maximum=rule.value if is_maximum else None,
            weight=rule.weight,
        )

    return translation


def presence(*, is_maximum: bool) -> Translation:
    """The same span on each of its days of the weeks."""

    def translation(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters, around: Around) -> Iterator[Rule]:
        start_time, end_time = parameters.start_time, parameters.end_time
        if start_time is None or end_time is None:
            return
        for number in range(around.calendar.days):
            day = around.calendar.first_day + timedelta(days=number)
            if parameters.weekdays and day.weekday() not in parameters.weekdays:
                continue
            start, end = around.calendar.span(day, start_time, end_time)
            # In the night in which clocks go forward there may be no such time.
            if start < end:
                yield Presence(
                    employees=bound,
                    role=str(parameters.role_id),
                    start=start,
                    end=end,
                    minimum=None if is_maximum else rule.value,
                    maximum=rule.value if is_maximum else None,
                    already=sum(
                        one.employee in bound and one.role == str(parameters.role_id)
                        for one in around.overnight
                        if one.start <= start and end <= one.end
                    ),
                    weight=rule.weight,
                )

    return translation


def alternatives(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters, around: Around) -> Iterator[Rule]:
    """One of the shifts in each week that has any of them."""
    types, role = set(map(str, parameters.template_ids)), str(parameters.role_id)
    weeks: dict[int, set[str]] = defaultdict(set)
    for shift in around.shifts:
        weekday = (around.calendar.first_day + timedelta(days=shift.day)).weekday()
        if shift.type not in types or (parameters.weekdays and weekday not in parameters.weekdays):
            continue
        if any(demand.role == role for demand in shift.demands):
            weeks[shift.day // 7].add(shift.id)
    for _, shifts in sorted(weeks.items()):
        yield Alternatives(
            employees=bound, shifts=frozenset(shifts), role=role, target=rule.value, weight=rule.weight
        )


def fairness(bound: EmployeeIds, rule: WorkRule, parameters: RuleParameters, around: Around) -> Iterator[Rule]:
    """The shifts of some templates, those of the weeks before included.

    Who worked nothing at all in those weeks begins with what the others had on average: nobody who is new, or was
    away, has to catch up.
    """
    people = bound & around.comparable
    if len(people) < 2:
        return
    types = frozenset(map(str, parameters.template_ids))
    worked = dict.fromkeys((past.employee for past in around.history if past.employee in people), 0)
    for past in around.history:
        if past.employee in worked and past.type in types:
            worked[past.employee] += 1
    average = sum(worked.values()) // len(worked) if worked else 0
    ledger = tuple((who, worked.get(who, average)) for who in sorted(people))
    yield Fairness(
        employees=people,
        measure=Measure.SHIFTS,
        weight=rule.weight or 0,
        types=types,
        ledger=ledger if worked else (),
    )
