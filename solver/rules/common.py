"""What all rules share."""

from enum import StrEnum

EmployeeIds = frozenset[str]
ShiftTypes = frozenset[str]


class Period(StrEnum):
    """What a limit counts over: each block of seven days from day 0, or the horizon as a whole."""

    WEEK = "WEEK"
    HORIZON = "HORIZON"


class Amount(StrEnum):
    """What a window limits.

    Paid minutes, shifts, days worked, days off, paid minutes of Saturdays and Sundays, or weekends worked.
    """

    MINUTES = "MINUTES"
    SHIFTS = "SHIFTS"
    DAYS = "DAYS"
    DAYS_OFF = "DAYS_OFF"
    WEEKEND_MINUTES = "WEEKEND_MINUTES"
    WEEKENDS = "WEEKENDS"


class Measure(StrEnum):
    """What fairness compares between people."""

    MINUTES = "MINUTES"
    WEEKENDS = "WEEKENDS"
    NIGHTS = "NIGHTS"
    SHIFTS = "SHIFTS"
