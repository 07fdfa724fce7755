"""What a business is set up from: templates, roles, teams and who is in them."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from service import clock
from service.people.models import Role, Team, User
from service.requests.models import EmployeePreference, WorkRule
from service.schemas.requests import RuleKind
from service.schemas.shifts import WeekStatus
from service.shifts.models import PlannedShiftRole, ShiftTemplate
from tests.builders import a_manager, a_role, a_shift, a_team, a_template, a_user, a_week, an_assignment
from tests.service.conftest import As

COMING = clock.week_of(datetime.now(UTC).date(), 0) + timedelta(weeks=2)


class Bar:
    """A manager, an employee, a role, and a template of which nothing was laid out."""

    def __init__(self, session: Session) -> None:
        self.team, self.role = a_team(session), a_role(session, "Bartender")
        self.manager = a_manager(session, self.team)
        self.ana = a_user(session, self.team, name="Ana", roles=[self.role])
        self.template = a_template(session, self.team, self.role, name="Late")
        self.path = f"/api/shift-templates/{self.template.id}"

    def wanted(self, **more: object) -> dict[str, object]:
        return {
            "team_id": self.team.id,
            "name": "Late",
            "weekdays": [4, 5],
            "start_time": "18:00",
            "end_time": "02:00",
            "break_minutes": 30,
            "needs": [{"role_id": self.role.id, "headcount": 3}],
        } | more


@pytest.fixture
def bar(session: Session) -> Bar:
    return Bar(session)


@pytest.fixture
def headers(bar: Bar, as_user: As) -> dict[str, str]:
    return as_user(bar.manager)


def test_a_changed_headcount_rewrites_no_week_that_is_laid_out(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    wanted = {"team_id": bar.team.id, "week_start": COMING.isoformat()}
    week = api.post("/api/weekly-schedules", json=wanted, headers=headers).json()
    changed = api.put(bar.path, json=bar.wanted(), headers=headers)
    assert changed.status_code == 200
    assert changed.json() == bar.wanted(
        id=bar.template.id,
        active=True,
        site="",
        start_time="18:00:00",
        end_time="02:00:00",
        needs=api.get(bar.path, headers=headers).json()["needs"],
    )
    assert changed.json()["needs"][0]["headcount"] == 3
    assert {need.headcount for need in session.query(PlannedShiftRole)} == {1}
    roster = api.get(f"/api/weekly-schedules/{week['id']}/roster", headers=headers).json()
    assert len(roster["shifts"]) == 7


def test_roles_come_and_go_in_a_template(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    cook = a_role(session, "Cook")
    for needs in ([{"role_id": cook.id, "headcount": 1}, {"role_id": bar.role.id, "headcount": 2}],
                  [{"role_id": cook.id, "headcount": 4}]):  # fmt: skip
        answer = api.put(bar.path, json=bar.wanted(needs=needs), headers=headers)
        found = {one["role_id"]: one["headcount"] for one in answer.json()["needs"]}
        assert found == {one["role_id"]: one["headcount"] for one in needs}


def test_what_a_template_cannot_be_is_named(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    a_template(session, bar.team, bar.role, name="Early")
    other = a_team(session)
    for wanted, field in (
        (bar.wanted(name="Early"), "name"),
        (bar.wanted(team_id=other.id), "team_id"),
        (bar.wanted(weekdays=[1, 1]), "weekdays"),
        (bar.wanted(end_time="18:00"), "end_time"),
        (bar.wanted(end_time="18:30", break_minutes=30), "break_minutes"),
        (bar.wanted(end_time="00:30", break_minutes=400), "break_minutes"),
        (bar.wanted(needs=[{"role_id": bar.role.id, "headcount": 0, "maximum": 0}]), "needs"),
        (bar.wanted(needs=[{"role_id": 2_000_000, "headcount": 1}]), "needs"),
    ):
        answer = api.put(bar.path, json=wanted, headers=headers)
        assert (answer.status_code, answer.json()["faults"][0]["field"]) == (422, field)
    again = api.post("/api/shift-templates", json=bar.wanted(name="Early"), headers=headers)
    assert (again.status_code, again.json()["faults"][0]["reason"]) == (422, "is taken")


def test_a_template_is_taken_only_where_its_week_can_be_opened(
    api: TestClient, bar: Bar, headers: dict[str, str]
) -> None:
    def post(**times: object) -> tuple[int, str]:
        answer = api.post("/api/shift-templates", json=bar.wanted(**times), headers=headers)
        return answer.status_code, answer.json().get("detail", "")

    all_day = {"name": "All day", "start_time": "08:00", "end_time": "08:00"}
    assert post(**all_day) == (422, "A shift lasts under 24 hours.")
    assert post(name="Break", end_time="19:00", break_minutes=60) == (422, "Nothing is left to work.")
    assert post(name="Short", end_time="19:00", break_minutes=59)[0] == 201
    wanted = {"team_id": bar.team.id, "week_start": COMING.isoformat()}
    assert api.post("/api/weekly-schedules", json=wanted, headers=headers).status_code == 201


def test_a_template_that_is_switched_off_is_laid_out_no_more(
    api: TestClient, bar: Bar, headers: dict[str, str]
) -> None:
    assert api.put(bar.path, json=bar.wanted(active=False), headers=headers).json()["active"] is False
    week = api.post(
        "/api/weekly-schedules", json={"team_id": bar.team.id, "week_start": COMING.isoformat()}, headers=headers
    )
    shifts = api.get("/api/planned-shifts", params={"weekly_schedule_id": week.json()["id"]}, headers=headers)
    assert shifts.json()["total"] == 0


def test_templates_roles_and_teams_are_listed_alike(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str], as_user: As
) -> None:
    a_role(session, "Cook")
    early = a_template(session, bar.team, bar.role, name="Early")
    early.active = False
    administrator = a_user(session)
    administrator.is_admin = True
    session.flush()

    def names(path: str, who: dict[str, str] = headers, **params: object) -> list[str]:
        page = api.get(path, params={key: str(value) for key, value in params.items()}, headers=who).json()
        assert page["total"] >= len(page["items"])
        return [one["name"] for one in page["items"]]

    assert names("/api/shift-templates", team_id=bar.team.id, sort="-name") == ["Late", "Early"]
    assert names("/api/shift-templates", team_id=bar.team.id, active=True) == ["Late"]
    assert names("/api/shift-templates", team_id=bar.team.id, limit=1, offset=1) == ["Late"]
    assert names("/api/roles", sort="-name", limit=1) == ["Cook"]
    assert names("/api/teams") == [bar.team.name]
    other = a_team(session)
    assert names("/api/teams", as_user(administrator)) == sorted([bar.team.name, other.name])


@pytest.mark.parametrize("use", ["shift", "wish", "rule", "succession"])
def test_a_template_in_use_is_not_deleted(
    use: str, api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    kind, team_id = RuleKind.FORBIDDEN_SUCCESSION, bar.team.id
    match use:
        case "shift":
            a_shift(session, a_week(session, bar.team), bar.role).template_id = bar.template.id
        case "wish":
            session.add(EmployeePreference(user_id=bar.ana.id, wanted=True, template_id=bar.template.id))
        case "rule":
            session.add(WorkRule(team_id=team_id, kind=kind, parameters={"template_id": bar.template.id}))
        case "succession":
            session.add(WorkRule(team_id=team_id, kind=kind, parameters={"next_template_ids": [bar.template.id]}))
    session.flush()
    answer = api.delete(bar.path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")


def test_an_unused_template_is_deleted(api: TestClient, session: Session, bar: Bar, headers: dict[str, str]) -> None:
    assert api.delete(bar.path, headers=headers).status_code == 204
    assert session.get(ShiftTemplate, bar.template.id) is None


def test_a_role_is_renamed_but_not_to_one_that_is_there(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    a_role(session, "Cook")
    path = f"/api/roles/{bar.role.id}"
    assert api.put(path, json={"name": "Mixer"}, headers=headers).json()["name"] == "Mixer"
    assert api.put(path, json={"name": "mixer"}, headers=headers).json()["name"] == "mixer"
    taken = api.put(path, json={"name": "COOK"}, headers=headers)
    assert (taken.status_code, taken.json()["faults"][0]["field"]) == (422, "name")


def test_a_role_in_use_is_not_deleted(api: TestClient, session: Session, bar: Bar, headers: dict[str, str]) -> None:
    had = api.delete(f"/api/roles/{bar.role.id}", headers=headers)
    assert (had.status_code, had.json()["detail"]) == (409, "Bartender stays: 1 person has it.")
    needed = a_role(session, "Needed")
    a_template(session, bar.team, needed)
    answer = api.delete(f"/api/roles/{needed.id}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    unused = a_role(session, "Unused")
    assert api.delete(f"/api/roles/{unused.id}", headers=headers).status_code == 204
    assert session.get(Role, unused.id) is None


def test_a_team_changes_but_its_weeks_are_not_torn_apart(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    path = f"/api/teams/{bar.team.id}"
    wanted = {"name": "The bar", "time_zone": "Europe/Berlin", "week_start": 6, "publish_deadline_hours": 24}
    assert api.put(path, json=wanted, headers=headers).json()["time_zone"] == "Europe/Berlin"
    a_week(session, bar.team, COMING - timedelta(days=1))
    torn = api.put(path, json=wanted | {"time_zone": "UTC"}, headers=headers)
    assert (torn.status_code, torn.json()["faults"][0]["field"]) == (422, "time_zone")
    assert api.put(path, json=wanted | {"name": "The old bar"}, headers=headers).status_code == 200
    taken = api.put(path, json=wanted | {"name": a_team(session).name}, headers=headers)
    assert (taken.status_code, taken.json()["faults"][0]["reason"]) == (422, "is taken")


def in_team(session: Session, team: Team, user: User) -> bool:
    return session.query(User).filter(User.id == user.id, User.teams.any(Team.id == team.id)).count() == 1


def test_people_are_taken_into_a_team_once_and_out_again(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str], as_user: As
) -> None:
    newcomer = a_user(session)
    path = f"/api/teams/{bar.team.id}/members/{newcomer.id}"
    for _ in range(2):
        assert api.put(path, headers=headers).json()["id"] == newcomer.id
    assert in_team(session, bar.team, newcomer)
    listed = api.get(f"/api/teams/{bar.team.id}/members", headers=as_user(bar.ana)).json()
    assert listed["total"] == 3
    assert listed["items"][0] == {
        "id": bar.ana.id, "name": "Ana", "handle": "ana", "is_manager": False, "role_ids": [bar.role.id],
    }  # fmt: skip
    assert api.delete(path, headers=headers).status_code == 204
    assert not in_team(session, bar.team, newcomer)
    assert api.delete(path, headers=headers).status_code == 404


def test_nobody_takes_another_managers_people(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    stranger = a_user(session, a_team(session))
    answer = api.put(f"/api/teams/{bar.team.id}/members/{stranger.id}", headers=headers)
    assert answer.status_code == 404
    assert not in_team(session, bar.team, stranger)


def test_who_has_shifts_ahead_stays_in_the_team(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    week = a_week(session, bar.team, COMING, WeekStatus.PUBLISHED)
    place = an_assignment(session, a_shift(session, week, bar.role, name="Late"), bar.ana, bar.role)
    path = f"/api/teams/{bar.team.id}/members/{bar.ana.id}"
    answer = api.delete(path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "still_needed")
    assert answer.json()["detail"] == f"Ana still has shifts: Late on {COMING.isoformat()}."
    session.delete(place)
    session.flush()
    assert api.delete(path, headers=headers).status_code == 204


def test_a_team_keeps_a_manager(api: TestClient, session: Session, bar: Bar, headers: dict[str, str]) -> None:
    path = f"/api/teams/{bar.team.id}/members/{bar.manager.id}"
    assert api.delete(path, headers=headers).json()["code"] == "still_needed"
    a_manager(session, bar.team)
    assert api.delete(path, headers=headers).status_code == 204
