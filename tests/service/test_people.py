"""People over HTTP: found, added, changed, deactivated, deleted, and their passwords."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service import clock, security
from service.activity.models import ActivityLog
from service.people.models import ChatIdentity, Team, User
from service.schemas.shifts import WeekStatus
from service.schemas.swaps import SwapStatus
from service.settings import get_settings
from service.shifts.models import ShiftAssignment, WeeklySchedule
from service.swaps.models import SwapRequest
from tests.builders import a_dropped_shift, a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.conftest import As

COMING = clock.week_of(datetime.now(UTC).date(), 0) + timedelta(weeks=2)
PASSWORD = "the first long password"


class Bar:
    """Ana and Joe work for Maria; Ana has a password."""

    def __init__(self, session: Session) -> None:
        self.team, self.role = a_team(session), a_role(session, "Bartender")
        self.maria = a_manager(session, self.team, name="Maria")
        self.ana, self.joe = (a_user(session, self.team, name=name, roles=[self.role]) for name in ("Ana", "Joe"))
        self.ana.password_hash = security.hash_password(PASSWORD)
        self.ada = a_user(session, name="Ada")
        self.ada.is_admin = True
        session.flush()
        self.path = f"/api/users/{self.ana.id}"

    def wanted(self, **more: object) -> dict[str, object]:
        return {
            "name": "Ana",
            "handle": "ana",
            "email": "ana@example.com",
            "team_ids": [self.team.id],
            "role_ids": [self.role.id],
        } | more

    def on_shift(self, session: Session) -> ShiftAssignment:
        week = a_week(session, self.team, COMING, WeekStatus.PUBLISHED)
        return an_assignment(session, a_shift(session, week, self.role, name="Late"), self.ana, self.role)


@pytest.fixture
def bar(session: Session) -> Bar:
    return Bar(session)


@pytest.fixture
def headers(bar: Bar, as_user: As) -> dict[str, str]:
    """The manager's."""
    return as_user(bar.maria)


def names(api: TestClient, headers: dict[str, str], **params: object) -> list[str]:
    answer = api.get("/api/users", params={key: str(value) for key, value in params.items()}, headers=headers)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


