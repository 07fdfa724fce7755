"""Work and absences are planned by the minute: seconds are left out of what is asked, and harmless where stored."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service import clock
from service.schemas.requests import TimeOffStatus
from service.schemas.shifts import WeekStatus
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment, time_off
from tests.service.conftest import As

COMING = clock.week_of(clock.now().date(), 0) + timedelta(weeks=2)


class Bar:
    """A manager, Ana, and a week that is still to come."""

    def __init__(self, session: Session, api: TestClient, as_user: As) -> None:
        self.team, self.role = a_team(session), a_role(session)
        self.manager = a_manager(session, self.team)
        self.ana = a_user(session, self.team, name="Ana", roles=[self.role])
        self.week = a_week(session, self.team, COMING)
        self.api, self.headers = api, as_user(self.manager)

    def post(self, path: str, **wanted: Any) -> Any:
        return self.api.post(f"/api/{path}", json=wanted, headers=self.headers)

    def add_shift(self, starts: str, ends: str) -> Any:
        return self.post(
            "planned-shifts",
            weekly_schedule_id=self.week.id,
            name="Day",
            starts_at=f"{COMING}T{starts}Z",
            ends_at=f"{COMING}T{ends}Z",
            needs=[{"role_id": self.role.id, "headcount": 1}],
        )

    def add_template(self, starts: str, ends: str, **more: Any) -> Any:
        needs = [{"role_id": self.role.id, "headcount": 1}]
        times = {"start_time": starts, "end_time": ends}
        return self.post(
            "shift-templates", team_id=self.team.id, name="Day", weekdays=[0], needs=needs, **times, **more
        )


@pytest.fixture
def bar(session: Session, api: TestClient, as_user: As) -> Bar:
    return Bar(session, api, as_user)


def at(day: int, *, seconds: int = 0, **more: int) -> datetime:
    return datetime.combine(COMING, datetime.min.time(), tzinfo=UTC) + timedelta(days=day, seconds=seconds, **more)


def fields(answer: Any) -> list[str]:
    return [fault["field"] for fault in answer.json()["faults"]]


def test_seconds_are_left_out_of_what_is_asked(bar: Bar) -> None:
    shift = bar.add_shift("15:59:59", "23:59:59").json()
    assert (shift["starts_at"][11:19], shift["ends_at"][11:19], shift["minutes"]) == ("15:59:00", "23:59:00", 480)
    template = bar.add_template("16:00", "23:59:59").json()
    assert (template["start_time"], template["end_time"]) == ("16:00:00", "23:59:00")
    times = {"starts_at": at(1).isoformat(), "ends_at": at(2, seconds=-1).isoformat()}
    away = bar.post("time-off-requests", kind="VACATION", user_id=bar.ana.id, **times).json()
    assert away["ends_at"][11:19] == "23:59:00"


def test_what_is_empty_without_its_seconds_is_refused(bar: Bar) -> None:
    shift = bar.add_shift("09:00:10", "09:00:50")
    assert (shift.status_code, fields(shift)) == (422, ["ends_at"])
    template = bar.add_template("09:00:10", "09:00:50")
    assert (template.status_code, fields(template)) == (422, ["end_time"])
    nothing_but_break = bar.add_template("09:00:00", "09:30:59", break_minutes=30)
    assert (nothing_but_break.status_code, fields(nothing_but_break)) == (422, ["break_minutes"])
    times = {"starts_at": at(1, seconds=10).isoformat(), "ends_at": at(1, seconds=50).isoformat()}
    assert bar.post("time-off-requests", kind="VACATION", user_id=bar.ana.id, **times).status_code == 422


def test_seconds_that_are_stored_keep_no_week_from_being_planned(session: Session, bar: Bar) -> None:
    # Of eight hours less a second PostgreSQL counts 480 minutes, of forty seconds one.
    times = [(at(0), at(0, hours=8, seconds=-1)), (at(1, seconds=10), at(1, seconds=50))]
    for start, end in times:
        shift = a_shift(session, bar.week, bar.role)
        shift.during = Range(start, end)
        session.flush()
        session.refresh(shift)
        an_assignment(session, shift, bar.ana, bar.role, pinned=True)
    away = time_off(session, bar.ana, status=TimeOffStatus.APPROVED)
    away.during = Range(at(3, seconds=10), at(3, seconds=50))
    bar.week.status = WeekStatus.PUBLISHED
    following = a_week(session, bar.team, COMING + timedelta(weeks=1))
    a_shift(session, following, bar.role)
    session.flush()
    for week in (bar.week, following):
        answer = bar.api.get(f"/api/weekly-schedules/{week.id}/explain", headers=bar.headers)
        assert answer.status_code == 200, answer.text
