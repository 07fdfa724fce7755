"""An answer takes as many queries for a team of twelve as for one of two."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from service.app import create_app
from service.calendars import service as calendars
from service.scheduling.models import OptimizationConfig
from service.schemas.shifts import WeekStatus
from tests.builders import (
    MONDAY,
    a_manager,
    a_role,
    a_rule,
    a_run,
    a_shift,
    a_team,
    a_template,
    a_user,
    a_week,
    a_wish,
    an_assignment,
    time_off,
)
from tests.service.conftest import As

MOST = 20
MOST_WITH_A_PROBLEM = 32
"""For what loads the whole problem of a week besides."""
LOADS_A_PROBLEM = {f"/api/scheduling/runs/{{run_id}}/{what}" for what in ("compare", "explain", "metrics")}
SKIPPED = {
    "/api/weekly-schedules/{week_id}/explain": "solves; loads its problem with a fixed number of queries",
    "/api/chat/channels": "one row",
    "/api/calendar": "one row",
    "/api/swaps/partners": "searches; loads its problem with a fixed number of queries",
    "/api/swaps/takeable": "searches; loads its problem with a fixed number of queries",
    "/api/swaps/{swap_id}": "one row",
    "/api/swaps/{swap_id}/alternatives": "searches; loads its problem with a fixed number of queries",
}


class Shop:
    """A team of `size` people, each on one of as many published shifts, in as many roles, templates and weeks."""

    def __init__(self, session: Session, size: int, as_user: As) -> None:
        team = a_team(session)
        manager = a_manager(session, team)
        manager.is_admin = True
        week = a_week(session, team, status=WeekStatus.PUBLISHED)
        places = []
        for number in range(size):
            role = a_role(session)
            person = a_user(session, team, roles=[role])
            template = a_template(session, team, role)
            shift = a_shift(session, week, role, day=number % 7)
            an_assignment(session, shift, person, role)
            request = time_off(session, person, day=number % 7)
            wish = a_wish(session, person)
            rule = a_rule(session, team, person)
            places.append((shift, person, role))
            config = OptimizationConfig(team_id=team.id, name=f"Config {number}")
            session.add(config)
            session.flush()
            run = a_run(session, week, manager, places, config=config)
        self.headers = as_user(manager)
        self.ids = {
            "team_id": team.id,
            "token": calendars.create(session, person),
            "week_id": week.id,
            "weekly_schedule_id": week.id,
            "user_id": person.id,
            "planned_shift_id": shift.id,
            "template_id": template.id,
            "role_id": role.id,
            "request_id": request.id,
            "preference_id": wish.id,
            "rule_id": rule.id,
            "config_id": config.id,
            "run_id": run.id,
        }

    def ask(self, api: TestClient, route: str) -> None:
        parameters = {"week": MONDAY.isoformat(), "limit": 50, "format": "csv", "team_id": self.ids["team_id"]}
        parameters["other_id"] = self.ids["run_id"]
        response = api.get(route.format(**self.ids), headers=self.headers, params=parameters)
        assert response.status_code == 200, response.text


@contextmanager
def counted(connection: Connection) -> Iterator[list[str]]:
    """The statements that go to the database in this block, savepoints aside."""
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if "SAVEPOINT" not in statement:
            statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", note)


def readable_routes() -> list[str]:
    paths = create_app().openapi()["paths"]
    return sorted(path for path, methods in paths.items() if "get" in methods and path.startswith("/api/"))


@pytest.mark.parametrize("route", [route for route in readable_routes() if route not in SKIPPED])
def test_queries_do_not_grow_with_the_team(
    route: str, api: TestClient, session: Session, connection: Connection, as_user: As
) -> None:
    counts = []
    for size in (2, 12):
        shop = Shop(session, size, as_user)
        session.expunge_all()
        with counted(connection) as statements:
            shop.ask(api, route)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[1] <= (MOST_WITH_A_PROBLEM if route in LOADS_A_PROBLEM else MOST)
