"""Putting people on shifts by hand, judged by the same rules as the solver's schedules."""

from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.activity.service import record
from service.errors import AgainstRules, Conflict, NotFound, Unprocessable
from service.notifications.payloads import ShiftRole
from service.people.models import User
from service.scheduling.explaining import Told, load_week
from service.schemas.base import FieldFault
from service.schemas.shifts import (
    AssignmentChange,
    AssignmentRead,
    AssignmentSource,
    AssignmentStatus,
    AssignmentWrite,
)
from service.shifts.holding import hold_week
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from service.shifts.service import drop_proposal, explain_refusal, touch
from service.shifts.telling import shifts_changed
from solver import score
from solver.problem import Assignment
from solver.solution import Finding, Term

# Of these a manager hears in the score of the week; they move with every assignment.
UNSAID = frozenset({Term.FAIRNESS, Term.COST, Term.STABILITY})


class BreaksRules(AgainstRules):
    """The assignment would break a hard rule."""

    code, title = "breaks_rules", "Breaks a rule"


class CostsSomething(AgainstRules):
    """The assignment is legal and makes the week worse, which the caller has not accepted."""

    code, title = "costs_something", "Makes the week worse"


def assign(session: Session, actor: User, wanted: AssignmentWrite) -> ShiftAssignment:
    """Put a person on a shift. A proposal that waits beside the week does not know of it, and goes.

    Raises BreaksRules where a hard rule forbids it, CostsSomething where a soft one speaks against it and
    `accept_warnings` is not set, WrongState for archived weeks. PostgreSQL has the last word on double booking, roles
    and hours.
    """
    week_id = session.scalar(
        select(PlannedShift.weekly_schedule_id).where(PlannedShift.id == wanted.planned_shift_id)
    )
    if week_id is None:
        raise NotFound("There is no such shift.")
    week = hold_week(session, actor, week_id)
    # Read under the lock: it may have been moved or deleted meanwhile.
    shift = session.get(PlannedShift, wanted.planned_shift_id, populate_existing=True)
    if shift is None:
        raise NotFound("There is no such shift.", way_forward="Somebody else has just deleted it.")
    _judge(session, week, wanted)
    assignment = ShiftAssignment(
        planned_shift_id=shift.id,
        user_id=wanted.user_id,
        role_id=wanted.role_id,
        pinned=wanted.pinned,
        status=AssignmentStatus.CONFIRMED,
        source=AssignmentSource.MANAGER,
        during=shift.during,
        minutes=shift.minutes,
        week_start=shift.week_start,
    )
    session.add(assignment)
    try:
        session.flush()
    except IntegrityError as error:
        raise explain_refusal(error) from error
    drop_proposal(session, week)
    touch(session, week)
    shifts_changed(session, week, assignment.user_id, added=[_named(assignment)])
    _log(session, actor, week, assignment, "create", after=_place(assignment))
    return assignment


def change(session: Session, actor: User, assignment_id: int, wanted: AssignmentChange) -> ShiftAssignment:
    """Pin an assignment, so that no run moves it, nor a proposal that waits, which goes; or let it go."""
    assignment, week = _find(session, actor, assignment_id)
    if assignment.pinned is not wanted.pinned:
        before = {"pinned": assignment.pinned}
        assignment.pinned = wanted.pinned
        session.flush()
        if wanted.pinned:
            drop_proposal(session, week)
        touch(session, week)
        _log(session, actor, week, assignment, "change", before=before, after={"pinned": wanted.pinned})
    return assignment


def remove(session: Session, actor: User, assignment_id: int) -> None:
    """Take a person off a shift; their place is open again, and a proposal that may fill it with them goes."""
    assignment, week = _find(session, actor, assignment_id)
    place = _place(assignment)
    session.delete(assignment)
    session.flush()
    drop_proposal(session, week)
    touch(session, week)
    shifts_changed(session, week, assignment.user_id, removed=[_named(assignment)])
    _log(session, actor, week, assignment, "delete", before=place)


def read(assignment: ShiftAssignment) -> AssignmentRead:
    """An assignment as callers see it."""
    return AssignmentRead(**{field: getattr(assignment, field) for field in AssignmentRead.model_fields})


def _find(session: Session, actor: User, assignment_id: int) -> tuple[ShiftAssignment, WeeklySchedule]:
    week_id = session.scalar(
        select(PlannedShift.weekly_schedule_id)
        .join(ShiftAssignment, ShiftAssignment.planned_shift_id == PlannedShift.id)
        .where(ShiftAssignment.id == assignment_id, ShiftAssignment.status == AssignmentStatus.CONFIRMED)
    )
    if week_id is None:
        raise NotFound("There is no such assignment.")
    week = hold_week(session, actor, week_id)
    # Read again under the lock: a trade may have moved it meanwhile.
    assignment = session.get(ShiftAssignment, assignment_id, populate_existing=True)
    if assignment is None:
        raise NotFound("There is no such assignment.")
    return assignment, week


def _judge(session: Session, week: WeeklySchedule, wanted: AssignmentWrite) -> None:
    loaded = load_week(session, week)
    told = Told.of(session, loaded, loaded.confirmed)
    user_id, shift_id, role = str(wanted.user_id), str(wanted.planned_shift_id), str(wanted.role_id)
    if user_id not in told.people:
        fault = FieldFault(field="user_id", reason="is no active member of the team")
        raise Unprocessable("This person is not in the team.", faults=(fault,))
    if role not in told.names.roles:
        fault = FieldFault(field="role_id", reason="names an unknown role")
        raise Unprocessable("There is no such role.", faults=(fault,))
    if any((one.shift, one.employee) == (shift_id, user_id) for one in told.assignments):
        raise Conflict("This person is on that shift already.")
    added = Assignment(shift=shift_id, employee=user_id, role=told.names.roles[role])
    before = Counter(score(told.problem, told.assignments).findings)
    after = Counter(score(told.problem, (*told.assignments, added)).findings)
    new = list((after - before).elements())
    if broken := [finding for finding in new if finding.hard]:
        raise BreaksRules(
            [finding.detail for finding in broken], way_forward="Choose somebody else, or change the rule first."
        )
    crowded = _coverage(after) > _coverage(before)
    warnings = [one for one in new if one.term not in UNSAID and (crowded or one.term is not Term.COVERAGE)]
    if warnings and not wanted.accept_warnings:
        raise CostsSomething(
            [finding.detail for finding in warnings], way_forward="Assign all the same, or choose somebody else."
        )


def _coverage(findings: Counter[Finding]) -> int:
    return sum(one.penalty * count for one, count in findings.items() if one.term is Term.COVERAGE)


def _place(assignment: ShiftAssignment) -> dict[str, Any]:
    return {field: getattr(assignment, field) for field in ("user_id", "planned_shift_id", "role_id")}


def _named(assignment: ShiftAssignment) -> ShiftRole:
    return ShiftRole(planned_shift_id=assignment.planned_shift_id, role_id=assignment.role_id)


def _log(
    session: Session,
    actor: User,
    week: WeeklySchedule,
    assignment: ShiftAssignment,
    what: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    record(
        session,
        actor_id=actor.id,
        action=f"assignment.{what}",
        entity="shift_assignment",
        entity_id=assignment.id,
        team_id=week.team_id,
        before=before,
        after=after,
    )
