"""What Prometheus is told."""

from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from service import outbox
from service.db import make_engine
from service.metrics import WAITING


def _figures(client: TestClient) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


def test_requests_are_counted_by_route_and_never_by_path(api: TestClient) -> None:
    for number in (1, 2):
        api.get(f"/api/scheduling/runs/{number}")
    api.get("/a-guess")
    names = [name for name in _figures(api) if name.startswith("rota_request_seconds_count")]
    assert any('route="/scheduling/runs/{run_id}"' in name and 'status="401"' in name for name in names)
    assert not any("a-guess" in name for name in names)


def test_work_that_the_relay_has_not_taken_is_seen_with_its_age(template_database: str) -> None:
    engine = make_engine(template_database)
    with Session(engine) as session, session.begin():
        row = outbox.add(session, queue="solve", actor="solve_run", ids=[1])
    found = {sample.name: sample.value for metric in WAITING.collect() for sample in metric.samples}
    with Session(engine) as session, session.begin():
        session.delete(row)
    engine.dispose()
    assert found["rota_outbox_unsent"] == 1
    assert found["rota_outbox_unsent_oldest_seconds"] >= 0


def test_both_servers_are_told_to_be_up(api: TestClient) -> None:
    figures = _figures(api)
    assert figures['rota_up{part="database"}'] == 1
    assert figures['rota_up{part="redis"}'] == 1
    assert figures['rota_queue_messages{queue="solve"}'] >= 0
