"""What the Bot API accepts: the published specification of every method, and the limits that it states in prose.

The specification is only checked where it is at hand; the limits are checked always.
"""

import functools
import html
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

TEXT = 4096
CAPTION = 1024
ENTITIES = 100
CALLBACK_DATA = 64
CALLBACK_ANSWER = 200
BUTTONS = 100
BUTTONS_IN_ROW = 8
COMMANDS = 100
COMMAND_DESCRIPTION = 256

NUMBERS = frozenset(
    ("chat_id", "message_id", "message_thread_id", "user_id", "offset", "limit", "timeout", "max_connections")
)
TEXTS = frozenset(("text", "caption", "callback_query_id", "secret_token", "url"))
TAGS = frozenset(
    [
        *("b", "strong", "i", "em", "u", "ins", "s", "strike", "del"),
        *("code", "pre", "a", "blockquote", "tg-spoiler", "span"),
    ]
)
PLAIN_TYPES: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
    "InputFile": (str,),
}
_TAG = re.compile(r"<(/?)([a-z-]+)((?:\s+[a-z]+(?:=\"[^\"]*\")?)*)\s*>")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")


class BadMarkup(ValueError):
    """Telegram cannot parse this text."""


def shown(marked: str) -> str:
    """What people see of HTML text. Raises BadMarkup as Telegram would: https://core.telegram.org/bots/api#html-style."""
    plain: list[str] = []
    open_tags: list[str] = []
    at = entities = 0
    while at < len(marked):
        if marked[at] == "<":
            tag = _TAG.match(marked, at)
            if tag is None or tag[2] not in TAGS:
                raise BadMarkup(f"can't parse entities: unsupported start tag at byte offset {at}")
            if tag[1]:
                if not open_tags or open_tags.pop() != tag[2]:
                    raise BadMarkup(f"can't parse entities: unexpected end tag at byte offset {at}")
            else:
                open_tags.append(tag[2])
                entities += 1
            at = tag.end()
        elif marked[at] == "&":
            entity = _ENTITY.match(marked, at)
            plain.append(html.unescape(entity[0]) if entity else "&")
            at = entity.end() if entity else at + 1
        else:
            plain.append(marked[at])
            at += 1
    if open_tags:
        raise BadMarkup(f"can't parse entities: can't find end tag corresponding to start tag {open_tags[-1]}")
    if entities > ENTITIES:
        raise BadMarkup(f"{entities} entities, of which Telegram shows {ENTITIES}")
    return "".join(plain)


def length(text: str) -> int:
    """As Telegram counts: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def decoded(raw: dict[str, str]) -> Json:
    """The parameters of a call as values: objects and lists travel as JSON, numbers and booleans as text."""
    return {name: _value(name, text) for name, text in raw.items()}


def faults_of_call(method: str, arguments: Json) -> list[str]:
    """Everything that the Bot API would refuse in this call."""
    return [*_against_specification(method, arguments), *_limits(method, arguments)]


def _value(name: str, text: str) -> Any:
    if name in NUMBERS and re.fullmatch(r"-?\d+", text):
        return int(text)
    if name not in TEXTS and (text[:1] in {"{", "["} or text in {"true", "false"}):
        return json.loads(text)
    return text


def _limits(method: str, arguments: Json) -> Iterator[str]:
    for name, most in (("text", TEXT), ("caption", CAPTION)):
        if method == "answerCallbackQuery":
            most = CALLBACK_ANSWER  # noqa: PLW2901  # the toast has a limit of its own
        text = arguments.get(name)
        if isinstance(text, str):
            yield from _text_faults(text, most, arguments.get("parse_mode"), empty_allowed=name == "caption")
    media = arguments.get("media")
    if isinstance(media, dict):
        yield from _limits("sendPhoto", media)
    markup = arguments.get("reply_markup")
    if isinstance(markup, dict) and "inline_keyboard" in markup:
        yield from _keyboard_faults(markup["inline_keyboard"])
    if method == "setMyCommands":
        yield from _command_faults(arguments["commands"])


def _text_faults(text: str, most: int, parse_mode: str | None, *, empty_allowed: bool) -> Iterator[str]:
    try:
        plain = shown(text) if parse_mode == "HTML" else text
    except BadMarkup as error:
        yield str(error)
        return
    if length(plain) > most:
        yield f"message is too long: {length(plain)} of {most} characters"
    if not plain.strip() and not empty_allowed and most == TEXT:
        yield "message text is empty"


def _keyboard_faults(keyboard: list[list[Json]]) -> Iterator[str]:
    if sum(map(len, keyboard)) > BUTTONS:
        yield f"reply markup is too long: {sum(map(len, keyboard))} buttons"
    for row in keyboard:
        if len(row) > BUTTONS_IN_ROW:
            yield f"{len(row)} buttons in a row"
        for button in row:
            if not button.get("text"):
                yield "a button without text"
            if not re.match(r"https?://|tg://", button.get("url", "https://")):
                yield f"BUTTON_URL_INVALID: {button['url']!r}"
            data = button.get("callback_data")
            if data is not None and not 1 <= len(data.encode()) <= CALLBACK_DATA:
                yield f"BUTTON_DATA_INVALID: {len(data.encode())} bytes in {data!r}"


def _command_faults(commands: list[Json]) -> Iterator[str]:
    if len(commands) > COMMANDS:
        yield f"{len(commands)} commands"
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            yield f"BOT_COMMAND_INVALID: {command['command']!r}"
        if not 1 <= len(command["description"]) <= COMMAND_DESCRIPTION:
            yield f"BOT_COMMAND_DESCRIPTION_INVALID: {command['description']!r}"


@functools.lru_cache
def _specification() -> Json:
    folder = Path(os.environ.get("ROTA_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
    file = folder / "chat-specs" / "telegram_api.json"
    specification: Json = json.loads(file.read_text()) if file.is_file() else {"methods": {}, "types": {}}
    return specification


def _against_specification(method: str, arguments: Json) -> Iterator[str]:
    specification = _specification()
    if not specification["methods"]:
        return
    if method not in specification["methods"]:
        yield f"{method}: no such method"
        return
    yield from _object_faults(method, specification["methods"][method], arguments)


def _object_faults(where: str, description: Json, given: Json) -> Iterator[str]:
    fields = {field["name"]: field for field in description.get("fields", [])}
    yield from (f"{where}: unknown {name}" for name in given if name not in fields)
    for name, one in fields.items():
        if name not in given:
            if one["required"]:
                yield f"{where}: {name} is missing"
            continue
        found = [[*_type_faults(f"{where}.{name}", kind, given[name])] for kind in one["types"]]
        if all(found):
            yield from min(found, key=len)


def _type_faults(where: str, kind: str, given: Any) -> Iterator[str]:
    if kind.startswith("Array of "):
        if not isinstance(given, list):
            yield f"{where}: no list"
            return
        for index, one in enumerate(given):
            yield from _type_faults(f"{where}[{index}]", kind.removeprefix("Array of "), one)
        return
    if kind in PLAIN_TYPES:
        if not isinstance(given, PLAIN_TYPES[kind]) or (kind == "Integer" and isinstance(given, bool)):
            yield f"{where}: {given!r} is no {kind}"
        return
    if not isinstance(given, dict):
        yield f"{where}: {given!r} is no {kind}"
        return
    description = _specification()["types"][kind]
    subtypes = description.get("subtypes")
    if subtypes:
        found = [[*_type_faults(where, subtype, given)] for subtype in subtypes]
        if all(found):
            yield from min(found, key=len)
        return
    yield from _object_faults(where, description, given)
