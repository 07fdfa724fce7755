"""docs/rules.md explains every rule there is, with a formula, an example and the way to set it that really works."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter

from service.schemas.requests import RuleKind
from service.schemas.rules import AnyRule
from solver.rules import Rule

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text()
SECTIONS = dict(re.findall(r"^### (\w[\w ]*)\n\n(.+?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
EXAMPLES = re.findall(r"`(\{\"team_id\".+?\})`", PAGE)


@pytest.mark.parametrize("name", sorted(rule.__name__ for rule in get_args(Rule)))
def test_every_rule_of_the_solver_is_explained(name: str) -> None:
    assert name in SECTIONS


@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_every_rule_has_a_formula_an_example_and_a_way_to_set_it(section: str) -> None:
    for part in ("Formula: ", "Example: ", "Set by: "):
        assert f"\n{part}" in SECTIONS[section], f"{section} has no {part}"


@pytest.mark.parametrize("kind", list(RuleKind))
def test_every_rule_that_the_service_takes_is_named(kind: RuleKind) -> None:
    assert kind in PAGE


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_bodies_on_the_page_are_taken_by_the_service(example: str) -> None:
    TypeAdapter(AnyRule).validate_python(json.loads(example))


def test_there_are_bodies_on_the_page() -> None:
    assert len(EXAMPLES) >= 8
