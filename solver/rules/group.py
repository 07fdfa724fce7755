"""Rules on several people at once."""

from dataclasses import dataclass

from solver.rules.common import EmployeeIds, Measure, ShiftTypes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """The people named work the same shifts (`together`) or never the same one.

    Unit: one shift that some but not all of them work (together), or that two or more of them work (apart; of a shift
    with several copies: more of them than those).
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
    rounded up, the smallest down, to whole minutes. Unit: one started hour, one weekend, one night or
    one shift (of `types`, where given) of range.
    """

    employees: EmployeeIds
    measure: Measure
    weight: int
    ledger: tuple[tuple[str, int], ...] = ()
    target: tuple[tuple[str, int], ...] = ()
    types: ShiftTypes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillMix:
    """On each shift (of `types`) that somebody works, between `minimum` and `maximum` people hold a skill.

    They hold it with `level` or more on the day of the shift. Unit: one person too few or too many. A minimum of 1
    is "never without a first-aider", a maximum of 1 "never two beginners at once".
    """

    employees: EmployeeIds
    skill: str
    level: int = 1
    types: ShiftTypes | None = None
    minimum: int | None = None
    maximum: int | None = None
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Between `start` and `end`, in minutes, from `minimum` to `maximum` people of a role are there throughout.

    One of these a span makes a demand curve beside the shifts' own demands. `already` are there from shifts before
    the horizon, and break no maximum by themselves. Unit: one person too few or too many.
    """

    employees: EmployeeIds
    role: str
    start: int
    end: int
    minimum: int | None = None
    maximum: int | None = None
    already: int = 0
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """One of several shifts is enough: the fullest of them has `target` people of a role. Unit: one person missing.

    The shifts' own demands, most often for nobody, hold beside it.
    """

    employees: EmployeeIds
    shifts: frozenset[str]
    role: str
    target: int
    weight: int | None = None
