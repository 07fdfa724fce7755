"""Every kind of work rule is taken over HTTP, and reaches the solver as the rule that it means."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from service.people.models import UserSkill
from service.scheduling.naming import named, names_of
from service.schemas.requests import RuleKind
from service.schemas.shifts import WeekStatus
from service.shifts.models import PlannedShift, PlannedShiftRole
from solver import explain_infeasible, score, solve
from solver.problem import Assignment, Skill
from solver.rules import (
    Alternatives,
    Amount,
    ConsecutiveDaysOff,
    ConsecutiveWeekends,
    ConsecutiveWork,
    DailyPairs,
    Fairness,
    ForbiddenPattern,
    ForbiddenSuccession,
    FreeTime,
    Measure,
    MinimumRest,
    MinutesLimit,
    Pairing,
    Period,
    Presence,
    Priority,
    RestBetween,
    Rotation,
    Rule,
    ShiftsLimit,
    ShiftsPerDay,
    SkillMix,
    Standby,
    TimeOffDistance,
    TravelTime,
    WeekendLimit,
    WindowLimit,
)
from solver.words_rules import rule_words
from tests.builders import MONDAY, a_shift, a_user, a_week, an_assignment
from tests.service.conftest import As
from tests.service.ward import Ward

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text()
EXAMPLES = re.findall(r'`(\{"team_id".+?\})`', PAGE)
NEEDS = re.findall(r'`("needs".+?)`', PAGE)
HOUR, DAY = 60, 24 * 60

Post = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]


@pytest.fixture
def ward(session: Session) -> Ward:
    return Ward(session)


@pytest.fixture
def post(ward: Ward, api: TestClient, as_user: As) -> Post:
    def posting(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = api.post("/api/work-rules", json=body, headers=as_user(ward.maria))
        return answer.status_code, answer.json()

    return posting


def of_rule(ward: Ward, number: int) -> list[Rule]:
    """The solver's rules that come of a work rule."""
    loaded = ward.loaded()
    return [rule for rule, known in zip(loaded.problem.rules, loaded.work_rules, strict=True) if known == number]


