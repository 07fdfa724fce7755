"""The service is ready once its parts answer and the tables are as new as its code."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from migrations import revisions
from service import db
from service.app import create_app
from service.migrate import downgrade, upgrade

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


def answer(client: TestClient) -> tuple[int, str]:
    """How ready the service is, and what it says of its database."""
    ready = client.get("/ready")
    return ready.status_code, ready.json()["database"]


def test_tables_of_the_version_before_are_not_enough_until_they_are_migrated(
    client: TestClient, fresh_database: str
) -> None:
    assert answer(client) == (200, "ok")
    downgrade(fresh_database, revisions.known()[1])
    status, said = answer(client)
    assert status == 503
    assert "run `rota migrate`" in said
    assert client.get("/health").status_code == 200
    upgrade(fresh_database)
    assert answer(client) == (200, "ok")


def test_tables_of_a_newer_version_are_good_enough_for_what_still_runs(client: TestClient) -> None:
    with db.unit_of_work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'of a newer version'"))
    assert answer(client) == (200, "ok")


def test_a_database_without_tables_is_not_ready(client: TestClient, fresh_database: str) -> None:
    downgrade(fresh_database)
    assert answer(client)[0] == 503
