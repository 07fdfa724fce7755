"""Optimisation configs: seen and set by managers, and exactly one default whatever meets."""

from threading import Barrier, Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from service.db import unit_of_work
from service.errors import RotaError
from service.people.models import User
from service.scheduling import configs
from service.scheduling.models import OptimizationConfig, SchedulingRun
from service.schemas.scheduling import ConfigWrite
from tests.builders import MONDAY, a_manager, a_team, a_user, a_week
from tests.service.conftest import As

URL = "/api/optimization-configs"


class Cafe:
    def __init__(self, session: Session, api: TestClient, as_user: As) -> None:
        self._api, self._as = api, as_user
        self.session = session
        self.team = a_team(session)
        self.maria, self.sam = a_manager(session, self.team), a_user(session, self.team)
        self.stranger = a_manager(session, a_team(session))
        self.standard = session.scalars(
            select(OptimizationConfig.id).where(OptimizationConfig.team_id == self.team.id)
        ).one()

    def call(self, user: User, method: str, path: str = "", body: Any = None, **params: Any) -> tuple[int, Any]:
        answer = self._api.request(method, f"{URL}{path}", json=body, params=params, headers=self._as(user))
        return answer.status_code, answer.json() if answer.content else None

    def config(self, **fields: Any) -> dict[str, Any]:
        return {"team_id": self.team.id, "name": "Thrifty", "cost_weight": 3} | fields

    def made(self, **fields: Any) -> int:
        status, config = self.call(self.maria, "POST", "", self.config(**fields))
        assert status == 201, config
        return int(config["id"])

    def defaults(self) -> list[int]:
        self.session.expire_all()
        query = select(OptimizationConfig.id).where(
            OptimizationConfig.team_id == self.team.id, OptimizationConfig.is_default
        )
        return list(self.session.scalars(query))


@pytest.fixture
def cafe(session: Session, api: TestClient, as_user: As) -> Cafe:
    return Cafe(session, api, as_user)


def test_a_config_is_made_changed_and_forgotten(cafe: Cafe) -> None:
    number = cafe.made()
    assert [one["name"] for one in cafe.call(cafe.maria, "GET", team_id=cafe.team.id)[1]["items"]] == [
        "Standard",
        "Thrifty",
    ]
    status, changed = cafe.call(cafe.maria, "PUT", f"/{number}", cafe.config(name="Frugal"))
    assert (status, changed["name"], changed["cost_weight"]) == (200, "Frugal", 3)
    assert cafe.call(cafe.maria, "GET", f"/{number}")[1] == changed
    assert cafe.call(cafe.maria, "DELETE", f"/{number}") == (204, None)
    assert cafe.call(cafe.maria, "GET", f"/{number}")[0] == 404


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Standard"}, "name"),
        ({"cost_weight": -1}, "cost_weight"),
        ({"time_limit_seconds": 0}, "time_limit_seconds"),
        ({"time_limit_seconds": 3601}, "time_limit_seconds"),
        ({"gap": 2}, "gap"),
        ({"mood": "good"}, "mood"),
    ],
)
def test_what_makes_no_config_is_refused_by_its_field(cafe: Cafe, fields: dict[str, Any], field: str) -> None:
    status, problem = cafe.call(cafe.maria, "POST", "", cafe.config(**fields))
    assert (status, [fault["field"] for fault in problem["faults"]]) == (422, [field])


def test_only_managers_of_the_team_see_and_set_configs(cafe: Cafe) -> None:
    number = cafe.made()
    for user, status in ((cafe.sam, 403), (cafe.stranger, 404)):
        assert cafe.call(user, "POST", "", cafe.config(name="Mine"))[0] == status
        assert [cafe.call(user, method, f"/{number}")[0] for method in ("GET", "DELETE")] == [status, status]
        assert cafe.call(user, "PUT", f"/{number}", cafe.config())[0] == status
    assert cafe.call(cafe.sam, "GET")[0] == 403
    assert cafe.team.id not in {one["team_id"] for one in cafe.call(cafe.stranger, "GET")[1]["items"]}


def test_a_new_default_takes_the_place_of_the_old_one(cafe: Cafe) -> None:
    number = cafe.made(is_default=True)
    assert cafe.defaults() == [number]
    cafe.call(cafe.maria, "PUT", f"/{cafe.standard}", cafe.config(name="Standard", is_default=True))
    assert cafe.defaults() == [cafe.standard]


def test_a_team_never_loses_its_default(cafe: Cafe) -> None:
    assert cafe.call(cafe.maria, "DELETE", f"/{cafe.standard}")[0] == 409
    assert cafe.call(cafe.maria, "PUT", f"/{cafe.standard}", cafe.config(name="Standard"))[0] == 409
    assert cafe.defaults() == [cafe.standard]


def test_the_first_config_of_a_team_is_its_default(cafe: Cafe) -> None:
    cafe.session.delete(cafe.session.get_one(OptimizationConfig, cafe.standard))
    cafe.session.flush()
    number = cafe.made(is_default=False)
    assert cafe.defaults() == [number]


def test_a_config_that_runs_were_made_with_is_kept(cafe: Cafe) -> None:
    number = cafe.made()
    week = a_week(cafe.session, cafe.team)
    cafe.session.add(
        SchedulingRun(
            weekly_schedule_id=week.id,
            team_id=cafe.team.id,
            first_week=MONDAY,
            config_id=number,
            requested_by=cafe.maria.id,
        )
    )
    cafe.session.flush()
    assert cafe.call(cafe.maria, "DELETE", f"/{number}")[0] == 409


def test_defaults_chosen_at_once_are_one(own_database: None) -> None:
    with unit_of_work() as session:
        team = a_team(session)
        team_id, maria = team.id, a_manager(session, team).id
        names = [f"Config {number}" for number in range(3)]
        session.add_all(OptimizationConfig(team_id=team_id, name=name) for name in names)
        session.flush()
        numbers = list(session.scalars(select(OptimizationConfig.id).where(OptimizationConfig.name.in_(names))))

    def choosing(number: int, barrier: Barrier, outcomes: dict[int, RotaError | None]) -> None:
        barrier.wait()
        try:
            with unit_of_work() as session:
                actor = session.scalars(select(User).where(User.id == maria).options(selectinload(User.teams))).one()
                name = session.get_one(OptimizationConfig, number).name
                configs.change_config(
                    session, actor, number, ConfigWrite(team_id=team_id, name=name, is_default=True)
                )
            outcomes[number] = None
        except RotaError as error:
            outcomes[number] = error

    for _ in range(10):
        barrier, outcomes = Barrier(3), dict[int, RotaError | None]()
        threads = [Thread(target=choosing, args=(number, barrier, outcomes)) for number in numbers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        # Each choice is one that could have come last.
        assert outcomes == dict.fromkeys(numbers)
        with unit_of_work() as session:
            defaults = select(func.count()).where(
                OptimizationConfig.team_id == team_id, OptimizationConfig.is_default
            )
            assert session.scalar(defaults) == 1
