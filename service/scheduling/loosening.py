"""How far a work rule gives way when one unit of it is waived."""

from service.schemas.requests import RuleKind
from service.schemas.rule_parameters import RuleParameters, WindowAmount

HOUR = 60

STEPS: dict[RuleKind, int] = {
    RuleKind.MAX_HOURS_PER_WEEK: 1,
    RuleKind.MIN_HOURS_PER_WEEK: -1,
    RuleKind.MAX_MINUTES_PER_RUN: HOUR,
    RuleKind.MIN_MINUTES_PER_RUN: -HOUR,
    RuleKind.MAX_SHIFTS_PER_WEEK: 1,
    RuleKind.MIN_SHIFTS_PER_WEEK: -1,
    RuleKind.MAX_SHIFTS_PER_RUN: 1,
    RuleKind.MIN_SHIFTS_PER_RUN: -1,
    RuleKind.MAX_SHIFTS_PER_DAY: 1,
    RuleKind.MAX_CONSECUTIVE_DAYS: 1,
    RuleKind.MIN_CONSECUTIVE_DAYS: -1,
    RuleKind.MIN_CONSECUTIVE_DAYS_OFF: -1,
    RuleKind.MAX_WEEKENDS_PER_RUN: 1,
    RuleKind.MAX_CONSECUTIVE_WEEKENDS: 1,
    RuleKind.MAX_IN_WINDOW: 1,
    RuleKind.MIN_IN_WINDOW: -1,
    RuleKind.MIN_SKILLED: -1,
    RuleKind.MAX_SKILLED: 1,
    RuleKind.MIN_PRESENT: -1,
    RuleKind.MAX_PRESENT: 1,
    RuleKind.ONE_OF_SHIFTS: -1,
}
"""What one unit of loosening adds to a work rule's value. Kinds that are not here can only be waived."""
IN_MINUTES = frozenset({WindowAmount.MINUTES, WindowAmount.WEEKEND_MINUTES})
"""What a window counts in minutes, and gives way by the hour."""


def loosened(kind: RuleKind, value: int, parameters: RuleParameters, units: int) -> int | None:
    """A work rule's value after loosening it by so many units; None where it can only be waived."""
    if kind not in STEPS:
        return None
    unit = HOUR if parameters.amount in IN_MINUTES else 1
    return max(0, value + STEPS[kind] * unit * units)
