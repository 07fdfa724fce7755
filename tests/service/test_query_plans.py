"""In a large database every answer finds its rows by an index: what the endpoints really ask is explained here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, event, insert, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service.people.models import Role, Team, TeamMember, User, UserRole
from service.shifts.models import PlannedShift, PlannedShiftRole, WeeklySchedule
from tests.builders import MONDAY
from tests.service.conftest import As

TEAMS, PEOPLE, WEEKS = 200, 10, 10
LARGE = {
    "shift_assignment",
    "planned_shift",
    "planned_shift_role",
    "user_weekly_hours",
    "weekly_schedule",
    "user_role",
}
"""Tables that grow without end; a sequential scan of one of them takes longer every week."""


def fill(session: Session) -> None:
    """Two hundred teams of ten with ten published weeks each: 20,000 assignments."""
    teams, people = range(1, TEAMS + 1), range(1, TEAMS * PEOPLE + 1)
    session.execute(insert(Role), [{"id": 1, "name": "Waiter", "colour": "#2563eb"}])
    session.execute(insert(Team), [{"id": n, "name": f"Team {n}", "time_zone": "UTC"} for n in teams])
    session.execute(
        insert(User),
        [
            {"id": n, "name": f"P {n}", "handle": f"p{n}", "email": f"{n}@example.com", "is_manager": n % PEOPLE == 0}
            for n in people
        ],
    )
    session.execute(insert(UserRole), [{"user_id": n, "role_id": 1} for n in people])
    session.execute(insert(TeamMember), [{"user_id": n, "team_id": _team_of(n)} for n in people])
    weeks: list[dict[str, Any]] = [
        {"id": number, "team_id": team, "week_start": MONDAY - week * timedelta(days=7), "status": "PUBLISHED"}
        for number, (team, week) in enumerate(product(teams, range(WEEKS)), start=1)
    ]
    session.execute(insert(WeeklySchedule), weeks)
    shifts = [
        {
            "id": 2 * week["id"] + day,
            "weekly_schedule_id": week["id"],
            "week_start": week["week_start"],
            "name": "Day",
            "during": _working_hours(week["week_start"] + day * timedelta(days=1)),
        }
        for week, day in product(weeks, range(2))
    ]
    session.execute(insert(PlannedShift), shifts)
    session.execute(
        insert(PlannedShiftRole),
        [{"planned_shift_id": shift["id"], "role_id": 1, "headcount": PEOPLE // 2} for shift in shifts],
    )
    session.execute(text(ASSIGN_EVERY_SECOND_PERSON))
    session.execute(text("ANALYZE"))
    # As on a disk without a head to move: with the default, PostgreSQL 15 reads two thousand roles faster in a row.
    session.execute(text("SET LOCAL random_page_cost = 1.1"))


ASSIGN_EVERY_SECOND_PERSON = """
    INSERT INTO shift_assignment
        (planned_shift_id, role_id, user_id, status, source, pinned, during, minutes, week_start)
    SELECT shift.id, 1, member.user_id, 'CONFIRMED', 'SOLVER', false, shift.during, shift.minutes, shift.week_start
    FROM planned_shift AS shift
    JOIN weekly_schedule AS week ON week.id = shift.weekly_schedule_id
    JOIN team_member AS member ON member.team_id = week.team_id AND member.user_id % 2 = 1
"""


def _team_of(person: int) -> int:
    return (person - 1) // PEOPLE + 1


def _working_hours(day: date) -> Range[datetime]:
    return Range(datetime.combine(day, time(9), tzinfo=UTC), datetime.combine(day, time(17), tzinfo=UTC))


@contextmanager
def explained(connection: Connection) -> Iterator[list[tuple[str, str]]]:
    """What is scanned from end to end by the queries of this block, as (table, query)."""
    asked: list[tuple[str, Any]] = []
    scanned: list[tuple[str, str]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield scanned
    finally:
        event.remove(connection, "before_cursor_execute", note)
    for statement, parameters in asked:
        (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
        scanned.extend((table, statement) for table in _read_from_end_to_end(plan["Plan"]))


def _read_from_end_to_end(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE:
        yield node["Relation Name"]
    for child in node.get("Plans", []):
        yield from _read_from_end_to_end(child)


@pytest.fixture
def chain(session: Session) -> Session:
    """A chain of two hundred restaurants."""
    fill(session)
    return session


def test_no_answer_reads_a_growing_table_from_end_to_end(
    chain: Session, api: TestClient, connection: Connection, as_user: As
) -> None:
    manager = chain.get_one(User, 50 * PEOPLE)
    week = chain.query(WeeklySchedule).filter_by(team_id=50, week_start=MONDAY).one()
    headers = as_user(manager)
    paths = {
        "/api/shift-assignments/me": {"week": str(MONDAY)},
        "/api/users/me/hours": {"week": str(MONDAY)},
        "/api/weekly-schedules": {"team_id": "50", "week_start": str(MONDAY)},
        f"/api/weekly-schedules/{week.id}": {},
        f"/api/weekly-schedules/{week.id}/roster": {},
        f"/api/export/schedule/{week.id}": {"format": "csv"},
        "/api/users": {"team_id": "50"},
    }
    for path, parameters in paths.items():
        with explained(connection) as scanned:
            response = api.get(path, headers=headers, params=parameters)
        assert response.status_code == 200, response.text
        assert scanned == [], path
