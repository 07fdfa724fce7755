"""Somebody has left, and the week in which they worked goes on without them."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from service import clock
from service.people.models import TeamMember, User
from service.schemas.shifts import WeekStatus
from service.shifts.models import ShiftAssignment
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.conftest import As

TODAY = clock.now().date()

Leaving = Callable[[Session, "Bar"], None]


class Bar:
    """Ana has worked the night, where her manager had put her, and Joe works the evening of tomorrow."""

    def __init__(self, session: Session, api: TestClient, as_user: As) -> None:
        self._api, self._headers = api, as_user
        self.team, self.role = a_team(session), a_role(session)
        self.manager = a_manager(session, self.team)
        self.ana, self.joe = (a_user(session, self.team, roles=[self.role]) for _ in range(2))
        self.week = a_week(session, self.team, TODAY, WeekStatus.PUBLISHED)
        self.night = a_shift(session, self.week, self.role, start=0, hours=1)
        self.evening, self.late = (a_shift(session, self.week, self.role, day=day, start=16) for day in (1, 2))
        self.hers = an_assignment(session, self.night, self.ana, self.role, pinned=True)
        self.his = an_assignment(session, self.evening, self.joe, self.role, pinned=True)

    def ask(self, method: str, path: str, user: User | None = None, **more: Any) -> int:
        answer = self._api.request(method, f"/api{path}", headers=self._headers(user or self.manager), **more)
        return int(answer.status_code)


@pytest.fixture
def bar(session: Session, api: TestClient, as_user: As) -> Bar:
    return Bar(session, api, as_user)


def deactivated(session: Session, bar: Bar) -> None:
    bar.ana.active = False
    session.flush()


def moved_away(session: Session, bar: Bar) -> None:
    session.execute(delete(TeamMember).where(TeamMember.user_id == bar.ana.id))


@pytest.mark.parametrize("gone", [deactivated, moved_away])
def test_a_week_in_which_somebody_worked_who_has_left_is_planned_on(
    session: Session, bar: Bar, gone: Leaving
) -> None:
    gone(session, bar)
    week, joe = f"/weekly-schedules/{bar.week.id}", bar.joe.id
    wanted = {"planned_shift_id": bar.late.id, "user_id": joe, "role_id": bar.role.id}
    supposed = {"kind": "OFF", "user_id": joe, "planned_shift_id": bar.evening.id}
    about_joe = {"user_id": joe, "planned_shift_id": bar.evening.id}
    assert bar.ask("POST", "/shift-assignments", json=wanted) == 201
    assert bar.ask("GET", f"{week}/explain", params=about_joe) == 200
    assert bar.ask("POST", f"{week}/what-if", json=supposed) == 200
    assert bar.ask("GET", "/swaps/partners", bar.joe, params={"assignment_id": bar.his.id}) == 200
    # What she worked stays hers.
    assert session.get_one(ShiftAssignment, bar.hers.id, populate_existing=True).user_id == bar.ana.id
