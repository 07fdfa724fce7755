"""An impossible run says what contradicts itself, and one press makes it possible."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service import db
from service.app import create_app
from service.people.models import Role, Team, User
from service.requests.models import TimeOffRequest, WorkRule
from service.scheduling.execution import execute
from service.scheduling.models import OptimizationConfig
from service.scheduling.problem import Scope, load_weeks
from service.schemas.requests import RuleKind, TimeOffKind, TimeOffStatus
from service.schemas.rule_parameters import RuleParameters
from service.schemas.scheduling import RunStatus
from service.shifts.models import PlannedShiftRole, ShiftAssignment, WeeklySchedule
from solver.rules import ShiftsLimit
from tests.builders import MONDAY, a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.conftest import As

pytestmark = pytest.mark.usefixtures("own_database")


class Bar:
    """Two bartenders and a week of seven evenings that want one each."""

    def __init__(self, session: Session) -> None:
        self.team: Team = a_team(session, "Bar")
        self.role: Role = a_role(session, "Bartender")
        self.manager: User = a_manager(session, self.team, name="Maria")
        self.ana, self.joe = (a_user(session, self.team, roles=[self.role], name=name) for name in ("Ana", "Joe"))
        self.week: WeeklySchedule = a_week(session, self.team)
        self.shifts = [
            a_shift(session, self.week, self.role, day=day, start=16, hours=5, name="Evening") for day in range(7)
        ]


@pytest.fixture
def bar() -> Bar:
    with db.unit_of_work() as session:
        return Bar(session)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client


def add(*rows: object) -> None:
    with db.unit_of_work() as session:
        session.add_all(rows)


def a_rule(bar: Bar, kind: RuleKind, value: int, user: User | None = None, **more: object) -> WorkRule:
    return WorkRule(team_id=bar.team.id, user_id=user.id if user else None, kind=kind, value=value, **more)


def solved(client: TestClient, bar: Bar, as_user: As) -> dict[str, object]:
    """A run of the bar's week, worked on to its end."""
    headers = as_user(bar.manager)
    run_id = client.post(f"/api/scheduling/optimize/{bar.week.id}", headers=headers).json()["run_id"]
    execute(run_id)
    return dict(client.get(f"/api/scheduling/runs/{run_id}", headers=headers).json())


def press(client: TestClient, run: dict[str, object], number: int, headers: dict[str, str]) -> tuple[int, int | None]:
    answer = client.post(f"/api/scheduling/runs/{run['id']}/relaxations/{number}", headers=headers)
    return answer.status_code, answer.json().get("run_id")


def offers(run: dict[str, object]) -> dict[str, bool]:
    """What a run offers, and whether one press does it."""
    clash = run["clash"]
    assert isinstance(clash, dict), run
    return {one["detail"]: bool(one["changes"]) for one in clash["relaxations"]}


def test_rules_that_contradict_each_other_are_named_and_bent_for_one_person_and_week(
    client: TestClient, bar: Bar, as_user: As
) -> None:
    add(
        a_rule(bar, RuleKind.MIN_SHIFTS_PER_WEEK, 5, bar.ana),
        a_rule(bar, RuleKind.MAX_SHIFTS_PER_WEEK, 3),
    )
    run = solved(client, bar, as_user)
    assert run["status"] == RunStatus.FAILED
    assert run["error"] == "These cannot all be kept: Ana: at least 5 shifts a week; Ana: at most 3 shifts a week."
    assert offers(run) == {
        "allow for Ana at least 3 shifts a week instead of at least 5 shifts a week": True,
        "allow for Ana at most 5 shifts a week instead of at most 3 shifts a week": True,
    }
    number = list(offers(run)).index("allow for Ana at most 5 shifts a week instead of at most 3 shifts a week") + 1
    status, again = press(client, run, number, as_user(bar.manager))
    assert status == 202
    assert again is not None
    execute(again)
    assert client.get(f"/api/scheduling/runs/{again}", headers=as_user(bar.manager)).json()["status"] == "SUCCESS"
    with db.unit_of_work() as session:
        worked = [one.user_id for one in session.scalars(select(ShiftAssignment))]
        own = session.scalars(select(WorkRule).where(WorkRule.user_id == bar.ana.id, WorkRule.value == 5)).all()
    assert (worked.count(bar.ana.id), worked.count(bar.joe.id)) == (5, 2)
    [exception] = [rule for rule in own if rule.kind is RuleKind.MAX_SHIFTS_PER_WEEK]
    assert RuleParameters.model_validate(exception.parameters).week_start == MONDAY


