"""The rules a roster can have, as data.

Every rule names the people it binds and is hard (`weight is None`: a roster that breaks it is refused) or soft
(`weight` is what one unit of violation costs). What one unit is stands in each docstring. The CP-SAT form of a
rule lives in `solver.model`, its independent twin in `solver.score`; `docs/rules.md` explains them to managers.
"""

from collections.abc import Iterable

from solver.rules.amounts import (
    ConsecutiveWeekends,
    FreeTime,
    MinutesLimit,
    Priority,
    ShiftsLimit,
    ShiftsPerDay,
    Standby,
    WeekendLimit,
    WindowLimit,
)
from solver.rules.common import Amount, EmployeeIds, Measure, Period, ShiftTypes
from solver.rules.group import Alternatives, Fairness, Pairing, Presence, SkillMix
from solver.rules.order import (
    ConsecutiveDaysOff,
    ConsecutiveWork,
    DailyPairs,
    ForbiddenPattern,
    ForbiddenSuccession,
    MinimumRest,
    RestBetween,
    Rotation,
    TimeOffDistance,
    TravelTime,
)

Rule = (
    MinutesLimit
    | ShiftsLimit
    | ShiftsPerDay
    | WindowLimit
    | FreeTime
    | WeekendLimit
    | ConsecutiveWeekends
    | ConsecutiveWork
    | ConsecutiveDaysOff
    | MinimumRest
    | RestBetween
    | TravelTime
    | TimeOffDistance
    | ForbiddenSuccession
    | ForbiddenPattern
    | Rotation
    | DailyPairs
    | Standby
    | Priority
    | Pairing
    | SkillMix
    | Presence
    | Alternatives
    | Fairness
)

GroupRule = Pairing | SkillMix | Presence | Alternatives | Fairness
"""Rules on people together: of one person alone they say nothing."""


def people(ids: Iterable[str]) -> EmployeeIds:
    """The people a rule binds."""
    return frozenset(ids)


__all__ = [
    "Alternatives",
    "Amount",
    "ConsecutiveDaysOff",
    "ConsecutiveWeekends",
    "ConsecutiveWork",
    "DailyPairs",
    "EmployeeIds",
    "Fairness",
    "ForbiddenPattern",
    "ForbiddenSuccession",
    "FreeTime",
    "GroupRule",
    "Measure",
    "MinimumRest",
    "MinutesLimit",
    "Pairing",
    "Period",
    "Presence",
    "Priority",
    "RestBetween",
    "Rotation",
    "Rule",
    "ShiftTypes",
    "ShiftsLimit",
    "ShiftsPerDay",
    "SkillMix",
    "Standby",
    "TimeOffDistance",
    "TravelTime",
    "WeekendLimit",
    "WindowLimit",
    "people",
]
