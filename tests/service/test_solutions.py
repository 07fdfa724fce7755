"""Managers see what a run proposes, how good that is in plain figures, and what another run would do better."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from service.requests.models import EmployeePreference
from service.scheduling.models import OptimizationConfig
from service.schemas.scheduling import RunStatus
from service.schemas.shifts import WeekStatus
from tests.builders import MONDAY, a_manager, a_role, a_run, a_shift, a_team, a_user, a_week
from tests.service.conftest import As

RUNS = "/api/scheduling/runs"


class Bar:
    """Monday's day and Saturday's night want one bartender each. Ana costs 20.00 an hour and wants no Monday."""

    def __init__(self, session: Session) -> None:
        self.team = a_team(session, "Bar")
        self.role = a_role(session, "Bartender")
        self.maria = a_manager(session, self.team, name="Maria")
        self.ana = a_user(session, self.team, name="Ana", roles=[self.role])
        self.kim = a_user(session, self.team, name="Kim", roles=[self.role])
        self.ana.cost_per_hour = 2000
        self.week = a_week(session, self.team)
        self.day = a_shift(session, self.week, self.role, name="Day")
        self.night = a_shift(session, self.week, self.role, day=5, start=20, hours=8, name="Night")
        session.add(EmployeePreference(user_id=self.ana.id, wanted=False, weekday=0, weight=7))
        self.to_ana = a_run(session, self.week, self.maria, [(self.day, self.ana, self.role)])
        self.shared_out = a_run(
            session, self.week, self.maria, [(self.night, self.ana, self.role), (self.day, self.kim, self.role)]
        )


@pytest.fixture
def bar(session: Session) -> Bar:
    return Bar(session)


def test_a_run_lists_what_it_proposes_by_start(api: TestClient, bar: Bar, as_user: As) -> None:
    page = api.get(f"{RUNS}/{bar.shared_out.id}/solutions", headers=as_user(bar.maria)).json()
    assert [(one["shift"], one["person"]["name"]) for one in page["items"]] == [("Day", "Kim"), ("Night", "Ana")]
    assert page["items"][1]["starts_at"] == "2030-12-07T20:00:00Z"
    assert page["total"] == 2


def test_proposals_are_narrowed_and_paged(api: TestClient, bar: Bar, as_user: As) -> None:
    path, headers = f"{RUNS}/{bar.shared_out.id}/solutions", as_user(bar.maria)
    of_ana = api.get(path, params={"user_id": bar.ana.id}, headers=headers).json()
    assert [one["shift"] for one in of_ana["items"]] == ["Night"]
    of_day = api.get(path, params={"planned_shift_id": bar.day.id}, headers=headers).json()
    assert [one["person"]["name"] for one in of_day["items"]] == ["Kim"]
    second = api.get(path, params={"limit": 1, "offset": 1}, headers=headers).json()
    assert ([one["shift"] for one in second["items"]], second["total"]) == (["Night"], 2)


def test_the_unchecked_best_of_an_interrupted_run_is_not_shown(
    session: Session, api: TestClient, bar: Bar, as_user: As
) -> None:
    run = a_run(session, bar.week, bar.maria, [(bar.day, bar.ana, bar.role)], status=RunStatus.CANCELLED)
    assert api.get(f"{RUNS}/{run.id}/solutions", headers=as_user(bar.maria)).json()["items"] == []
    assert api.get(f"{RUNS}/{run.id}/metrics", headers=as_user(bar.maria)).json()["code"] == "wrong_state"


def test_the_figures_are_those_that_people_can_count(api: TestClient, bar: Bar, as_user: As) -> None:
    figures = api.get(f"{RUNS}/{bar.to_ana.id}/metrics", headers=as_user(bar.maria)).json()
    assert figures["coverage"] == {"places": 2, "filled": 1, "surplus": 0, "share": 0.5}
    assert figures["preferences"] == {"wishes": 1, "met": 0, "share": 0.0}
    assert figures["cost"] == {"minutes": 480, "wages": 16000}
    fairness = figures["fairness"]
    assert (fairness["minutes_apart"], fairness["nights_apart"], fairness["weekends_apart"]) == (480, 0, 0)
    assert {one["person"]["name"]: one["minutes"] for one in fairness["people"]} == {"Ana": 480, "Kim": 0, "Maria": 0}
    assert {one["term"]: one["points"] for one in figures["terms"]} == {
        "COVERAGE": 1000,
        "REQUESTS": 7,
        "FAIRNESS": 2 * 8,
    }
    assert figures["objective"] == 1023


def test_nights_and_weekends_are_counted_for_each_person(api: TestClient, bar: Bar, as_user: As) -> None:
    fairness = api.get(f"{RUNS}/{bar.shared_out.id}/metrics", headers=as_user(bar.maria)).json()["fairness"]
    counted = {one["person"]["name"]: (one["shifts"], one["nights"], one["weekends"]) for one in fairness["people"]}
    assert counted == {"Ana": (1, 1, 1), "Kim": (1, 0, 0), "Maria": (0, 0, 0)}
    assert (fairness["minutes_apart"], fairness["nights_apart"], fairness["weekends_apart"]) == (0, 1, 1)


def test_a_hard_rule_that_came_later_is_named_as_broken(
    session: Session, api: TestClient, bar: Bar, as_user: As
) -> None:
    bar.ana.max_minutes_week = 4 * 60
    session.flush()
    figures = api.get(f"{RUNS}/{bar.to_ana.id}/metrics", headers=as_user(bar.maria)).json()
    assert len(figures["broken"]) == 1
    assert "Ana" in figures["broken"][0]


def test_whoever_has_left_is_out_of_the_figures(session: Session, api: TestClient, bar: Bar, as_user: As) -> None:
    bar.ana.active = False
    session.flush()
    figures = api.get(f"{RUNS}/{bar.to_ana.id}/metrics", headers=as_user(bar.maria)).json()
    assert (figures["coverage"]["filled"], figures["cost"]["minutes"]) == (0, 0)


def test_a_comparison_says_what_the_other_run_gains_and_loses(api: TestClient, bar: Bar, as_user: As) -> None:
    told = api.get(
        f"{RUNS}/{bar.to_ana.id}/compare", params={"other_id": bar.shared_out.id}, headers=as_user(bar.maria)
    ).json()
    assert [(one["term"], one["difference"]) for one in told["terms"]] == [
        ("COVERAGE", -1000),
        ("FAIRNESS", -12),
        ("REQUESTS", -7),
    ]
    assert told["difference"] == -1019 == told["other"]["objective"] - told["run"]["objective"]
    assert told["shared"] == 0
    assert [(one["shift"], one["person"]["name"]) for one in told["only_in_run"]] == [("Day", "Ana")]
    assert [(one["shift"], one["person"]["name"]) for one in told["only_in_other"]] == [
        ("Day", "Kim"),
        ("Night", "Ana"),
    ]


def test_both_runs_are_judged_by_the_weights_of_the_first(
    session: Session, api: TestClient, bar: Bar, as_user: As
) -> None:
    careless = OptimizationConfig(team_id=bar.team.id, name="Careless", under_weight=1)
    session.add(careless)
    session.flush()
    empty = a_run(session, bar.week, bar.maria, config=careless)
    headers = as_user(bar.maria)
    strict = api.get(f"{RUNS}/{bar.shared_out.id}/compare", params={"other_id": empty.id}, headers=headers).json()
    assert next(one for one in strict["terms"] if one["term"] == "COVERAGE")["difference"] == 2000
    lax = api.get(f"{RUNS}/{empty.id}/compare", params={"other_id": bar.shared_out.id}, headers=headers).json()
    assert next(one for one in lax["terms"] if one["term"] == "COVERAGE")["difference"] == -2


def test_a_run_is_like_itself(api: TestClient, bar: Bar, as_user: As) -> None:
    path = f"{RUNS}/{bar.shared_out.id}/compare"
    told = api.get(path, params={"other_id": bar.shared_out.id}, headers=as_user(bar.maria)).json()
    assert (told["difference"], told["terms"], told["shared"], told["only_in_run"]) == (0, [], 2, [])


def test_runs_of_different_weeks_are_not_compared(session: Session, api: TestClient, bar: Bar, as_user: As) -> None:
    later = a_run(session, a_week(session, bar.team, MONDAY + timedelta(weeks=1)), bar.maria)
    answer = api.get(f"{RUNS}/{bar.to_ana.id}/compare", params={"other_id": later.id}, headers=as_user(bar.maria))
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["field"] == "other_id"


def test_a_run_of_another_team_cannot_be_looked_at_through_a_comparison(
    session: Session, api: TestClient, bar: Bar, as_user: As
) -> None:
    elsewhere = a_team(session)
    theirs = a_run(session, a_week(session, elsewhere, status=WeekStatus.DRAFT), a_manager(session, elsewhere))
    answer = api.get(f"{RUNS}/{bar.to_ana.id}/compare", params={"other_id": theirs.id}, headers=as_user(bar.maria))
    assert answer.status_code == 404
