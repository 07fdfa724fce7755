"""People using the stand-in Slack: commands, button presses, forms and events, signed and sent like Slack does."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.standins.slack import SlackServer
from tests.standins.slack_world import APP_ID, WORKSPACE, Channel, Json, Message, Person

SIGNING_SECRET = "stand-in-signing-secret-stand-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """How the app acknowledged: HTTP status (200 over a socket), body, and after how many seconds."""

    status: int
    body: Json
    seconds: float


class SlackSide:
    """What people do. Without `request_url` everything goes over the app's Socket Mode connection."""

    def __init__(self, server: SlackServer, request_url: str | None = None, secret: str = SIGNING_SECRET) -> None:
        self.server = server
        self.world = server.world
        self.request_url = request_url
        self.secret = secret
        self.workspace = WORKSPACE

    def command(self, person: Person, channel: Channel, line: str, **how: Any) -> Ack:
        """Type a slash command, such as `/optimize next week`."""
        command, _, text = line.partition(" ")
        return self._send("slash_commands", self.command_payload(person, channel, command, text), **how)

    def command_payload(self, person: Person, channel: Channel, command: str, text: str) -> Json:
        """The fields of a slash command."""
        return {
            "team_id": self.workspace,
            "team_domain": "rota",
            "channel_id": channel.id,
            "channel_name": channel.name,
            "user_id": person.id,
            "user_name": person.name.lower(),
            "command": command,
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self.server.new_response_url(user=person.id, channel=channel.id),
            "trigger_id": self.world.trigger(),
        }

    def press(self, person: Person, message: Message, label: str, **how: Any) -> Ack:
        """Press the first button with this label on a message."""
        return self._send("interactive", self.press_payload(person, message, label), **how)

    def press_twice(self, person: Person, message: Message, label: str) -> None:
        """A double click: two presses of the message as it stood before the first."""
        for payload in [self.press_payload(person, message, label) for _ in range(2)]:
            self._send("interactive", payload)

    def press_payload(self, person: Person, message: Message, label: str) -> Json:
        """The payload of a pressed button."""
        block_id, button = _button(message.blocks, label)
        channel = self.world.channels[message.channel]
        ephemeral = message.only_for is not None
        return {
            **self._from(person, "block_actions"),
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": ephemeral,
            },
            "channel": {"id": channel.id, "name": channel.name},
            **({} if ephemeral else {"message": {"ts": message.ts, "text": message.text, "blocks": message.blocks}}),
            "state": {"values": {}},
            "response_url": self.server.new_response_url(user=person.id, channel=channel.id, ts=message.ts),
            "actions": [{**button, "block_id": block_id, "action_ts": str(time.time())}],
        }

    def press_home(self, person: Person, label: str, **how: Any) -> Ack:
        """Press a button on somebody's Home tab."""
        home = self.world.homes[person.id]
        block_id, button = _button(home["blocks"], label)
        payload = {
            **self._from(person, "block_actions"),
            "container": {"type": "view", "view_id": "VHOME"},
            "view": {**home, "id": "VHOME"},
            "actions": [{**button, "block_id": block_id, "action_ts": str(time.time())}],
        }
        return self._send("interactive", payload, **how)

    def submit(self, person: Person, view: Json, values: dict[str, str], **how: Any) -> Ack:
        """Fill in a modal (by the names of its inputs) and send it."""
        payload = {
            **self._from(person, "view_submission"),
            "view": {**view, "state": {"values": _filled(view["blocks"], values)}},
            "response_urls": [],
        }
        ack = self._send("interactive", payload, **how)
        action = ack.body.get("response_action")
        if action == "update":
            self.world.views[view["id"]] = {**ack.body["view"], "id": view["id"], "hash": "updated"}
        elif action != "errors":
            self.world.views.pop(view["id"], None)
        return ack

    def event(self, person: Person, kind: str, *, event_id: str | None = None, times: int = 1, **fields: Any) -> Ack:
        """An event of the Events API, delivered `times` times as Slack's retries would."""
        payload = {
            "team_id": self.workspace,
            "api_app_id": APP_ID,
            "type": "event_callback",
            "event_id": event_id or f"Ev{self.world.number():08d}",
            "event_time": int(time.time()),
            "event": {"type": kind, "user": person.id, "event_ts": str(time.time()), **fields},
            "authorizations": [{"team_id": self.workspace, "user_id": "U0ROTABOT", "is_bot": True}],
        }
        return self._send("events_api", payload, times=times)

    def write(self, person: Person, text: str, **fields: Any) -> Ack:
        """Write to the bot in the direct conversation with it; `fields` make another kind of message of it."""
        channel = self.world.direct(person.id).id
        said = {"channel": channel, "channel_type": "im", "text": text, "ts": self.world.new_ts()}
        return self.event(person, "message", **(said | fields))

    def view_of(self, title: str) -> Json:
        """The newest open modal with this title."""
        return next(view for view in reversed(self.world.views.values()) if view["title"]["text"] == title)

    def post(self, kind: str, payload: Json, *, age: float = 0, secret: str | None = None, retry: int = 0) -> Ack:
        """One signed HTTP request. `age` makes its timestamp older, by seconds."""
        assert self.request_url, "this side speaks over the socket"
        body, media_type = encode(kind, payload)
        stamp = str(int(time.time() - age))
        headers = {
            "Content-Type": media_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": sign(secret or self.secret, stamp, body),
            **({"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}),
        }
        return self.post_raw(body, headers)

    def post_raw(self, body: str, headers: dict[str, str]) -> Ack:
        """One HTTP request as it is, perhaps forged or replayed."""
        assert self.request_url
        start = time.monotonic()
        answer = httpx.post(self.request_url, content=body.encode(), headers=headers, timeout=10)
        said = (
            answer.text if answer.text.startswith("{") else json.dumps({"text": answer.text} if answer.text else {})
        )
        return Ack(status=answer.status_code, body=json.loads(said), seconds=time.monotonic() - start)

    def _send(self, kind: str, payload: Json, *, times: int = 1, **how: Any) -> Ack:
        acks = [self._send_once(kind, payload, retry=attempt, **how) for attempt in range(times)]
        return acks[0]

    def _send_once(self, kind: str, payload: Json, *, retry: int, **how: Any) -> Ack:
        if self.request_url:
            return self.post(kind, payload, retry=retry, **how)
        start = time.monotonic()
        body = self.server.run(self.server.over_socket(kind, payload))
        return Ack(status=200, body=body, seconds=time.monotonic() - start)

    def _from(self, person: Person, kind: str) -> Json:
        return {
            "type": kind,
            "team": {"id": self.workspace, "domain": "rota"},
            "user": {"id": person.id, "username": person.name.lower(), "team_id": self.workspace},
            "api_app_id": APP_ID,
            "trigger_id": self.world.trigger(),
        }


def sign(secret: str, stamp: str, body: str) -> str:
    """Slack's signature of a request: https://docs.slack.dev/authentication/verifying-requests-from-slack."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()


def encode(kind: str, payload: Json) -> tuple[str, str]:
    """The body of a request and its media type, as Slack sends them."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields), "application/x-www-form-urlencoded"


def _button(blocks: list[Json], label: str) -> tuple[str, Json]:
    shown = []
    for index, block in enumerate(blocks):
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            if element.get("type") == "button":
                shown.append(element["text"]["text"])
                if element["text"]["text"] == label:
                    return block.get("block_id", f"b{index}"), element
    raise AssertionError(f"no button {label!r}, only {shown}")


def _filled(blocks: list[Json], values: dict[str, str]) -> Json:
    """The `state.values` of a modal with these inputs filled in and the others as they were offered."""
    state: Json = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            given = values.get(block["block_id"])
            state[block["block_id"]] = {element["action_id"]: _state_of(element, given)}
    missing = set(values) - set(state)
    assert not missing, f"the form has no input {missing}, only {list(state)}"
    return state


def _state_of(element: Json, given: str | None) -> Json:  # one line a kind of input
    kind = element["type"]
    match kind:
        case "datepicker":
            return {"type": kind, "selected_date": given or element.get("initial_date")}
        case "timepicker":
            return {"type": kind, "selected_time": given or element.get("initial_time")}
        case "static_select" | "radio_buttons":
            chosen = _option(element, given) if given else element.get("initial_option")
            return {"type": kind, "selected_option": chosen}
        case "multi_static_select" | "checkboxes":
            if given is None:
                return {"type": kind, "selected_options": element.get("initial_options", [])}
            return {"type": kind, "selected_options": [_option(element, one) for one in given.split(",") if one]}
        case _:
            return {"type": kind, "value": given if given is not None else element.get("initial_value")}


def _option(element: Json, value: str) -> Json:
    found: Json = next(option for option in element["options"] if option["value"] == value)
    return found
