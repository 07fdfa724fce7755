"""The service, called over HTTP inside the test's own transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bots.demo.embedded import Servers
from service import db, security
from service.app import create_app
from service.people.models import User
from service.settings import get_settings

BOT_SECRET = "the-bots-own-secret-for-these-tests-only"
As = Callable[[User], dict[str, str]]


@pytest.fixture(autouse=True)
def settings(embedded: Servers, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings of the service under test.

    Never the template's own URL: PostgreSQL copies no database to which somebody is connected.
    """
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("REDIS_URL", embedded.redis_url)
    monkeypatch.setenv("JWT_SECRET_KEY", "a-key-for-signing-tokens-in-these-tests-only")
    monkeypatch.setenv("ROTA_BOT_SECRET", BOT_SECRET)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def own_database(fresh_database: str, settings: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database to itself for a test whose work is committed, in transactions of the service's own."""
    monkeypatch.setenv("DATABASE_URL", fresh_database)
    get_settings.cache_clear()
    db.get_engine.cache_clear()
    db._session_factory.cache_clear()
    yield
    db.get_engine().dispose()
    db.get_engine.cache_clear()
    db._session_factory.cache_clear()


@pytest.fixture
def api(session: Session) -> Iterator[TestClient]:
    """A client of the service whose requests work in the test's transaction, each in a savepoint of its own."""
    app = create_app()

    def one_request() -> Iterator[Session]:
        with session.begin_nested():
            yield session
        session.expire_all()

    app.dependency_overrides[security.database] = one_request
    app.dependency_overrides[security.units] = lambda: contextmanager(one_request)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def as_user() -> As:
    """Headers of a request that speaks as a user."""
    return lambda user: {"Authorization": f"Bearer {security.make_access_token(user)[0]}"}


@pytest.fixture
def as_bot() -> dict[str, str]:
    """Headers of a request of our own bots."""
    return {"Authorization": f"Bot {BOT_SECRET}"}