def test_a_rotation_in_the_way_is_waived_for_that_week_alone(client: TestClient, bar: Bar, as_user: As) -> None:
    five_on_two_off = [*({"works": True},) * 5, *({"works": False},) * 2]
    add(
        a_rule(bar, RuleKind.ROTATION, 0, bar.ana, parameters={"pattern": five_on_two_off, "starts_on": str(MONDAY)}),
        a_rule(bar, RuleKind.MAX_SHIFTS_PER_WEEK, 3),
    )
    run = solved(client, bar, as_user)
    waived = "waive for Ana: a rotation of 5 on, then 2 off"
    assert offers(run) == {
        waived: True,
        "allow for Ana at most 5 shifts a week instead of at most 3 shifts a week": True,
    }
    status, again = press(client, run, list(offers(run)).index(waived) + 1, as_user(bar.manager))
    assert status == 202
    assert again is not None
    execute(again)
    assert client.get(f"/api/scheduling/runs/{again}", headers=as_user(bar.manager)).json()["status"] == "SUCCESS"
    with db.unit_of_work() as session:
        rules = session.scalars(
            select(WorkRule).where(WorkRule.kind == RuleKind.ROTATION).order_by(WorkRule.id)
        ).all()
    weeks = [RuleParameters.model_validate(rule.parameters).week_start for rule in rules]
    assert list(zip(weeks, [rule.weight for rule in rules], strict=True)) == [(None, None), (MONDAY, 1)]


def test_the_same_change_is_not_made_twice(client: TestClient, bar: Bar, as_user: As) -> None:
    add(
        a_rule(bar, RuleKind.MIN_SHIFTS_PER_WEEK, 5, bar.ana),
        a_rule(bar, RuleKind.MAX_SHIFTS_PER_WEEK, 3, bar.ana),
    )
    run = solved(client, bar, as_user)
    status, again = press(client, run, 1, as_user(bar.manager))
    assert status == 202
    assert again is not None
    assert press(client, run, 1, as_user(bar.manager))[0] == 409
    execute(again)
    assert press(client, run, 1, as_user(bar.manager))[0] == 409
    with db.unit_of_work() as session:
        assert len(session.scalars(select(WorkRule)).all()) == 3


def test_a_minimum_nobody_can_fill_is_lowered_and_a_holiday_is_for_people_to_settle(
    client: TestClient, bar: Bar, as_user: As
) -> None:
    with db.unit_of_work() as session:
        need = session.scalars(
            select(PlannedShiftRole).where(PlannedShiftRole.planned_shift_id == bar.shifts[5].id)
        ).one()
        need.headcount = need.minimum = 2
        during = bar.shifts[5].during
        session.add(
            TimeOffRequest(
                user_id=bar.joe.id,
                kind=TimeOffKind.VACATION,
                status=TimeOffStatus.APPROVED,
                during=Range(during.lower, during.upper),
            )
        )
    run = solved(client, bar, as_user)
    assert offers(run) == {
        "let Evening on Saturday do with 1 Bartender": True,
        "ask to work although Joe has time off on Saturday": False,
    }
    assert press(client, run, 2, as_user(bar.manager))[0] == 409
    status, again = press(client, run, 1, as_user(bar.manager))
    assert (status, again is not None) == (202, True)
    with db.unit_of_work() as session:
        lowered = session.get_one(PlannedShiftRole, (bar.shifts[5].id, bar.role.id))
        assert (lowered.headcount, lowered.minimum) == (2, 1)


