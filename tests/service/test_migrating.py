"""`rota migrate` outlasts a PostgreSQL that starts after it, as after a reboot, and is kind where none ever comes."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from bots.demo.embedded import Servers
from service.migrate import DatabaseAway, wait_for_database
from tests.databases import run
from tests.processes import SECRETS

NOBODY = "postgresql://rota:secret@127.0.0.1:1/rota"


@pytest.fixture
def later(embedded: Servers) -> Iterator[str]:
    """The URL of a database that is not there yet, and is dropped at the end."""
    name = f"rota_later_{uuid.uuid4().hex[:8]}"
    yield make_url(embedded.database_url).set(database=name).render_as_string(hide_password=False)
    run(embedded.database_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_a_database_that_comes_later_is_waited_for_and_why_is_said_once(embedded: Servers, later: str) -> None:
    said: list[str] = []

    def say(reason: str) -> None:
        said.append(reason)
        run(embedded.database_url, f'CREATE DATABASE "{make_url(later).database}"')

    wait_for_database(later, seconds=60, say=say)
    assert len(said) == 1


def test_the_waiting_ends() -> None:
    with pytest.raises(DatabaseAway, match="refused"):
        wait_for_database(NOBODY, seconds=0, say=print)


def test_whoever_migrates_without_a_database_reads_one_sentence() -> None:
    given = {"DATABASE_URL": NOBODY, "REDIS_URL": "redis://127.0.0.1:1"}
    done = subprocess.run(
        [sys.executable, "-m", "bots.cli", "migrate", "--wait", "0"],
        env=os.environ | SECRETS | given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith("PostgreSQL cannot be reached")
    assert "is DATABASE_URL right?" in sentence
