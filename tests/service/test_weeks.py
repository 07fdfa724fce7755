"""Weeks, shifts and assignments over HTTP."""

from datetime import date, time, timedelta
from functools import partial

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service import clock, db
from service.errors import Conflict
from service.people.models import User
from service.schemas.shifts import WeekCreate, WeekStatus
from service.shifts.service import create_week, lay_out
from tests.builders import (
    MONDAY,
    a_manager,
    a_role,
    a_shift,
    a_team,
    a_template,
    a_user,
    a_week,
    an_assignment,
)
from tests.service.conftest import As
from tests.service.racing import race


def test_a_week_is_laid_out_from_the_templates(api: TestClient, session: Session, as_user: As) -> None:
    team, role = a_team(session, time_zone="Europe/Berlin"), a_role(session)
    a_template(session, team, role, start=time(18), end=time(2))
    headers = as_user(a_manager(session, team))
    week = api.post("/api/weekly-schedules", json={"team_id": team.id, "week_start": "2030-12-02"}, headers=headers)
    assert week.status_code == 201
    roster = api.get(f"/api/weekly-schedules/{week.json()['id']}/roster", headers=headers).json()
    assert len(roster["shifts"]) == 7
    assert roster["shifts"][0]["starts_at"] == "2030-12-02T17:00:00Z"
    assert roster["shifts"][0]["minutes"] == 8 * 60
    assert (roster["places"], roster["filled"]) == (7, 0)


