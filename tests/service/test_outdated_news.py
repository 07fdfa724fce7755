"""What is not said any more when it can be said at last: a platform was away, and the week or the trade went on."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.notifications import service as notifications
from service.notifications.models import Delivery, Notification
from service.notifications.payloads import SwapPayload, TimeOffAskedPayload
from service.people.models import User
from service.schemas.chat import ChannelPurpose
from service.schemas.notifications import NEEDLESS, DeliveryStatus
from service.schemas.swaps import SwapEvent, SwapStatus
from service.shifts import publishing
from service.shifts.models import PlannedShift
from service.swaps.states import move_to
from tests.builders import (
    a_dropped_shift,
    a_manager,
    a_role,
    a_shift,
    a_team,
    a_user,
    a_week,
    an_assignment,
    time_off,
)

COMING = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


class Cafe:
    """A café with a manager, two waiters and a coming week, of which Ana works Monday."""

    def __init__(self, session: Session, api: TestClient, as_bot: dict[str, str]) -> None:
        self._session, self._api, self._as_bot = session, api, as_bot
        self.team, self.role = a_team(session), a_role(session)
        self.manager = a_manager(session, self.team)
        self.ana, self.joe = (a_user(session, self.team, roles=[self.role]) for _ in range(2))
        self.week = a_week(session, self.team, COMING)
        self.monday = a_shift(session, self.week, self.role)
        self.hers = an_assignment(session, self.monday, self.ana, self.role)

    def publish(self) -> None:
        publishing.publish(self._session, self.manager, self.week.id, self.week.version)

    def waiting(self, user: User | None) -> Delivery:
        """What was told first to somebody, or to the channel."""
        who = user.id if user else None
        query = select(Delivery).join(Notification).where(Notification.user_id.is_not_distinct_from(who))
        return self._session.scalars(query.order_by(Delivery.id).limit(1)).one()

    def claim(self, delivery: Delivery) -> tuple[int, Any]:
        answer = self._api.post(f"/api/notifications/deliveries/{delivery.id}/claim", headers=self._as_bot)
        return answer.status_code, answer.json()


@pytest.fixture
def cafe(session: Session, api: TestClient, as_bot: dict[str, str]) -> Cafe:
    return Cafe(session, api, as_bot)


def assert_dropped(session: Session, cafe: Cafe, delivery: Delivery) -> None:
    """Nothing is sent, and nobody goes on trying or has to mend anything."""
    status, problem = cafe.claim(delivery)
    assert (status, problem["code"]) == (409, "not_due")
    session.refresh(delivery)
    assert delivery.status is DeliveryStatus.DEAD
    assert str(delivery.error).startswith(NEEDLESS)


def test_a_week_that_was_taken_back_meanwhile_is_not_announced(session: Session, cafe: Cafe) -> None:
    cafe.publish()
    publishing.unpublish(session, cafe.manager, cafe.week.id, cafe.week.version)
    for who in (None, cafe.ana):
        assert_dropped(session, cafe, cafe.waiting(who))


def test_a_week_that_is_over_meanwhile_is_not_announced(session: Session, cafe: Cafe) -> None:
    cafe.publish()
    for note in session.scalars(select(Notification)):
        note.created_at = clock.now() - timedelta(weeks=4)
    shift = session.get_one(PlannedShift, cafe.monday.id)
    assert cafe.claim(cafe.waiting(None))[0] == 200
    session.delete(cafe.hers)
    session.flush()
    starts = clock.now() - timedelta(weeks=2)
    shift.during = type(shift.during)(starts, starts + timedelta(hours=8))
    session.flush()
    assert_dropped(session, cafe, cafe.waiting(cafe.ana))


@pytest.mark.parametrize("event", [SwapEvent.UP_FOR_GRABS, SwapEvent.DECIDE])
def test_who_could_have_answered_is_not_asked_once_a_trade_has_ended(
    event: SwapEvent, session: Session, cafe: Cafe
) -> None:
    cafe.publish()
    request = a_dropped_shift(session, cafe.hers)
    told = SwapPayload(request_id=request.id, event=event)
    notifications.tell_user(session, cafe.joe.id, told, dedupe_key="grabs")
    move_to(session, request, None, SwapStatus.EXPIRED)
    assert_dropped(session, cafe, cafe.waiting(cafe.joe))


def test_a_shift_that_has_begun_is_not_offered_though_nobody_has_noted_its_end(session: Session, cafe: Cafe) -> None:
    cafe.publish()
    request = a_dropped_shift(session, cafe.hers)
    told = SwapPayload(request_id=request.id, event=SwapEvent.UP_FOR_GRABS)
    notifications.tell_user(session, cafe.joe.id, told, dedupe_key="grabs")
    assert cafe.claim(cafe.waiting(cafe.joe))[0] == 200
    notifications.tell_user(session, cafe.joe.id, told, dedupe_key="again")
    request.expires_at = clock.now() - timedelta(minutes=1)
    session.flush()
    again = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
    assert again is not None
    assert_dropped(session, cafe, again)


def test_what_its_reader_may_not_see_any_more_does_not_wait_for_ever(session: Session, cafe: Cafe) -> None:
    """Who manages the team no more when the platform is well again: nothing is said, and nothing fails."""
    away = time_off(session, cafe.ana, day=3)
    told = TimeOffAskedPayload(request_id=away.id)
    notifications.tell_user(session, cafe.manager.id, told, dedupe_key="asked")
    cafe.manager.is_manager = False
    session.flush()
    assert_dropped(session, cafe, cafe.waiting(cafe.manager))


def test_a_channel_is_not_offered_what_is_settled(session: Session, cafe: Cafe) -> None:
    cafe.publish()
    request = a_dropped_shift(session, cafe.hers)
    told = SwapPayload(request_id=request.id, event=SwapEvent.UP_FOR_GRABS)
    notifications.tell_team(session, cafe.team.id, told, dedupe_key="grabs", purpose=ChannelPurpose.WEEKS)
    move_to(session, request, None, SwapStatus.CANCELLED)
    last = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
    assert last is not None
    assert not last.direct
    assert_dropped(session, cafe, last)
