"""`Problem` as JSON: the fields of its dataclasses by name; a rule carries its class in `rule`.

Strict: a field that is not known, missing or of the wrong kind is refused with its path.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from solver.errors import InvalidProblem, UnreadableInstance
from solver.problem import Assignment, Demand, Employee, PastShift, Problem, Request, Shift, Skill, Unavailable
from solver.rules import Rule

RULES: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Rule)}

for part in (Problem, Employee, Skill, Unavailable, Shift, Demand, Assignment, Request, PastShift, *RULES.values()):
    with_config(ConfigDict(extra="forbid"))(part)


def loads(text: str) -> Problem:
    """The problem that `text` holds. Raises `UnreadableInstance` with line (of broken JSON) and reason."""
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableInstance(error.lineno, error.msg) from error
    except RecursionError as error:
        raise UnreadableInstance(1, "nested too deeply") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("rules", []), list):
        raise UnreadableInstance(1, "a JSON object with a list of rules expected")
    try:
        rules = tuple(_rule(number, rule) for number, rule in enumerate(raw.get("rules", [])))
        return TypeAdapter(Problem).validate_python({**raw, "rules": rules})
    except ValidationError as error:
        reasons = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise UnreadableInstance(1, "; ".join(reasons)) from error
    except InvalidProblem as error:
        raise UnreadableInstance(1, str(error)) from error


def dumps(problem: Problem) -> str:
    """`problem` as JSON that `loads` reads back; the same problem gives the same text."""
    return json.dumps(_plain(problem), indent=1, ensure_ascii=False)


def _rule(number: int, raw: object) -> object:
    if not isinstance(raw, Mapping) or raw.get("rule") not in RULES:
        raise UnreadableInstance(1, f"rules.{number}: a rule names one of {', '.join(RULES)} in 'rule'")
    adapter = TypeAdapter(RULES[raw["rule"]])
    return adapter.validate_python({name: value for name, value in raw.items() if name != "rule"})


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        plain = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        name = type(value).__name__
        return {"rule": name, **plain} if name in RULES else plain
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
