"""When people can work and when they would rather: replaced as a whole, seen by nobody else, never twice."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.activity.models import ActivityLog
from service.db import unit_of_work
from service.errors import Conflict, RotaError
from service.people.models import User
from service.requests import wishes
from service.requests.models import Availability, EmployeePreference
from service.schemas.requests import AvailabilityWindow, AvailabilityWrite, PreferenceCreate
from tests.builders import a_manager, a_role, a_team, a_template, a_user
from tests.service.conftest import As

WINDOWS, WISHES = "/api/availability", "/api/employee-preferences"


class Cafe:
    def __init__(self, session: Session, api: TestClient, as_user: As) -> None:
        self._api, self._as = api, as_user
        self.session = session
        self.team = a_team(session)
        self.template = a_template(session, self.team, a_role(session), name="Dinner")
        self.maria = a_manager(session, self.team)
        self.sam, self.joe = (a_user(session, self.team) for _ in range(2))
        self.stranger = a_manager(session, a_team(session))

    def call(self, user: User, method: str, url: str, body: Any = None, **params: Any) -> tuple[int, Any]:
        answer = self._api.request(method, url, json=body, params=params, headers=self._as(user))
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
def cafe(session: Session, api: TestClient, as_user: As) -> Cafe:
    return Cafe(session, api, as_user)


def _window(weekday: int, start: str, end: str) -> dict[str, Any]:
    return {"weekday": weekday, "start_time": start, "end_time": end}


MORNING, EVENING = _window(0, "08:00:00", "12:00:00"), _window(0, "17:00:00", "00:00:00")


def test_a_week_is_replaced_as_a_whole_and_logged(cafe: Cafe) -> None:
    assert cafe.call(cafe.sam, "GET", WINDOWS)[1]["windows"] == []
    assert cafe.call(cafe.sam, "PUT", WINDOWS, {"windows": [EVENING, MORNING]})[0] == 200
    assert cafe.call(cafe.sam, "GET", WINDOWS)[1]["windows"] == [MORNING, EVENING]
    friday = _window(4, "00:00:00", "00:00:00")
    assert cafe.call(cafe.sam, "PUT", WINDOWS, {"windows": [friday]})[1]["windows"] == [friday]
    logged = cafe.session.scalars(select(ActivityLog).order_by(ActivityLog.id.desc()).limit(1)).one()
    assert (logged.before, logged.after) == ({"windows": 2}, {"windows": 1}), "when they can is not in the log"
    assert cafe.call(cafe.sam, "DELETE", WINDOWS) == (204, None)
    assert cafe.session.scalars(select(Availability)).all() == []


@pytest.mark.parametrize(
    ("windows", "wrong"),
    [
        ([MORNING, MORNING], "windows.1"),
        ([_window(0, "08:00", "12:00"), _window(0, "11:59", "13:00")], "windows.1"),
        ([_window(0, "22:00", "06:00"), _window(1, "05:00", "09:00")], "windows.1"),
        ([_window(6, "22:00", "06:00"), _window(0, "05:00", "09:00")], "windows.0"),
        ([_window(0, "00:00", "00:00"), _window(0, "09:00", "10:00")], "windows.1"),
        ([_window(7, "08:00", "12:00")], "windows"),
        ([_window(0, "08:00+02:00", "12:00")], "windows"),
        ([_window(0, "08:00", "26:00")], "windows"),
        ([MORNING | {"colour": "red"}], "windows"),
        ([_window(0, "08:00", "08:01")] * 71, "windows"),
    ],
)
def test_windows_that_make_no_week_are_refused(cafe: Cafe, windows: list[dict[str, Any]], wrong: str) -> None:
    cafe.call(cafe.sam, "PUT", WINDOWS, {"windows": [EVENING]})
    status, problem = cafe.call(cafe.sam, "PUT", WINDOWS, {"windows": windows})
    assert (status, problem["faults"][0]["field"].startswith(wrong)) == (422, True)
    assert cafe.call(cafe.sam, "GET", WINDOWS)[1]["windows"] == [EVENING]


def test_windows_that_only_touch_are_a_week(cafe: Cafe) -> None:
    windows = [
        _window(6, "22:00:00", "06:00:00"),
        _window(0, "06:00:00", "09:00:00"),
        _window(0, "09:00:00", "10:00:00"),
    ]
    assert cafe.call(cafe.sam, "PUT", WINDOWS, {"windows": windows})[0] == 200


def test_managers_speak_for_their_people_and_nobody_else_does(cafe: Cafe) -> None:
    for user, status in ((cafe.maria, 200), (cafe.joe, 404), (cafe.stranger, 404)):
        assert cafe.call(user, "PUT", WINDOWS, {"windows": [MORNING]}, user_id=cafe.sam.id)[0] == status
        assert cafe.call(user, "GET", WINDOWS, user_id=cafe.sam.id)[0] == status
    for user, status in ((cafe.joe, 404), (cafe.stranger, 404), (cafe.maria, 204)):
        assert cafe.call(user, "DELETE", WINDOWS, user_id=cafe.sam.id)[0] == status


def test_a_wish_is_made_changed_and_forgotten(cafe: Cafe) -> None:
    status, wish = cafe.call(
        cafe.sam, "POST", WISHES, {"wanted": True, "weekday": 4, "template_id": cafe.template.id}
    )
    assert (status, wish["template_name"], wish["weight"]) == (201, "Dinner", 10)
    url = f"{WISHES}/{wish['id']}"
    # What is left out is cleared.
    status, changed = cafe.call(cafe.sam, "PUT", url, {"wanted": False, "weekday": 5})
    assert (status, changed["template_id"], changed["weekday"], changed["wanted"]) == (200, None, 5, False)
    assert cafe.call(cafe.sam, "GET", url)[1] == changed
    assert cafe.call(cafe.sam, "DELETE", url) == (204, None)
    assert cafe.call(cafe.sam, "GET", url)[0] == 404
    logged = cafe.session.scalars(select(ActivityLog).order_by(ActivityLog.id)).all()
    whose = {"user_id": cafe.sam.id}
    # What people wish for can be forgotten, and the log cannot: it is not in it.
    assert [(one.action, one.before, one.after) for one in logged] == [
        ("preference.create", None, whose),
        ("preference.change", whose, whose | {"changed": ["template_id", "wanted", "weekday"]}),
        ("preference.delete", whose, None),
    ]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"wanted": True}, 422, ""),
        ({"wanted": True, "weekday": 7}, 422, "weekday"),
        ({"wanted": True, "weekday": 1, "weight": 0}, 422, "weight"),
        ({"wanted": True, "weekday": 1, "weight": 51}, 403, None),
        ({"wanted": True, "start_time": "08:00"}, 422, ""),
        ({"wanted": True, "template_id": 2**31 - 1}, 422, "template_id"),
        ({"wanted": True, "on_date": "2020-01-01"}, 422, "on_date"),
        ({"wanted": True, "weekday": 1, "mood": "good"}, 422, "mood"),
    ],
)
def test_wishes_that_say_nothing_sensible_are_refused(
    cafe: Cafe, body: dict[str, Any], status: int, field: str | None
) -> None:
    answered, problem = cafe.call(cafe.sam, "POST", WISHES, body)
    assert answered == status
    assert field is None or field in {fault["field"] for fault in problem["faults"]} | {""}
    assert cafe.session.scalars(select(EmployeePreference)).all() == []


def test_a_shift_of_another_team_is_no_wish(cafe: Cafe) -> None:
    other = a_template(cafe.session, cafe.stranger.teams[0], a_role(cafe.session))
    assert cafe.call(cafe.sam, "POST", WISHES, {"wanted": True, "template_id": other.id})[0] == 422


def test_the_same_shifts_are_wished_for_once(cafe: Cafe) -> None:
    assert cafe.call(cafe.sam, "POST", WISHES, {"wanted": True, "weekday": 4})[0] == 201
    assert cafe.call(cafe.sam, "POST", WISHES, {"wanted": False, "weekday": 4, "weight": 3})[0] == 409
    other = cafe.call(cafe.sam, "POST", WISHES, {"wanted": True, "weekday": 5})[1]
    assert cafe.call(cafe.sam, "PUT", f"{WISHES}/{other['id']}", {"wanted": True, "weekday": 4})[0] == 409
    assert cafe.call(cafe.sam, "PUT", f"{WISHES}/{other['id']}", {"wanted": False, "weekday": 5})[0] == 200


def test_wishes_are_seen_and_changed_by_the_person_and_their_managers_alone(cafe: Cafe) -> None:
    wish = cafe.call(
        cafe.maria, "POST", WISHES, {"wanted": True, "weekday": 4, "weight": 500, "user_id": cafe.sam.id}
    )[1]
    url = f"{WISHES}/{wish['id']}"
    for user in (cafe.joe, cafe.stranger):
        assert cafe.call(user, "POST", WISHES, {"wanted": True, "weekday": 1, "user_id": cafe.sam.id})[0] == 404
        assert cafe.call(user, "GET", WISHES)[1]["total"] == 0
        assert cafe.call(user, "GET", WISHES, user_id=cafe.sam.id)[1]["total"] == 0
        assert [cafe.call(user, method, url)[0] for method in ("GET", "DELETE")] == [404, 404]
        assert cafe.call(user, "PUT", url, {"wanted": True, "weekday": 1})[0] == 404
    for user in (cafe.sam, cafe.maria):
        assert cafe.call(user, "GET", WISHES, team_id=cafe.team.id)[1]["total"] == 1
    assert cafe.call(cafe.sam, "DELETE", url)[0] == 204


def _together(*acts: Any) -> list[RotaError | None]:
    barrier, outcomes = Barrier(len(acts)), dict[int, RotaError | None]()

    def doing(number: int) -> None:
        barrier.wait()
        try:
            with unit_of_work() as session:
                acts[number](session)
            outcomes[number] = None
        except RotaError as error:
            outcomes[number] = error

    threads = [Thread(target=doing, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(outcomes) == len(acts)
    return list(outcomes.values())


def test_weeks_said_at_once_never_mix_and_a_wish_said_at_once_is_one(own_database: None) -> None:
    with unit_of_work() as session:
        number = a_user(session, a_team(session)).id

    def sam(session: Session) -> User:
        return session.scalars(select(User).where(User.id == number).options(selectinload(User.teams))).one()

    day = clock.now().date() + timedelta(days=10)
    for round_ in range(10):
        weeks = [
            AvailabilityWrite(
                windows=[
                    AvailabilityWindow.model_validate(_window(weekday, f"{hour:02}:00", "20:00"))
                    for weekday in range(5)
                ]
            )
            for hour in (8, 9)
        ]
        said = [
            lambda session, week=week: wishes.replace_availability(session, sam(session), None, week)
            for week in weeks
        ]
        assert _together(*said) == [None, None]
        with unit_of_work() as session:
            assert len(set(session.scalars(select(Availability.start_time)))) == 1
            assert len(session.scalars(select(Availability)).all()) == 5

        wish = PreferenceCreate(wanted=True, on_date=day + timedelta(days=round_))
        twice = [lambda session, wish=wish: wishes.create_preference(session, sam(session), wish)] * 2
        assert sorted(type(error) is Conflict for error in _together(*twice)) == [False, True]
