"""What-if questions: an honest price, who would work otherwise, or why not; and nothing is changed by asking."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service import clock
from service.people.models import User
from service.requests.models import EmployeePreference, TimeOffRequest, WorkRule
from service.schemas.requests import RuleKind, TimeOffKind, TimeOffStatus
from service.shifts.models import PlannedShift, ShiftAssignment
from tests.builders import MONDAY, a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.conftest import As


class Bar:
    """Ana works Monday's day, Joe its night; Kim is on holiday all week, Carl cooks. One shift a day."""

    def __init__(self, session: Session) -> None:
        self.team = a_team(session, "Bar")
        self.role = a_role(session, "Bartender")
        self.manager = a_manager(session, self.team, name="Maria")
        self.ana, self.joe, self.kim = (
            a_user(session, self.team, name=name, roles=[self.role]) for name in ("Ana", "Joe", "Kim")
        )
        self.carl = a_user(session, self.team, name="Carl", roles=[a_role(session, "Cook")])
        self.week = a_week(session, self.team)
        self.day = a_shift(session, self.week, self.role, name="Day")
        self.night = a_shift(session, self.week, self.role, start=18, hours=5, name="Night")
        an_assignment(session, self.day, self.ana, self.role)
        an_assignment(session, self.night, self.joe, self.role)
        session.add(WorkRule(team_id=self.team.id, kind=RuleKind.MAX_SHIFTS_PER_DAY, value=1))
        session.add(EmployeePreference(user_id=self.ana.id, wanted=False, weight=30, template_id=None, weekday=0))
        start = clock.to_utc(MONDAY, clock.MIDNIGHT, self.team.zone)
        session.add(
            TimeOffRequest(
                user_id=self.kim.id,
                kind=TimeOffKind.VACATION,
                status=TimeOffStatus.APPROVED,
                during=Range(start, start + timedelta(days=7)),
            )
        )
        session.flush()


@pytest.fixture
def bar(session: Session) -> Bar:
    return Bar(session)


