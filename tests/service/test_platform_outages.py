"""What becomes of a delivery while its platform is in trouble."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service import clock
from service.notifications import service as notifications
from service.notifications.models import Delivery
from service.notifications.payloads import WeekPublishedPayload
from service.schemas.notifications import DeliveryFailed, DeliveryStatus
from tests.builders import a_manager, a_team, a_week

HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def delivery(session: Session) -> Delivery:
    team = a_team(session)
    boss, week = a_manager(session, team), a_week(session, team)
    told = WeekPublishedPayload(weekly_schedule_id=week.id, published_by=boss.id, first_time=True)
    notifications.tell_team(session, team.id, told, dedupe_key="outage")
    return session.query(Delivery).one()


def _fail(session: Session, delivery: Delivery, *, away: bool) -> None:
    """One attempt that goes wrong, now."""
    delivery.next_attempt_at = clock.database_now(session)
    session.flush()
    notifications.claim(session, delivery.id)
    report = DeliveryFailed(attempt=delivery.attempts, error="http_500", uncertain=away, away=away)
    notifications.failed(session, delivery.id, report)
    session.flush()


def test_a_platform_that_is_long_in_trouble_costs_no_message_and_little_time(
    session: Session, delivery: Delivery
) -> None:
    for _ in range(10 * notifications.MAX_FAILURES):
        _fail(session, delivery, away=True)
        assert delivery.status is DeliveryStatus.UNCERTAIN
        assert delivery.next_attempt_at < clock.database_now(session) + HALF_A_MINUTE


def test_news_that_nobody_could_be_told_for_a_day_are_given_up(session: Session, delivery: Delivery) -> None:
    delivery.created_at = clock.database_now(session) - timedelta(hours=25)
    _fail(session, delivery, away=True)
    assert delivery.status is DeliveryStatus.DEAD


def test_a_message_that_the_platform_refuses_again_and_again_is_given_up(
    session: Session, delivery: Delivery
) -> None:
    for _ in range(notifications.MAX_FAILURES):
        assert delivery.status is DeliveryStatus.PENDING
        _fail(session, delivery, away=False)
    assert delivery.status is DeliveryStatus.DEAD