def test_people_are_filtered_sorted_and_paged(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    a_user(session, a_team(session), name="Stranger")
    assert names(api, headers) == ["Ana", "Joe", "Maria"]
    assert names(api, headers, sort="-name") == ["Maria", "Joe", "Ana"]
    assert names(api, headers, role_id=bar.role.id, limit=1, offset=1) == ["Joe"]
    assert names(api, headers, text="JO") == ["Joe"]
    assert names(api, headers, text="%") == []
    bar.joe.active = False
    session.flush()
    assert names(api, headers, active=True, team_id=bar.team.id) == ["Ana", "Maria"]
    assert names(api, headers, active=False) == ["Joe"]


def test_a_person_is_changed_and_the_log_says_what_was_before(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    private = {"name": "Ana Lima", "cost_per_hour": 1550, "contract": "Mini", "time_zone": "Asia/Tokyo"}
    answer = api.put(bar.path, json=bar.wanted(max_minutes_week=20 * 60, **private), headers=headers)
    assert (answer.status_code, answer.json()["name"], answer.json()["max_minutes_week"]) == (200, "Ana Lima", 1200)
    logged = session.scalars(select(ActivityLog).where(ActivityLog.action == "user.change")).one()
    assert logged.before is not None
    assert logged.after is not None
    assert (logged.before["max_minutes_week"], logged.after["max_minutes_week"]) == (40 * 60, 20 * 60)
    assert logged.after["changed"] == sorted(private), "who somebody is can be forgotten, and the log cannot"
    assert not [word for word in ("Ana", "1550", "Mini", "Tokyo") if word in str((logged.before, logged.after))]
    assert not set(private) & {*logged.before, *logged.after}


def test_what_a_person_cannot_be_is_named(api: TestClient, bar: Bar, headers: dict[str, str]) -> None:
    for wanted, field in (
        (bar.wanted(email="JOE@example.com"), "email"),
        (bar.wanted(handle="joe"), "handle"),
        (bar.wanted(role_ids=[2_000_000]), "role_ids"),
        (bar.wanted(team_ids=[]), "team_ids"),
        (bar.wanted(min_minutes_week=3000, max_minutes_week=2000), "min_minutes_week"),
    ):
        answer = api.put(bar.path, json=wanted, headers=headers)
        assert (answer.status_code, answer.json()["faults"][0]["field"]) == (422, field)


def test_a_role_in_which_somebody_works_stays_theirs(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    cook = a_role(session, "Cook")
    assert api.put(bar.path, json=bar.wanted(role_ids=[cook.id]), headers=headers).status_code == 200
    assert api.put(bar.path, json=bar.wanted(), headers=headers).status_code == 200
    bar.on_shift(session)
    answer = api.put(bar.path, json=bar.wanted(role_ids=[cook.id]), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
    assert answer.json()["detail"] == "Ana works or has worked as Bartender."
    assert [role["name"] for role in api.get(bar.path, headers=headers).json()["roles"]] == ["Bartender"]


def test_a_manager_moves_people_between_their_own_teams_only(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    mine, other = a_team(session), a_team(session)
    bar.maria.teams.append(mine)
    bar.ana.teams.append(other)
    session.flush()
    assert api.put(bar.path, json=bar.wanted(team_ids=[mine.id]), headers=headers).status_code == 200
    teams = session.scalars(select(Team.id).where(Team.members.any(User.id == bar.ana.id))).all()
    assert set(teams) == {mine.id, other.id}
    third = a_team(session)
    assert api.put(bar.path, json=bar.wanted(team_ids=[third.id]), headers=headers).status_code == 404


def test_only_administrators_make_and_change_managers(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str], as_user: As
) -> None:
    wanted = bar.wanted(is_manager=True)
    assert api.put(bar.path, json=wanted, headers=headers).status_code == 403
    assert api.put(bar.path, json=wanted, headers=as_user(bar.ada)).json()["is_manager"] is True
    # Now a manager, and out of reach of another one: whoever sets her address could speak as her.
    assert api.put(bar.path, json=wanted | {"email": "me@example.com"}, headers=headers).status_code == 403
    assert api.post(f"{bar.path}/link-codes", headers=headers).status_code == 403
    assert api.post(f"{bar.path}/deactivate", headers=headers).status_code == 403


def test_who_is_deactivated_is_out_at_once(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str], as_user: As
) -> None:
    login = api.post("/api/users/login", json={"email": "ana@example.com", "password": PASSWORD}).json()
    hers = as_user(bar.ana)
    assert api.post(f"{bar.path}/deactivate", headers=headers).json()["active"] is False
    assert api.get("/api/users/me", headers=hers).status_code == 401
    refresh = {"refresh_token": login["refresh_token"]}
    assert api.post("/api/users/refresh-token", json=refresh).status_code == 401
    assert api.post(f"{bar.path}/reactivate", headers=headers).json()["active"] is True
    assert api.get("/api/users/me", headers=hers).status_code == 401
    again = api.post("/api/users/login", json={"email": "ana@example.com", "password": PASSWORD})
    assert again.status_code == 200


def test_shifts_ahead_keep_somebody_active_unless_they_are_released(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    place = bar.on_shift(session)
    request = a_dropped_shift(session, place)
    week = session.query(WeeklySchedule).filter_by(week_start=COMING).one()
    before = week.version
    refused = api.post(f"{bar.path}/deactivate", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "still_needed")
    assert refused.json()["detail"] == f"Ana still has shifts: Late on {COMING.isoformat()}."
    assert api.post(f"{bar.path}/deactivate", params={"release": "true"}, headers=headers).status_code == 200
    assert session.get(ShiftAssignment, place.id) is None
    assert session.get_one(SwapRequest, request.id).status is SwapStatus.CANCELLED
    assert session.get_one(WeeklySchedule, week.id).version == before + 1


def test_nobody_deactivates_or_deletes_themselves(api: TestClient, bar: Bar, headers: dict[str, str]) -> None:
    path = f"/api/users/{bar.maria.id}"
    assert api.post(f"{path}/deactivate", headers=headers).status_code == 403
    assert api.delete(path, headers=headers).status_code == 403


def test_who_has_worked_is_never_deleted(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    bar.on_shift(session)
    answer = api.delete(bar.path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "has_worked")
    session.add(ActivityLog(actor_id=bar.joe.id, platform="api", action="some.thing", entity="user", entity_id=1))
    session.flush()
    logged = api.delete(f"/api/users/{bar.joe.id}", headers=headers)
    assert (logged.status_code, logged.json()["code"]) == (409, "has_worked")


def test_who_has_never_worked_is_forgotten(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    assert api.delete(bar.path, headers=headers).status_code == 204
    assert session.get(User, bar.ana.id) is None
    assert api.get(bar.path, headers=headers).status_code == 404


def test_people_are_found_by_whether_they_are_in_a_chat(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    assert names(api, headers, linked=False) == []
    session.execute(delete(ChatIdentity).where(ChatIdentity.user_id == bar.ana.id))
    assert names(api, headers, linked=False) == ["Ana"]
    assert names(api, headers, linked=True) == ["Joe", "Maria"]


def test_a_managers_code_links_the_persons_chat(
    api: TestClient, bar: Bar, headers: dict[str, str], as_bot: dict[str, str]
) -> None:
    code = api.post(f"{bar.path}/link-codes", headers=headers).json()["code"]
    account = {"platform": "slack", "workspace": "T1", "external_id": "U1"}
    linked = api.post("/api/chat/link", json={"account": account, "code": code}, headers=as_bot)
    assert linked.json()["user"]["id"] == bar.ana.id


def test_a_new_password_ends_every_other_login(api: TestClient, bar: Bar, as_user: As) -> None:
    old = api.post("/api/users/login", json={"email": "ana@example.com", "password": PASSWORD}).json()
    hers = {"Authorization": f"Bearer {old['access_token']}"}
    wrong = {"current_password": "not this one at all", "new_password": "the second long password"}
    refused = api.put("/api/users/me/password", json=wrong, headers=hers)
    assert (refused.status_code, refused.json()["faults"][0]["field"]) == (422, "current_password")
    changed = api.put("/api/users/me/password", json=wrong | {"current_password": PASSWORD}, headers=hers)
    assert changed.status_code == 200
    assert api.get("/api/users/me", headers=hers).status_code == 401
    refresh = {"refresh_token": old["refresh_token"]}
    assert api.post("/api/users/refresh-token", json=refresh).status_code == 401
    new = {"Authorization": f"Bearer {changed.json()['access_token']}"}
    assert api.get("/api/users/me", headers=new).status_code == 200
    refresh = {"refresh_token": changed.json()["refresh_token"]}
    assert api.post("/api/users/refresh-token", json=refresh).status_code == 200
    for password, status in ((PASSWORD, 401), ("the second long password", 200)):
        tried = api.post("/api/users/login", json={"email": "ana@example.com", "password": password})
        assert tried.status_code == status


def test_who_came_through_chat_sets_a_first_password(api: TestClient, bar: Bar, as_user: As) -> None:
    answer = api.put("/api/users/me/password", json={"new_password": "long enough"}, headers=as_user(bar.joe))
    assert answer.status_code == 200
    login = api.post("/api/users/login", json={"email": "joe@example.com", "password": "long enough"})
    assert login.status_code == 200


def test_a_guessed_password_is_not_changed_for_ever(api: TestClient, session: Session, bar: Bar, as_user: As) -> None:
    # An address of her own: what is counted outlives this test.
    bar.ana.email = "guessed@example.com"
    session.flush()
    wanted = {"current_password": "a guess of somebody", "new_password": "the second long password"}
    answers = [api.put("/api/users/me/password", json=wanted, headers=as_user(bar.ana)) for _ in range(11)]
    assert [answers[0].status_code, answers[-1].status_code] == [422, 429]


def test_registration_is_off_unless_it_is_allowed(
    api: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch, bar: Bar, headers: dict[str, str]
) -> None:
    wanted = {"name": "Kim", "handle": "kim", "email": "kim@example.com", "password": "a long password"}
    assert api.post("/api/users/register", json=wanted).status_code == 403
    monkeypatch.setenv("SELF_REGISTRATION", "true")
    get_settings.cache_clear()
    made = api.post("/api/users/register", json=wanted)
    assert made.status_code == 201
    assert (made.json()["is_manager"], made.json()["is_admin"], made.json()["teams"]) == (False, False, [])
    again = api.post("/api/users/register", json=wanted | {"handle": "kim-2"})
    assert (again.status_code, again.json()["faults"][0]["field"]) == (422, "email")
    login = api.post("/api/users/login", json={"email": "kim@example.com", "password": "a long password"}).json()
    kims = {"Authorization": f"Bearer {login['access_token']}"}
    assert api.get("/api/weekly-schedules", headers=kims).json()["total"] == 0
    assert api.get(f"/api/teams/{bar.team.id}", headers=kims).status_code == 404
    taken_in = api.put(f"/api/teams/{bar.team.id}/members/{made.json()['id']}", headers=headers)
    assert taken_in.status_code == 200
    assert api.get(f"/api/teams/{bar.team.id}", headers=kims).status_code == 200


def test_skills_are_said_anew_and_spelled_alike(api: TestClient, session: Session, as_user: As) -> None:
    team = a_team(session)
    maria, ana, joe = a_manager(session, team), a_user(session, team), a_user(session, team)
    aid = {"name": "First aid", "level": 2, "until": "2027-06-30"}
    for user, skills in (
        (ana, [aid]),
        (joe, [{"name": "FIRST AID"}, {"name": "Sewing"}]),
        (joe, [{"name": "first aid"}]),
    ):
        answer = api.put(f"/api/users/{user.id}/skills", json={"skills": skills}, headers=as_user(maria))
        assert answer.status_code == 200, answer.json()
    own = api.get(f"/api/users/{joe.id}/skills", headers=as_user(joe)).json()
    assert own["skills"] == [{"name": "First aid", "level": 1, "until": None}]
    twice = {"skills": [aid, {"name": "first AID"}]}
    refused = api.put(f"/api/users/{ana.id}/skills", json=twice, headers=as_user(maria))
    assert (refused.status_code, refused.json()["faults"][0]["field"]) == (422, "skills")