def test_a_night_shift_over_the_end_of_summer_time_is_an_hour_longer(
    api: TestClient, session: Session, as_user: As
) -> None:
    team, role = a_team(session, time_zone="Europe/Berlin"), a_role(session)
    a_template(session, team, role, start=time(22), end=time(6))
    headers = as_user(a_manager(session, team))
    week = api.post("/api/weekly-schedules", json={"team_id": team.id, "week_start": "2026-10-19"}, headers=headers)
    shifts = api.get(f"/api/weekly-schedules/{week.json()['id']}/roster", headers=headers).json()["shifts"]
    assert [shift["minutes"] // 60 for shift in shifts] == [8, 8, 8, 8, 8, 9, 8]


@pytest.mark.parametrize(
    ("day", "hours", "pause", "minutes"),
    [
        (date(2027, 3, 28), (time(2), time(3)), 0, 60),
        (date(2027, 3, 28), (time(1, 30), time(3)), 45, 90),
        (date(2027, 10, 31), (time(0, 30), time(0)), 0, 23 * 60 + 30),
        (date(2027, 3, 27), (time(22), time(6)), 30, 7 * 60),
    ],
)
def test_no_change_of_the_clocks_leaves_nothing_of_a_shift(
    session: Session, day: date, hours: tuple[time, time], pause: int, minutes: int
) -> None:
    team = a_team(session, time_zone="Europe/Berlin")
    template = a_template(session, team, a_role(session), start=hours[0], end=hours[1])
    template.break_minutes = pause
    begins, ends = clock.bounds(lay_out(template, day, team).during)
    assert ends - begins == timedelta(minutes=minutes)


def test_a_week_that_does_not_start_on_the_teams_first_day_is_refused(
    api: TestClient, session: Session, as_user: As
) -> None:
    team = a_team(session)
    answer = api.post(
        "/api/weekly-schedules",
        json={"team_id": team.id, "week_start": "2030-12-03"},
        headers=as_user(a_manager(session, team)),
    )
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["field"] == "week_start"


def test_a_week_exists_once(api: TestClient, session: Session, as_user: As) -> None:
    team = a_team(session)
    a_week(session, team)
    wanted = {"team_id": team.id, "week_start": MONDAY.isoformat()}
    assert (
        api.post("/api/weekly-schedules", json=wanted, headers=as_user(a_manager(session, team))).status_code == 409
    )


def test_what_cannot_be_laid_out_is_not_said_to_be_somebody_elses_week(session: Session) -> None:
    team = a_team(session)
    manager = a_manager(session, team)
    a_template(session, team, a_role(session), start=time(8), end=time(8))
    with pytest.raises(IntegrityError, match="ck_planned_shift_during"), session.begin_nested():
        create_week(session, manager, WeekCreate(team_id=team.id, week_start=MONDAY))


@pytest.mark.usefixtures("own_database")
def test_of_several_who_open_a_week_at_once_one_does_and_the_others_are_told() -> None:
    with db.unit_of_work() as session:
        team = a_team(session)
        team_id, manager_id = team.id, a_manager(session, team).id

    def opens(week_start: date) -> date:
        with db.unit_of_work() as session:
            find = select(User).where(User.id == manager_id).options(selectinload(User.teams))
            manager = session.scalars(find).one()
            create_week(session, manager, WeekCreate(team_id=team_id, week_start=week_start))
        return week_start

    for start in (MONDAY + timedelta(weeks=number) for number in range(5)):
        won, lost = race(*[partial(opens, start)] * 4)
        assert won == [start]
        assert {type(one) for one in lost} == {Conflict}


def test_employees_see_no_drafts(api: TestClient, session: Session, as_user: As) -> None:
    team = a_team(session)
    week = a_week(session, team)
    employee = as_user(a_user(session, team))
    assert api.get(f"/api/weekly-schedules/{week.id}/roster", headers=employee).status_code == 404
    assert api.get("/api/weekly-schedules", headers=employee).json()["total"] == 0


def test_weeks_are_filtered_and_sorted(api: TestClient, session: Session, as_user: As) -> None:
    team = a_team(session)
    headers = as_user(a_manager(session, team))
    a_week(session, team, MONDAY, WeekStatus.PUBLISHED)
    a_week(session, team, date(2030, 12, 9))
    a_week(session, team, date(2030, 12, 16))

    def listed(**params: str) -> list[str]:
        found = api.get("/api/weekly-schedules", params=params, headers=headers).json()["items"]
        return [one["week_start"][5:] for one in found]

    assert listed() == ["12-16", "12-09", "12-02"]
    assert listed(sort="week_start", status="DRAFT") == ["12-09", "12-16"]
    assert listed(status="PUBLISHED") == ["12-02"]


def test_managers_of_another_team_see_nothing(api: TestClient, session: Session, as_user: As) -> None:
    week = a_week(session, a_team(session), status=WeekStatus.PUBLISHED)
    stranger = as_user(a_manager(session, a_team(session)))
    assert api.get(f"/api/weekly-schedules/{week.id}", headers=stranger).status_code == 404


def test_my_shifts_are_those_of_published_weeks(api: TestClient, session: Session, as_user: As) -> None:
    team, role = a_team(session), a_role(session)
    sam = a_user(session, team, roles=[role], name="Sam Reads")
    ana = a_user(session, team, roles=[role], name="Ana Reads")
    published = a_week(session, team, status=WeekStatus.PUBLISHED)
    draft = a_week(session, team, date(2030, 12, 9))
    shift = a_shift(session, published, role, headcount=2)
    an_assignment(session, shift, sam, role)
    an_assignment(session, shift, ana, role)
    an_assignment(session, a_shift(session, draft, role), sam, role)
    mine = api.get("/api/shift-assignments/me", params={"week": "2030-12-04"}, headers=as_user(sam)).json()
    assert [one["colleagues"][0]["name"] for one in mine] == ["Ana Reads"]
    drafted = api.get("/api/shift-assignments/me", params={"week": "2030-12-11"}, headers=as_user(sam)).json()
    assert drafted == []


def test_a_double_booking_is_refused_with_its_reason(api: TestClient, session: Session, as_user: As) -> None:
    team, role = a_team(session), a_role(session)
    sam = a_user(session, team, roles=[role])
    week = a_week(session, team)
    an_assignment(session, a_shift(session, week, role, start=9), sam, role)
    second = a_shift(session, week, role, start=12)
    wanted = {"planned_shift_id": second.id, "user_id": sam.id, "role_id": role.id}
    answer = api.post("/api/shift-assignments", json=wanted, headers=as_user(a_manager(session, team)))
    assert answer.status_code == 409
    assert "at the same time" in answer.json()["detail"]


def test_hours_over_the_limit_are_refused_with_their_reason(api: TestClient, session: Session, as_user: As) -> None:
    team, role = a_team(session), a_role(session)
    sam = a_user(session, team, roles=[role], max_hours=7)
    shift = a_shift(session, a_week(session, team), role)
    wanted = {"planned_shift_id": shift.id, "user_id": sam.id, "role_id": role.id}
    answer = api.post("/api/shift-assignments", json=wanted, headers=as_user(a_manager(session, team)))
    assert answer.status_code == 409
    assert "at most 7 h" in answer.json()["detail"]


def test_a_person_without_the_role_is_refused_with_the_reason(api: TestClient, session: Session, as_user: As) -> None:
    team, role = a_team(session), a_role(session)
    sam = a_user(session, team)
    shift = a_shift(session, a_week(session, team), role)
    wanted = {"planned_shift_id": shift.id, "user_id": sam.id, "role_id": role.id}
    answer = api.post("/api/shift-assignments", json=wanted, headers=as_user(a_manager(session, team)))
    assert answer.status_code == 409
    assert "role" in answer.json()["detail"]
