"""The service's own role reads and writes rows, and can neither alter a table nor what was logged."""

from pathlib import Path

import httpx
import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege
from sqlalchemy import Engine, make_url, select, text
from sqlalchemy.orm import Session

from bots.demo.embedded import Servers
from bots.doctor import Health, _look_at_database
from service.activity.models import ActivityLog
from service.activity.seals import faults
from service.activity.service import record
from service.database_roles import OwnerServes, grant
from service.scheduling.models import SchedulingRun
from service.schemas.scheduling import RunStatus
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week
from tests.processes import crew, wait_until

REFUSED = {
    "alter a table": "ALTER TABLE shift_assignment DROP COLUMN minutes",
    "make a table": "CREATE TABLE mine (id int)",
    "drop a constraint": "ALTER TABLE user_weekly_hours DROP CONSTRAINT ck_user_weekly_hours_within_limit",
    "switch a trigger off": "ALTER TABLE activity_log DISABLE TRIGGER ALL",
    "switch all triggers off": "SET session_replication_role = replica",
    "replace a trigger's function": "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS ''",
    "change what was logged": "UPDATE activity_log SET action = 'nothing'",
    "delete what was logged": "DELETE FROM activity_log",
    "empty the log": "TRUNCATE activity_log",
    "forge a seal": "INSERT INTO activity_seal VALUES (9, 9, '')",
    "seal by hand": "SELECT seal_activity(entry) FROM activity_log AS entry",
    "change a seal": "UPDATE activity_seal SET hash = ''",
    "say that it is migrated": "UPDATE alembic_version SET version_num = '0001'",
    "make a role": "CREATE ROLE another",
}


@pytest.fixture
def granted(fresh_database: str, service_url: str, owner: Engine) -> str:
    """The URL of the service's role as `rota migrate` makes it; something is in the log."""
    with Session(owner) as session, session.begin():
        record(session, actor_id=None, action="team.create", entity="team", entity_id=1)
    name = make_url(service_url).username
    assert grant(fresh_database, service_url) == name
    assert grant(fresh_database, service_url) == name, "every migration grants again"
    return service_url


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_the_services_role_is_refused(granted: str, statement: str) -> None:
    connection = psycopg2.connect(granted)
    try:
        with connection, connection.cursor() as cursor, pytest.raises(InsufficientPrivilege):
            cursor.execute(statement)
    finally:
        connection.close()


def test_the_owner_of_the_tables_is_refused_as_role_of_the_service(fresh_database: str) -> None:
    with pytest.raises(OwnerServes):
        grant(fresh_database, fresh_database)


def test_the_doctor_sees_a_schema_in_which_everybody_may_make_tables(granted: str, owner: Engine) -> None:
    assert _look_at_database(granted).health is Health.GOOD
    # As it is on PostgreSQL 14, where only the superuser can take it away.
    with owner.begin() as connection:
        connection.execute(text("GRANT CREATE ON SCHEMA public TO PUBLIC"))
    found = _look_at_database(granted)
    assert found.health is Health.BAD
    assert "REVOKE CREATE ON SCHEMA public FROM PUBLIC" in found.sentence


@pytest.mark.processes
@pytest.mark.xdist_group("processes")
def test_everything_works_as_the_services_role(
    granted: str, owner: Engine, embedded: Servers, tmp_path: Path
) -> None:
    with Session(owner) as session, session.begin():
        team, role = a_team(session, time_limit=2), a_role(session)
        manager = a_manager(session, team)
        for _ in range(3):
            a_user(session, team, roles=[role])
        week = a_week(session, team)
        a_shift(session, week, role)
        week_id, email = week.id, manager.email
    with crew(granted, embedded.redis_url, tmp_path / "logs") as processes:
        url = processes.start_api()
        processes.start("scheduler")
        processes.start("worker", "--queues", "solve")
        password = {"ROTA_PASSWORD": "a-password-of-a-manager"}
        assert processes.start("administrator", email, "--name", "Maria", **password).wait(30) == 0, processes.logs()
        with httpx.Client(base_url=f"{url}/api", timeout=20) as client:
            login = client.post("/users/login", json={"email": email, "password": password["ROTA_PASSWORD"]})
            client.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
            assert client.post(f"/scheduling/optimize/{week_id}").status_code == 202, processes.logs()
            wait_until(lambda: _status(owner) is RunStatus.SUCCESS, seconds=60)
            version = client.get(f"/weekly-schedules/{week_id}").json()["version"]
            published = client.post(f"/weekly-schedules/{week_id}/publish", json={"version": version})
            assert published.status_code == 200, published.text
    with Session(owner) as session:
        logged = set(session.scalars(select(ActivityLog.action)))
        assert {"run.request", "week.publish"} <= logged
        assert list(faults(session)) == []


def _status(owner: Engine) -> RunStatus:
    with Session(owner) as session:
        return session.scalars(select(SchedulingRun)).one().status