def meant(ward: Ward) -> dict[RuleKind, list[Rule]]:
    """What the bodies of the ward mean."""
    ana, ben, maria = (str(user.id) for user in (ward.ana, ward.ben, ward.maria))
    all_, both = frozenset({ana, ben, maria}), frozenset({ana, ben})
    early, late, night = (str(template.id) for template in (ward.early, ward.late, ward.night))
    role = str(ward.role.id)
    nights = {str(shift.id): shift for shift in ward.week.shifts if shift.template_id == ward.night.id}
    monday_or_tuesday = frozenset(sorted(nights, key=int)[:2])
    spans = [(day * DAY + 13 * HOUR, day * DAY + 15 * HOUR) for day in (5, 6)]
    week, run = Period.WEEK, Period.HORIZON
    return {
        RuleKind.MAX_HOURS_PER_WEEK: [MinutesLimit(employees=all_, period=week, maximum=180)],
        RuleKind.MIN_HOURS_PER_WEEK: [MinutesLimit(employees=all_, period=week, minimum=180)],
        RuleKind.MAX_MINUTES_PER_RUN: [MinutesLimit(employees=all_, period=run, maximum=3)],
        RuleKind.MIN_MINUTES_PER_RUN: [MinutesLimit(employees=all_, period=run, minimum=3)],
        RuleKind.MAX_SHIFTS_PER_WEEK: [ShiftsLimit(employees=all_, period=week, maximum=3)],
        RuleKind.MIN_SHIFTS_PER_WEEK: [ShiftsLimit(employees=all_, period=week, minimum=3)],
        RuleKind.MAX_SHIFTS_PER_RUN: [ShiftsLimit(employees=all_, period=run, maximum=3)],
        RuleKind.MIN_SHIFTS_PER_RUN: [ShiftsLimit(employees=all_, period=run, minimum=3)],
        RuleKind.MAX_SHIFTS_PER_DAY: [ShiftsPerDay(employees=all_, maximum=3)],
        RuleKind.MAX_CONSECUTIVE_DAYS: [ConsecutiveWork(employees=all_, maximum=3)],
        RuleKind.MIN_CONSECUTIVE_DAYS: [ConsecutiveWork(employees=all_, minimum=3)],
        RuleKind.MIN_CONSECUTIVE_DAYS_OFF: [ConsecutiveDaysOff(employees=all_, minimum=3)],
        RuleKind.MAX_WEEKENDS_PER_RUN: [WeekendLimit(employees=all_, maximum=3)],
        RuleKind.MIN_REST_HOURS: [MinimumRest(employees=all_, minutes=180)],
        RuleKind.FORBIDDEN_SUCCESSION: [
            ForbiddenSuccession(employees=all_, after=late, types=frozenset({early})),
        ],
        RuleKind.MAX_IN_WINDOW: [
            WindowLimit(employees=all_, amount=Amount.SHIFTS, days=7, every=7, types=frozenset({night}), maximum=2)
        ],
        RuleKind.MIN_IN_WINDOW: [WindowLimit(employees=all_, amount=Amount.DAYS_OFF, days=7, minimum=2)],
        RuleKind.MIN_FREE_HOURS: [FreeTime(employees=all_, days=7, minutes=35 * HOUR)],
        RuleKind.MAX_CONSECUTIVE_WEEKENDS: [ConsecutiveWeekends(employees=all_, maximum=2)],
        RuleKind.STANDBY: [Standby(employees=frozenset({ana}), period=run, weight=200)],
        RuleKind.LOW_PRIORITY: [Priority(employees=frozenset({ben}), weight=50)],
        RuleKind.MIN_HOURS_BETWEEN: [
            RestBetween(employees=all_, after=frozenset({night}), before=frozenset({early, late}), minutes=24 * HOUR)
        ],
        RuleKind.MIN_TRAVEL_MINUTES: [TravelTime(employees=all_, minutes=45)],
        RuleKind.MIN_HOURS_BESIDE_TIME_OFF: [TimeOffDistance(employees=all_, minutes=12 * HOUR)],
        RuleKind.FORBIDDEN_PATTERN: [
            ForbiddenPattern(employees=all_, sequence=(frozenset({night}), None, frozenset()), first_weekday=4)
        ],
        RuleKind.ROTATION: [
            Rotation(
                employees=all_,
                cycle=(frozenset({early}), frozenset({early}), frozenset({night}), frozenset(), None),
                offset=3,
            )
        ],
        RuleKind.ALLOWED_DAILY_PAIRS: [
            DailyPairs(employees=all_, allowed=(frozenset({early, late}), frozenset({night})))
        ],
        RuleKind.TOGETHER: [Pairing(employees=both, together=True)],
        RuleKind.APART: [Pairing(employees=both, together=False)],
        RuleKind.MIN_SKILLED: [SkillMix(employees=all_, skill="First aid", types=frozenset({night}), minimum=1)],
        RuleKind.MAX_SKILLED: [SkillMix(employees=all_, skill="First aid", level=2, maximum=1)],
        RuleKind.MIN_PRESENT: [
            Presence(employees=all_, role=role, start=start, end=end, minimum=1) for start, end in spans
        ],
        RuleKind.MAX_PRESENT: [
            Presence(employees=all_, role=role, start=start, end=end, maximum=2) for start, end in spans
        ],
        RuleKind.ONE_OF_SHIFTS: [Alternatives(employees=all_, shifts=monday_or_tuesday, role=role, target=1)],
        RuleKind.FAIR_SHIFTS: [Fairness(employees=both, measure=Measure.SHIFTS, types=frozenset({night}), weight=20)],
    }


@pytest.mark.parametrize("kind", list(RuleKind))
def test_every_kind_reaches_the_solver_as_what_it_means_and_can_be_sent_back(
    ward: Ward, post: Post, api: TestClient, as_user: As, kind: RuleKind
) -> None:
    status, made = post(ward.bodies()[kind])
    assert (status, made.get("kind")) == (201, kind), made
    ward.session.refresh(ward.week, ["shifts"])
    assert of_rule(ward, made["id"]) == meant(ward)[kind]
    number = made.pop("id")
    again = api.put(f"/api/work-rules/{number}", json=made, headers=as_user(ward.maria))
    assert (again.status_code, again.json()) == (200, made | {"id": number})


def test_all_kinds_together_are_said_in_words(ward: Ward, post: Post) -> None:
    for body in ward.bodies().values():
        assert post(body)[0] == 201
    loaded = ward.loaded()
    told = named(loaded.problem, names_of(ward.session, loaded.problem))
    said = {rule_words(rule) for rule in told.rules}
    assert {
        "at most 2 Night shifts in each 7 days",
        "at least 2 days off in each 7 days",
        "35 h free at a time in each 7 days",
        "at most 2 weekends in a row",
        "called only when needed",
        "only where others cannot",
        "at least 24 h between Night and Early or Late",
        "at least 45 min between shifts at different sites",
        "no shift within 12 h of time off",
        "never Night, then a day off, then any shift",
        "a rotation of 2 Early, then 1 Night, then 1 on, then 1 off",
        "two shifts on one day only as Early with Late, Night twice",
        "never together",
        "at least 1 with First aid on each Night",
        "at least 1 Nurse present",
        "1 Nurse on one of 2 shifts",
    } <= said


