"""What a message carries to its work, and what a worker does with one of a newer version."""

from collections.abc import Iterator

import dramatiq
import pytest
import structlog
from dramatiq.brokers.stub import StubBroker
from sqlalchemy.orm import Session

from service import outbox
from service.notifications.models import Outbox
from service.notifications.relay import relay
from service.schemas import messages
from service.schemas.messages import Carried

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def worked_on() -> list[tuple[int, object]]:
    return []


@pytest.fixture
def broker(worked_on: list[tuple[int, object]]) -> Iterator[StubBroker]:
    """A queue in memory, with a worker that notes what it does under which correlation id."""
    broker = StubBroker(middleware=[Carried()])

    @dramatiq.actor(broker=broker, queue_name="solve", actor_name="solve_run")
    def solve_run(run_id: int) -> None:
        worked_on.append((run_id, structlog.contextvars.get_contextvars().get("correlation_id")))

    worker = dramatiq.Worker(broker, worker_timeout=100, worker_threads=1)
    worker.start()
    yield broker
    worker.stop()


def test_work_is_done_under_the_correlation_id_of_its_cause(
    session: Session, broker: StubBroker, worked_on: list[tuple[int, object]]
) -> None:
    with structlog.contextvars.bound_contextvars(correlation_id="a-command"):
        outbox.add(session, queue="solve", actor="solve_run", ids=[7])
    assert relay(session, broker) == 1
    broker.join("solve", timeout=10_000)
    assert worked_on == [(7, "a-command")]


def test_a_message_of_a_newer_version_is_left_for_a_newer_worker(
    session: Session, broker: StubBroker, worked_on: list[tuple[int, object]]
) -> None:
    outbox.add(session, queue="solve", actor="solve_run", ids=[7]).version = messages.VERSION + 1
    outbox.add(session, queue="solve", actor="solve_run", ids=[8])
    assert relay(session, broker) == 2
    broker.join("solve", timeout=10_000)
    assert [run for run, _ in worked_on] == [8], "its run is still PENDING, and the sweep hands it out again"


def test_a_scheduler_that_records_nothing_passes_the_trace_on(session: Session) -> None:
    broker = StubBroker(middleware=[])
    outbox.add(session, queue="solve", actor="solve_run", ids=[7]).traceparent = TRACEPARENT
    # As a process of the version before writes it.
    session.add(Outbox(queue="solve", actor="solve_run", args=[8], correlation_id=None))
    session.flush()
    relay(session, broker)
    sent = [dramatiq.Message.decode(broker.queues["solve"].get()).options for _ in range(2)]
    assert [each["traceparent"] for each in sent] == [TRACEPARENT, None]
    assert [each["version"] for each in sent] == [1, 1]
