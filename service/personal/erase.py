"""Forgetting one person (GDPR, article 17), while what was worked stays as the law wants it kept.

Their rosters, hours and what they did stay, under "Former colleague" and a number. What says who that was, how to
reach them, what they wished for and why they were away goes. In the activity log people are numbers, and it stays.
"""

import json
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from service import clock
from service.activity.service import record
from service.calendars.models import CalendarFeed
from service.errors import Conflict
from service.notifications.models import Notification
from service.people.models import ChatIdentity, LinkCode, RefreshToken, User, UserSkill
from service.people.service import revoke_all
from service.requests.models import Availability, EmployeePreference, TimeOffRequest, WorkRule
from service.scheduling.models import SchedulingRun
from service.schemas.shifts import AssignmentStatus
from service.shifts.models import ShiftAssignment
from service.swaps.models import SwapLeg, SwapRequest

# Rows that say something about the person and nothing about what was worked.
FORGOTTEN = (
    ChatIdentity,
    LinkCode,
    RefreshToken,
    CalendarFeed,
    EmployeePreference,
    Availability,
    WorkRule,
    UserSkill,
    Notification,
)
NAMED_SOMEBODY = "The reasons named somebody who is no longer here."


class StillHere(Conflict):
    """The person can still sign in, or has shifts ahead."""

    code, title = "still_here", "This person has not left"


def erase(session: Session, person: User) -> str:
    """Forget a person who has left; what they are called now. Raises StillHere. Erasing twice changes nothing."""
    if person.name == _anonymous(person):
        return person.name
    if person.active:
        raise StillHere(f"{person.name} is active.", way_forward="Deactivate them first.")
    if _works_again(session, person.id):
        raise StillHere(f"{person.name} has shifts ahead.", way_forward="Deactivate them with `release`.")
    name_before = person.name
    for model in FORGOTTEN:
        session.execute(delete(model).where(model.user_id == person.id))
    # What was said about them and others together says nothing without them.
    session.execute(delete(WorkRule).where(WorkRule.parameters.contains({"user_ids": [person.id]})))
    _forget_words(session, person.id)
    _forget_sentences(session, name_before)
    person.name = _anonymous(person)
    person.handle = f"former-colleague-{person.id}"
    # A domain that never has mail: https://www.rfc-editor.org/rfc/rfc2606
    person.email = f"former-colleague-{person.id}@example.com"
    person.password_hash = None
    person.is_manager = person.is_admin = False
    person.cost_per_hour, person.contract = 0, None
    person.locale, person.time_zone = "en", None
    revoke_all(session, person)
    session.flush()
    record(session, actor_id=None, action="user.erase", entity="user", entity_id=person.id)
    return person.name


def _anonymous(person: User) -> str:
    return f"Former colleague {person.id}"


def _works_again(session: Session, user_id: int) -> bool:
    ahead = select(ShiftAssignment.id).where(
        ShiftAssignment.user_id == user_id,
        ShiftAssignment.status == AssignmentStatus.CONFIRMED,
        func.upper(ShiftAssignment.during) > clock.now(),
    )
    return session.scalar(ahead.limit(1)) is not None


def _forget_words(session: Session, user_id: int) -> None:
    """What the person wrote, was told, and may be recognised by, in rows that stay."""
    session.execute(
        update(TimeOffRequest)
        .where(or_(TimeOffRequest.user_id == user_id, TimeOffRequest.created_by == user_id))
        .values(reason="", note="", idempotency_key=None)
    )
    session.execute(
        update(SwapRequest)
        .where(or_(SwapRequest.owner_id == user_id, SwapRequest.asked_by == user_id))
        .values(note="", idempotency_key=None)
    )
    # A manager's note may be about anybody in the trade.
    in_it = select(SwapLeg.request_id).where(or_(SwapLeg.giver_id == user_id, SwapLeg.taker_id == user_id))
    session.execute(
        update(SwapRequest)
        .where(or_(SwapRequest.asked_by == user_id, SwapRequest.decided_by == user_id, SwapRequest.id.in_(in_it)))
        .values(decision_note="")
        .execution_options(synchronize_session=False)
    )
    # Where in a chat they asked for it.
    session.execute(
        update(SchedulingRun)
        .where(SchedulingRun.requested_by == user_id)
        .values(origin={}, idempotency_key=None)
        .execution_options(synchronize_session=False)
    )


def _forget_sentences(session: Session, name: str) -> None:
    """Sentences that were made for managers, and name people."""
    session.execute(
        update(SchedulingRun)
        .where(or_(_names(cast(SchedulingRun.error, Text), name), _names(cast(SchedulingRun.clash, Text), name)))
        .values(error=NAMED_SOMEBODY, clash=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(SwapRequest)
        .where(_names(cast(SwapRequest.approval, Text), name))
        .values(approval=NAMED_SOMEBODY)
        .execution_options(synchronize_session=False)
    )


def _names(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    # In JSON some characters have a backslash before them.
    escaped = json.dumps(name, ensure_ascii=False)[1:-1]
    return or_(func.strpos(column, name) > 0, func.strpos(column, escaped) > 0)
