"""What is asked: the people, the shifts and their demand, the rules and the wishes of one planning horizon.

Units: a day is a local calendar day counted from 0, the first day of the horizon; days before it are negative.
Minutes count from the first local midnight of the horizon along real elapsed time, so that a week with a
daylight-saving change has days of 23 or 25 hours and every length stays true. Ids are opaque strings.
"""

from dataclasses import dataclass
from enum import StrEnum

from solver.errors import InvalidProblem
from solver.rules import Rule
from solver.validation import faults_of


class Reason(StrEnum):
    """Why a person cannot work during an interval."""

    TIME_OFF = "TIME_OFF"
    OUTSIDE_AVAILABILITY = "OUTSIDE_AVAILABILITY"
    OTHER_TEAM = "OTHER_TEAM"
    REST_FROM_OTHER_TEAM = "REST_FROM_OTHER_TEAM"
    OTHER_WEEK = "OTHER_WEEK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable:
    """A person cannot work in [start, end), in minutes of the horizon. Always hard.

    With `shifts` they can work none of those in it, and any other one; ids of shifts that are not there are passed
    over.
    """

    start: int
    end: int
    reason: Reason
    shifts: frozenset[str] | None = None

    def keeps_from(self, shift: "Shift") -> bool:
        """Whether the person cannot work a shift, for all or a part of it."""
        is_meant = self.shifts is None or shift.id in self.shifts
        return is_meant and self.start < shift.end and shift.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """Something a person can do, how well, and through which day; without `until` it does not expire."""

    name: str
    level: int = 1
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """One person who can be assigned. `cost_per_hour` is in the smallest unit of the currency.

    Roles say what a person may be assigned as, skills what they bring along (`SkillMix`).
    """

    id: str
    name: str
    roles: frozenset[str]
    unavailable: tuple[Unavailable, ...] = ()
    cost_per_hour: int = 0
    skills: tuple[Skill, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """How many people of one role a shift needs.

    `target` is wanted: each person fewer costs `under_weight`, each more `over_weight`. `minimum` and `maximum`
    are hard. Without a `maximum` any number may be assigned at `over_weight` each.
    """

    role: str
    target: int
    under_weight: int
    over_weight: int
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One shift on one day. `minutes` are the paid ones (length less break); without a `site` it is everywhere.

    One that stands for several alike has that many `copies`, and the demands of all of them together.
    """

    id: str
    name: str
    type: str
    day: int
    start: int
    end: int
    minutes: int
    demands: tuple[Demand, ...]
    night: bool = False
    site: str = ""
    copies: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Assignment:
    """This person works this shift in this role."""

    shift: str
    employee: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A wish: `employee` wants one of `shifts` (charged when given none) or wants none (charged for each given)."""

    employee: str
    shifts: frozenset[str]
    wanted: bool
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastShift:
    """A shift worked before the horizon (`day < 0`, minutes below 0 allowed)."""

    employee: str
    type: str
    day: int
    start: int
    end: int
    minutes: int

    @property
    def name(self) -> str:
        """What people call it: no more is known of it than its type."""
        return self.type


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A planning horizon of `days` days, `first_weekday` (0 is Monday) being day 0.

    `history_days` says how many days before day 0 are fully known through `history`; 0 means that nothing is
    known and runs at the left edge are taken to be as long as needed. `pinned` assignments must be kept.
    `previous` is an earlier schedule; each assignment of it that is dropped or added costs `stability_weight`
    (nothing is charged while `previous` is empty; people and shifts that are no longer there are passed
    over). `cost_weight` is charged per hour of work and unit of `cost_per_hour`, rounded per assignment. Weeks are
    blocks of seven days from day 0.

    Raises `InvalidProblem` listing every fault when the parts contradict each other.
    """

    days: int
    first_weekday: int
    employees: tuple[Employee, ...]
    shifts: tuple[Shift, ...]
    rules: tuple[Rule, ...] = ()
    requests: tuple[Request, ...] = ()
    pinned: tuple[Assignment, ...] = ()
    history: tuple[PastShift, ...] = ()
    history_days: int = 0
    previous: tuple[Assignment, ...] = ()
    stability_weight: int = 0
    cost_weight: int = 0

    def __post_init__(self) -> None:
        """Refuse parts that contradict each other."""
        faults = faults_of(self)
        if faults:
            raise InvalidProblem(tuple(faults))
