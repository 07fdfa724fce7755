"""What is answered: the assignments, how good they are, and how near that is to the best possible."""

from dataclasses import dataclass, field
from enum import StrEnum

from solver.phrases import Phrase, Unsaid
from solver.problem import Assignment
from solver.rules import Rule


class Status(StrEnum):
    """How a solve ended."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    INFEASIBLE = "INFEASIBLE"
    NO_SOLUTION_FOUND = "NO_SOLUTION_FOUND"


class Term(StrEnum):
    """A part of the objective, or of the reasons that a roster is refused."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where a rule is broken (hard) or costs something (soft).

    `penalty` is 0 for hard violations. `says` becomes the sentence for people, `detail`, when that is read. `rule` is
    the one that is broken, where it is not what holds for everybody.
    """

    term: Term
    hard: bool
    says: Unsaid
    penalty: int = 0
    employee: str | None = None
    shift: str | None = None
    role: str | None = None
    day: int | None = None
    amount: int = 1
    rule: Rule | None = field(default=None, compare=False, repr=False)

    @property
    def detail(self) -> Phrase:
        """A sentence for people: English, and ready for every other language."""
        return self.says.said()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The verdict on a set of assignments: every hard violation, and the objective term by term."""

    findings: tuple[Finding, ...]

    @property
    def hard(self) -> tuple[Finding, ...]:
        """The violations that make the assignments illegal, one by one."""
        return tuple(finding for finding in self.findings if finding.hard)

    @property
    def objective(self) -> int:
        """Sum of all soft penalties; lower is better."""
        return sum(finding.penalty for finding in self.findings)

    @property
    def terms(self) -> dict[Term, int]:
        """The objective by term."""
        totals: dict[Term, int] = {}
        for finding in self.findings:
            if not finding.hard:
                totals[finding.term] = totals.get(finding.term, 0) + finding.penalty
        return totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a running solve is. `objective` is None until a first schedule exists."""

    phase: str
    seconds: float
    objective: int | None
    bound: float | None

    @property
    def gap(self) -> float | None:
        """Distance to the bound as a share of the objective: 0 is proven optimal."""
        return relative_gap(self.objective, self.bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The result of `solve`. Without a schedule, `assignments` is empty and `objective` None."""

    status: Status
    assignments: tuple[Assignment, ...]
    objective: int | None
    bound: float | None
    runtime_seconds: float

    @property
    def gap(self) -> float | None:
        """Distance to the bound as a share of the objective: 0 is proven optimal."""
        return relative_gap(self.objective, self.bound)


def relative_gap(objective: int | None, bound: float | None) -> float | None:
    """(objective - bound) / objective, or None while either is unknown."""
    if objective is None or bound is None:
        return None
    if objective <= bound:
        return 0.0
    return (objective - bound) / max(1.0, abs(objective))
