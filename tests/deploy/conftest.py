"""The role of the service, as production has it."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, make_url, text

from service.db import make_engine


@pytest.fixture
def owner(fresh_database: str) -> Iterator[Engine]:
    """The owner of the tables."""
    engine = make_engine(fresh_database)
    yield engine
    engine.dispose()


@pytest.fixture
def service_url(fresh_database: str, owner: Engine) -> Iterator[str]:
    """The URL of a role for the service, which somebody has yet to make."""
    name = f"rota_service_{uuid.uuid4().hex[:8]}"
    yield make_url(fresh_database).set(username=name, password="a-password").render_as_string(hide_password=False)
    with owner.begin() as connection:
        # Roles are of the whole server, and would stay.
        if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}):
            connection.execute(text(f"DROP OWNED BY {name}"))
            connection.execute(text(f"DROP ROLE {name}"))
