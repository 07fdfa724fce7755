"""In an upgrade the new processes may be there before the new tables are: they wait, and say for what."""

import re
import signal
from pathlib import Path

import psycopg2
import pytest

from bots.demo.embedded import Servers
from bots.doctor import Health, _look_at_database
from migrations import revisions
from service.migrate import downgrade, upgrade
from tests.processes import Crew, crew, free_port, wait_until

BEFORE = revisions.known()[1]


def said(processes: Crew) -> list[str]:
    """The events that all processes have logged."""
    return re.findall(r'"event": ?"([\w.]+)"', processes.logs())


@pytest.mark.processes
@pytest.mark.xdist_group("processes")
def test_workers_and_scheduler_wait_for_the_migration_and_then_begin(
    embedded: Servers, fresh_database: str, tmp_path: Path
) -> None:
    downgrade(fresh_database, BEFORE)
    with crew(fresh_database, embedded.redis_url, tmp_path / "logs") as processes:
        for command in (["scheduler"], ["worker", "--queues", "solve"], ["scheduler"]):
            processes.start(*command, METRICS_PORT=str(free_port()))
        wait_until(lambda: said(processes).count("migration.awaited") == 3, seconds=60)
        # Whoever is told to end does so, also while it waits.
        impatient = processes.running[-1]
        impatient.send_signal(signal.SIGTERM)
        assert impatient.wait(20) == 0
        begun = {"scheduler.started", "worker.started"}
        assert begun.isdisjoint(said(processes))
        upgrade(fresh_database)
        wait_until(lambda: begun <= set(said(processes)), seconds=30)
        assert [process.poll() for process in processes.running[:2]] == [None, None], processes.logs()


def test_the_doctor_says_whether_the_tables_are_as_new_as_needed(fresh_database: str) -> None:
    assert _look_at_database(fresh_database).health is Health.GOOD
    downgrade(fresh_database, BEFORE)
    found = _look_at_database(fresh_database)
    assert found.health is Health.BAD
    assert "older than this version: run `rota migrate`" in found.sentence
    downgrade(fresh_database)
    assert "run `rota migrate`" in _look_at_database(fresh_database).sentence
    upgrade(fresh_database)
    connection = psycopg2.connect(fresh_database)
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE alembic_version SET version_num = 'of a newer version'")
    connection.close()
    assert _look_at_database(fresh_database).health is Health.GOOD