def test_skills_and_sites_reach_the_solver(ward: Ward) -> None:
    problem = ward.loaded().problem
    skills = {employee.name: employee.skills for employee in problem.employees}
    assert skills["Ana"] == (Skill(name="First aid", level=2, until=3),)
    assert skills["Ben"] == ()
    assert {shift.site for shift in problem.shifts if shift.type == str(ward.late.id)} == {"Annexe"}
    assert {shift.site for shift in problem.shifts if shift.type != str(ward.late.id)} == {""}


# A week from the fourth day of the ward's rotation on: any shift, a day off, two early ones, a night, any shift.
TURNS = [(0, "Late"), (2, "Early"), (3, "Early"), (4, "Night"), (5, "Early")]


def broken(ward: Ward, *worked: tuple[str, int, str]) -> list[str]:
    """The hard rules broken by these people on these days and shifts, of coverage nothing."""
    problem = ward.loaded().problem
    ids = {user.name: str(user.id) for user in (ward.ana, ward.ben)}
    shifts = {(shift.day, shift.name): shift.id for shift in problem.shifts}
    assignments = [
        Assignment(shift=shifts[day, shift], employee=ids[name], role=str(ward.role.id))
        for name, day, shift in worked
    ]
    return [finding.detail for finding in score(problem, assignments).hard]


@pytest.mark.parametrize(
    ("kind", "keeping", "breaking"),
    [
        (
            RuleKind.MIN_IN_WINDOW,
            [("Ana", day, "Early") for day in range(5)],
            [("Ana", day, "Early") for day in range(6)],
        ),
        (
            RuleKind.ROTATION,
            [(name, *turn) for name in ("Ana", "Ben") for turn in TURNS],
            [(name, *turn) for name in ("Ana", "Ben") for turn in TURNS[1:]],
        ),
        (RuleKind.TOGETHER, [("Ana", 0, "Early"), ("Ben", 0, "Early")], [("Ana", 0, "Early")]),
        (RuleKind.APART, [("Ana", 0, "Early"), ("Ben", 0, "Late")], [("Ana", 0, "Early"), ("Ben", 0, "Early")]),
        (RuleKind.MIN_SKILLED, [("Ana", 3, "Night")], [("Ana", 4, "Night")]),
        (
            RuleKind.MIN_HOURS_BETWEEN,
            [("Ana", 0, "Night"), ("Ana", 2, "Late")],
            [("Ana", 0, "Night"), ("Ana", 1, "Late")],
        ),
        (RuleKind.MIN_TRAVEL_MINUTES, [("Ana", 0, "Late")], [("Ana", 0, "Early"), ("Ana", 0, "Late")]),
    ],
)
def test_what_keeps_a_rule_and_what_breaks_it(
    ward: Ward, post: Post, kind: RuleKind, keeping: list[Any], breaking: list[Any]
) -> None:
    ward.early.site = "Main house"
    assert post(ward.bodies()[kind])[0] == 201
    assert broken(ward, *keeping) == []
    assert broken(ward, *breaking) != []


def test_a_week_that_a_skill_makes_impossible_says_so_in_words(ward: Ward, post: Post) -> None:
    needs = ward.session.query(PlannedShiftRole).join(PlannedShift).filter_by(template_id=ward.night.id)
    for need in needs:
        need.minimum = 1
    ward.session.flush()
    assert post(ward.bodies()[RuleKind.MIN_SKILLED])[0] == 201
    loaded = ward.loaded()
    clash = explain_infeasible(
        named(loaded.problem, names_of(ward.session, loaded.problem)), time_limit_s=20, workers=1
    )
    assert clash is not None
    assert "at least 1 with First aid on each Night" in " ".join(clash.sentences)


def test_a_persons_rule_beats_their_contracts_and_that_the_teams(ward: Ward, post: Post) -> None:
    body = ward.bodies()[RuleKind.MIN_IN_WINDOW]
    everybody = post(body)[1]["id"]
    agency = post(body | {"value": 3, "contract": "AGENCY"})[1]["id"]
    of_team, of_contract = of_rule(ward, everybody), of_rule(ward, agency)
    assert [rule.employees for rule in of_contract] == [frozenset({str(ward.ben.id)})]
    assert str(ward.ben.id) not in of_team[0].employees
    post(body | {"value": 4, "user_id": ward.ben.id})
    assert of_rule(ward, agency) == []
    assert post(body | {"value": 5, "contract": "agency"})[0] == 409


