"""Planned shifts changed by managers: nobody overwrites another's work, nobody on them is wronged or left unaware."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service import clock, db
from service.activity.models import ActivityLog
from service.notifications.models import Delivery, Notification
from service.people.models import User
from service.requests.models import WorkRule
from service.schemas.requests import RuleKind
from service.schemas.shifts import AssignmentStatus, RoleNeed, ShiftWrite, WeekStatus
from service.schemas.swaps import SwapStatus
from service.shifts import editing
from service.shifts.models import PlannedShift, ShiftAssignment, UserWeeklyHours, WeeklySchedule
from service.swaps.models import SwapRequest
from service.versions import Outdated
from tests.builders import a_dropped_shift, a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.conftest import As
from tests.service.racing import race

COMING = clock.week_of(datetime.now(UTC).date(), 0) + timedelta(weeks=2)


class Bar:
    """Ana works Monday's day and Tuesday's morning of a published week that is still to come; 11 hours of rest."""

    def __init__(self, session: Session) -> None:
        self.team, self.role, self.other = a_team(session), a_role(session), a_role(session, "Cook of the bar")
        self.manager = a_manager(session, self.team)
        self.ana = a_user(session, self.team, name="Ana", roles=[self.role])
        self.week = a_week(session, self.team, COMING, WeekStatus.PUBLISHED)
        self.day = a_shift(session, self.week, self.role, start=9, hours=8)
        self.morning = a_shift(session, self.week, self.role, day=1, start=8, hours=8, name="Morning")
        self.hers = an_assignment(session, self.day, self.ana, self.role)
        an_assignment(session, self.morning, self.ana, self.role)
        session.add(WorkRule(team_id=self.team.id, kind=RuleKind.MIN_REST_HOURS, value=11))
        session.flush()
        self.path = f"/api/planned-shifts/{self.day.id}"

    def wanted(self, start: int = 9, hours: int = 8, **more: object) -> dict[str, Any]:
        starts_at = datetime.combine(COMING, datetime.min.time(), tzinfo=UTC) + timedelta(hours=start)
        return {
            "weekly_schedule_id": self.week.id,
            "name": "Day",
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=hours)).isoformat(),
            "needs": [{"role_id": self.role.id, "headcount": 1}],
        } | more


@pytest.fixture
def bar(session: Session) -> Bar:
    return Bar(session)


@pytest.fixture
def headers(bar: Bar, as_user: As) -> dict[str, str]:
    """The manager's, for a shift that nobody has changed yet."""
    return as_user(bar.manager) | {"If-Match": '"1"'}


def told(session: Session) -> list[int | None]:
    return list(session.scalars(select(Notification.user_id).where(Notification.kind == "your_shifts")))


def test_a_change_raises_the_versions_of_shift_and_week_and_tells_who_works_it(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str], as_bot: dict[str, str]
) -> None:
    before = bar.week.version
    answer = api.put(bar.path, json=bar.wanted(start=8, hours=6), headers=headers)
    assert (answer.status_code, answer.headers["ETag"], answer.json()["version"]) == (200, '"2"', 2)
    assert answer.json()["minutes"] == 360
    assert session.get_one(WeeklySchedule, bar.week.id).version == before + 1
    # The hours that PostgreSQL counts have followed: six on Monday and eight on Tuesday.
    hours = session.scalar(select(UserWeeklyHours.scheduled_minutes).where(UserWeeklyHours.user_id == bar.ana.id))
    assert hours == 14 * 60
    assert told(session) == [bar.ana.id]
    delivery_id = session.scalar(select(Delivery.id).where(Delivery.target == bar.ana.handle))
    content = api.post(f"/api/notifications/deliveries/{delivery_id}/claim", headers=as_bot).json()["content"]
    assert [one["starts_at"][11:16] for one in content["removed"]] == ["09:00"]
    assert [one["starts_at"][11:16] for one in content["added"]] == ["08:00"]


