"""Who hears what about time off. Each fact has one key, so that nobody hears it twice."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from service.notifications import service as notifications
from service.notifications.payloads import (
    ShiftRole,
    SickCallPayload,
    TimeOffAskedPayload,
    TimeOffDecidedPayload,
    TimeOffWithdrawnPayload,
)
from service.people.models import User
from service.requests.models import TimeOffRequest
from service.schemas.requests import AffectedShift
from service.schemas.shifts import AssignmentStatus
from service.shifts.service import VISIBLE


def asked(session: Session, request: TimeOffRequest, managers: Iterable[User]) -> None:
    """Ask each manager to decide."""
    for manager in managers:
        key = f"time_off:{request.id}:asked:user:{manager.id}"
        notifications.tell_user(session, manager.id, TimeOffAskedPayload(request_id=request.id), dedupe_key=key)


def decided(session: Session, request: TimeOffRequest, released: Iterable[AffectedShift]) -> None:
    """Tell the person what was decided, and which shifts that they knew of they are off now."""
    known = [
        ShiftRole(planned_shift_id=shift.planned_shift_id, role_id=shift.role_id)
        for shift in released
        if shift.week_status in VISIBLE and shift.status is AssignmentStatus.CONFIRMED
    ]
    payload = TimeOffDecidedPayload(request_id=request.id, released=known)
    notifications.tell_user(
        session, request.user_id, payload, dedupe_key=f"time_off:{request.id}:{request.status.lower()}"
    )


def sick(session: Session, payload: SickCallPayload, managers: Iterable[User], *, since: datetime) -> None:
    """Tell managers of a sick call, also of one that makes another longer: `since` is the first instant of news."""
    for manager in managers:
        key = f"time_off:{payload.request_id}:sick:{since.isoformat()}:user:{manager.id}"
        notifications.tell_user(session, manager.id, payload, dedupe_key=key)


def withdrawn(session: Session, request: TimeOffRequest, actor: User, people: Iterable[User]) -> None:
    """Tell everybody concerned but the actor that approved time off will not be taken."""
    for person in people:
        if person.id != actor.id:
            payload = TimeOffWithdrawnPayload(request_id=request.id, withdrawn_by=actor.id)
            key = f"time_off:{request.id}:withdrawn:user:{person.id}"
            notifications.tell_user(session, person.id, payload, dedupe_key=key)
