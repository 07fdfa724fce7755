"""Why a week is as it is: its score taken apart, its gaps, and why somebody works a shift or does not."""

from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from service.schemas.base import PhraseRead, RowId, Schema
from service.schemas.people import Person

MOST_MORE = 50
"""How many more people can be supposed at once."""


class ScoreTerm(StrEnum):
    """A part of the score; the same words as `solver.solution.Term`."""

    COVERAGE = "COVERAGE"
    QUALIFICATION = "QUALIFICATION"
    OVERLAP = "OVERLAP"
    UNAVAILABLE = "UNAVAILABLE"
    PINNED = "PINNED"
    MINUTES = "MINUTES"
    SHIFTS = "SHIFTS"
    SHIFTS_PER_DAY = "SHIFTS_PER_DAY"
    CONSECUTIVE_WORK = "CONSECUTIVE_WORK"
    CONSECUTIVE_DAYS_OFF = "CONSECUTIVE_DAYS_OFF"
    WEEKENDS = "WEEKENDS"
    REST = "REST"
    SUCCESSION = "SUCCESSION"
    PAIRING = "PAIRING"
    REQUESTS = "REQUESTS"
    FAIRNESS = "FAIRNESS"
    COST = "COST"
    STABILITY = "STABILITY"
    DAYS = "DAYS"
    SKILLS = "SKILLS"
    PRIORITY = "PRIORITY"


class TermPoints(Schema):
    """How much one part adds to the score; negative where a change would lower it."""

    term: ScoreTerm
    points: int


class PersonPoints(Schema):
    """What one person's own work adds to the score."""

    person: Person
    points: int
    terms: list[TermPoints]


class DayPoints(Schema):
    """What one local day adds to the score."""

    day: date
    points: int
    terms: list[TermPoints]


class FindingRead(Schema):
    """One place where the week costs something, in a sentence; `detail_phrase` says how that is worded."""

    term: ScoreTerm
    points: int
    detail: str
    user_id: RowId | None
    planned_shift_id: RowId | None
    day: date | None
    detail_phrase: PhraseRead | None = None


class ObstacleRead(Schema):
    """What stops one person from filling a place; without reasons they could, and the score would grow by `cost`."""

    person: Person
    reasons: list[str]
    cost: int


class GapRead(Schema):
    """Places of a shift that nobody fills, and everybody who holds the role. `reason` says it in one sentence.

    `place_phrase` and `reason_phrase` say how both are worded.
    """

    planned_shift_id: RowId
    role_id: RowId
    place: str
    missing: int
    reason: str
    obstacles: list[ObstacleRead]
    place_phrase: PhraseRead | None = None
    reason_phrase: PhraseRead | None = None


class ScoreRead(Schema):
    """A schedule's score, taken apart; lower is better.

    `broken` are hard rules that it breaks, in sentences; `broken_phrases` say how each is worded. `findings` are the
    dearest first, at most 50.
    """

    objective: int
    broken: list[str]
    terms: list[TermPoints]
    people: list[PersonPoints]
    days: list[DayPoints]
    findings: list[FindingRead]
    gaps: list[GapRead]
    broken_phrases: list[PhraseRead] = Field(default_factory=list)


class AlternativeRead(Schema):
    """One way to have it otherwise: `person` joins (None: nobody does), `instead` leaves (None: nobody does).

    `reasons` are the hard rules that it would break, and `phrases` say how each is worded; `cost` is by how much the
    score would grow.
    """

    person: Person | None
    instead: Person | None
    role_id: RowId
    reasons: list[str]
    cost: int
    terms: list[TermPoints]
    phrases: list[PhraseRead] = Field(default_factory=list)


class WhyRead(Schema):
    """Why this person works this shift, or why not: what each change of that would break or cost, best first."""

    person: Person
    planned_shift_id: RowId
    works: bool
    pinned: bool
    alternatives: list[AlternativeRead]


class WeekExplanation(Schema):
    """Why a week is as it is: its score for managers, one person on one shift where that was asked."""

    weekly_schedule_id: RowId
    score: ScoreRead | None
    why: WhyRead | None


class RunExplanation(Schema):
    """Why a run ended as it did: the score of its schedule, or why there is none."""

    run_id: RowId
    score: ScoreRead | None
    error: str | None


class SuppositionKind(StrEnum):
    """What could be different: somebody works a shift, does not, has a day off, or a shift wants more people."""

    ON = "ON"
    OFF = "OFF"
    DAY_OFF = "DAY_OFF"
    MORE = "MORE"


class Supposition(Schema):
    """What would be if: a person on or off a shift, off on a local day, or `count` more of a role on a shift."""

    kind: SuppositionKind
    user_id: RowId | None = None
    planned_shift_id: RowId | None = None
    day: date | None = None
    role_id: RowId | None = None
    count: int = Field(default=1, ge=1, le=MOST_MORE)

    @model_validator(mode="after")
    def _is_complete(self) -> "Supposition":
        needed = {
            SuppositionKind.ON: ("user_id", "planned_shift_id"),
            SuppositionKind.OFF: ("user_id", "planned_shift_id"),
            SuppositionKind.DAY_OFF: ("user_id", "day"),
            SuppositionKind.MORE: ("planned_shift_id", "role_id"),
        }[self.kind]
        missing = [field for field in needed if getattr(self, field) is None]
        if missing:
            raise ValueError(f"{self.kind} needs {' and '.join(missing)}")
        return self


class MoveRead(Schema):
    """Somebody who would join a shift, or leave it; `place_phrase` says how that is worded."""

    person: Person
    planned_shift_id: RowId
    role_id: RowId
    joins: bool
    place: str
    place_phrase: PhraseRead | None = None


class SupposedRead(Schema):
    """What would be: the score and who would work otherwise, or why it is not possible.

    `terms` is what the difference of the scores is made of; `gap` the places of the shift in question that stay open;
    without `proven` it is the best that was found in time. `phrases` say how each reason is worded.
    """

    possible: bool
    reasons: list[str]
    before: int
    after: int | None
    terms: list[TermPoints]
    moves: list[MoveRead]
    gap: GapRead | None
    proven: bool
    phrases: list[PhraseRead] = Field(default_factory=list)
