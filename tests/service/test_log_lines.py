"""What slips into a log line from outside is masked, in our events and in those of libraries, traces included."""

import json
import subprocess
import sys

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.schemas.logs import MASK

NEVER = {
    "address of mail": "ana.lima+x@mail.example.com",
    "access token": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0.sflKxwRJ-SMeKKF2QT4fwpM",
    "token of Slack": "xoxb-1234567890-abcdef",
    "token of a Slack app": "xapp-1-A111-222-abcdef",
    "token of Telegram": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "password in an address": "postgresql://rota:a-password@db/rota",
}
HARMLESS = {"path": "/api/weekly-schedules/12", "at": "2026-11-23T10:11:12Z", "url": "redis://127.0.0.1:6379/0"}
# In a process of its own: how a process logs is set up once.
PROGRAM = """
import json, logging, structlog, sys
from service.schemas.logs import configure
configure("INFO", "json")
log = structlog.get_logger()
for secret in json.loads(sys.argv[1]):
    log.info("request.done", path=f"/api/users/{secret}")
    logging.getLogger("a.library").warning("could not reach %s", secret)
    try:
        raise RuntimeError(f"https://api/bot{secret}/getMe")
    except RuntimeError:
        log.exception("request.failed")
log.info("harmless", **json.loads(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def said() -> list[dict[str, str]]:
    """What a process said that met each secret three times, and then something harmless."""
    arguments = [json.dumps(list(NEVER.values())), json.dumps(HARMLESS)]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_secrets_are_masked_wherever_they_stand(said: list[dict[str, str]]) -> None:
    met = [one for one in said if one["event"] != "harmless"]
    assert len(met) == 3 * len(NEVER)
    for one in met:
        line = json.dumps(one)
        assert MASK in line
        assert not any(secret in line for secret in NEVER.values())
        assert "a-password" not in line


def test_libraries_log_as_we_do(said: list[dict[str, str]]) -> None:
    theirs = [one for one in said if one.get("logger") == "a.library"]
    assert len(theirs) == len(NEVER)
    assert all(one["level"] == "warning" and one["timestamp"] for one in theirs)


def test_what_names_nobody_is_left_alone(said: list[dict[str, str]]) -> None:
    [harmless] = (one for one in said if one["event"] == "harmless")
    assert harmless.items() >= HARMLESS.items()


def test_an_error_of_the_database_says_the_statement_and_not_what_was_in_it(session: Session) -> None:
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(text("SELECT 1 / CAST(:number AS int)"), {"number": 0})
    assert "parameters hidden" in str(caught.value)
