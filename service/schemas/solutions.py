"""What a run proposes, how good that is in the figures that people ask for, and how two runs differ."""

from service.schemas.base import Instant, RowId, Schema
from service.schemas.explaining import ScoreTerm, TermPoints
from service.schemas.people import Person


class SolutionRead(Schema):
    """One assignment that a run proposes."""

    planned_shift_id: RowId
    shift: str
    starts_at: Instant
    ends_at: Instant
    role_id: RowId
    person: Person


class CoverageFigures(Schema):
    """How many of the wanted places are filled, and how many people are beyond; `share` is None without places."""

    places: int
    filled: int
    surplus: int
    share: float | None


class PersonLoad(Schema):
    """What one person works in the weeks of the run: paid minutes, shifts, nights and weekends with work."""

    person: Person
    minutes: int
    shifts: int
    nights: int
    weekends: int


class FairnessFigures(Schema):
    """How far apart those are who have most and least, of all who can be compared.

    Whoever is away in these weeks, or can do none of the work, is in `people` and in none of the differences.
    """

    minutes_apart: int
    nights_apart: int
    weekends_apart: int
    people: list[PersonLoad]


class PreferenceFigures(Schema):
    """How many wishes are met, a wish counting once a day that it could be met on; `share` is None without any."""

    wishes: int
    met: int
    share: float | None


class CostFigures(Schema):
    """Paid work and its wages, in the smallest unit of the currency."""

    minutes: int
    wages: int


class RunMetrics(Schema):
    """The figures of a run's schedule, judged by the team's rules as they are now.

    `objective` is the sum of `terms`, lower is better; `broken` are hard rules that have come to be broken since.
    """

    run_id: RowId
    objective: int
    terms: list[TermPoints]
    broken: list[str]
    coverage: CoverageFigures
    fairness: FairnessFigures
    preferences: PreferenceFigures
    cost: CostFigures


class TermDifference(Schema):
    """One part of the objective of two runs; a `difference` below zero is what the other run gains."""

    term: ScoreTerm
    points: int
    other_points: int
    difference: int


class RunComparison(Schema):
    """Two schedules of the same weeks, both judged by the weights of the first run.

    `difference` is the other objective less this one: below zero, the other run is better. `terms` has the parts that
    differ, what the other gains most first. `shared` assignments are in both.
    """

    run: RunMetrics
    other: RunMetrics
    difference: int
    terms: list[TermDifference]
    shared: int
    only_in_run: list[SolutionRead]
    only_in_other: list[SolutionRead]
