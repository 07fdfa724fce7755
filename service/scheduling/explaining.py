"""Why a run or a week is as it is, in people's words, from the tables as they are now."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound, Unprocessable, WrongState
from service.people.models import User
from service.people.service import manages
from service.phrases import phrase_read
from service.scheduling import service
from service.scheduling.models import ACTIVE, SchedulingRun
from service.scheduling.naming import Names, in_words, named, names_of
from service.scheduling.problem import Loaded, Scope, load, load_weeks
from service.schemas.base import FieldFault
from service.schemas.explaining import (
    AlternativeRead,
    DayPoints,
    FindingRead,
    GapRead,
    ObstacleRead,
    PersonPoints,
    RunExplanation,
    ScoreRead,
    ScoreTerm,
    TermPoints,
    WeekExplanation,
    WhyRead,
)
from service.schemas.people import Person
from service.schemas.scheduling import RunStatus
from service.shifts.models import WeeklySchedule
from service.shifts.service import find_week
from solver import score
from solver.explain import Alternative, Gap, explain_assignment, explain_gaps
from solver.phrases import Phrase, in_turn
from solver.problem import Assignment, Problem
from solver.solution import Finding, Term
from solver.words import shift_name

Key = TypeVar("Key", str, int)
MOST_FINDINGS = 50
MOST_REASONS = 3
NOT_THEIRS = Phrase("a rule or an absence stands against it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A problem in words, the schedule that is judged, and what leads back to rows."""

    problem: Problem
    assignments: tuple[Assignment, ...]
    names: Names
    first_day: date
    people: dict[str, Person]

    @classmethod
    def of(cls, session: Session, loaded: Loaded, assignments: tuple[Assignment, ...]) -> "Told":
        """What `loaded` asks and `assignments` answer, in words."""
        names = names_of(session, loaded.problem)
        ids = [int(employee.id) for employee in loaded.problem.employees]
        users = session.scalars(select(User).where(User.id.in_(ids)))
        return cls(
            problem=named(loaded.problem, names),
            assignments=in_words(assignments, names),
            names=names,
            first_day=loaded.calendar.first_day,
            people={str(user.id): Person(id=user.id, name=user.name, handle=user.handle) for user in users},
        )

    def day(self, number: int) -> date:
        """The local date of a day of the problem."""
        return self.first_day + timedelta(days=number)


def load_week(session: Session, week: WeeklySchedule) -> Loaded:
    """The problem of one week, under its team's default config."""
    config = service.config_of(session, week.team_id, None)
    return load_weeks(session, Scope(team_id=week.team_id, config_id=config.id, first_week=week.week_start))


def explain_run(session: Session, actor: User, run_id: int) -> RunExplanation:
    """What came of a run and why; managers only. Raises WrongState while it is under way."""
    run = service.find_run(session, actor, run_id)
    if run.status in ACTIVE:
        raise WrongState("This run has not ended yet.", way_forward="Ask again when it has.")
    if run.status is not RunStatus.SUCCESS:
        return RunExplanation(run_id=run.id, score=None, error=run.error)
    return RunExplanation(run_id=run.id, score=_score_of_run(session, run), error=None)


def _score_of_run(session: Session, run: SchedulingRun) -> ScoreRead:
    loaded = load(session, run)
    known = {employee.id for employee in loaded.problem.employees}
    found = tuple(one for one in loaded.start if one.employee in known)
    return score_read(Told.of(session, loaded, found))


def explain_week(
    session: Session, actor: User, week_id: int, *, user_id: int | None, planned_shift_id: int | None
) -> WeekExplanation:
    """The week's score for its managers, and why that person works that shift or not.

    Employees may ask about themselves in published weeks, and hear nothing of what binds others. Raises NotFound
    for weeks, people and shifts that they may not know of, Unprocessable for a person without a shift.
    """
    if (user_id is None) != (planned_shift_id is None):
        missing = "user_id" if user_id is None else "planned_shift_id"
        fault = FieldFault(field=missing, reason="goes with the other one")
        raise Unprocessable("A person and a shift go together.", faults=(fault,))
    week = find_week(session, actor, week_id)
    is_manager = manages(actor, week.team_id)
    if not is_manager and user_id != actor.id:
        raise NotFound("You can ask why about your own shifts.", way_forward="Ask your manager about the others.")
    loaded = load_week(session, week)
    told = Told.of(session, loaded, loaded.confirmed)
    why = None
    if user_id is not None and planned_shift_id is not None:
        why = _why(told, str(user_id), str(planned_shift_id), sees_others=is_manager)
    return WeekExplanation(weekly_schedule_id=week.id, score=score_read(told) if is_manager else None, why=why)


def _why(told: Told, employee: str, shift: str, *, sees_others: bool) -> WhyRead:
    if employee not in told.people:
        raise NotFound("This person is not in the team of this week.")
    if shift not in {one.id for one in told.problem.shifts}:
        raise NotFound("There is no such shift in this week.")
    why = explain_assignment(told.problem, told.assignments, employee, shift)
    alternatives = [
        _alternative(told, one) if sees_others else _hidden(told, one, employee) for one in why.alternatives
    ]
    return WhyRead(
        person=told.people[employee],
        planned_shift_id=int(shift),
        works=why.works,
        pinned=any(pin.employee == employee and pin.shift == shift for pin in told.problem.pinned),
        alternatives=alternatives,
    )


