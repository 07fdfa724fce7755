"""Work rules: each kind with its own values, set by managers, seen by whom they bind, none against another."""

from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.activity.models import ActivityLog
from service.people.models import User
from service.schemas.requests import RuleKind
from service.schemas.rules import AnyRule
from tests.builders import a_manager, a_role, a_team, a_template, a_user
from tests.service.conftest import As

URL = "/api/work-rules"


class Cafe:
    def __init__(self, session: Session, api: TestClient, as_user: As) -> None:
        self._api, self._as = api, as_user
        self.session = session
        self.team = a_team(session)
        role = a_role(session)
        self.early, self.late = a_template(session, self.team, role), a_template(session, self.team, role)
        self.maria = a_manager(session, self.team)
        self.sam, self.joe = (a_user(session, self.team) for _ in range(2))
        other = a_team(session)
        self.other_id = other.id
        self.stranger, self.foreign = a_manager(session, other), a_template(session, other, role)

    def call(self, user: User, method: str, path: str = "", body: Any = None, **params: Any) -> tuple[int, Any]:
        answer = self._api.request(method, f"{URL}{path}", json=body, params=params, headers=self._as(user))
        return answer.status_code, answer.json() if answer.content else None

    def rule(self, **fields: Any) -> dict[str, Any]:
        return {"team_id": self.team.id, "kind": "MAX_HOURS_PER_WEEK", "value": 40} | fields

    def made(self, **fields: Any) -> int:
        status, rule = self.call(self.maria, "POST", "", self.rule(**fields))
        assert status == 201, rule
        return int(rule["id"])


@pytest.fixture
def cafe(session: Session, api: TestClient, as_user: As) -> Cafe:
    return Cafe(session, api, as_user)


