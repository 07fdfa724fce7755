"""Putting the schedule of an earlier run on its weeks again, judged by what holds now."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import WrongState
from service.people.models import User
from service.scheduling import begun, service
from service.scheduling.explaining import Told
from service.scheduling.models import SchedulingRun
from service.scheduling.problem import load
from service.scheduling.solutions import assignments_of
from service.schemas.scheduling import RunStatus
from service.shifts.assigning import BreaksRules
from service.shifts.service import explain_refusal
from solver import score
from solver.phrases import Phrase
from solver.problem import Assignment, Problem


def apply_again(session: Session, actor: User, run_id: int) -> SchedulingRun:
    """Put the solution of a run that succeeded on its weeks again.

    Raises WrongState for a run without a schedule and for archived weeks, BreaksRules where the schedule, legal when
    it was found, breaks a hard rule by now, and Conflict where PostgreSQL refuses it.
    """
    run = service.find_run(session, actor, run_id, lock=True)
    if run.status is not RunStatus.SUCCESS:
        raise WrongState("This run has no schedule.", way_forward="Run /optimize again.")
    # Held before they are read, so that what is judged is what is written.
    service.refuse_archived(service.weeks_of(session, run, lock=True))
    if reasons := _reasons_against(session, run):
        raise BreaksRules(reasons, way_forward="Run /optimize again.")
    try:
        with session.begin_nested():
            service.apply(session, run, actor.id)
    except IntegrityError as error:
        raise explain_refusal(error) from error
    return run


def _reasons_against(session: Session, run: SchedulingRun) -> list[Phrase]:
    """Who in the schedule has left the team; where nobody has, which hard rules it breaks as they are now."""
    loaded, found = begun.settled(session, load(session, run)), assignments_of(session, run)
    # What has begun stays as it is, whatever the run had for it.
    worked = tuple(pin for pin in loaded.problem.pinned if pin.shift in loaded.begun)
    found = (*worked, *(one for one in found if one.shift not in loaded.begun))
    known = {employee.id for employee in loaded.problem.employees}
    if gone := {int(one.employee) for one in found if one.employee not in known}:
        names = session.scalars(select(User.name).where(User.id.in_(gone)).order_by(User.name))
        return [Phrase("{person} is no longer in the team", person=name) for name in names]
    # The shifts that somebody worked who has left stay theirs, and are nobody's fault here.
    pinned = tuple(pin for pin in loaded.problem.pinned if pin.employee in known)
    loaded = replace(loaded, problem=replace(loaded.problem, pinned=pinned))
    told = Told.of(session, loaded, _beside_pins(loaded.problem, found))
    return [finding.detail for finding in score(told.problem, told.assignments).hard]


def _beside_pins(problem: Problem, found: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    """What would stand: in drafts, pins stay beside what was found; in published weeks, nothing stays."""
    published = set(problem.previous)
    kept = {(pin.shift, pin.employee): pin for pin in problem.pinned if pin not in published}
    return tuple(({(one.shift, one.employee): one for one in found} | kept).values())
