"""Managers see what was done in their teams, and the figures of their weeks."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from service import clock
from service.people.models import User
from service.schemas.requests import TimeOffStatus
from service.schemas.shifts import AssignmentStatus, WeekStatus
from tests.builders import (
    MONDAY,
    a_dropped_shift,
    a_manager,
    a_role,
    a_shift,
    a_team,
    a_user,
    a_week,
    an_assignment,
    time_off,
)
from tests.service.conftest import As


class Shop:
    """A week of three places: Ana works 8 hours for 15.00, Joe 4 for 20.00, one is open, and Kim has no shift."""

    def __init__(self, session: Session, api: TestClient, as_user: As) -> None:
        self.api, self.as_user = api, as_user
        self.team, role = a_team(session), a_role(session)
        self.manager = a_manager(session, self.team, name="Maria")
        self.ana, self.joe, self.kim = (
            a_user(session, self.team, name=name, roles=[role]) for name in ("Ana", "Joe", "Kim")
        )
        self.ana.cost_per_hour, self.joe.cost_per_hour = 1500, 2000
        week = a_week(session, self.team, status=WeekStatus.PUBLISHED)
        long, short = a_shift(session, week, role, headcount=2), a_shift(session, week, role, day=1, hours=4)
        place = an_assignment(session, long, self.ana, role)
        an_assignment(session, short, self.joe, role)
        an_assignment(session, long, self.kim, role, AssignmentStatus.PROPOSED)
        time_off(session, self.kim, day=4, status=TimeOffStatus.PENDING)
        a_dropped_shift(session, place)
        session.flush()

    def get(self, user: User, path: str, **params: Any) -> Any:
        return self.api.get(f"/api{path}", params=params, headers=self.as_user(user))


@pytest.fixture
def shop(session: Session, api: TestClient, as_user: As) -> Shop:
    return Shop(session, api, as_user)


def test_the_figures_of_a_week(shop: Shop) -> None:
    found = shop.get(shop.manager, "/metrics/summary", team_id=shop.team.id, week=MONDAY.isoformat()).json()
    assert (found["week_start"], found["week_status"]) == (MONDAY.isoformat(), "PUBLISHED")
    assert (found["places"], found["filled"], found["planned_minutes"]) == (3, 2, 12 * 60)
    assert found["cost"] == 8 * 1500 + 4 * 2000
    # Maria is in the team too.
    assert (found["people"], found["spread"]) == (4, {"least": 0, "middle": 0, "most": 480})
    assert (found["waiting_time_off"], found["waiting_trades"], found["open_shifts"]) == (1, 0, 1)
    assert (found["runs"], found["mean_run_seconds"]) == ({}, None)


def test_a_week_that_is_not_there_has_no_places(shop: Shop) -> None:
    found = shop.get(shop.manager, "/metrics/summary", team_id=shop.team.id, week="2027-06-01").json()
    assert (found["week_status"], found["places"], found["filled"], found["cost"]) == (None, 0, 0, 0)


def test_what_was_done_is_listed_newest_first_and_narrowed_down(shop: Shop) -> None:
    for name in ("Early", "Late"):
        role = {"name": f"{name} role"}
        assert shop.api.post("/api/roles", json=role, headers=shop.as_user(shop.manager)).status_code == 201
    team = {"name": "Another", "time_zone": "UTC"}
    made = shop.api.post("/api/teams", json=team, headers=shop.as_user(shop.manager)).json()["id"]
    listed = shop.get(shop.manager, "/activities", team_id=made).json()
    assert [(one["action"], one["actor"]["name"], one["entity_id"]) for one in listed["items"]] == [
        ("team.create", "Maria", made)
    ]
    policy = shop.api.put(f"/api/teams/{made}/trade-policy", json={}, headers=shop.as_user(shop.manager))
    assert policy.status_code == 200
    newest = shop.get(shop.manager, "/activities", limit=1).json()
    assert (newest["items"][0]["action"], newest["total"]) == ("trade_policy.write", 2)
    assert newest["items"][0]["after"]["open_per_person"] == 3
    by_entity = shop.get(shop.manager, "/activities", entity="team", entity_id=made).json()
    assert by_entity["total"] == 1
    later = (clock.now() + timedelta(minutes=1)).isoformat()
    assert shop.get(shop.manager, "/activities", since=later).json()["total"] == 0
    assert shop.get(shop.manager, "/activities", until=later, actor_id=shop.manager.id).json()["total"] == 2


def test_employees_read_neither(shop: Shop) -> None:
    assert shop.get(shop.ana, "/activities").status_code == 403
    assert shop.get(shop.ana, "/metrics/summary", team_id=shop.team.id).status_code == 403
