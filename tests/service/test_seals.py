"""A change of the activity log is found, whoever made it and however."""

import threading

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.activity.cli import app
from service.activity.models import ActivityLog, ActivitySeal
from service.activity.seals import EMPTY, Head, faults, head
from service.activity.service import record
from service.db import get_engine
from service.migrate import downgrade, upgrade

ENTRIES = 6
TRIGGERS_OFF = text("SET session_replication_role = replica")


def log_one(session: Session, number: int) -> None:
    record(
        session,
        actor_id=None,
        action="shift.change",
        entity="planned_shift",
        entity_id=number,
        before={"name": "Früh", "minutes": 480, "share": 0.1},
        after={"name": "Spät", "minutes": None, "days": [1, 2]},
    )


@pytest.fixture
def engine_of_log(own_database: None) -> Engine:
    """A database with a log of six entries, each of its own transaction."""
    engine = get_engine()
    for number in range(1, ENTRIES + 1):
        with Session(engine) as session, session.begin():
            log_one(session, number)
    return engine


def tamper(engine: Engine, *statements: str) -> None:
    """As somebody who owns the server, and has switched every trigger off."""
    with engine.begin() as connection:
        connection.execute(TRIGGERS_OFF)
        for statement in statements:
            connection.execute(text(statement))


def found(engine: Engine, remembered: Head = EMPTY) -> list[str]:
    with Session(engine) as session:
        return list(faults(session, remembered=remembered))


def test_what_nobody_touched_is_whole(engine_of_log: Engine) -> None:
    assert found(engine_of_log) == []
    with Session(engine_of_log) as session:
        assert head(session).position == ENTRIES


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE activity_log SET action = 'shift.create' WHERE id = 3", "Entry 3, or its seal, was changed."),
        (
            "UPDATE activity_log SET at = at + interval '1 microsecond' WHERE id = 3",
            "Entry 3, or its seal, was changed.",
        ),
        ("UPDATE activity_log SET before = NULL WHERE id = 6", "Entry 6, or its seal, was changed."),
        ("UPDATE activity_log SET platform = 'slack' WHERE id = 1", "Entry 1, or its seal, was changed."),
        ("DELETE FROM activity_log WHERE id = 3", "Entry 3 is missing."),
        ("DELETE FROM activity_log WHERE id = 6", "Entry 6 is missing."),
        (
            "INSERT INTO activity_log (platform, action, entity, entity_id) VALUES ('api', 'swap.done', 'swap', 1)",
            "Entry 7 was written past the seals.",
        ),
        ("UPDATE activity_seal SET activity_id = 9 WHERE position = 3", "Entry 9 is missing."),
    ],
)
def test_a_change_past_the_triggers_is_found(engine_of_log: Engine, statement: str, fault: str) -> None:
    tamper(engine_of_log, statement)
    assert fault in found(engine_of_log)


def test_one_changed_entry_accuses_no_other(engine_of_log: Engine) -> None:
    tamper(engine_of_log, "UPDATE activity_log SET entity_id = 77 WHERE id = 2")
    assert found(engine_of_log) == ["Entry 2, or its seal, was changed."]


def test_an_entry_that_went_with_its_seal_is_found(engine_of_log: Engine) -> None:
    tamper(engine_of_log, "DELETE FROM activity_log WHERE id = 3", "DELETE FROM activity_seal WHERE position = 3")
    assert "Seals 3 to 3 are missing." in found(engine_of_log)


def test_a_log_cut_short_is_found_by_a_head_from_earlier(engine_of_log: Engine) -> None:
    with Session(engine_of_log) as session:
        before = head(session)
    tamper(engine_of_log, "DELETE FROM activity_log WHERE id > 4", "DELETE FROM activity_seal WHERE position > 4")
    assert found(engine_of_log) == [], "nothing in what is left can tell"
    assert found(engine_of_log, before) == [f"The log is not the one that ended with {before}."]


def test_a_chain_written_anew_is_found_by_a_head_from_earlier(engine_of_log: Engine) -> None:
    with Session(engine_of_log) as session:
        before = head(session)
    tamper(
        engine_of_log,
        "UPDATE activity_log SET action = 'nothing' WHERE id = 2",
        "DELETE FROM activity_seal",
        "SELECT seal_activity(entry) FROM (SELECT * FROM activity_log ORDER BY id) AS entry",
    )
    assert found(engine_of_log) == []
    assert found(engine_of_log, before) != []
    with Session(engine_of_log) as session, session.begin():
        log_one(session, 7)


def test_writers_at_once_make_one_chain(engine_of_log: Engine) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 10):
            with Session(engine_of_log) as session, session.begin():
                log_one(session, number)
                log_one(session, -number)

    writers = [threading.Thread(target=write, args=(100 * number,)) for number in range(1, 9)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert found(engine_of_log) == []
    with Session(engine_of_log) as session:
        assert head(session).position == ENTRIES + 8 * 10 * 2
        assert len(session.scalars(select(ActivitySeal)).all()) == len(session.scalars(select(ActivityLog)).all())


def test_what_is_rolled_back_leaves_no_gap(engine_of_log: Engine) -> None:
    with Session(engine_of_log) as session:
        log_one(session, 7)
        session.rollback()
    with Session(engine_of_log) as session, session.begin():
        log_one(session, 8)
    assert found(engine_of_log) == []


def test_a_log_from_before_the_seals_is_sealed_by_the_migration(engine_of_log: Engine) -> None:
    url = engine_of_log.url.render_as_string(hide_password=False)
    engine_of_log.dispose()
    downgrade(url, "0009")
    upgrade(url)
    assert found(engine_of_log) == []


def test_the_command_says_so_and_ends_with_it(engine_of_log: Engine) -> None:
    whole = CliRunner().invoke(app, ["audit", "verify"])
    assert whole.exit_code == 0, whole.output
    kept = whole.output.split()[-1]
    assert kept.startswith(f"{ENTRIES}:")
    assert CliRunner().invoke(app, ["audit", "verify", "--head", kept]).exit_code == 0
    assert CliRunner().invoke(app, ["audit", "verify", "--head", f"{ENTRIES}:{'0' * 64}"]).exit_code == 1
    assert CliRunner().invoke(app, ["audit", "verify", "--head", "nonsense"]).exit_code == 2
    tamper(engine_of_log, "DELETE FROM activity_log WHERE id = 3")
    broken = CliRunner().invoke(app, ["audit", "verify"])
    assert broken.exit_code == 1
    assert "Entry 3 is missing." in broken.output
