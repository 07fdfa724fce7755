"""Rules on how much one person works."""

from dataclasses import dataclass

from solver.rules.common import Amount, EmployeeIds, Period, ShiftTypes


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
class WeekendLimit:
    """At most `maximum` weekends (Saturday or Sunday worked) in the horizon. Unit: one weekend above.

    Only days of the horizon count.
    """

    employees: EmployeeIds
    maximum: int
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsecutiveWeekends:
    """At most `maximum` weekends in a row are worked (Saturday or Sunday). Unit: one weekend too many.

    Known weekends of history count; one is charged where it is worked within the horizon.
    """

    employees: EmployeeIds
    maximum: int
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowLimit:
    """An amount between `minimum` and `maximum` in each window of `days` days.

    Unit: one started hour, shift, day or weekend.

    Windows begin on every day that is a multiple of `every` (1: a rolling window; 7 with 7 days: week by week) and
    count what is known of history. One that reaches beyond what is known is not judged; where none fits, the maximum
    holds from day 0 to the end. `types` narrows minutes, shifts and days worked to shifts of these types. What was
    worked before the horizon breaks no maximum by itself, and days off not taken then are not asked for any more. A
    weekend is worked in a window when its Saturday or Sunday is, and lies in it.
    """

    employees: EmployeeIds
    amount: Amount
    days: int
    every: int = 1
    types: ShiftTypes | None = None
    minimum: int | None = None
    maximum: int | None = None
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeTime:
    """In each window of `days` days one stretch of at least `minutes` without work. Unit: one window without.

    Windows begin on every day that is a multiple of `every`, at its 24 hours after the one before (a change of the
    clock moves them by an hour), and are judged when all of their days are known and what was worked before the
    horizon leaves room for the stretch.
    """

    employees: EmployeeIds
    days: int
    minutes: int
    every: int = 7
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standby:
    """People who are called only when they are needed. Always soft. Unit: one person who works at all in a period."""

    employees: EmployeeIds
    period: Period
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """People who are to work only when others cannot. Always soft. Unit: one shift."""

    employees: EmployeeIds
    weight: int
