"""The sheet `rules` sets every kind of rule, with names in place of ids, and says which cell is wrong."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.imports.service import import_workbook
from service.people.models import User, UserSkill
from service.requests.models import WorkRule
from service.shifts.models import ShiftTemplate
from tests.service.imports.test_import_workbook import cafe, refused

PEOPLE = (
    "name,email,handle,roles,contract,skills\n"
    "Ada,ada@example.com,ada,Waiter,,First aid 2 until 2027-06-30; Wine\n"
    "Bo,bo@example.com,bo,Waiter,Agency,FIRST AID\n"
)
TEMPLATES = (
    "shift,days,start,end,needs,site\n"
    "Lunch,Mon-Fri,11:00,15:00,1 Waiter,\nDinner,Mon-Fri,18:00,23:00,1 Waiter,Harbour\n"
    "Night,Mon-Fri,23:00,05:00,1 Waiter,\n"
)

# Each row as its columns, and what it becomes; of ids, the names.
ROWS: list[tuple[dict[str, str], dict[str, Any]]] = [
    (
        {"rule": "MIN_IN_WINDOW", "value": "2", "amount": "days off", "window_days": "7"},
        {"amount": "DAYS_OFF", "days": 7, "every": 1},
    ),
    ({"rule": "MIN_FREE_HOURS", "value": "35"}, {"days": 7, "every": 7}),
    ({"rule": "MAX_CONSECUTIVE_WEEKENDS", "value": "2"}, {}),
    ({"rule": "MAX_CONSECUTIVE_DAYS", "value": "3", "shifts": "Night"}, {"template_ids": ["Night"]}),
    ({"rule": "STANDBY", "person": "ada", "weight": "200", "per": "run"}, {"per": "RUN"}),
    ({"rule": "LOW_PRIORITY", "contract": "Agency", "weight": "50"}, {}),
    (
        {"rule": "MIN_HOURS_BETWEEN", "value": "24", "shifts": "Night", "next_shifts": "Lunch; Dinner"},
        {"template_ids": ["Night"], "next_template_ids": ["Dinner", "Lunch"]},
    ),
    ({"rule": "MIN_TRAVEL_MINUTES", "value": "45"}, {}),
    ({"rule": "MIN_HOURS_BESIDE_TIME_OFF", "value": "12"}, {}),
    (
        {"rule": "FORBIDDEN_PATTERN", "pattern": "Night + Dinner; off; any", "first_weekday": "Fri"},
        {
            "pattern": [
                {"works": True, "template_ids": ["Dinner", "Night"]},
                {"works": False, "template_ids": []},
                {"works": True, "template_ids": []},
            ],
            "first_weekday": 4,
        },
    ),
    (
        {"rule": "ROTATION", "person": "bo", "pattern": "Lunch; Lunch; any; off", "starts_on": "2026-12-07"},
        {
            "pattern": [
                {"works": True, "template_ids": ["Lunch"]},
                {"works": True, "template_ids": ["Lunch"]},
                {"works": True, "template_ids": []},
                {"works": False, "template_ids": []},
            ],
            "starts_on": "2026-12-07",
        },
    ),
    ({"rule": "ALLOWED_DAILY_PAIRS", "pairs": "Lunch + Dinner"}, {"pairs": [["Dinner", "Lunch"]]}),
    ({"rule": "TOGETHER", "people": "ada; bo", "weight": "10"}, {"user_ids": ["ada", "bo"]}),
    ({"rule": "APART", "people": "Ada; Bo"}, {"user_ids": ["ada", "bo"]}),
    ({"rule": "MIN_SKILLED", "value": "1", "skill": "wine"}, {"skill": "Wine", "level": 1}),
    ({"rule": "MAX_SKILLED", "value": "1", "skill": "First aid", "level": "2"}, {"skill": "First aid", "level": 2}),
    (
        {
            "rule": "MIN_PRESENT",
            "value": "1",
            "role": "waiter",
            "from": "12:00",
            "to": "13:00",
            "weekdays": "Mon-Tue",
        },
        {"role_id": "role", "start_time": "12:00:00", "end_time": "13:00:00", "weekdays": [0, 1]},
    ),
    (
        {"rule": "ONE_OF_SHIFTS", "value": "1", "role": "Waiter", "shifts": "Night"},
        {"role_id": "role", "template_ids": ["Night"]},
    ),
    ({"rule": "FAIR_SHIFTS", "weight": "20", "shifts": "Night"}, {"template_ids": ["Night"]}),
]


def rules(*rows: dict[str, str]) -> str:
    """A CSV sheet of these rows."""
    names = sorted({name for row in rows for name in row})
    return "\n".join([",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows), ""])


def test_every_kind_comes_in_by_names(session: Session, tmp_path: Path) -> None:
    text = rules(*(row for row, _ in ROWS))
    import_workbook(session, cafe(tmp_path, people=PEOPLE, templates=TEMPLATES, weeks="week\n", rules=text))
    templates = {template.id: template.name for template in session.scalars(select(ShiftTemplate))}
    users = {user.id: user.handle for user in session.scalars(select(User))}

    def in_names(name: str, value: Any) -> Any:
        if name == "role_id":
            return "role"
        if name == "pattern":
            return [day | {"template_ids": in_names("template_ids", day["template_ids"])} for day in value]
        if name == "pairs":
            return [in_names("template_ids", pair) for pair in value]
        known = {"template_ids": templates, "next_template_ids": templates, "user_ids": users}.get(name)
        return value if known is None else sorted(known[one] for one in value)

    found = session.scalars(select(WorkRule).order_by(WorkRule.id)).all()
    for rule, (row, parameters) in zip(found, ROWS, strict=True):
        assert rule.kind == row["rule"]
        assert {name: in_names(name, value) for name, value in rule.parameters.items()} == parameters
        assert (rule.value, rule.weight) == (
            int(row.get("value", 0)),
            int(row["weight"]) if "weight" in row else None,
        )
        assert (rule.contract, rule.user_id is not None) == (row.get("contract"), "person" in row)


def test_skills_contracts_and_sites_come_in_and_skills_stay(session: Session, tmp_path: Path) -> None:
    path = cafe(tmp_path, people=PEOPLE, templates=TEMPLATES, weeks="week\n")
    import_workbook(session, path)
    cafe(tmp_path, people=PEOPLE.replace("; Wine", "").replace("aid 2", "aid 3"), templates=TEMPLATES, weeks="week\n")
    import_workbook(session, path)
    session.expire_all()
    skills = session.scalars(select(UserSkill).order_by(UserSkill.user_id, UserSkill.name)).all()
    assert [(one.name, one.level, str(one.until)) for one in skills] == [
        ("First aid", 3, "2027-06-30"),
        ("Wine", 1, "None"),
        ("First aid", 1, "None"),
    ]
    assert session.scalars(select(User.contract).order_by(User.id)).all() == [None, "Agency"]
    assert set(session.scalars(select(ShiftTemplate.site))) == {"", "Harbour"}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"rule": "MIN_IN_WINDOW", "value": "2", "window_days": "7"}, "amount: Field required"),
        ({"rule": "MIN_IN_WINDOW", "value": "2", "amount": "naps"}, "amount: 'naps' is none of"),
        ({"rule": "MIN_IN_WINDOW", "value": "9", "amount": "DAYS", "window_days": "7"}, "value: is more than 7 days"),
        ({"rule": "MAX_HOURS_PER_WEEK"}, "value: Field required"),
        ({"rule": "MAX_HOURS_PER_WEEK", "value": "40", "skill": "Wine"}, "skill: Extra inputs are not permitted"),
        ({"rule": "STANDBY", "person": "ada"}, "weight: Input should be a valid integer"),
        ({"rule": "TOGETHER", "people": "ada; zoe"}, "people: 'zoe' is not known"),
        ({"rule": "TOGETHER", "people": "ada"}, "people: List should have at least 2 items"),
        ({"rule": "APART", "person": "ada", "people": "ada; bo"}, "person: stays empty"),
        ({"rule": "MIN_SKILLED", "value": "1", "skill": "Flying"}, "skill: is nobody's in this team; known"),
        ({"rule": "FAIR_SHIFTS", "weight": "2", "shifts": "Brunch"}, "shifts: there is no template 'Brunch'"),
        ({"rule": "FORBIDDEN_PATTERN", "pattern": "off; off"}, "pattern has no day with work"),
        ({"rule": "ROTATION", "pattern": "off; off", "starts_on": "2026-12-07"}, "pattern has no day with work"),
        ({"rule": "ROTATION", "pattern": "any; off"}, "starts_on: Field required"),
        ({"rule": "ROTATION", "pattern": "any; off", "starts_on": "soon"}, "starts_on: 'soon' is not a date"),
        ({"rule": "LOW_PRIORITY", "contract": "Intern", "weight": "2"}, "contract: is nobody's in this team"),
        ({"rule": "MIN_PRESENT", "value": "1", "role": "Juggler", "from": "12:00", "to": "13:00"}, "role: 'Juggler'"),
    ],
)  # fmt: skip
def test_a_bad_cell_of_a_rule_is_named(session: Session, tmp_path: Path, row: dict[str, str], fault: str) -> None:
    path = cafe(tmp_path, people=PEOPLE, templates=TEMPLATES, weeks="week\n", rules=rules(row))
    faults = refused(session, path)
    assert [found for found in faults if found.startswith("rules, row 2") and fault in found], faults
