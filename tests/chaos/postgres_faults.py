"""What can happen to the database: restarted, connections cut, full, deadlocked, slow."""

import contextlib
import threading
from random import Random

import psycopg2
from sqlalchemy import make_url

from tests.chaos.stage import Stage, wait

FULL_SECONDS = 8
SLOW_SECONDS = 8
TABLES = ("outbox", "delivery", "scheduling_run", "activity_log", "notification")
# What PostgreSQL answers when it cannot extend a file: https://www.postgresql.org/docs/current/errcodes-appendix.html
FULL = """
    CREATE FUNCTION chaos_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'could not extend file "base/1/1": No space left on device' USING ERRCODE = '53100';
    END $$
"""


def restarted(stage: Stage, _: Random) -> None:
    """The server crashes and recovers from its log."""
    stage.database.restart()


def connections_cut(stage: Stage, random: Random) -> None:
    """Every connection, whatever it is doing."""
    wait(random.uniform(0, 2))
    stage.database.cut_connections()


def disk_full(stage: Stage, _: Random) -> None:
    """Every insert and update of the busy tables is answered with 53100, as on a full disk; by triggers of ours."""
    triggers = [
        f"CREATE TRIGGER chaos_full BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION chaos_full()"
        for table in TABLES
    ]
    stage.database.run(FULL, *triggers)
    try:
        wait(FULL_SECONDS)
    finally:
        stage.database.run("DROP FUNCTION chaos_full() CASCADE")


def deadlock(stage: Stage, _: Random) -> None:
    """Sessions that lock weeks, runs and deliveries in an order of their own, against whoever is at work."""
    ends = threading.Event()
    opponents = [threading.Thread(target=_grab, args=(stage, ends, order)) for order in (TABLES, TABLES[::-1])]
    for opponent in opponents:
        opponent.start()
    wait(SLOW_SECONDS)
    ends.set()
    for opponent in opponents:
        opponent.join()


def slow(stage: Stage, _: Random) -> None:
    """The busy tables are locked: every statement waits, for as long as a storage that hangs would make it."""
    locks = [f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE" for table in TABLES]
    with contextlib.suppress(psycopg2.errors.DeadlockDetected):
        stage.database.run(f"BEGIN; {'; '.join(locks)}; SELECT pg_sleep({SLOW_SECONDS}); COMMIT")


def _grab(stage: Stage, ends: threading.Event, order: tuple[str, ...]) -> None:
    while not ends.is_set():
        connection = psycopg2.connect(make_url(stage.database.url).render_as_string(hide_password=False))
        with contextlib.closing(connection), connection.cursor() as cursor:
            with contextlib.suppress(psycopg2.errors.DeadlockDetected):
                # Holding each for a moment, so that others come in between.
                for table in order:
                    cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
                    cursor.execute("SELECT pg_sleep(0.2)")
            connection.rollback()
        ends.wait(0.3)
