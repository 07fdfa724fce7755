"""Rules of a workbook."""

from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete

from service.errors import Unprocessable
from service.imports.loading import Loading
from service.imports.workbook import Row
from service.people.models import Team
from service.requests.models import WorkRule
from service.requests.naming import columns, refuse_strangers
from service.schemas.requests import RuleKind
from service.schemas.rules import AnyRule

RULE: TypeAdapter[AnyRule] = TypeAdapter(AnyRule)
PLAIN = {
    "skill": "skill",
    "level": "level",
    "amount": "amount",
    "days": "window_days",
    "every": "every_days",
    "weekdays": "weekdays",
    "start_time": "from",
    "end_time": "to",
    "per": "per",
    "first_weekday": "first_weekday",
    "starts_on": "starts_on",
}
"""Parameters that stand in a cell as they are, and its column."""
COLUMNS = PLAIN | {
    "kind": "rule",
    "user_id": "person",
    "template_id": "shift",
    "template_ids": "shifts",
    "next_template_ids": "next_shifts",
    "user_ids": "people",
    "role_id": "role",
    "pattern": "pattern",
    "pairs": "pairs",
    "parameters": "rule",
    "": "rule",
}
OFF, ANY = "off", "any"


def load_rules(loading: Loading) -> None:
    """Replace the rules of every team listed."""
    replaced: set[int] = set()
    for row in loading.rows("rules"):
        team = loading.team(row)
        user = loading.person(row) if "person" in row.values else None
        if team is None or ("person" in row.values and user is None):
            continue
        if team.id not in replaced:
            loading.session.execute(delete(WorkRule).where(WorkRule.team_id == team.id))
            replaced.add(team.id)
        before = len(loading.faults)
        parameters = _parameters(loading, row, team)
        if len(loading.faults) > before:
            continue
        wanted = {
            "team_id": team.id,
            "user_id": None if user is None else user.id,
            "contract": row.values.get("contract"),
            "kind": row.values["rule"],
            "weight": row.values.get("weight"),
            "parameters": parameters,
        }
        if "value" in row.values:
            wanted["value"] = row.values["value"]
        _write(loading, row, wanted)


def _write(loading: Loading, row: Row, wanted: dict[str, Any]) -> None:
    try:
        rule = RULE.validate_python(wanted)
        refuse_strangers(loading.session, rule)
    except ValidationError as error:
        for each in error.errors():
            names = [part for part in each["loc"] if isinstance(part, str) and part not in set(RuleKind)]
            loading.fault_of_field(row, COLUMNS, _column(names), each["msg"])
    except Unprocessable as refused:
        for fault in refused.faults:
            loading.fault_of_field(row, COLUMNS, _column(fault.field.split(".")), fault.reason)
    else:
        loading.session.add(WorkRule(**columns(loading.session, rule)))


def _column(names: list[str]) -> str:
    """The field that a fault is about: of `parameters.pattern.template_ids` the pattern."""
    if len(names) > 1 and names[0] == "parameters":
        return names[1]
    return names[0] if names else ""


def _parameters(loading: Loading, row: Row, team: Team) -> dict[str, Any]:
    """What a row says beside its value, names as ids; names that nobody knows are faults."""
    values = row.values

    def ids(column: str, names: list[str]) -> list[int]:
        found = [loading.template(row, column, team, name) for name in names]
        return [template.id for template in found if template is not None]

    said: dict[str, Any] = {name: values[column] for name, column in PLAIN.items() if column in values}
    if "shift" in values:
        said["template_id"] = next(iter(ids("shift", [values["shift"]])), None)
    said["template_ids"] = ids("shifts", values.get("shifts", []))
    said["next_template_ids"] = ids("next_shifts", values.get("next_shifts", []))
    said["pairs"] = [ids("pairs", pair) for pair in values.get("pairs", [])]
    said["pattern"] = [_day(word, ids) for word in values.get("pattern", [])]
    people = [loading.person_named(row, "people", name) for name in values.get("people", [])]
    said["user_ids"] = [person.id for person in people if person is not None]
    if "role" in values:
        role = loading.role(row, "role", values["role"])
        said["role_id"] = None if role is None else role.id
    return said


def _day(word: str, ids: Any) -> dict[str, Any]:
    if word.lower() == OFF:
        return {"works": False}
    names = [] if word.lower() == ANY else [name.strip() for name in word.split("+")]
    return {"works": True, "template_ids": ids("pattern", names)}
