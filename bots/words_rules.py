"""Work rules as sentences: whom each binds, what it says, and whether it must be kept."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby

from bots import words, words_wishes
from bots.languages import N_, _, ngettext, number
from service.schemas.requests import RuleKind
from service.schemas.rule_parameters import PatternDay, RuleParameters, WindowAmount
from service.schemas.rules import RuleRead

HOUR = 60
GONE = N_("somebody who is not here any more")
NO_RULES = N_("No work rules are set beyond contracts and absences.")
HOW = N_("Every run goes by these. A rule of somebody's own holds for them instead.")
REMOVED = N_("The rule is gone. The next run goes without it.")
TWO_PEOPLE = N_("Name two different people.")
KEPT = N_("Noted. The next run keeps to it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What to call the people, recurring shifts and roles that rules name by number."""

    people: dict[int, str]
    shifts: dict[int, str]
    roles: dict[int, str]

    def person(self, user_id: int) -> str:
        """A name, also of whoever has left."""
        return self.people.get(user_id) or _(GONE)

    def shift(self, template_ids: Iterable[int]) -> str:
        """Late or Night."""
        return either([self.shifts.get(one, str(one)) for one in template_ids])


Phrase = Callable[[RuleRead, Known], str]


def sentence(rule: RuleRead, known: Known) -> str:
    """A rule as one plain sentence."""
    said = PHRASES[rule.kind](rule, known)
    who = _who(rule, known)
    if rule.parameters.week_start is not None:
        who = _("{who}, only {week}").format(who=who, week=words.week(rule.parameters.week_start))
    if rule.weight is None:
        return _("{who}: {rule}.").format(who=who, rule=said)
    return _("{who}: {rule} (if possible; costs {points}).").format(who=who, rule=said, points=number(rule.weight))


def _who(rule: RuleRead, known: Known) -> str:
    if rule.parameters.user_ids:
        return all_of([known.person(one) for one in rule.parameters.user_ids])
    if rule.user_id is not None:
        return known.person(rule.user_id)
    if rule.contract is not None:
        return _("Everybody with the contract {contract}").format(contract=rule.contract)
    return _("Everybody")


def all_of(names: Sequence[str]) -> str:
    """Ana, Ben and Cleo."""
    *first, last = names
    return _("{names} and {last}").format(names=", ".join(first), last=last) if first else last


def either(names: Sequence[str]) -> str:
    """Early or Late."""
    *first, last = names or ("",)
    return _("{names} or {last}").format(names=", ".join(first), last=last) if first else last


def _shifts(count: int) -> str:
    return ngettext("{count} shift", "{count} shifts", count).format(count=number(count))


def _working_days(count: int) -> str:
    return ngettext("{count} working day", "{count} working days", count).format(count=number(count))


def _days_off(count: int) -> str:
    return ngettext("{count} day off", "{count} days off", count).format(count=number(count))


def _weekends(count: int) -> str:
    return ngettext("{count} weekend with work", "{count} weekends with work", count).format(count=number(count))


def _people(count: int) -> str:
    return ngettext("{count} person", "{count} people", count).format(count=number(count))


def _weekend_work(minutes: int) -> str:
    return _("{hours} of work at weekends").format(hours=words.hours(minutes))


AMOUNTS: dict[WindowAmount, Callable[[int], str]] = {
    WindowAmount.MINUTES: words.hours,
    WindowAmount.SHIFTS: _shifts,
    WindowAmount.DAYS: _working_days,
    WindowAmount.DAYS_OFF: _days_off,
    WindowAmount.WEEKEND_MINUTES: _weekend_work,
    WindowAmount.WEEKENDS: _weekends,
}


def _limit(rule: RuleRead, amount: str, known: Known) -> str:
    """At most 5 shifts (Night)."""
    single = [] if rule.parameters.template_id is None else [rule.parameters.template_id]
    if templates := [*single, *rule.parameters.template_ids]:
        amount = _("{amount} ({shifts})").format(amount=amount, shifts=known.shift(templates))
    return bound(rule, amount)


def bound(rule: RuleRead, amount: str) -> str:
    """At most or at least so much."""
    said = _("at most {amount}") if rule.kind.startswith("MAX_") else _("at least {amount}")
    return said.format(amount=amount)


def _weekly(amount: Callable[[int], str]) -> Phrase:
    return lambda rule, known: _("{limit} a week").format(limit=_limit(rule, amount(rule.value), known))


