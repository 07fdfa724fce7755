"""Forgetting what is needed no longer. The scheduler does it every hour; each time it takes a bounded bite."""

from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from service import clock
from service.notifications.models import Delivery, Notification
from service.people.models import LinkCode, RefreshToken
from service.requests.models import TimeOffRequest
from service.schemas.notifications import DeliveryStatus
from service.settings import get_settings
from service.swaps.models import SwapRequest

log = structlog.get_logger()
AT_ONCE = 5000
FINAL = (DeliveryStatus.SENT, DeliveryStatus.DEAD)
# A used refresh token is remembered until it would have expired, so that using it twice is seen.
SLACK = timedelta(days=1)


def forget(session: Session) -> dict[str, int]:
    """Forget expired logins and codes, old notifications, and old reasons; how many of each."""
    now, settings = clock.now(), get_settings()
    told_before = now - timedelta(days=settings.keep_notifications_days)
    written_before = now - timedelta(days=settings.keep_reasons_days)
    forgotten = {
        "logins": _delete(session, RefreshToken, RefreshToken.expires_at < now - SLACK),
        "codes": _delete(session, LinkCode, LinkCode.expires_at < now - SLACK),
        "notifications": _delete(session, Notification, (Notification.created_at < told_before) & _nothing_waits()),
        "absences": _blank(
            session,
            TimeOffRequest,
            {"reason": "", "note": ""},
            (func.upper(TimeOffRequest.during) < written_before)
            & or_(TimeOffRequest.reason != "", TimeOffRequest.note != ""),
        ),
        "trades": _blank(
            session,
            SwapRequest,
            {"note": "", "decision_note": ""},
            (SwapRequest.created_at < written_before) & or_(SwapRequest.note != "", SwapRequest.decision_note != ""),
        ),
    }
    if any(forgotten.values()):
        log.info("personal.forgotten", **forgotten)
    return forgotten


def _nothing_waits() -> ColumnElement[bool]:
    return (
        ~select(Delivery.id)
        .where(Delivery.notification_id == Notification.id, Delivery.status.not_in(FINAL))
        .exists()
    )


Kept = type[RefreshToken] | type[LinkCode] | type[Notification] | type[TimeOffRequest] | type[SwapRequest]


def _delete(session: Session, model: Kept, condition: ColumnElement[bool]) -> int:
    bite = select(model.id).where(condition).limit(AT_ONCE)
    gone = session.scalars(
        delete(model).where(model.id.in_(bite)).returning(model.id).execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _blank(session: Session, model: Kept, values: dict[str, str], condition: ColumnElement[bool]) -> int:
    bite = select(model.id).where(condition).limit(AT_ONCE)
    changed = session.scalars(
        update(model)
        .where(model.id.in_(bite))
        .values(values)
        .returning(model.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all())
