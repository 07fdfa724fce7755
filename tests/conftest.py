"""Real servers for every test: one PostgreSQL and one Valkey per test process, the schema built by the migrations.

`session` gives a session whose work is rolled back; `fresh_database` a database of its own, for tests that start
processes or need real commits.
"""

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.orm import Session

from bots.demo.embedded import Servers, servers
from service.db import make_engine
from service.migrate import upgrade
from tests.databases import run

TEMPLATE = "rota_template"


@pytest.fixture(scope="session")
def embedded() -> Iterator[Servers]:
    """The servers of this test process, or those that `make test-external` has.

    Not under pytest's own folder: as root, PostgreSQL runs as another user, whom every new pytest locks out of it.
    """
    database_url, redis_url = os.environ.get("ROTA_TEST_DATABASE_URL"), os.environ.get("ROTA_TEST_REDIS_URL")
    if database_url and redis_url:
        # Tests empty their Redis, so each process has one of its sixteen databases to itself.
        process = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        parts = urlsplit(redis_url)._replace(path=f"/{process}")
        yield Servers(database_url=database_url, redis_url=urlunsplit(parts))
        return
    with tempfile.TemporaryDirectory(prefix="rota-tests-") as folder, servers(Path(folder)) as running:
        yield running


@pytest.fixture(scope="session")
def template_database(embedded: Servers) -> str:
    """The URL of a database that holds the newest schema and no rows."""
    url = _create_database(embedded.database_url, f"{TEMPLATE}_{uuid.uuid4().hex[:8]}")
    upgrade(url)
    return url


@pytest.fixture(scope="session")
def engine(embedded: Servers, template_database: str) -> Iterator[Engine]:
    """An engine on a database that tests share, each rolling back what it did."""
    url = _create_database(embedded.database_url, f"rota_{uuid.uuid4().hex[:8]}", template=template_database)
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back at the end of the test."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session whose commits are savepoints of the test's own transaction."""
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        yield session


@pytest.fixture
def fresh_database(embedded: Servers, template_database: str) -> Iterator[str]:
    """The URL of an empty database of this test's own, dropped at its end."""
    url = _create_database(embedded.database_url, f"rota_{uuid.uuid4().hex[:8]}", template=template_database)
    yield url
    run(embedded.database_url, f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')


@pytest.fixture
def shared_data() -> Path:
    """The folder of public benchmark data and chat specifications beside the checkout; skips where absent."""
    folder = Path(os.environ.get("ROTA_SHARED_DATA", Path(__file__).parents[1].parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return folder


def _create_database(server_url: str, name: str, template: str | None = None) -> str:
    source = f' TEMPLATE "{make_url(template).database}"' if template else ""
    run(server_url, f'CREATE DATABASE "{name}"{source}')
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