def _per_run(amount: Callable[[int], str]) -> Phrase:
    return lambda rule, known: _("{limit} in the weeks that are planned together").format(
        limit=_limit(rule, amount(rule.value), known)
    )


def _in_a_row(amount: Callable[[int], str]) -> Phrase:
    return lambda rule, known: _("{limit} in a row").format(limit=_limit(rule, amount(rule.value), known))


def _per_day(rule: RuleRead, known: Known) -> str:
    return _("{limit} a day").format(limit=_limit(rule, _shifts(rule.value), known))


def _window(rule: RuleRead, known: Known) -> str:
    amount = AMOUNTS[rule.parameters.amount or WindowAmount.DAYS]
    return _in_window(_limit(rule, amount(rule.value), known), rule.parameters)


def _free_time(rule: RuleRead, _known: Known) -> str:
    free = _("at least {hours} free at a stretch").format(hours=words.hours(rule.value * HOUR))
    return _in_window(free, rule.parameters)


def _in_window(limit: str, parameters: RuleParameters) -> str:
    days, every = parameters.days or 7, parameters.every or 1
    if every == 1:
        said = ngettext("{limit} in any {count} day", "{limit} in any {count} days", days)
    elif every == days:
        said = ngettext("{limit} in each {count} day", "{limit} in each {count} days", days)
    else:
        said = _("{limit} in {count} days, counted anew every {every} days")
    return said.format(limit=limit, count=number(days), every=number(every))


def _rest(rule: RuleRead, _known: Known) -> str:
    return _("at least {hours} of rest between shifts").format(hours=words.hours(rule.value * HOUR))


def _between(rule: RuleRead, known: Known) -> str:
    return _("at least {hours} between {before} and {after}").format(
        hours=words.hours(rule.value * HOUR),
        before=known.shift(rule.parameters.template_ids),
        after=known.shift(rule.parameters.next_template_ids),
    )


def _travel(rule: RuleRead, _known: Known) -> str:
    minutes = ngettext("{count} minute", "{count} minutes", rule.value).format(count=number(rule.value))
    return _("at least {minutes} between shifts at different sites").format(minutes=minutes)


def _beside_time_off(rule: RuleRead, _known: Known) -> str:
    return _("no shift within {hours} of time off").format(hours=words.hours(rule.value * HOUR))


def _succession(rule: RuleRead, known: Known) -> str:
    return _("no {next} on the day after {shift}").format(
        next=known.shift(rule.parameters.next_template_ids), shift=known.shift([rule.parameters.template_id or 0])
    )


def _pattern(rule: RuleRead, known: Known) -> str:
    days = [_day(day, known) for day in rule.parameters.pattern]
    said = _("never {days}").format(days=reduce(_then, days))
    if rule.parameters.first_weekday is None:
        return said
    day = words_wishes.weekday(rule.parameters.first_weekday)
    return _("{rule}, from a {day} on").format(rule=said, day=day)


def _then(before: str, after: str) -> str:
    return _("{before}, then {after}").format(before=before, after=after)


def _day(day: PatternDay, known: Known) -> str:
    if not day.works:
        return _("a day off")
    return known.shift(day.template_ids) if day.template_ids else _("any shift")


def _rotation(rule: RuleRead, known: Known) -> str:
    days = [_turn(day, len(list(alike)), known) for day, alike in groupby(rule.parameters.pattern)]
    said = _("a rotation of {days}").format(days=reduce(_then, days))
    if rule.parameters.starts_on is None:
        return said
    return _("{rule}, counted from {day}").format(rule=said, day=words.full_day(rule.parameters.starts_on))


def _turn(day: PatternDay, count: int, known: Known) -> str:
    """2 Night, 4 off."""
    if not day.works:
        return _("{count} off").format(count=number(count))
    if not day.template_ids:
        return _("{count} on").format(count=number(count))
    return _("{count} {shift}").format(count=number(count), shift=known.shift(day.template_ids))


def _pairs(rule: RuleRead, known: Known) -> str:
    pairs = [_pair(known.shift(pair[:1]), known.shift(pair[1:])) for pair in rule.parameters.pairs]
    return _("two shifts on one day only as {pairs}").format(pairs=either(pairs))


def _pair(one: str, other: str) -> str:
    return _("{one} with {other}").format(one=one, other=other)


