"""What waits behind others in a queue is left alone; what its queue has passed was lost, and is handed out again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from dramatiq.brokers.redis import RedisBroker
from sqlalchemy import select, update

from bots.demo.embedded import Servers
from service import clock, queues
from service.db import unit_of_work
from service.notifications import service as notifications
from service.notifications import sweep as notification_sweep
from service.notifications.models import Delivery, Outbox
from service.notifications.payloads import UnreachablePayload
from service.notifications.relay import relay
from service.worker import make_broker
from tests.builders import a_team, a_user

ASKED_SECONDS_AGO = (300, 200, 100)


@pytest.fixture
def broker(embedded: Servers) -> Iterator[RedisBroker]:
    made = make_broker(embedded.redis_url)
    made.client.flushdb()
    yield made
    made.client.flushdb()
    made.close()


@pytest.fixture
def deliveries(own_database: None, broker: RedisBroker) -> list[int]:
    """Three deliveries, handed out when they were due, long ago and well apart."""
    with unit_of_work() as session:
        ana = a_user(session, a_team(session))
        for number, seconds in enumerate(ASKED_SECONDS_AGO):
            notifications.tell_user(session, ana.id, UnreachablePayload(delivery_id=1), dedupe_key=str(number))
            due = clock.now() - timedelta(seconds=seconds)
            newest = select(Delivery.id).order_by(Delivery.id.desc()).limit(1).scalar_subquery()
            session.execute(update(Delivery).where(Delivery.id == newest).values(next_attempt_at=due))
            session.execute(update(Outbox).where(Outbox.args[0].as_integer() == newest).values(not_before=due))
        assert relay(session, broker) == len(ASKED_SECONDS_AGO)
        return list(session.scalars(select(Delivery.id).order_by(Delivery.id)))


def handed_out(broker: RedisBroker) -> list[int]:
    """Sweep; the deliveries that were queued again by it."""
    with unit_of_work() as session:
        notification_sweep.sweep(session, queues.heads(broker))
        rows = session.scalars(select(Outbox).where(Outbox.sent_at.is_(None)).order_by(Outbox.id)).all()
        return [row.args[0] for row in rows]


def test_a_long_queue_is_not_filled_with_repeats(broker: RedisBroker, deliveries: list[int]) -> None:
    assert len(deliveries) == 3
    assert handed_out(broker) == []


def test_what_its_queue_has_passed_is_handed_out_again(broker: RedisBroker, deliveries: list[int]) -> None:
    broker.client.lpop("dramatiq:deliver_terminal")
    assert handed_out(broker) == deliveries[:1]


def test_an_emptied_queue_loses_nothing(broker: RedisBroker, deliveries: list[int]) -> None:
    broker.client.flushdb()
    assert handed_out(broker) == deliveries
    assert handed_out(broker) == deliveries, "found once, and not before it can have been taken"


def test_a_message_of_somebody_else_hides_nothing(broker: RedisBroker, deliveries: list[int]) -> None:
    broker.client.flushdb()
    broker.client.rpush("dramatiq:deliver_terminal", "poison")
    broker.client.hset("dramatiq:deliver_terminal.msgs", "poison", "{}")
    assert handed_out(broker) == deliveries
