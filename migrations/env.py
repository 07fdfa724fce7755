"""Alembic's entry point: one transaction, under an advisory lock, with short lock waits.

The lock lets several starting processes call `rota migrate` at once; the timeouts keep a migration from queueing
behind a long transaction while everything else queues behind it.
"""

from alembic import context
from sqlalchemy import Connection, text

import service.models  # noqa: F401  # registers every table
from service.db import Base, make_engine
from service.settings import get_settings

MIGRATION_LOCK = 7_415_001


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        context.run_migrations()


def _run() -> None:
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    url = context.config.get_main_option("sqlalchemy.url") or get_settings().database_url
    engine = make_engine(url)
    with engine.connect() as connection:
        _migrate(connection)
    engine.dispose()


_run()