def ask(api: TestClient, bar: Bar, headers: dict[str, str], **supposition: object) -> dict[str, object]:
    answer = api.post(f"/api/weekly-schedules/{bar.week.id}/what-if", json=supposition, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def moves(supposed: dict[str, object]) -> set[str]:
    listed = supposed["moves"]
    assert isinstance(listed, list)
    return {f"{'+' if one['joins'] else '-'}{one['person']['name']} {one['place']}" for one in listed}


def test_a_day_off_costs_the_place_that_stays_open(api: TestClient, bar: Bar, as_user: As) -> None:
    supposed = ask(api, bar, as_user(bar.manager), kind="DAY_OFF", user_id=bar.ana.id, day=MONDAY.isoformat())
    assert supposed["possible"]
    assert moves(supposed) == {"-Ana Day on Monday, Bartender"}
    terms = {one["term"]: one["points"] for one in supposed["terms"]}  # type: ignore[attr-defined]
    assert terms["COVERAGE"] == 1000
    assert terms["REQUESTS"] == -30
    assert supposed["after"] - supposed["before"] == sum(terms.values())  # type: ignore[operator]


def test_a_day_without_work_changes_nothing(api: TestClient, bar: Bar, as_user: As) -> None:
    tuesday = (MONDAY + timedelta(days=1)).isoformat()
    supposed = ask(api, bar, as_user(bar.manager), kind="DAY_OFF", user_id=bar.ana.id, day=tuesday)
    assert (supposed["after"], supposed["moves"]) == (supposed["before"], [])


def test_one_person_on_a_shift_moves_as_few_others_as_possible(api: TestClient, bar: Bar, as_user: As) -> None:
    supposed = ask(api, bar, as_user(bar.manager), kind="ON", user_id=bar.joe.id, planned_shift_id=bar.day.id)
    assert moves(supposed) == {
        "+Joe Day on Monday, Bartender",
        "-Ana Day on Monday, Bartender",
        "-Joe Night on Monday, Bartender",
        "+Ana Night on Monday, Bartender",
    }


def test_somebody_on_holiday_cannot_and_hears_why(api: TestClient, bar: Bar, as_user: As) -> None:
    supposed = ask(api, bar, as_user(bar.manager), kind="ON", user_id=bar.kim.id, planned_shift_id=bar.day.id)
    assert not supposed["possible"]
    assert supposed["reasons"] == ["Kim is fixed on Day on Monday", "Kim has time off on Monday"]


def test_somebody_without_the_role_cannot_and_hears_which(api: TestClient, bar: Bar, as_user: As) -> None:
    supposed = ask(api, bar, as_user(bar.manager), kind="ON", user_id=bar.carl.id, planned_shift_id=bar.day.id)
    assert supposed["reasons"] == ["Carl holds none of the roles of Day on Monday (Bartender)"]


@pytest.fixture
def brunch(session: Session, bar: Bar) -> PlannedShift:
    """During Monday's day: Joe is fixed on it, and so is Kim in spite of her holiday."""
    brunch = a_shift(session, bar.week, bar.role, start=11, hours=3, name="Brunch")
    for user in (bar.joe, bar.kim):
        an_assignment(session, brunch, user, bar.role, pinned=True)
    return brunch


def test_somebody_fixed_on_a_shift_at_the_same_time_cannot_and_hears_which(
    api: TestClient, bar: Bar, brunch: PlannedShift, as_user: As
) -> None:
    supposed = ask(api, bar, as_user(bar.manager), kind="ON", user_id=bar.joe.id, planned_shift_id=bar.day.id)
    assert not supposed["possible"]
    assert supposed["reasons"] == [f"Joe is fixed on {brunch.name} on Monday at the same time"]


def test_somebody_may_be_fixed_on_the_very_shift(
    api: TestClient, bar: Bar, brunch: PlannedShift, as_user: As
) -> None:
    supposed = ask(api, bar, as_user(bar.manager), kind="ON", user_id=bar.joe.id, planned_shift_id=brunch.id)
    assert supposed["possible"]


@pytest.mark.usefixtures("brunch")
def test_a_shift_that_somebody_is_away_from_is_not_what_keeps_them(api: TestClient, bar: Bar, as_user: As) -> None:
    supposed = ask(api, bar, as_user(bar.manager), kind="ON", user_id=bar.kim.id, planned_shift_id=bar.day.id)
    assert supposed["reasons"] == ["Kim is fixed on Day on Monday", "Kim has time off on Monday"]


def test_one_more_place_says_why_it_stays_open(api: TestClient, bar: Bar, as_user: As) -> None:
    supposed = ask(
        api, bar, as_user(bar.manager), kind="MORE", planned_shift_id=bar.night.id, role_id=bar.role.id, count=1
    )
    gap = supposed["gap"]
    assert isinstance(gap, dict)
    assert gap["place"] == "Night on Monday: 1 Bartender"
    assert "Kim has time off during Night on Monday" in gap["reason"]


def test_asking_changes_nothing(session: Session, api: TestClient, bar: Bar, as_user: As) -> None:
    version = bar.week.version
    ask(api, bar, as_user(bar.manager), kind="OFF", user_id=bar.ana.id, planned_shift_id=bar.day.id)
    session.expire_all()
    assert bar.week.version == version
    assert len(session.scalars(select(ShiftAssignment)).all()) == 2


def refused(api: TestClient, bar: Bar, user: User, as_user: As, **supposition: object) -> int:
    path = f"/api/weekly-schedules/{bar.week.id}/what-if"
    return int(api.post(path, json=supposition, headers=as_user(user)).status_code)


def test_only_managers_ask_and_only_about_their_own_week(
    session: Session, api: TestClient, bar: Bar, as_user: As
) -> None:
    off = {"kind": "OFF", "user_id": bar.ana.id, "planned_shift_id": bar.day.id}
    assert refused(api, bar, bar.ana, as_user, **off) == 403
    assert refused(api, bar, a_manager(session, a_team(session)), as_user, **off) == 404
    assert refused(api, bar, bar.manager, as_user, **off | {"user_id": 999_999}) == 404
    assert refused(api, bar, bar.manager, as_user, **off | {"planned_shift_id": 999_999}) == 404
    assert refused(api, bar, bar.manager, as_user, kind="DAY_OFF", user_id=bar.ana.id, day="2030-01-01") == 422
    assert refused(api, bar, bar.manager, as_user, kind="ON", user_id=bar.ana.id) == 422
    assert api.post(f"/api/weekly-schedules/{bar.week.id}/what-if", json=off).status_code == 401
