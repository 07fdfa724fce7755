"""Rules on when one person works: runs, rest, and what may follow what."""

from dataclasses import dataclass

from solver.rules.common import EmployeeIds, ShiftTypes


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsecutiveWork:
    """Runs of working days, or of days with a shift of `types`, last from `minimum` to `maximum` days.

    Runs that touch the last day, or a first day without known history, are taken to be as long as needed; runs
    that ended before day -1 are past. Unit: one day too many (for the maximum: one window of `maximum + 1`
    worked days), one day too few (for the minimum).
    """

    employees: EmployeeIds
    types: ShiftTypes | None = None
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
class ForbiddenPattern:
    """Days in a row may not look like `sequence`. Unit: one occurrence.

    Each day of it is None (a day off), an empty set (any shift) or a set of types (a shift of one of them). With
    `first_weekday` (0 is Monday) only occurrences that begin on it count. Known days of history take part;
    occurrences that lie wholly before the horizon are past.
    """

    employees: EmployeeIds
    sequence: tuple[ShiftTypes | None, ...]
    first_weekday: int | None = None
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Days go round: day d of the horizon is like `cycle[(d + offset) % len(cycle)]`. Unit: one day that is not.

    Each day of the cycle is None (a day off), an empty set (any shift) or a set of types (one shift of them at least,
    and none of another type). A working day on which the person has no such shift that they could work, by their
    roles and absences, is not judged: they may be off or work another one. `excused` days are not judged either.
    """

    employees: EmployeeIds
    cycle: tuple[ShiftTypes | None, ...]
    offset: int = 0
    excused: frozenset[int] = frozenset()
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyPairs:
    """Two shifts of one day only where their types stand together in one of `allowed`. Unit: one such pair."""

    employees: EmployeeIds
    allowed: tuple[ShiftTypes, ...]
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestBetween:
    """At least `minutes` between a shift of `after` and a later one of `before`. Unit: one pair too close."""

    employees: EmployeeIds
    after: ShiftTypes
    before: ShiftTypes
    minutes: int
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelTime:
    """At least `minutes` between two shifts at different sites of the horizon. Unit: one pair too close.

    Shifts without a site are everywhere.
    """

    employees: EmployeeIds
    minutes: int
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOffDistance:
    """No shift ends less than `minutes` before somebody's time off, or starts less than that after it.

    Unit: one shift.
    """

    employees: EmployeeIds
    minutes: int
    weight: int | None = None