def test_a_change_of_needs_alone_raises_the_version_and_disturbs_nobody(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    wanted = bar.wanted(needs=[{"role_id": bar.role.id, "headcount": 3}, {"role_id": bar.other.id, "headcount": 1}])
    answer = api.put(bar.path, json=wanted, headers=headers)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert [need["headcount"] for need in answer.json()["needs"]] == [3, 1]
    assert session.get_one(ShiftAssignment, bar.hers.id).planned_shift_id == bar.day.id
    assert told(session) == []


def test_a_put_that_changes_nothing_leaves_the_version(api: TestClient, bar: Bar, headers: dict[str, str]) -> None:
    assert api.put(bar.path, json=bar.wanted(), headers=headers).headers["ETag"] == '"1"'


def test_who_saw_an_older_version_is_refused_and_overwrites_nothing(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    assert api.put(bar.path, json=bar.wanted(start=8), headers=headers).status_code == 200
    late = api.put(bar.path, json=bar.wanted(start=10), headers=headers)
    assert (late.status_code, late.json()["code"]) == (412, "version_moved")
    assert late.json()["detail"] == "Somebody else changed this shift since you looked at it."
    assert api.delete(bar.path, headers=headers, params={"release": True}).status_code == 412
    assert clock.bounds(session.get_one(PlannedShift, bar.day.id).during)[0].hour == 8


@pytest.mark.parametrize(
    ("given", "status"), [(None, 428), ("anything", 412), ('"2"', 412), ("*", 200), ('"1"', 200)]
)
def test_a_change_says_which_version_it_changes(
    given: str | None, status: int, api: TestClient, bar: Bar, as_user: As
) -> None:
    headers = as_user(bar.manager) | ({} if given is None else {"If-Match": given})
    assert api.put(bar.path, json=bar.wanted(), headers=headers).status_code == status


def test_the_etag_that_is_read_is_the_one_that_a_change_needs(api: TestClient, bar: Bar, as_user: As) -> None:
    read = api.get(bar.path, headers=as_user(bar.manager))
    headers = as_user(bar.manager) | {"If-Match": read.headers["ETag"]}
    assert api.put(bar.path, json=bar.wanted(start=10, hours=6), headers=headers).status_code == 200


def test_a_shift_moved_into_somebodys_rest_is_refused_with_the_reason(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    answer = api.put(bar.path, json=bar.wanted(start=16), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "breaks_rules")
    assert answer.json()["detail"] == "Ana rests 8 h between Day on Monday and Morning on Tuesday; 11 h are needed."
    assert clock.bounds(session.get_one(PlannedShift, bar.day.id).during)[0].hour == 9
    assert told(session) == []


def test_a_shift_moved_into_the_rest_before_next_weeks_first_is_refused(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    following = a_week(session, bar.team, COMING + timedelta(weeks=1))
    monday = a_shift(session, following, bar.role, start=6, hours=8, name="Early")
    an_assignment(session, monday, bar.ana, bar.role)
    sunday = a_shift(session, bar.week, bar.role, day=6, start=8, hours=8, name="Sunday")
    an_assignment(session, sunday, bar.ana, bar.role)
    wanted = bar.wanted(start=6 * 24 + 14, name="Sunday")
    answer = api.put(
        f"/api/planned-shifts/{sunday.id}", json=wanted, headers=as_user(bar.manager) | {"If-Match": "*"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "breaks_rules")
    assert "Ana rests 8 h between" in answer.json()["detail"]


def test_a_shift_moved_onto_another_of_the_same_person_is_refused_by_name(
    api: TestClient, bar: Bar, headers: dict[str, str]
) -> None:
    answer = api.put(bar.path, json=bar.wanted(start=28), headers=headers)
    assert answer.json()["detail"] == "Ana works Morning at that time."
    assert answer.status_code == 409


def test_a_role_that_somebody_works_in_does_not_go(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    wanted = bar.wanted(needs=[{"role_id": bar.other.id, "headcount": 1}])
    answer = api.put(bar.path, json=wanted, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "still_on_it")
    assert answer.json()["detail"].startswith("Ana works this shift as")
    assert session.get(ShiftAssignment, bar.hers.id) is not None


def test_a_shift_stays_in_its_week(api: TestClient, session: Session, bar: Bar, headers: dict[str, str]) -> None:
    other = a_week(session, bar.team, COMING + timedelta(weeks=1))
    for wanted, field in (
        (bar.wanted(weekly_schedule_id=other.id), "weekly_schedule_id"),
        (bar.wanted(start=8 * 24), "starts_at"),
        (bar.wanted(hours=25), "ends_at"),
        (bar.wanted(template_id=2_000_000), "template_id"),
    ):
        answer = api.put(bar.path, json=wanted, headers=headers)
        assert (answer.status_code, answer.json()["faults"][0]["field"]) == (422, field)


def test_a_change_throws_away_the_proposal_that_was_made_without_it(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str]
) -> None:
    waiting = an_assignment(session, bar.day, bar.ana, bar.role, AssignmentStatus.PROPOSED)
    api.put(bar.path, json=bar.wanted(start=8), headers=headers)
    assert session.get(ShiftAssignment, waiting.id) is None


def test_a_shift_with_people_goes_only_when_they_may_be_released_and_they_are_told(
    api: TestClient, session: Session, bar: Bar, headers: dict[str, str], as_bot: dict[str, str]
) -> None:
    refused = api.delete(bar.path, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "still_on_it")
    assert refused.json()["detail"] == "Ana would lose this shift."
    request = a_dropped_shift(session, bar.hers)
    assert api.delete(bar.path, headers=headers, params={"release": True}).status_code == 204
    assert api.get(bar.path, headers=headers).status_code == 404
    assert session.get_one(SwapRequest, request.id).status is SwapStatus.CANCELLED
    delivery_id = session.scalar(
        select(Delivery.id).join(Notification).where(Notification.kind == "your_shifts").limit(1)
    )
    content = api.post(f"/api/notifications/deliveries/{delivery_id}/claim", headers=as_bot).json()["content"]
    assert [one["name"] for one in content["removed"]] == ["Day"]
    assert [one["name"] for one in content["shifts"]] == ["Morning"]
    about_the_trade = select(Delivery.id).join(Notification).where(Notification.kind == "swap")
    trade_id = session.scalars(about_the_trade).one()
    news = api.post(f"/api/notifications/deliveries/{trade_id}/claim", headers=as_bot).json()["content"]
    assert (news["event"], news["request"]["places"]) == ("WEEK_CHANGED", [])
    logged = session.scalars(select(ActivityLog).where(ActivityLog.action == "shift.delete")).one()
    assert logged.before is not None
    assert logged.before["user_ids"] == [bar.ana.id]


def test_a_shift_that_has_been_worked_is_kept(api: TestClient, session: Session, as_user: As) -> None:
    team, role = a_team(session), a_role(session)
    week = a_week(session, team, COMING - timedelta(weeks=10), WeekStatus.PUBLISHED)
    shift = a_shift(session, week, role)
    an_assignment(session, shift, a_user(session, team, roles=[role]), role)
    headers = as_user(a_manager(session, team)) | {"If-Match": "*"}
    answer = api.delete(f"/api/planned-shifts/{shift.id}", headers=headers, params={"release": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_people_hear_of_assignments_by_hand_in_published_weeks_only(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    headers = as_user(bar.manager)
    assert api.delete(f"/api/shift-assignments/{bar.hers.id}", headers=headers).status_code == 204
    assert told(session) == [bar.ana.id]
    draft = a_week(session, bar.team, COMING + timedelta(weeks=1))
    of_draft = a_shift(session, draft, bar.role, day=2)
    wanted = {"planned_shift_id": of_draft.id, "user_id": bar.ana.id, "role_id": bar.role.id}
    assert api.post("/api/shift-assignments", json=wanted, headers=headers).status_code == 201
    assert told(session) == [bar.ana.id]


def test_shifts_are_listed_in_order_of_time_and_drafts_to_managers_only(
    api: TestClient, session: Session, bar: Bar, as_user: As
) -> None:
    draft = a_week(session, bar.team, COMING + timedelta(weeks=1))
    a_shift(session, draft, bar.role)
    params = {"team_id": bar.team.id}
    seen = api.get("/api/planned-shifts", params=params, headers=as_user(bar.ana)).json()
    assert [one["name"] for one in seen["items"]] == ["Day", "Morning"]
    assert api.get("/api/planned-shifts", params=params, headers=as_user(bar.manager)).json()["total"] == 3
    only = params | {"weekly_schedule_id": draft.id}
    assert api.get("/api/planned-shifts", params=only, headers=as_user(bar.manager)).json()["total"] == 1
    assert api.get("/api/planned-shifts", params=only, headers=as_user(bar.ana)).json()["total"] == 0


ROUNDS = 50


@pytest.mark.usefixtures("own_database")
def test_of_managers_who_change_the_same_version_exactly_one_wins() -> None:
    with db.unit_of_work() as session:
        bar = Bar(session)
        manager, shift, role, week = bar.manager.id, bar.day.id, bar.role.id, bar.week.id
    starts_at = datetime.combine(COMING, datetime.min.time(), tzinfo=UTC)

    def changing(hour: int, version: int) -> Callable[[], int]:
        def act() -> int:
            with db.unit_of_work() as session:
                actor = session.scalars(
                    select(User).where(User.id == manager).options(selectinload(User.teams))
                ).one()
                wanted = ShiftWrite(
                    weekly_schedule_id=week,
                    name=f"From {hour}",
                    starts_at=starts_at + timedelta(hours=hour),
                    ends_at=starts_at + timedelta(hours=hour + 6),
                    needs=[RoleNeed(role_id=role, headcount=1)],
                )
                editing.change_shift(session, actor, shift, wanted, version)
            return hour

        return act

    version = 1
    for round_ in range(ROUNDS):
        hours = (1, 3, 5) if round_ % 2 else (2, 4, 6)
        won, lost = race(*(changing(hour, version) for hour in hours))
        assert len(won) == 1
        assert all(isinstance(one, Outdated) for one in lost)
        with db.unit_of_work() as session:
            after = session.get_one(PlannedShift, shift)
            assert (after.name, clock.bounds(after.during)[0].hour) == (f"From {won[0]}", won[0])
            assert after.version == version + 1
            version = after.version