def test_a_pin_on_a_holiday_is_lifted(client: TestClient, bar: Bar, as_user: As) -> None:
    with db.unit_of_work() as session:
        an_assignment(session, bar.shifts[0], bar.ana, bar.role, pinned=True)
        an_assignment(session, bar.shifts[1], bar.ana, bar.role, pinned=True)
        session.add(a_rule(bar, RuleKind.MAX_SHIFTS_PER_WEEK, 1))
    run = solved(client, bar, as_user)
    pin = next(at for at, detail in enumerate(offers(run), start=1) if detail.startswith("lift the pin"))
    status, again = press(client, run, pin, as_user(bar.manager))
    assert status == 202
    assert again is not None
    execute(again)
    with db.unit_of_work() as session:
        assert [one.pinned for one in session.scalars(select(ShiftAssignment)).all()].count(True) == 1


def test_employees_may_not_relax_anything(client: TestClient, bar: Bar, as_user: As) -> None:
    add(a_rule(bar, RuleKind.MIN_SHIFTS_PER_WEEK, 5), a_rule(bar, RuleKind.MAX_SHIFTS_PER_WEEK, 3))
    run = solved(client, bar, as_user)
    assert press(client, run, 1, as_user(bar.ana))[0] == 403
    assert press(client, run, 99, as_user(bar.manager))[0] == 404
    with db.unit_of_work() as session:
        assert len(session.scalars(select(WorkRule)).all()) == 2


@pytest.mark.parametrize(
    ("rules", "bound"),
    [
        ([("team", 3, None)], {"Ana": [3], "Joe": [3], "Maria": [3]}),
        ([("team", 3, None), ("ana", 5, None)], {"Ana": [5], "Joe": [3], "Maria": [3]}),
        ([("team", 3, None), ("team", 4, MONDAY)], {"Ana": [4], "Joe": [4], "Maria": [4]}),
        ([("ana", 5, None), ("ana", 6, MONDAY)], {"Ana": [6]}),
        ([("ana", 5, None), ("ana", 6, MONDAY + timedelta(weeks=1))], {"Ana": [5]}),
        ([("ana", 5, None), ("team", 2, MONDAY)], {"Ana": [5], "Joe": [2], "Maria": [2]}),
    ],
)
def test_the_most_specific_rule_of_a_kind_binds_a_person(
    bar: Bar, rules: list[tuple[str, int, object]], bound: dict[str, list[int]]
) -> None:
    for who, value, week in rules:
        parameters = RuleParameters.model_validate({"week_start": week}).model_dump(mode="json")
        user = bar.ana if who == "ana" else None
        add(a_rule(bar, RuleKind.MAX_SHIFTS_PER_WEEK, value, user, parameters=parameters))
    with db.unit_of_work() as session:
        config = session.scalars(select(OptimizationConfig)).one()
        scope = Scope(team_id=bar.team.id, config_id=config.id, first_week=MONDAY)
        problem = load_weeks(session, scope).problem
    limits: dict[str, list[int]] = {}
    for employee in problem.employees:
        for rule in problem.rules:
            if isinstance(rule, ShiftsLimit) and employee.id in rule.employees and rule.maximum is not None:
                limits.setdefault(employee.name, []).append(rule.maximum)
    assert limits == bound


def test_a_rule_about_people_together_is_bent_for_the_team_and_the_week(
    client: TestClient, bar: Bar, as_user: As
) -> None:
    pair = {"user_ids": [bar.ana.id, bar.joe.id]}
    add(WorkRule(team_id=bar.team.id, kind=RuleKind.APART, value=0, parameters=pair))
    with db.unit_of_work() as session:
        need = session.get_one(PlannedShiftRole, (bar.shifts[0].id, bar.role.id))
        need.headcount = need.minimum = 2
    run = solved(client, bar, as_user)
    assert offers(run)["waive: Ana and Joe: never together"]
    details = list(offers(run))
    assert press(client, run, details.index("waive: Ana and Joe: never together") + 1, as_user(bar.manager))[0] == 202
    with db.unit_of_work() as session:
        rules = session.scalars(select(WorkRule).order_by(WorkRule.id)).all()
    assert [(rule.user_id, rule.weight, rule.parameters.get("week_start")) for rule in rules] == [
        (None, None, None),
        (None, 1, MONDAY.isoformat()),
    ]
