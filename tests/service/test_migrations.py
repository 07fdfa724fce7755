"""The migrations build exactly the models, and can be taken back."""

import pytest
from alembic import command

from service.migrate import alembic_config, downgrade, upgrade

pytestmark = pytest.mark.xdist_group("migrations")


def test_migrations_go_up_down_and_up_again(fresh_database: str) -> None:
    downgrade(fresh_database)
    upgrade(fresh_database)


def test_models_and_migrations_agree(fresh_database: str) -> None:
    command.check(alembic_config(fresh_database))
