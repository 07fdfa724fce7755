"""Bringing a database to the newest schema, and back."""

import time
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import OperationalError

import migrations
from service.db import make_engine

HEAD = "head"
BASE = "base"
TRY_EVERY_SECONDS = 2.0


class DatabaseAway(Exception):
    """PostgreSQL took no connection in all the time that it was given; the message is its reason."""


def wait_for_database(database_url: str, *, seconds: float, say: Callable[[str], None]) -> None:
    """Return as soon as PostgreSQL takes connections; `say` hears each new reason why it does not yet.

    After a reboot nobody else starts the migration again, and all that needs its tables with it. Raises DatabaseAway
    after `seconds`.
    """
    deadline = time.monotonic() + seconds
    engine = make_engine(database_url)
    said = ""
    while True:
        try:
            engine.connect().close()
        except OperationalError as error:
            reason = str(error.orig).strip().splitlines()[0]
            if time.monotonic() >= deadline:
                raise DatabaseAway(reason) from error
            if reason != said:
                say(reason)
                said = reason
            time.sleep(TRY_EVERY_SECONDS)
        else:
            engine.dispose()
            return


def alembic_config(database_url: str) -> Config:
    """Alembic's configuration for this database; found beside the installed `migrations` package."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


def upgrade(database_url: str, revision: str = HEAD) -> None:
    """Apply every migration up to `revision`."""
    command.upgrade(alembic_config(database_url), revision)


def downgrade(database_url: str, revision: str = BASE) -> None:
    """Take migrations back down to `revision`."""
    command.downgrade(alembic_config(database_url), revision)
