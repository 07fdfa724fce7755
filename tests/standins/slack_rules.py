"""What Slack accepts: the schema of every Web API method and of Block Kit, and the published limits.

The schemas come from Slack's own TypeScript packages and are only checked where they are at hand; the limits, from
https://docs.slack.dev/reference/block-kit and https://docs.slack.dev/surfaces/modals, are checked always.
"""

import functools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

Json = dict[str, Any]

BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_VIEW = 100
# Not published: people measured 13,200 characters of all blocks together (github.com/slackapi/bolt-js/issues/2509).
CHARACTERS_IN_MESSAGE = 13_000

# The longest text of each property, by the type of the object that holds it.
LONGEST: dict[str, dict[str, int]] = {
    "section": {"text": 3000, "fields": 2000},
    "header": {"text": 150},
    "image": {"alt_text": 2000, "title": 2000, "image_url": 3000},
    "input": {"label": 2000, "hint": 2000},
    "markdown": {"text": 12_000},
    "button": {"text": 75, "value": 2000, "url": 3000, "action_id": 255, "accessibility_label": 75},
    "confirm": {"title": 100, "text": 300, "confirm": 30, "deny": 30},
    "option": {"text": 75, "value": 150, "description": 75},
    "modal": {"title": 24, "submit": 24, "close": 24, "private_metadata": 3000, "callback_id": 255},
    "home": {"private_metadata": 3000, "callback_id": 255},
}
LONGEST_ANYWHERE = {"action_id": 255, "block_id": 255, "placeholder": 150}

# The most items of each list, by the type of the object that holds it.
MOST: dict[str, dict[str, int]] = {
    "actions": {"elements": 25},
    "context": {"elements": 10},
    "section": {"fields": 10},
    "static_select": {"options": 100, "option_groups": 100},
    "multi_static_select": {"options": 100, "option_groups": 100},
    "checkboxes": {"options": 10},
    "radio_buttons": {"options": 10},
    "overflow": {"options": 5},
    "table": {"rows": 100},
}
COLUMNS_OF_TABLE = 20
CHARACTERS_OF_TABLE = 10_000
ONLY_IN_MODALS = frozenset({"input", "file_input"})
ONLY_IN_MESSAGES = frozenset({"table", "markdown", "file"})


def faults_of_call(method: str, arguments: Json) -> list[str]:
    """Everything that Slack would refuse in this call."""
    faults = [*_against_method(method, arguments)]
    if "blocks" in arguments:
        faults += faults_of_blocks(arguments["blocks"], "message")
    if "view" in arguments:
        faults += faults_of_view(arguments["view"])
    if method in {"chat.postMessage", "chat.postEphemeral"} and not arguments.get("text"):
        faults.append("text: missing; it is what notifications and screen readers read")
    if len(arguments.get("text", "")) > 40_000:
        faults.append("text: over 40,000 characters, Slack would cut it")
    return faults


def faults_of_view(view: Json) -> list[str]:
    """Everything that Slack would refuse in a modal or Home tab."""
    surface = view.get("type", "nothing")
    faults = [
        *_against_block_kit({"modal": "ModalView", "home": "HomeView"}.get(surface, "ModalView"), view, shallow=True)
    ]
    faults += [*_lengths(surface, view, surface)]
    if surface == "modal" and not view.get("submit") and any(b["type"] == "input" for b in view["blocks"]):
        faults.append("modal: inputs without a submit button")
    return faults + faults_of_blocks(view.get("blocks", []), surface)


def faults_of_blocks(blocks: list[Json], surface: str) -> list[str]:
    """Everything that Slack would refuse in the blocks of a message, modal or Home tab."""
    faults: list[str] = []
    if len(blocks) > (BLOCKS_IN_MESSAGE if surface == "message" else BLOCKS_IN_VIEW):
        faults.append(f"{surface}: {len(blocks)} blocks")
    if surface == "message" and len(json.dumps(blocks, ensure_ascii=False)) > CHARACTERS_IN_MESSAGE:
        faults.append("message: msg_blocks_too_long")
    named = [block["block_id"] for block in blocks if "block_id" in block]
    faults += [f"block_id {name} twice" for name in {name for name in named if named.count(name) > 1}]
    if sum(block.get("type") == "table" for block in blocks) > 1:
        faults.append("message: only_one_table_allowed")
    for index, block in enumerate(blocks):
        faults += [f"blocks/{index}: {fault}" for fault in _faults_of_block(block, surface)]
    return faults


