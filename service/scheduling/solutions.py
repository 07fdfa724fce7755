"""What runs propose, the figures of it, and how two runs of the same weeks differ; for managers."""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock
from service.errors import Unprocessable, WrongState
from service.people.models import User
from service.scheduling import measuring, service
from service.scheduling.explaining import Told, term_points
from service.scheduling.models import SchedulingRun, SchedulingSolution
from service.scheduling.problem import Loaded, load
from service.schemas.base import FieldFault
from service.schemas.explaining import ScoreTerm
from service.schemas.people import Person
from service.schemas.scheduling import RunStatus
from service.schemas.solutions import (
    CostFigures,
    CoverageFigures,
    FairnessFigures,
    PersonLoad,
    PreferenceFigures,
    RunComparison,
    RunMetrics,
    SolutionRead,
    TermDifference,
)
from service.shifts.models import PlannedShift
from solver import score
from solver.problem import Assignment
from solver.solution import Score, Term


def solutions_of(
    session: Session,
    actor: User,
    run_id: int,
    *,
    user_id: int | None = None,
    planned_shift_id: int | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[list[SolutionRead], int]:
    """The assignments that a run proposes, by start and person, and how many there are; none before it has succeeded.

    Raises NotFound and NotAllowed as `find_run` does.
    """
    run = service.find_run(session, actor, run_id)
    query = (
        select(SchedulingSolution, PlannedShift, User)
        .join(PlannedShift, PlannedShift.id == SchedulingSolution.planned_shift_id)
        .join(User, User.id == SchedulingSolution.user_id)
        .join(SchedulingRun, SchedulingRun.id == SchedulingSolution.run_id)
        # An interrupted attempt keeps its best in the same table, unchecked, for the next one to begin from.
        .where(SchedulingRun.id == run.id, SchedulingRun.status == RunStatus.SUCCESS)
    )
    if user_id is not None:
        query = query.where(SchedulingSolution.user_id == user_id)
    if planned_shift_id is not None:
        query = query.where(SchedulingSolution.planned_shift_id == planned_shift_id)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = (PlannedShift.during, PlannedShift.id, User.name, User.id)
    rows = session.execute(query.order_by(*order).limit(limit).offset(offset))
    return [_read(solution, shift, user) for solution, shift, user in rows], total


def _read(solution: SchedulingSolution, shift: PlannedShift, user: User) -> SolutionRead:
    start, end = clock.bounds(shift.during)
    return SolutionRead(
        planned_shift_id=shift.id,
        shift=shift.name,
        starts_at=start,
        ends_at=end,
        role_id=solution.role_id,
        person=Person(id=user.id, name=user.name, handle=user.handle),
    )


def metrics_of(session: Session, actor: User, run_id: int) -> RunMetrics:
    """The figures of a run's schedule; raises WrongState for a run without one."""
    run = _successful(session, actor, run_id)
    metrics, _ = _metrics(session, run, load(session, run))
    return metrics


def compare(session: Session, actor: User, run_id: int, other_id: int) -> RunComparison:
    """What the other run gains and loses against this one, and where they differ.

    Raises Unprocessable for runs of different weeks, and WrongState for one without a schedule.
    """
    run, other = _successful(session, actor, run_id), _successful(session, actor, other_id)
    if (run.team_id, run.first_week, run.weeks) != (other.team_id, other.first_week, other.weeks):
        raise Unprocessable(
            "Only runs of the same weeks of one team can be compared.",
            faults=(FieldFault(field="other_id", reason="is a run of other weeks"),),
        )
    loaded = load(session, run)
    metrics, terms = _metrics(session, run, loaded)
    other_metrics, other_terms = _metrics(session, other, replace(loaded, start=assignments_of(session, other)))
    mine, theirs = (solutions_of(session, actor, one.id)[0] for one in (run, other))
    shared = {_key(one) for one in mine} & {_key(one) for one in theirs}
    return RunComparison(
        run=metrics,
        other=other_metrics,
        difference=other_metrics.objective - metrics.objective,
        terms=_differences(terms, other_terms),
        shared=len(shared),
        only_in_run=[one for one in mine if _key(one) not in shared],
        only_in_other=[one for one in theirs if _key(one) not in shared],
    )


def _key(one: SolutionRead) -> tuple[int, int, int]:
    return one.planned_shift_id, one.person.id, one.role_id


def _differences(terms: dict[Term, int], others: dict[Term, int]) -> list[TermDifference]:
    found = [
        TermDifference(
            term=ScoreTerm(term.value),
            points=terms.get(term, 0),
            other_points=others.get(term, 0),
            difference=others.get(term, 0) - terms.get(term, 0),
        )
        for term in Term
    ]
    return sorted((one for one in found if one.difference), key=lambda one: one.difference)


def _successful(session: Session, actor: User, run_id: int) -> SchedulingRun:
    run = service.find_run(session, actor, run_id)
    if run.status is not RunStatus.SUCCESS:
        raise WrongState(f"Run {run.id} has no schedule.", way_forward="Choose a run that succeeded.")
    return run


def assignments_of(session: Session, run: SchedulingRun) -> tuple[Assignment, ...]:
    """What a run has found, with the rows' ids as text."""
    rows = session.scalars(select(SchedulingSolution).where(SchedulingSolution.run_id == run.id))
    return tuple(
        Assignment(shift=str(one.planned_shift_id), employee=str(one.user_id), role=str(one.role_id)) for one in rows
    )


def _metrics(session: Session, run: SchedulingRun, loaded: Loaded) -> tuple[RunMetrics, dict[Term, int]]:
    """The figures of what `loaded` starts from: what the run has found."""
    known = {employee.id for employee in loaded.problem.employees}
    told = Told.of(session, loaded, tuple(one for one in loaded.start if one.employee in known))
    verdict = score(told.problem, told.assignments)
    return _figures(run, told, verdict), verdict.terms


def _figures(run: SchedulingRun, told: Told, verdict: Score) -> RunMetrics:
    covered = measuring.coverage(told.problem, told.assignments)
    wishes, met = measuring.wishes_met(told.problem, told.assignments)
    fairness = _fairness(told)
    return RunMetrics(
        run_id=run.id,
        objective=verdict.objective,
        terms=term_points(verdict.terms),
        broken=[finding.detail for finding in verdict.hard],
        coverage=CoverageFigures(
            places=covered.places,
            filled=covered.filled,
            surplus=covered.surplus,
            share=_share(covered.filled, covered.places),
        ),
        fairness=fairness,
        preferences=PreferenceFigures(wishes=wishes, met=met, share=_share(met, wishes)),
        cost=CostFigures(
            minutes=sum(one.minutes for one in fairness.people),
            wages=measuring.wages(told.problem, told.assignments),
        ),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _fairness(told: Told) -> FairnessFigures:
    loads = measuring.loads(told.problem, told.assignments)
    comparable = measuring.comparable(told.problem)
    compared = [load for who, load in loads.items() if who in comparable]

    def apart(amounts: list[int]) -> int:
        return max(amounts, default=0) - min(amounts, default=0)

    people = [
        PersonLoad(
            person=told.people[who],
            minutes=load.minutes,
            shifts=load.shifts,
            nights=load.nights,
            weekends=load.weekends,
        )
        for who, load in loads.items()
    ]
    return FairnessFigures(
        minutes_apart=apart([one.minutes for one in compared]),
        nights_apart=apart([one.nights for one in compared]),
        weekends_apart=apart([one.weekends for one in compared]),
        people=sorted(people, key=lambda one: (-one.minutes, one.person.name, one.person.id)),
    )
