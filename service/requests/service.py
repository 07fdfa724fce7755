"""Rules of time off: asking, deciding, taking back.

PENDING ──approve──> APPROVED ──withdraw──> CANCELLED
   ├─────reject────> REJECTED
   └────withdraw───> CANCELLED
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service import clock
from service.activity.service import record
from service.errors import Conflict, NotAllowed, NotFound, Unprocessable, WrongState
from service.people.models import User
from service.people.service import manages
from service.requests import effect, telling
from service.requests.models import TimeOffRequest
from service.requests.reading import WITH_PEOPLE, find_person, managers_of, manages_person, may_decide
from service.schemas.base import FieldFault
from service.schemas.requests import (
    AffectedShift,
    Approval,
    Rejection,
    TimeOffStatus,
    TimeOffWrite,
    Withdrawal,
)

LONGEST = timedelta(days=366)
FURTHEST_BACK = timedelta(days=62)
FURTHEST_AHEAD = timedelta(days=3 * 366)
OPEN = frozenset({TimeOffStatus.PENDING, TimeOffStatus.APPROVED})

# Migration 0003 keeps the same table by trigger.
ALLOWED: dict[TimeOffStatus, frozenset[TimeOffStatus]] = {
    TimeOffStatus.PENDING: frozenset({TimeOffStatus.APPROVED, TimeOffStatus.REJECTED, TimeOffStatus.CANCELLED}),
    TimeOffStatus.APPROVED: frozenset({TimeOffStatus.CANCELLED}),
    TimeOffStatus.REJECTED: frozenset(),
    TimeOffStatus.CANCELLED: frozenset(),
}


class BreaksShifts(Conflict):
    """Approving takes the person off shifts, which the caller has not accepted."""

    code, title = "breaks_shifts", "Takes somebody off their shifts"


def move_to(session: Session, request: TimeOffRequest, actor: User, status: TimeOffStatus, note: str = "") -> None:
    """Move a request on and log it. Raises WrongState where the table above has no such move."""
    _refuse_move(request, status)
    before = request.status
    request.status = status
    if status is not TimeOffStatus.CANCELLED:
        request.decider = actor
        request.decided_at = clock.now()
        request.note = note
    _log(session, actor, request, f"time_off.{status.lower()}", before)


def ask(session: Session, actor: User, wanted: TimeOffWrite, *, idempotency_key: str | None = None) -> TimeOffRequest:
    """A pending request, for the actor or for a person of theirs; its managers are told.

    The same key answers with the same request. Raises Unprocessable for times out of reason, and Conflict where the
    person has asked for, or has, time off in that time already.
    """
    person = find_person(session, actor, wanted.user_id)
    during = Range(wanted.starts_at, wanted.ends_at)
    # One request of a person at a time, so that two that overlap, or two with one key, cannot pass each other.
    session.execute(select(User.id).where(User.id == person.id).with_for_update(key_share=True))
    if idempotency_key is not None and (known := _by_key(session, actor, idempotency_key)) is not None:
        if (known.user_id, known.during, known.kind) != (person.id, during, wanted.kind):
            raise Conflict("This idempotency key was used for another request.", way_forward="Use a new key.")
        return known
    _refuse_out_of_reason(wanted)
    _refuse_second(session, person, during)
    request = TimeOffRequest(
        user=person,
        decider=None,
        kind=wanted.kind,
        status=TimeOffStatus.PENDING,
        during=during,
        reason=wanted.reason,
        created_by=actor.id,
        idempotency_key=idempotency_key,
    )
    session.add(request)
    session.flush()
    _log(session, actor, request, "time_off.ask", None)
    telling.asked(session, request, [user for user in managers_of(session, person) if user.id != actor.id])
    return request


def _by_key(session: Session, actor: User, key: str) -> TimeOffRequest | None:
    return session.scalar(
        select(TimeOffRequest)
        .where(TimeOffRequest.created_by == actor.id, TimeOffRequest.idempotency_key == key)
        .options(*WITH_PEOPLE)
    )


def _refuse_out_of_reason(wanted: TimeOffWrite) -> None:
    now = clock.now()
    faults = []
    if wanted.ends_at - wanted.starts_at > LONGEST:
        faults.append(FieldFault(field="ends_at", reason="is more than a year after starts_at"))
    if wanted.ends_at < now - FURTHEST_BACK:
        faults.append(FieldFault(field="ends_at", reason="is more than two months ago"))
    if wanted.starts_at > now + FURTHEST_AHEAD:
        faults.append(FieldFault(field="starts_at", reason="is more than three years away"))
    if faults:
        raise Unprocessable("Time off cannot be asked for at that time.", faults=tuple(faults))


def _refuse_second(session: Session, person: User, during: Range[datetime]) -> None:
    """Raises Conflict where the person has asked for, or has, time off in that time already."""
    other = session.scalar(
        select(TimeOffRequest)
        .where(
            TimeOffRequest.user_id == person.id,
            TimeOffRequest.status.in_(OPEN),
            TimeOffRequest.during.overlaps(during),
        )
        .limit(1)
    )
    if other is not None:
        state = "approved" if other.status is TimeOffStatus.APPROVED else "asked for"
        raise Conflict(
            f"Time off is {state} already during that time.", way_forward="Withdraw the other request first."
        )


def find(session: Session, actor: User, request_id: int, *, lock: bool = False) -> TimeOffRequest:
    """The request, if it is the actor's own or of a person they manage. Raises NotFound."""
    query = select(TimeOffRequest).where(TimeOffRequest.id == request_id).options(*WITH_PEOPLE)
    if lock:
        query = query.with_for_update(of=TimeOffRequest).execution_options(populate_existing=True)
    request = session.scalar(query)
    if request is None or not (request.user_id == actor.id or manages_person(actor, request.user)):
        raise NotFound("There is no such request for time off.")
    return request


