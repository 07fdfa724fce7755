"""The rules a roster can have, as data.

Every rule names the people it binds and is hard (`weight is None`: a roster that breaks it is refused) or soft
(`weight` is what one unit of violation costs). What one unit is stands in each docstring. The CP-SAT form of a
rule lives in `solver.model`, its independent twin in `solver.score`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

EmployeeIds = frozenset[str]
ShiftTypes = frozenset[str]


class Period(StrEnum):
    """What a limit counts over: each block of seven days from day 0, or the horizon as a whole."""

    WEEK = "WEEK"
    HORIZON = "HORIZON"


class Measure(StrEnum):
    """What fairness compares between people."""

    MINUTES = "MINUTES"
    WEEKENDS = "WEEKENDS"
    NIGHTS = "NIGHTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesLimit:
    """Working minutes per period between `minimum` and `maximum`. Unit: one started hour outside.

    A shift counts where its day lies.
    """

    employees: EmployeeIds
    period: Period
    minimum: int | None = None
    maximum: int | None = None
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftsLimit:
    """Number of shifts per period, of the given types or of any. Unit: one shift outside."""

    employees: EmployeeIds
    period: Period
    types: ShiftTypes | None = None
    minimum: int | None = None
    maximum: int | None = None
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftsPerDay:
    """At most `maximum` shifts that start on one local day. Unit: one shift above."""

    employees: EmployeeIds
    maximum: int = 1
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsecutiveWork:
    """Runs of working days last at least `minimum` and at most `maximum` days.

    Runs that touch the last day, or a first day without known history, are taken to be as long as needed; runs
    that ended before day -1 are past. Unit: one day too many (for the maximum: one window of `maximum + 1`
    worked days), one day too few (for the minimum).
    """

    employees: EmployeeIds
    minimum: int | None = None
    maximum: int | None = None
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsecutiveDaysOff:
    """Runs of days off between two working days last at least `minimum` days. Unit: one day too few.

    Edges as in `ConsecutiveWork`.
    """

    employees: EmployeeIds
    minimum: int
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekendLimit:
    """At most `maximum` weekends (Saturday or Sunday worked) in the horizon. Unit: one weekend above.

    Only days of the horizon count.
    """

    employees: EmployeeIds
    maximum: int
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumRest:
    """At least `minutes` between the end of one shift and the start of any later one. Unit: one pair too close."""

    employees: EmployeeIds
    minutes: int
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenSuccession:
    """A shift of `after` may not be followed on the next day by one of `types`. Unit: one such pair."""

    employees: EmployeeIds
    after: str
    types: ShiftTypes
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """The people named work the same shifts (`together`) or never the same one.

    Unit: one shift that some but not all of them work (together), or that two or more of them work (apart).
    """

    employees: EmployeeIds
    together: bool
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """Spread `measure` evenly. Always soft.

    The penalty is the range (largest minus smallest) of what each person has, `ledger` of earlier weeks included.
    For minutes each person's share is proportional to `target` (their contract): what each has is first multiplied
    by the largest target / their own target (people without one count as having the largest), and the largest is
    rounded up, the smallest down, to whole minutes. Unit: one started hour, one weekend or one night of range.
    """

    employees: EmployeeIds
    measure: Measure
    weight: int
    ledger: tuple[tuple[str, int], ...] = ()
    target: tuple[tuple[str, int], ...] = ()


Rule = (
    MinutesLimit
    | ShiftsLimit
    | ShiftsPerDay
    | ConsecutiveWork
    | ConsecutiveDaysOff
    | WeekendLimit
    | MinimumRest
    | ForbiddenSuccession
    | Pairing
    | Fairness
)


def people(ids: Iterable[str]) -> EmployeeIds:
    """The people a rule binds."""
    return frozenset(ids)
