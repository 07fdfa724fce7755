"""What Prometheus is told."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from redis import Redis

from bots.demo.embedded import Servers
from bots.inbox import stream_of
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
    client.request("A-WORD-OF-THEIRS", "/api/roles")
    names = [name for name in _figures(client) if name.startswith("rota_request_seconds_count")]
    assert any('route="/scheduling/runs/{run_id}"' in name and 'status="401"' in name for name in names)
    assert not any("a-guess" in name or "A-WORD-OF-THEIRS" in name for name in names)


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


def test_what_people_said_in_chat_and_nobody_answered_is_seen_with_its_age(
    client: TestClient, embedded: Servers
) -> None:
    with Redis.from_url(embedded.redis_url) as redis:
        redis.flushdb()
        assert _figures(client)['rota_inbox_oldest_seconds{platform="slack"}'] == 0
        ten_minutes_ago = (int(redis.time()[0]) - 600) * 1000
        redis.xadd(stream_of("slack"), {"job": "{}"}, id=f"{ten_minutes_ago}-0")
        # What a bot has begun with and not ended is not answered either.
        redis.xgroup_create(stream_of("slack"), "rota", id="0")
        redis.xreadgroup("rota", "a bot", {stream_of("slack"): ">"})
        figures = _figures(client)
        redis.flushdb()
    assert figures['rota_inbox_waiting{platform="slack"}'] == 1
    assert figures['rota_inbox_oldest_seconds{platform="slack"}'] == pytest.approx(600, abs=30)
    assert figures['rota_inbox_waiting{platform="telegram"}'] == 0


def test_what_alerts_count_begins_with_nothing_since_the_first_value_is_no_increase(client: TestClient) -> None:
    figures = _figures(client)
    for figure in (
        'rota_deliveries_total{outcome="dead",platform="slack"}',
        'rota_deliveries_total{outcome="dead",platform="telegram"}',
        'rota_run_attempts_total{outcome="FAILED"}',
    ):
        assert figure in figures