def _faults_of_block(block: Json, surface: str) -> Iterator[str]:
    kind = block.get("type", "nothing")
    yield from _against_block_kit(_definitions_by_type().get(kind), block)
    if kind in ONLY_IN_MESSAGES and surface != "message":
        yield f"{kind} is not for a {surface}"
    if kind in ONLY_IN_MODALS and surface == "home":
        yield f"{kind} is not for a {surface}"
    for found in _objects(block):
        yield from _lengths(found.get("type", _implied_type(found)), found, kind)
    elements = block.get("elements", [])
    names = [element["action_id"] for element in elements if isinstance(element, dict) and "action_id" in element]
    yield from (f"action_id {name} twice in a block" for name in {name for name in names if names.count(name) > 1})
    if kind == "table":
        yield from _faults_of_table(block)


def _faults_of_table(block: Json) -> Iterator[str]:
    if any(len(row) > COLUMNS_OF_TABLE for row in block["rows"]):
        yield "table: over 20 columns"
    if len({len(row) for row in block["rows"]}) > 1:
        yield "table: rows of different length"
    if sum(len(cell.get("text", "")) for row in block["rows"] for cell in row) > CHARACTERS_OF_TABLE:
        yield "table: over 10,000 characters"


def _lengths(kind: str, found: Json, where: str) -> Iterator[str]:
    for name, most in {**LONGEST_ANYWHERE, **LONGEST.get(kind, {})}.items():
        values = found.get(name)
        for value in values if isinstance(values, list) else [values]:
            text = value.get("text", "") if isinstance(value, dict) else value
            if isinstance(text, str) and len(text) > most:
                yield f"{where}/{kind}/{name}: {len(text)} characters, at most {most}"
            if isinstance(value, dict) and value.get("type") in {"plain_text", "mrkdwn"} and not text:
                yield f"{where}/{kind}/{name}: empty"
    for name, most in MOST.get(kind, {}).items():
        count = len(found.get(name, ()))
        if count > most or (name in found and not count):
            yield f"{where}/{kind}/{name}: {count} items, at most {most}"


def _implied_type(found: Json) -> str:
    """The objects of Block Kit that carry no type: options and confirmations."""
    if "confirm" in found and "title" in found:
        return "confirm"
    return "option" if "value" in found and "text" in found else ""


def _objects(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)


def _against_method(method: str, arguments: Json) -> Iterator[str]:
    schemas = _read("slack_methods.schema.json")
    if method not in schemas:
        return
    validator = Draft7Validator(schemas[method])
    for error in validator.iter_errors(arguments):
        yield f"{method}: {_deepest(error)}"


def _against_block_kit(definition: str | None, value: Json, *, shallow: bool = False) -> Iterator[str]:
    schema = _read("slack_blockkit.schema.json")
    if not schema:
        return
    if definition is None:
        yield f"no block of type {value.get('type')}"
        return
    if shallow:
        value = {**value, "blocks": []}
    for error in _validator(definition).iter_errors(value):
        yield f"{definition}: {_deepest(error)}"


def _deepest(error: Any) -> str:
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return f"{'/'.join(map(str, error.absolute_path))} {error.message[:300]}"


@functools.cache
def _validator(definition: str) -> Draft7Validator:
    schema = _read("slack_blockkit.schema.json")
    return Draft7Validator({"$ref": f"#/definitions/{definition}", "definitions": schema["definitions"]})


@functools.cache
def _definitions_by_type() -> dict[str, str]:
    """The definition of each type of block, among those that a message or view may hold."""
    schema = _read("slack_blockkit.schema.json")
    return {
        shape["properties"]["type"]["const"]: name
        for name, whole in schema.get("definitions", {}).items()
        if name.endswith("Block")
        for shape in ([whole] if "properties" in whole else whole.get("anyOf", []))
        if "const" in shape.get("properties", {}).get("type", {})
    }


@functools.cache
def _read(name: str) -> Json:
    folder = Path(os.environ.get("ROTA_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
    path = folder / "chat-specs" / name
    schema: Json = json.loads(path.read_text()) if path.is_file() else {}
    return schema
