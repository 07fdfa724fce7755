"""Rules of calendar feeds: one a person, whose link can be taken back at any time."""

import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from service import clock
from service.activity.service import record
from service.calendars.models import CalendarFeed
from service.errors import NotFound
from service.people.models import User
from service.schemas.shifts import AssignmentStatus, MyShift
from service.security import fingerprint
from service.shifts.models import ShiftAssignment, WeeklySchedule
from service.shifts.roster import shifts_of
from service.shifts.service import VISIBLE

PAST = timedelta(weeks=8)
READ_AGAIN = timedelta(minutes=5)


def create(session: Session, user: User) -> str:
    """The token of a new feed of the user's shifts; a link from before stops working."""
    token = secrets.token_urlsafe(32)
    values = {"token_hash": fingerprint(token), "created_at": clock.now(), "last_read_at": None}
    session.execute(
        insert(CalendarFeed)
        .values(user_id=user.id, **values)
        .on_conflict_do_update(index_elements=["user_id"], set_=values)
    )
    record(session, actor_id=user.id, action="calendar.create", entity="calendar_feed", entity_id=user.id)
    return token


def find(session: Session, user: User) -> CalendarFeed:
    """The user's feed. Raises NotFound."""
    feed = session.get(CalendarFeed, user.id, populate_existing=True)
    if feed is None:
        raise NotFound("You have no calendar feed.", way_forward="Create one.")
    return feed


def revoke(session: Session, user: User) -> None:
    """Take the link back. Raises NotFound."""
    session.delete(find(session, user))
    record(session, actor_id=user.id, action="calendar.revoke", entity="calendar_feed", entity_id=user.id)


def shifts_behind(session: Session, token: str) -> tuple[User, list[MyShift]]:
    """Whose feed this is, and their published shifts of the last eight weeks and all to come. Raises NotFound."""
    feed = session.scalar(
        select(CalendarFeed)
        .where(CalendarFeed.token_hash == fingerprint(token))
        .options(joinedload(CalendarFeed.user))
    )
    if feed is None or not feed.user.active:
        raise NotFound("This calendar link does not work any more.", way_forward="Ask Rota for a new one: /calendar.")
    now = clock.now()
    # Calendars read every few minutes, and some of them many times over: not every reading needs a write.
    if feed.last_read_at is None or now - feed.last_read_at > READ_AGAIN:
        feed.last_read_at = now
    shifts = shifts_of(
        session,
        ShiftAssignment.user_id == feed.user_id,
        ShiftAssignment.week_start >= (now - PAST).date(),
        ShiftAssignment.status == AssignmentStatus.CONFIRMED,
        WeeklySchedule.status.in_(VISIBLE),
    )
    return feed.user, shifts
