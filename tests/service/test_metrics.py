"""What Prometheus is told."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from service import db, outbox
from service.app import create_app

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


def _figures(client: TestClient) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


def test_requests_are_counted_by_route_and_never_by_path(client: TestClient) -> None:
    for number in (1, 2):
        client.get(f"/api/scheduling/runs/{number}")
    client.get("/a-guess")
    names = [name for name in _figures(client) if name.startswith("rota_request_seconds_count")]
    assert any('route="/scheduling/runs/{run_id}"' in name and 'status="401"' in name for name in names)
    assert not any("a-guess" in name for name in names)


def test_work_that_the_relay_has_not_taken_is_seen_with_its_age(client: TestClient) -> None:
    with db.unit_of_work() as session:
        outbox.add(session, queue="solve", actor="solve_run", ids=[1])
    figures = _figures(client)
    assert figures['rota_outbox_unsent{queue="solve"}'] == 1
    assert figures['rota_outbox_unsent_oldest_seconds{queue="solve"}'] >= 0


def test_both_servers_are_told_to_be_up(client: TestClient) -> None:
    figures = _figures(client)
    assert figures['rota_up{part="database"}'] == 1
    assert figures['rota_up{part="redis"}'] == 1
    assert figures['rota_queue_messages{queue="solve"}'] >= 0
    assert figures['rota_queue_oldest_seconds{queue="solve"}'] >= 0