def _alternative(told: Told, option: Alternative) -> AlternativeRead:
    reasons = list(dict.fromkeys(detail for detail, _ in option.reasons))
    return AlternativeRead(
        person=None if option.employee is None else told.people[option.employee],
        instead=None if option.instead is None else told.people[option.instead],
        role_id=told.names.role_id(option.role),
        reasons=reasons,
        cost=option.cost,
        terms=term_points(option.terms),
        phrases=[phrase_read(one) for one in reasons],
    )


def _hidden(told: Told, option: Alternative, asker: str) -> AlternativeRead:
    """Without what others asked for, earn or are bound by."""
    mine = [detail for detail, bound in option.reasons if bound == asker]
    reasons = [*mine, NOT_THEIRS] if len(mine) < len(option.reasons) else mine
    hidden = {"reasons": reasons, "phrases": [phrase_read(one) for one in reasons], "terms": []}
    return _alternative(told, option).model_copy(update=hidden)


def score_read(told: Told) -> ScoreRead:
    """A schedule's score, taken apart by term, person and day, with its gaps."""
    verdict = score(told.problem, told.assignments)
    broken: list[str] = [finding.detail for finding in verdict.hard]
    soft = sorted((one for one in verdict.findings if one.penalty), key=lambda one: -one.penalty)
    by_person = _grouped(soft, lambda one: one.employee)
    by_day = _grouped(soft, lambda one: one.day)
    return ScoreRead(
        objective=verdict.objective,
        broken=broken,
        terms=term_points(verdict.terms),
        people=[
            PersonPoints(person=told.people[who], points=sum(terms.values()), terms=term_points(terms))
            for who, terms in sorted(by_person.items(), key=lambda item: -sum(item[1].values()))
        ],
        days=[
            DayPoints(day=told.day(day), points=sum(terms.values()), terms=term_points(terms))
            for day, terms in sorted(by_day.items())
        ],
        findings=[_finding(told, one) for one in soft[:MOST_FINDINGS]],
        gaps=[gap_read(told, gap) for gap in explain_gaps(told.problem, told.assignments)],
        broken_phrases=[phrase_read(one) for one in broken],
    )


def _grouped(findings: Iterable[Finding], key: Callable[[Finding], Key | None]) -> dict[Key, dict[Term, int]]:
    groups: dict[Key, dict[Term, int]] = defaultdict(dict)
    for finding in findings:
        group = key(finding)
        if group is not None:
            groups[group][finding.term] = groups[group].get(finding.term, 0) + finding.penalty
    return groups


def term_points(terms: dict[Term, int]) -> list[TermPoints]:
    """Terms with their points, the dearest first; those without any are left out."""
    ordered = sorted(terms.items(), key=lambda item: (-item[1], item[0]))
    return [TermPoints(term=ScoreTerm(term.value), points=points) for term, points in ordered if points]


def _finding(told: Told, finding: Finding) -> FindingRead:
    detail = finding.detail
    return FindingRead(
        term=ScoreTerm(finding.term.value),
        points=finding.penalty,
        detail=detail,
        user_id=None if finding.employee is None else int(finding.employee),
        planned_shift_id=None if finding.shift is None else int(finding.shift),
        day=None if finding.day is None else told.day(finding.day),
        detail_phrase=phrase_read(detail),
    )


def gap_read(told: Told, gap: Gap) -> GapRead:
    """An open place with everybody who holds its role."""
    shift = next(shift for shift in told.problem.shifts if shift.id == gap.shift)
    place = Phrase("{shift}: {count} {role}", shift=shift_name(told.problem, shift), count=gap.missing, role=gap.role)
    reason = gap_reason(told, gap)
    return GapRead(
        planned_shift_id=int(gap.shift),
        role_id=told.names.role_id(gap.role),
        place=place,
        missing=gap.missing,
        reason=reason,
        obstacles=[
            ObstacleRead(person=told.people[one.employee], reasons=list(one.reasons), cost=one.cost)
            for one in gap.obstacles
        ],
        place_phrase=phrase_read(place),
        reason_phrase=phrase_read(reason),
    )


def gap_reason(told: Told, gap: Gap) -> str:
    """In a sentence, why nobody fills a place: who could at what price, or what stops those who hold the role."""
    if not gap.obstacles:
        return Phrase("nobody else holds the role {role}", role=gap.role)
    if gap.candidates:
        best = gap.candidates[0]
        name = told.people[best.employee].name
        if best.cost > 0:
            return Phrase("{person} could, at {points} points more", person=name, points=best.cost)
        return Phrase("{person} could, without a higher score", person=name)
    said = [obstacle.reasons[0] for obstacle in gap.obstacles[:MOST_REASONS]]
    more = len(gap.obstacles) - len(said)
    return in_turn([*said, Phrase("and {count} more cannot", count=more)] if more else said)