def _skilled(rule: RuleRead, known: Known) -> str:
    skill, level = rule.parameters.skill or "", rule.parameters.level or 1
    if level > 1:
        skill = _("{skill} (level {level} or better)").format(skill=skill, level=number(level))
    limit = bound(rule, _people(rule.value))
    if rule.parameters.template_ids:
        shifts = known.shift(rule.parameters.template_ids)
        return _("{limit} with {skill} on each {shift}").format(limit=limit, skill=skill, shift=shifts)
    return _("{limit} with {skill} on each shift").format(limit=limit, skill=skill)


def _present(rule: RuleRead, known: Known) -> str:
    parameters = rule.parameters
    said = _("{limit} as {role} from {start} to {end}").format(
        limit=bound(rule, _people(rule.value)),
        role=known.roles.get(parameters.role_id or 0, ""),
        start=f"{parameters.start_time:%H:%M}",
        end=f"{parameters.end_time:%H:%M}",
    )
    return _on(said, parameters.weekdays)


def _one_of(rule: RuleRead, known: Known) -> str:
    said = _("each week {people} as {role} on one of {shifts}").format(
        people=_people(rule.value),
        role=known.roles.get(rule.parameters.role_id or 0, ""),
        shifts=known.shift(rule.parameters.template_ids),
    )
    return _on(said, rule.parameters.weekdays)


def _on(said: str, weekdays: Sequence[int]) -> str:
    if not weekdays:
        return said
    days = ", ".join(words_wishes.weekday(day) for day in weekdays)
    return _("{rule} ({days})").format(rule=said, days=days)


def _fair(rule: RuleRead, known: Known) -> str:
    return _("an even share of {shifts}").format(shifts=known.shift(rule.parameters.template_ids))


def _hours(count: int) -> str:
    return words.hours(count * HOUR)


PHRASES: dict[RuleKind, Phrase] = {
    RuleKind.MAX_HOURS_PER_WEEK: _weekly(_hours),
    RuleKind.MIN_HOURS_PER_WEEK: _weekly(_hours),
    RuleKind.MAX_MINUTES_PER_RUN: _per_run(words.hours),
    RuleKind.MIN_MINUTES_PER_RUN: _per_run(words.hours),
    RuleKind.MAX_SHIFTS_PER_WEEK: _weekly(_shifts),
    RuleKind.MIN_SHIFTS_PER_WEEK: _weekly(_shifts),
    RuleKind.MAX_SHIFTS_PER_RUN: _per_run(_shifts),
    RuleKind.MIN_SHIFTS_PER_RUN: _per_run(_shifts),
    RuleKind.MAX_SHIFTS_PER_DAY: _per_day,
    RuleKind.MAX_CONSECUTIVE_DAYS: _in_a_row(_working_days),
    RuleKind.MIN_CONSECUTIVE_DAYS: _in_a_row(_working_days),
    RuleKind.MIN_CONSECUTIVE_DAYS_OFF: _in_a_row(_days_off),
    RuleKind.MAX_WEEKENDS_PER_RUN: _per_run(_weekends),
    RuleKind.MIN_REST_HOURS: _rest,
    RuleKind.FORBIDDEN_SUCCESSION: _succession,
    RuleKind.MAX_IN_WINDOW: _window,
    RuleKind.MIN_IN_WINDOW: _window,
    RuleKind.MIN_FREE_HOURS: _free_time,
    RuleKind.MAX_CONSECUTIVE_WEEKENDS: _in_a_row(_weekends),
    RuleKind.STANDBY: lambda _rule, _known: _("called only when needed"),
    RuleKind.LOW_PRIORITY: lambda _rule, _known: _("works only where others cannot"),
    RuleKind.MIN_HOURS_BETWEEN: _between,
    RuleKind.MIN_TRAVEL_MINUTES: _travel,
    RuleKind.MIN_HOURS_BESIDE_TIME_OFF: _beside_time_off,
    RuleKind.FORBIDDEN_PATTERN: _pattern,
    RuleKind.ROTATION: _rotation,
    RuleKind.ALLOWED_DAILY_PAIRS: _pairs,
    RuleKind.TOGETHER: lambda _rule, _known: _("always on the same shifts"),
    RuleKind.APART: lambda _rule, _known: _("never on the same shift"),
    RuleKind.MIN_SKILLED: _skilled,
    RuleKind.MAX_SKILLED: _skilled,
    RuleKind.MIN_PRESENT: _present,
    RuleKind.MAX_PRESENT: _present,
    RuleKind.ONE_OF_SHIFTS: _one_of,
    RuleKind.FAIR_SHIFTS: _fair,
}
