"""What people had more or less of than their share in the weeks before: what fairness begins with.

A week counts for those who worked in it, and their share is what they had on average (of hours: by contract). What is
above or below it adds up over the weeks, but to no more than a week or two can mend: nobody has to catch up on a
holiday, and nobody is new to the team for long.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from service.scheduling.together import Around
from solver.problem import PastShift
from solver.rules import Measure

SATURDAY = 5

MOST = {Measure.MINUTES: 8 * 60, Measure.WEEKENDS: 1, Measure.NIGHTS: 2}
"""What is carried over at most, either way; of minutes for a full contract."""


def ledger(measure: Measure, contracts: Mapping[str, int], around: Around) -> tuple[tuple[str, int], ...]:
    """How much each of the people with these `contracts` (minutes a week) begins with; nobody who begins with 0."""
    full = max(contracts.values(), default=1)
    weeks: dict[int, dict[str, list[PastShift]]] = defaultdict(lambda: defaultdict(list))
    for past in around.history:
        if past.employee in contracts:
            weeks[past.day // 7][past.employee].append(past)
    beyond: dict[str, float] = defaultdict(float)
    for worked in weeks.values():
        had = {who: _measured(measure, shifts, around) for who, shifts in worked.items()}
        whole = sum(contracts[who] if measure is Measure.MINUTES else 1 for who in had)
        for who, amount in had.items():
            share = contracts[who] if measure is Measure.MINUTES else 1
            beyond[who] += amount - sum(had.values()) * share / whole
    carried = {}
    for who, above in beyond.items():
        most = MOST[measure] * contracts[who] // full if measure is Measure.MINUTES else MOST[measure]
        carried[who] = max(-most, min(most, round(above)))
    return tuple(sorted((who, amount) for who, amount in carried.items() if amount))


def _measured(measure: Measure, shifts: Iterable[PastShift], around: Around) -> int:
    """What somebody had in one week."""
    calendar = around.calendar
    match measure:
        case Measure.MINUTES:
            return sum(past.minutes for past in shifts)
        case Measure.NIGHTS:
            return sum(calendar.is_night(calendar.instant(past.start), calendar.instant(past.end)) for past in shifts)
        case Measure.WEEKENDS:
            first = calendar.first_day.weekday()
            return int(any((first + past.day) % 7 >= SATURDAY for past in shifts))
        case Measure.SHIFTS:
            return len(list(shifts))