def approve(
    session: Session, actor: User, request_id: int, wanted: Approval
) -> tuple[TimeOffRequest, list[AffectedShift]]:
    """Approve a request and take the person off every shift in that time that has not begun.

    Once approved, approving again changes nothing. Raises BreaksShifts while there are such shifts and
    `accept_effect` is not set, WrongState when it was rejected or withdrawn, and NotAllowed.
    """
    request = _for_decision(session, actor, request_id)
    if request.status is TimeOffStatus.APPROVED:
        return request, []
    # The state before the shifts: who lost against another decision is told that.
    _refuse_move(request, TimeOffStatus.APPROVED)
    weeks = effect.lock_weeks(session, request)
    affected = effect.affected(session, actor, request)
    if affected and not wanted.accept_effect:
        detail = "{person} has {count} shifts in that time."
        if len(affected) == 1:
            detail = "{person} has 1 shift in that time."
        raise BreaksShifts(
            detail,
            way_forward="Approve with accept_effect to take them off, or reject.",
            faults=tuple(FieldFault(field="shifts", reason=effect.line(shift)) for shift in affected[:20]),
            values={"person": request.user.name, "count": len(affected)},
        )
    name = request.user.name
    try:
        with session.begin_nested():
            move_to(session, request, actor, TimeOffStatus.APPROVED, wanted.note)
    except IntegrityError as error:
        raise Conflict(
            "{person} has approved time off during that time already.",
            way_forward="Reject this one, or have the other one withdrawn.",
            values={"person": name},
        ) from error
    effect.release(session, actor, request, weeks)
    telling.decided(session, request, affected)
    return request, affected


def reject(session: Session, actor: User, request_id: int, wanted: Rejection) -> TimeOffRequest:
    """Reject a request; once rejected, rejecting again changes nothing. Raises WrongState and NotAllowed."""
    request = _for_decision(session, actor, request_id)
    if request.status is TimeOffStatus.REJECTED:
        return request
    move_to(session, request, actor, TimeOffStatus.REJECTED, wanted.note)
    session.flush()
    telling.decided(session, request, [])
    return request


def withdraw(session: Session, actor: User, request_id: int, wanted: Withdrawal) -> TimeOffRequest:
    """Take a request back: the person themself, or, once it is approved, whoever may decide it.

    Once withdrawn, withdrawing again changes nothing. Raises WrongState where the request is not in the state that
    the actor saw, or its time is over.
    """
    request = find(session, actor, request_id, lock=True)
    if request.status is TimeOffStatus.CANCELLED:
        return request
    if request.user_id != actor.id and not (
        request.status is TimeOffStatus.APPROVED and may_decide(session, actor, request.user)
    ):
        raise NotAllowed("Only the person who asked can withdraw this.", way_forward="Reject it instead.")
    if request.status is not wanted.seen:
        raise WrongState(f"This request is {request.status.lower()} already.", way_forward="Look at it again.")
    if clock.bounds(request.during)[1] <= clock.now():
        raise WrongState("This time off is over.")
    move_to(session, request, actor, TimeOffStatus.CANCELLED)
    session.flush()
    if wanted.seen is TimeOffStatus.APPROVED:
        telling.withdrawn(session, request, actor, [*managers_of(session, request.user), request.user])
    return request


def _for_decision(session: Session, actor: User, request_id: int) -> TimeOffRequest:
    request = find(session, actor, request_id, lock=True)
    if may_decide(session, actor, request.user):
        return request
    if request.user_id == actor.id and any(manages(actor, team.id) for team in actor.teams):
        others = ", ".join(user.name for user in managers_of(session, actor)[:3])
        raise NotAllowed("Nobody decides their own time off.", way_forward="Ask {others}.", values={"others": others})
    raise NotAllowed("Only managers decide about time off.", way_forward="Your managers have been told.")


def _refuse_move(request: TimeOffRequest, status: TimeOffStatus) -> None:
    if status not in ALLOWED[request.status]:
        raise WrongState(
            f"This request is {request.status.lower()} already.", way_forward="/approvals shows the rest."
        )


def _log(session: Session, actor: User, request: TimeOffRequest, action: str, before: TimeOffStatus | None) -> None:
    starts_at, ends_at = clock.bounds(request.during)
    after = {
        "status": request.status,
        "user_id": request.user_id,
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
    }
    record(
        session,
        actor_id=actor.id,
        action=action,
        entity="time_off_request",
        entity_id=request.id,
        before=None if before is None else {"status": before},
        after=after,
    )
