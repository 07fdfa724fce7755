"""What a change to a roster breaks, mends and costs, by judging only what it touches."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from solver.problem import Assignment
from solver.score import person, team
from solver.score.roster import Roster
from solver.solution import Finding, Term

RUNS = frozenset({Term.CONSECUTIVE_WORK, Term.CONSECUTIVE_DAYS_OFF})
"""What is found wrong with runs of days: where a run begins moves with the change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The difference that a change makes. `broken` are hard violations that were not there before, or are worse."""

    broken: tuple[Finding, ...]
    terms: dict[Term, int]

    @property
    def legal(self) -> bool:
        """Whether no hard rule is broken, or broken further, by the change."""
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
    terms: Counter[Term] = Counter()
    for finding in after:
        terms[finding.term] += finding.penalty
    for finding in before:
        terms[finding.term] -= finding.penalty
    return Effect(broken=newly_broken(before, after), terms={term: cost for term, cost in terms.items() if cost})


def newly_broken(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[Finding, ...]:
    """The hard violations `after` that were not there `before`, or less.

    What is better than it was, if not yet good, breaks nothing: two empty places are filled one after the other.
    """
    known = _by_place(before)
    broken: list[Finding] = []
    for place, findings in _by_place(after).items():
        was = known.get(place, [])
        if sum(finding.amount for finding in findings) >= sum(finding.amount for finding in was):
            broken.extend((Counter(findings) - Counter(was)).elements())
    return tuple(broken)


def _by_place(findings: Iterable[Finding]) -> dict[object, list[Finding]]:
    """Hard violations by the rule that is broken, and by whom, where and when."""
    places: dict[object, list[Finding]] = defaultdict(list)
    for one in findings:
        if one.hard:
            day = None if one.term in RUNS else one.day
            places[one.rule, one.term, one.employee, one.shift, one.role, day].append(one)
    return places


def _touched(roster: Roster, people: frozenset[str], shifts: frozenset[str]) -> list[Finding]:
    found = [finding for employee in sorted(people) for finding in person.findings(roster, employee)]
    found.extend(team.findings_about(roster, people, shifts))
    return found