def test_a_person_has_one_rotation_their_own_before_the_teams(ward: Ward, post: Post) -> None:
    body = ward.bodies()[RuleKind.ROTATION]
    everybody = post(body)[1]["id"]
    four_on_four_off = {"pattern": [*({"works": True},) * 4, *({"works": False},) * 4], "starts_on": "2026-01-01"}
    assert post(body | {"parameters": four_on_four_off})[0] == 409
    bens = post(body | {"user_id": ward.ben.id, "parameters": four_on_four_off})[1]["id"]
    assert [rule.employees for rule in of_rule(ward, bens)] == [frozenset({str(ward.ben.id)})]
    assert str(ward.ben.id) not in of_rule(ward, everybody)[0].employees
    this_week = body["parameters"] | {"week_start": str(MONDAY)}
    assert post(body | {"parameters": this_week})[0] == 201
    assert of_rule(ward, everybody) == []


@pytest.mark.parametrize(("days", "offset"), [(-10, 0), (-1, 1), (0, 0), (1, 4), (7, 3), (-371, 1)])
def test_a_rotation_goes_round_before_the_day_it_is_counted_from_as_well(
    ward: Ward, post: Post, days: int, offset: int
) -> None:
    body = ward.bodies()[RuleKind.ROTATION]
    starts_on = str(MONDAY + timedelta(days=days))
    [rule] = of_rule(ward, post(body | {"parameters": body["parameters"] | {"starts_on": starts_on}})[1]["id"])
    assert isinstance(rule, Rotation)
    assert rule.offset == offset


def test_what_is_gone_does_not_break_a_run(ward: Ward, post: Post) -> None:
    together = post(ward.bodies()[RuleKind.TOGETHER])[1]["id"]
    made = [post(body) for kind, body in ward.bodies().items() if kind is not RuleKind.TOGETHER]
    assert {status for status, _ in made} == {201}
    ward.ben.active = False
    ward.night.active = False
    for shift in ward.session.query(PlannedShift).filter_by(template_id=ward.night.id):
        ward.session.delete(shift)
    ward.session.query(UserSkill).delete()
    ward.session.flush()
    loaded = ward.loaded()
    assert of_rule(ward, together) == []
    named(loaded.problem, names_of(ward.session, loaded.problem))


def test_what_a_rule_names_is_not_deleted(ward: Ward, post: Post, api: TestClient, as_user: As) -> None:
    spare = {
        RuleKind.FORBIDDEN_PATTERN,
        RuleKind.ROTATION,
        RuleKind.ALLOWED_DAILY_PAIRS,
        RuleKind.MIN_HOURS_BETWEEN,
        RuleKind.FAIR_SHIFTS,
    }
    ward.session.query(PlannedShift).delete()
    for kind in spare:
        number = post(ward.bodies()[kind])[1]["id"]
        answer = api.delete(f"/api/shift-templates/{ward.night.id}", headers=as_user(ward.maria))
        assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
        api.delete(f"/api/work-rules/{number}", headers=as_user(ward.maria))
    assert api.delete(f"/api/shift-templates/{ward.night.id}", headers=as_user(ward.maria)).status_code == 204


def test_one_of_several_shifts_is_enough(ward: Ward, post: Post, api: TestClient, as_user: As) -> None:
    path, headers = f"/api/shift-templates/{ward.night.id}", as_user(ward.maria)
    template = api.get(path, headers=headers).json()
    needs = json.loads("{" + NEEDS[0] + "}")["needs"]
    needs[0]["role_id"] = ward.role.id
    changed = api.put(path, json=_without_id(template, needs), headers=headers)
    assert changed.status_code == 200, changed.json()
    for need in ward.session.query(PlannedShiftRole).join(PlannedShift).filter_by(template_id=ward.night.id):
        need.headcount, need.over_weight = 0, 0
    ward.session.flush()
    assert post(ward.bodies()[RuleKind.ONE_OF_SHIFTS])[0] == 201
    problem = ward.loaded().problem
    found = solve(problem, time_limit_s=20, workers=1, seed=1)
    nights = {shift.id for shift in problem.shifts if shift.name == "Night" and shift.day < 2}
    assert [one for one in found.assignments if one.shift in nights]


def _without_id(template: dict[str, Any], needs: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in template.items() if name != "id"} | {"needs": needs}


