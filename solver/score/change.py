"""What a change to a roster breaks, mends and costs, by judging only what it touches."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from solver.problem import Assignment
from solver.score import person, team
from solver.score.roster import Roster
from solver.solution import Finding, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The difference that a change makes. `broken` are hard violations that were not there before."""

    broken: tuple[Finding, ...]
    terms: dict[Term, int]

    @property
    def legal(self) -> bool:
        """Whether the change breaks no hard rule that was kept before."""
        return not self.broken

    @property
    def cost(self) -> int:
        """By how much the objective grows; negative when the roster gets better."""
        return sum(self.terms.values())


def effect_of(roster: Roster, dropped: Iterable[Assignment], added: Iterable[Assignment]) -> Effect:
    """The effect of dropping and adding assignments: what `score` says after, less what it says before."""
    dropped, added = tuple(dropped), tuple(added)
    people = frozenset(item.employee for item in (*dropped, *added))
    shifts = frozenset(item.shift for item in (*dropped, *added))
    before = _touched(roster, people, shifts)
    after = _touched(roster.after(dropped, added), people, shifts)
    known = Counter(finding for finding in before if finding.hard)
    broken = Counter(finding for finding in after if finding.hard) - known
    terms: Counter[Term] = Counter()
    for finding in after:
        terms[finding.term] += finding.penalty
    for finding in before:
        terms[finding.term] -= finding.penalty
    return Effect(broken=tuple(broken.elements()), terms={term: cost for term, cost in terms.items() if cost})


def _touched(roster: Roster, people: frozenset[str], shifts: frozenset[str]) -> list[Finding]:
    found = [finding for employee in sorted(people) for finding in person.findings(roster, employee)]
    found.extend(team.findings_about(roster, people, shifts))
    return found
