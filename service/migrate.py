"""Bringing a database to the newest schema, and back."""

from pathlib import Path

from alembic import command
from alembic.config import Config

import migrations

HEAD = "head"
BASE = "base"


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