def test_a_newcomer_need_not_catch_up_with_chosen_shifts(ward: Ward, post: Post) -> None:
    cleo = a_user(ward.session, ward.team, roles=[ward.role], name="Cleo")
    before = a_week(ward.session, ward.team, MONDAY - timedelta(weeks=1), WeekStatus.PUBLISHED)
    for user, nights in ((ward.ana, 3), (ward.ben, 2)):
        for night in range(nights):
            shift = a_shift(ward.session, before, ward.role, day=night, start=22, name="Night")
            shift.template_id = ward.night.id
            ward.session.flush()
            an_assignment(ward.session, shift, user, ward.role)
    [rule] = of_rule(ward, post(ward.bodies()[RuleKind.FAIR_SHIFTS])[1]["id"])
    assert isinstance(rule, Fairness)
    assert dict(rule.ledger) == {str(ward.ana.id): 3, str(ward.ben.id): 2, str(cleo.id): 2}


def test_only_those_named_and_their_managers_see_who_is_kept_apart(
    ward: Ward, post: Post, api: TestClient, as_user: As
) -> None:
    cleo = a_user(ward.session, ward.team, roles=[ward.role], name="Cleo")
    apart = post(ward.bodies()[RuleKind.APART])[1]["id"]
    agency = post(ward.bodies()[RuleKind.LOW_PRIORITY])[1]["id"]
    for user, seen in ((ward.maria, [apart, agency]), (ward.ben, [apart, agency]), (ward.ana, [apart]), (cleo, [])):
        listed = api.get("/api/work-rules", headers=as_user(user)).json()["items"]
        assert [rule["id"] for rule in listed] == seen
        opened = {
            one: api.get(f"/api/work-rules/{one}", headers=as_user(user)).status_code for one in (apart, agency)
        }
        assert [one for one, status in opened.items() if status == 200] == seen


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        (RuleKind.APART, {"user_ids": [1, 2_000_000]}, "parameters.user_ids"),
        (RuleKind.MIN_SKILLED, {"skill": "Flying"}, "parameters.skill"),
        (RuleKind.MIN_PRESENT, {"role_id": 2_000_000}, "parameters.role_id"),
        (RuleKind.FAIR_SHIFTS, {"template_ids": [2_000_000]}, "parameters.template_ids"),
        (RuleKind.ALLOWED_DAILY_PAIRS, {"pairs": [[1, 2_000_000]]}, "parameters.pairs"),
        (
            RuleKind.FORBIDDEN_PATTERN,
            {"pattern": [{"works": True, "template_ids": [2_000_000]}]},
            "parameters.pattern",
        ),
        (RuleKind.ROTATION, {"pattern": [{"works": True, "template_ids": [2_000_000]}]}, "parameters.pattern"),
        (RuleKind.MIN_HOURS_BETWEEN, {"next_template_ids": [2_000_000]}, "parameters.next_template_ids"),
    ],
)
def test_what_the_team_does_not_have_is_refused_by_its_field(
    ward: Ward, post: Post, kind: RuleKind, change: dict[str, Any], field: str
) -> None:
    body = ward.bodies()[kind]
    status, problem = post(body | {"parameters": body["parameters"] | change})
    assert (status, [fault["field"] for fault in problem["faults"]]) == (422, [field])


def test_a_contract_that_nobody_has_is_refused(ward: Ward, post: Post) -> None:
    status, problem = post(ward.bodies()[RuleKind.LOW_PRIORITY] | {"contract": "Intern"})
    assert (status, problem["faults"][0]["field"]) == (422, "contract")


def about(ward: Ward, example: Any, rows: dict[str, dict[int, int]]) -> Any:
    """An example of the page with the ward's own numbers in place of those that it makes up."""
    if isinstance(example, dict):
        return {name: _number(ward, name, value, rows) for name, value in example.items()}
    return [about(ward, one, rows) for one in example] if isinstance(example, list) else example


def _number(ward: Ward, name: str, value: Any, rows: dict[str, dict[int, int]]) -> Any:
    known = rows.get(name)
    if known is None:
        return about(ward, value, rows)
    if isinstance(value, list):
        return [_number(ward, name, one, rows) for one in value]
    return known[value]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_bodies_on_the_page_can_be_posted(ward: Ward, post: Post, example: str) -> None:
    templates = {1: ward.early.id, 2: ward.late.id, 3: ward.night.id}
    people = {4: ward.ana.id, 7: ward.ben.id}
    rows = {
        "team_id": {1: ward.team.id},
        "user_id": people,
        "user_ids": people,
        "role_id": {2: ward.role.id},
        "template_id": templates,
        "template_ids": templates,
        "next_template_ids": templates,
        "pairs": templates,
    }
    status, made = post(about(ward, json.loads(example), rows))
    assert status == 201, made
    assert of_rule(ward, made["id"])
    assert len(EXAMPLES) > 25