def test_every_kind_of_rule_has_its_shape() -> None:
    shapes = get_args(get_args(AnyRule)[0])
    kinds = [kind for shape in shapes for kind in get_args(shape.model_fields["kind"].annotation)]
    assert sorted(kinds) == sorted(RuleKind)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"value": -1}, "value"),
        ({"value": 169}, "value"),
        ({"value": 7.5}, "value"),
        ({"kind": "MAX_SHIFTS_PER_DAY", "value": 0}, "value"),
        ({"kind": "MAX_CONSECUTIVE_DAYS", "value": 36}, "value"),
        ({"kind": "MAX_WEEKENDS_PER_RUN", "value": 7}, "value"),
        ({"kind": "MIN_REST_HOURS", "value": 100}, "value"),
        ({"weight": 0}, "weight"),
        ({"weight": -5}, "weight"),
        ({"colour": "red"}, "colour"),
        ({"parameters": {"template_id": 1}}, "parameters.template_id"),
        ({"parameters": {"week_start": "soon"}}, "parameters.week_start"),
        ({"kind": "FORBIDDEN_SUCCESSION", "value": 0}, "parameters"),
        (
            {"kind": "FORBIDDEN_SUCCESSION", "value": 0, "parameters": {"template_id": 1}},
            "parameters.next_template_ids",
        ),
        ({"kind": "MIN_IN_WINDOW", "value": 2}, "parameters"),
        ({"kind": "MIN_IN_WINDOW", "value": 2, "parameters": {"days": 7}}, "parameters.amount"),
        ({"kind": "MIN_IN_WINDOW", "value": 8, "parameters": {"amount": "DAYS_OFF", "days": 7}}, "value"),
        ({"kind": "MIN_IN_WINDOW", "parameters": {"amount": "NAPS", "days": 7}}, "parameters.amount"),
        ({"kind": "MIN_IN_WINDOW", "parameters": {"amount": "DAYS", "days": 36}}, "parameters.days"),
        (
            {"kind": "MAX_IN_WINDOW", "parameters": {"amount": "DAYS_OFF", "days": 7, "template_ids": [1]}},
            "parameters",
        ),
        ({"kind": "MIN_FREE_HOURS", "value": 49, "parameters": {"days": 2}}, "value"),
        ({"kind": "MAX_CONSECUTIVE_WEEKENDS", "value": 7}, "value"),
        ({"kind": "STANDBY", "value": 0}, "weight"),
        ({"kind": "LOW_PRIORITY", "value": 0}, "weight"),
        ({"kind": "STANDBY", "value": 0, "weight": 5, "parameters": {"per": "YEAR"}}, "parameters.per"),
        ({"kind": "MIN_HOURS_BETWEEN", "parameters": {"template_ids": [1]}}, "parameters.next_template_ids"),
        ({"kind": "MIN_TRAVEL_MINUTES", "value": 0}, "value"),
        ({"kind": "MIN_HOURS_BESIDE_TIME_OFF", "value": 73}, "value"),
        ({"kind": "FORBIDDEN_PATTERN", "value": 0, "parameters": {"pattern": [{"works": False}]}}, "parameters"),
        (
            {"kind": "FORBIDDEN_PATTERN", "value": 0, "parameters": {"pattern": [{"template_ids": [1]}]}},
            "parameters.pattern.0.works",
        ),
        ({"kind": "ROTATION", "value": 0, "parameters": {"pattern": [{"works": True}]}}, "parameters.starts_on"),
        (
            {
                "kind": "ROTATION",
                "value": 0,
                "parameters": {"pattern": [{"works": False}], "starts_on": "2030-12-09"},
            },
            "parameters",
        ),
        (
            {
                "kind": "ROTATION",
                "value": 0,
                "parameters": {"pattern": [{"works": True}] * 71, "starts_on": "2030-12-09"},
            },
            "parameters.pattern",
        ),
        ({"kind": "ALLOWED_DAILY_PAIRS", "value": 0, "parameters": {"pairs": [[1]]}}, "parameters.pairs.0"),
        ({"kind": "TOGETHER", "value": 0, "parameters": {"user_ids": [1]}}, "parameters.user_ids"),
        ({"kind": "APART", "value": 0, "parameters": {"user_ids": [1, 1]}}, "parameters.user_ids"),
        ({"kind": "APART", "value": 0, "user_id": 1, "parameters": {"user_ids": [1, 2]}}, "user_id"),
        ({"kind": "MIN_SKILLED", "value": 1, "parameters": {"level": 2}}, "parameters.skill"),
        ({"kind": "MIN_SKILLED", "value": 1, "contract": "Agency", "parameters": {"skill": "Aid"}}, "contract"),
        ({"kind": "MIN_PRESENT", "parameters": {"role_id": 1, "start_time": "9:00"}}, "parameters.start_time"),
        ({"kind": "ONE_OF_SHIFTS", "value": 1, "parameters": {"template_ids": [1]}}, "parameters.role_id"),
        (
            {"kind": "FAIR_SHIFTS", "value": 0, "weight": 3, "parameters": {"template_ids": []}},
            "parameters.template_ids",
        ),
        ({"user_id": 1, "contract": "Agency"}, "contract"),
        ({"kind": "MAX_SHIFTS_PER_WEEK", "parameters": {"next_template_ids": [1]}}, "parameters.next_template_ids"),
    ],
)
def test_what_a_kind_does_not_know_is_refused_by_its_field(cafe: Cafe, fields: dict[str, Any], field: str) -> None:
    status, problem = cafe.call(cafe.maria, "POST", "", cafe.rule(**fields))
    assert status == 422
    assert problem["faults"][0]["field"] == field
    assert problem["faults"][0]["reason"]


@pytest.mark.parametrize("kind", [None, "BE_NICE"])
def test_an_unknown_kind_is_refused(cafe: Cafe, kind: str | None) -> None:
    assert cafe.call(cafe.maria, "POST", "", cafe.rule(kind=kind))[0] == 422


def test_a_rule_is_about_people_and_shifts_of_its_team(cafe: Cafe) -> None:
    status, problem = cafe.call(cafe.maria, "POST", "", cafe.rule(user_id=cafe.stranger.id))
    assert (status, problem["faults"][0]["field"]) == (422, "user_id")
    counted = cafe.rule(kind="MAX_SHIFTS_PER_WEEK", parameters={"template_id": cafe.foreign.id})
    status, problem = cafe.call(cafe.maria, "POST", "", counted)
    assert (status, problem["faults"][0]["field"]) == (422, "parameters.template_id")
    after = {"template_id": cafe.late.id, "next_template_ids": [cafe.foreign.id]}
    succession = cafe.rule(kind="FORBIDDEN_SUCCESSION", value=0, parameters=after)
    status, problem = cafe.call(cafe.maria, "POST", "", succession)
    assert (status, problem["faults"][0]["field"]) == (422, "parameters.next_template_ids")


