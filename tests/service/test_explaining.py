"""Weeks and runs say why they are as they are, in people's words, to whom it concerns."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service import clock
from service.people.models import Role, Team, User
from service.requests.models import EmployeePreference, TimeOffRequest, WorkRule
from service.scheduling.models import OptimizationConfig, SchedulingRun, SchedulingSolution
from service.schemas.explaining import ScoreTerm
from service.schemas.requests import RuleKind, TimeOffKind, TimeOffStatus
from service.schemas.scheduling import RunStatus
from service.schemas.shifts import WeekStatus
from service.shifts.models import PlannedShift
from solver.solution import Term
from tests.builders import MONDAY, a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.conftest import As


class Bar:
    """Two shifts on Monday that want two bartenders between them; Ana works the day, nobody the night."""

    def __init__(self, session: Session) -> None:
        self.team: Team = a_team(session, "Bar")
        self.role: Role = a_role(session, "Bartender")
        self.manager: User = a_manager(session, self.team, name="Maria")
        self.ana = a_user(session, self.team, name="Ana", roles=[self.role])
        self.kim = a_user(session, self.team, name="Kim", roles=[self.role])
        self.week = a_week(session, self.team)
        self.day: PlannedShift = a_shift(session, self.week, self.role, name="Day")
        self.night: PlannedShift = a_shift(session, self.week, self.role, start=18, hours=5, name="Night")
        an_assignment(session, self.day, self.ana, self.role)
        session.add(WorkRule(team_id=self.team.id, kind=RuleKind.MAX_SHIFTS_PER_DAY, value=1))
        session.add(EmployeePreference(user_id=self.ana.id, wanted=False, weight=7, weekday=0))
        during = Range(clock.to_utc(MONDAY, clock.MIDNIGHT, self.team.zone), self.night.during.upper)
        session.add(
            TimeOffRequest(
                user_id=self.kim.id, kind=TimeOffKind.VACATION, status=TimeOffStatus.APPROVED, during=during
            )
        )
        session.flush()


@pytest.fixture
def bar(session: Session) -> Bar:
    return Bar(session)


def test_the_terms_of_the_schema_are_those_of_the_solver() -> None:
    assert [term.value for term in ScoreTerm] == [term.value for term in Term]


def test_a_week_is_taken_apart_by_term_person_and_day(api: TestClient, bar: Bar, as_user: As) -> None:
    answer = api.get(f"/api/weekly-schedules/{bar.week.id}/explain", headers=as_user(bar.manager))
    assert answer.status_code == 200, answer.text
    score = answer.json()["score"]
    points = {one["term"]: one["points"] for one in score["terms"]}
    assert points["COVERAGE"] == 1000
    assert points["REQUESTS"] == 7
    assert score["objective"] == sum(points.values())
    assert [(one["person"]["name"], one["points"]) for one in score["people"]] == [("Ana", 7)]
    assert [(one["day"], one["points"]) for one in score["days"]] == [(MONDAY.isoformat(), 1007)]
    assert score["broken"] == []


def test_an_open_place_names_what_stops_everybody(api: TestClient, bar: Bar, as_user: As) -> None:
    answer = api.get(f"/api/weekly-schedules/{bar.week.id}/explain", headers=as_user(bar.manager)).json()
    [gap] = answer["score"]["gaps"]
    assert gap["place"] == "Night on Monday: 1 Bartender"
    assert gap["reason"] == (
        "Kim has time off during Night on Monday; Ana works 2 shifts on Monday; at most 1 allowed"
    )


def test_why_me_lists_the_alternatives_and_what_they_cost(api: TestClient, bar: Bar, as_user: As) -> None:
    asked = {"user_id": bar.ana.id, "planned_shift_id": bar.day.id}
    answer = api.get(f"/api/weekly-schedules/{bar.week.id}/explain", params=asked, headers=as_user(bar.manager))
    why = answer.json()["why"]
    assert why["works"]
    nobody, kim = why["alternatives"]
    assert (nobody["person"], nobody["reasons"]) == (None, [])
    assert {one["term"]: one["points"] for one in nobody["terms"]}["COVERAGE"] == 1000
    assert kim["person"]["name"] == "Kim"
    assert kim["reasons"] == ["Kim has time off during Day on Monday"]


def test_employees_ask_about_themselves_in_published_weeks_and_hear_nothing_of_others(
    session: Session, api: TestClient, bar: Bar, as_user: As
) -> None:
    path = f"/api/weekly-schedules/{bar.week.id}/explain"
    mine = {"user_id": bar.ana.id, "planned_shift_id": bar.day.id}
    assert api.get(path, params=mine, headers=as_user(bar.ana)).status_code == 404
    bar.week.status = WeekStatus.PUBLISHED
    # Whose name is a part of another's must not hear of that one either.
    bar.kim.name = "Anastasia"
    session.flush()
    answer = api.get(path, params=mine, headers=as_user(bar.ana))
    assert answer.status_code == 200
    assert answer.json()["score"] is None
    assert "time off" not in answer.text
    assert api.get(path, params=mine | {"user_id": bar.kim.id}, headers=as_user(bar.ana)).status_code == 404
    assert api.get(path, headers=as_user(bar.ana)).status_code == 404


def test_a_person_without_a_shift_is_bad_input(api: TestClient, bar: Bar, as_user: As) -> None:
    answer = api.get(
        f"/api/weekly-schedules/{bar.week.id}/explain", params={"user_id": bar.ana.id}, headers=as_user(bar.manager)
    )
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["field"] == "planned_shift_id"


def test_strangers_and_shifts_of_other_weeks_are_not_found(
    session: Session, api: TestClient, bar: Bar, as_user: As
) -> None:
    stranger = a_user(session, a_team(session))
    other = a_shift(session, a_week(session, bar.team, MONDAY + timedelta(weeks=1)), bar.role)
    path, headers = f"/api/weekly-schedules/{bar.week.id}/explain", as_user(bar.manager)
    for user_id, shift_id in ((stranger.id, bar.day.id), (bar.ana.id, other.id)):
        answer = api.get(path, params={"user_id": user_id, "planned_shift_id": shift_id}, headers=headers)
        assert answer.status_code == 404


def a_run(session: Session, bar: Bar, status: RunStatus, **more: object) -> SchedulingRun:
    config = session.query(OptimizationConfig).filter_by(team_id=bar.team.id).one()
    run = SchedulingRun(
        weekly_schedule_id=bar.week.id,
        team_id=bar.team.id,
        first_week=MONDAY,
        config_id=config.id,
        requested_by=bar.manager.id,
        status=status,
        **more,
    )
    session.add(run)
    session.flush()
    return run


def test_a_run_is_explained_by_what_it_proposed(session: Session, api: TestClient, bar: Bar, as_user: As) -> None:
    run = a_run(session, bar, RunStatus.SUCCESS)
    session.add(
        SchedulingSolution(run_id=run.id, planned_shift_id=bar.night.id, user_id=bar.ana.id, role_id=bar.role.id)
    )
    session.flush()
    answer = api.get(f"/api/scheduling/runs/{run.id}/explain", headers=as_user(bar.manager)).json()
    assert [gap["place"] for gap in answer["score"]["gaps"]] == ["Day on Monday: 1 Bartender"]


def test_a_run_that_failed_says_what_it_said(session: Session, api: TestClient, bar: Bar, as_user: As) -> None:
    run = a_run(session, bar, RunStatus.FAILED, error="No schedule was found.")
    answer = api.get(f"/api/scheduling/runs/{run.id}/explain", headers=as_user(bar.manager)).json()
    assert (answer["score"], answer["error"]) == (None, "No schedule was found.")


def test_a_run_under_way_cannot_be_explained_yet(session: Session, api: TestClient, bar: Bar, as_user: As) -> None:
    run = a_run(session, bar, RunStatus.RUNNING)
    assert api.get(f"/api/scheduling/runs/{run.id}/explain", headers=as_user(bar.manager)).status_code == 409


def test_employees_may_not_ask_about_runs(session: Session, api: TestClient, bar: Bar, as_user: As) -> None:
    run = a_run(session, bar, RunStatus.SUCCESS)
    assert api.get(f"/api/scheduling/runs/{run.id}/explain", headers=as_user(bar.ana)).status_code == 403
