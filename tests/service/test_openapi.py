"""The description of the service is whole: each call says what it does, shows a valid body, and names its errors."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from service.app import create_app

SPECIFICATION = create_app().openapi()
SCHEMAS = SPECIFICATION["components"]["schemas"]


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in SPECIFICATION["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def bodies() -> set[str]:
    wanted = (operation.get("requestBody", {}).get("content", {}) for _, operation in operations())
    return {name for content in wanted for name in references(content.get("application/json", {}))}


@pytest.mark.parametrize("name", sorted(bodies()))
def test_every_body_has_an_example_that_is_valid(name: str) -> None:
    examples = SCHEMAS[name].get("examples", [])
    assert examples, f"write an example of {name} into service/examples.py"
    jsonschema.validate(examples[0], {"$ref": f"#/components/schemas/{name}"} | {"components": {"schemas": SCHEMAS}})


def test_every_call_says_what_it_does_and_how_it_can_be_refused() -> None:
    for name, operation in operations():
        assert operation.get("description"), name
        if "/api/" in name:
            assert {"401", "403", "404", "409", "422", "429"} <= operation["responses"].keys(), name


def test_errors_are_problem_details() -> None:
    for name, operation in operations():
        if "/api/" in name:
            content = operation["responses"]["404"]["content"]
            assert "application/problem+json" in content, name