def test_managers_set_rules_and_people_see_those_that_bind_them(cafe: Cafe) -> None:
    everybody, sams = cafe.made(), cafe.made(user_id=cafe.sam.id, value=20)
    for user, seen in (
        (cafe.maria, [everybody, sams]),
        (cafe.sam, [everybody, sams]),
        (cafe.joe, [everybody]),
        (cafe.stranger, []),
    ):
        assert [rule["id"] for rule in cafe.call(user, "GET")[1]["items"]] == seen
        assert [number for number in (everybody, sams) if cafe.call(user, "GET", f"/{number}")[0] == 200] == seen
    assert [rule["id"] for rule in cafe.call(cafe.maria, "GET", user_id=cafe.sam.id)[1]["items"]] == [sams]
    assert cafe.call(cafe.maria, "GET", kind="MIN_REST_HOURS")[1]["total"] == 0
    for user, status in ((cafe.sam, 403), (cafe.stranger, 404)):
        assert cafe.call(user, "PUT", f"/{everybody}", cafe.rule(value=60))[0] == status
        assert cafe.call(user, "DELETE", f"/{everybody}")[0] == status
        assert cafe.call(user, "POST", "", cafe.rule(value=60))[0] == status


def test_a_rule_is_changed_forgotten_and_logged(cafe: Cafe) -> None:
    number = cafe.made(weight=5)
    status, changed = cafe.call(cafe.maria, "PUT", f"/{number}", cafe.rule(value=38))
    # What is left out is cleared: it is hard now.
    assert (status, changed["value"], changed["weight"]) == (200, 38, None)
    other = cafe.rule(team_id=cafe.other_id)
    assert cafe.call(cafe.maria, "PUT", f"/{number}", other)[1]["faults"][0]["field"] == "team_id"
    assert cafe.call(cafe.maria, "DELETE", f"/{number}") == (204, None)
    assert cafe.call(cafe.maria, "GET", f"/{number}")[0] == 404
    logged = cafe.session.scalars(select(ActivityLog).order_by(ActivityLog.id)).all()
    assert [entry.action for entry in logged] == ["rule.create", "rule.change", "rule.delete"]
    assert [(entry.before or {}).get("weight") for entry in logged] == [None, 5, None]


def test_the_same_rule_is_there_once_hard_and_once_soft(cafe: Cafe) -> None:
    number = cafe.made()
    cafe.made(value=36, weight=5)
    status, problem = cafe.call(cafe.maria, "POST", "", cafe.rule(value=38))
    assert (status, f"rule {number}" in problem["way_forward"]) == (409, True)
    cafe.made(value=20, user_id=cafe.sam.id)
    cafe.made(value=50, parameters={"week_start": "2030-12-23"})


@pytest.mark.parametrize(
    ("least", "most"),
    [
        ("MIN_HOURS_PER_WEEK", "MAX_HOURS_PER_WEEK"),
        ("MIN_SHIFTS_PER_WEEK", "MAX_SHIFTS_PER_WEEK"),
        ("MIN_CONSECUTIVE_DAYS", "MAX_CONSECUTIVE_DAYS"),
    ],
)
def test_hard_rules_that_nobody_could_keep_both_are_refused(cafe: Cafe, least: str, most: str) -> None:
    cafe.made(kind=most, value=4)
    status, problem = cafe.call(cafe.maria, "POST", "", cafe.rule(kind=least, value=5))
    assert (status, problem["faults"][0]["field"]) == (422, "value")
    assert most in problem["faults"][0]["reason"]
    cafe.made(kind=least, value=5, weight=3)
    number = cafe.made(kind=least, value=4)
    assert cafe.call(cafe.maria, "PUT", f"/{number}", cafe.rule(kind=least, value=6))[0] == 422
    assert cafe.call(cafe.maria, "PUT", f"/{number}", cafe.rule(kind=least, value=3))[0] == 200


def test_the_union_is_read_by_its_kind() -> None:
    rule: Any = TypeAdapter(AnyRule).validate_python({"team_id": 1, "kind": "MIN_REST_HOURS", "value": 11})
    assert type(rule).__name__ == "RestRule"
