"""The Web API methods of the stand-in Slack: what each does to the world and answers."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

from tests.standins.slack_world import BOT_ID, BOT_USER, WORKSPACE, Channel, Json, Message, Upload, World

TRIGGER_LIVES = 3.0

Method = Callable[[World, Json, str], Json]


class Refused(Exception):
    """Slack answers `ok: false` with this error."""


CLIENT_ID, CLIENT_SECRET = "1.2", "stand-in-client-secret"


def _exchange(world: World, call: Json, _: str) -> Json:
    # slack_sdk names the client as HTTP's basic authentication.
    if call["token"] != f"Basic {base64.b64encode(f'{CLIENT_ID}:{CLIENT_SECRET}'.encode()).decode()}":
        raise Refused("bad_client_secret")
    workspace = world.install_codes.pop(call["code"], None)
    if workspace is None:
        raise Refused("invalid_code")
    token = f"xoxb-{workspace}-{world.number()}"
    world.tokens[token] = workspace
    return {
        "access_token": token,
        "token_type": "bot",
        "scope": ",".join(world.scopes),
        "bot_user_id": BOT_USER,
        "app_id": "A0ROTAAPP",
        "team": {"id": workspace, "name": f"Workspace {workspace}"},
        "authed_user": {"id": "U0INSTALLER"},
    }


def _revoke(world: World, call: Json, _: str) -> Json:
    world.tokens.pop(call["token"], None)
    return {"revoked": True}


def _auth_test(world: World, call: Json, base: str) -> Json:
    return {
        "url": f"{base}/",
        "team": "Rota Test",
        "user": "rota",
        "team_id": world.tokens[call["token"]],
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def _post_message(world: World, call: Json, _: str) -> Json:
    channel = _writable(world, call["channel"])
    _check_files(world, call.get("blocks", []))
    message = Message(
        channel=channel.id,
        ts=world.new_ts(),
        text=call.get("text", ""),
        blocks=call.get("blocks", []),
        metadata=call.get("metadata"),
        thread=call.get("thread_ts"),
    )
    world.messages.append(message)
    return {"channel": channel.id, "ts": message.ts, "message": _as_slack(message)}


def _post_ephemeral(world: World, call: Json, _: str) -> Json:
    channel = _writable(world, call["channel"])
    if call["user"] not in world.people:
        raise Refused("user_not_in_channel")
    _check_files(world, call.get("blocks", []))
    ts = world.new_ts()
    world.messages.append(
        Message(channel=channel.id, ts=ts, text=call["text"], blocks=call.get("blocks", []), only_for=call["user"])
    )
    return {"message_ts": ts}


def _update(world: World, call: Json, _: str) -> Json:
    channel = _writable(world, call["channel"])
    message = _message(world, channel.id, call["ts"])
    _check_files(world, call.get("blocks", []))
    message.text = call.get("text", message.text)
    message.blocks = call.get("blocks", [])
    message.metadata = call.get("metadata", message.metadata)
    message.edits += 1
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": _as_slack(message)}


def _open_conversation(world: World, call: Json, _: str) -> Json:
    person = world.people.get(call.get("users", ""))
    if person is None:
        raise Refused("user_not_found")
    if person.deactivated:
        raise Refused("user_disabled")
    return {"channel": {"id": world.direct(person.id).id}}


def _history(world: World, call: Json, _: str) -> Json:
    channel = _channel(world, call["channel"])
    if not channel.bot_is_member:
        raise Refused("not_in_channel")
    oldest = float(call.get("oldest", 0))
    found = [
        message
        for message in reversed(world.in_channel(channel.id))
        if float(message.ts) >= oldest and message.thread is None
    ]
    start = int(call.get("cursor") or 0)
    page = int(call.get("limit", 100))
    more = len(found) > start + page
    return {
        "messages": [
            _as_slack(message, metadata=bool(call.get("include_all_metadata")))
            for message in found[start : start + page]
        ],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + page) if more else ""},
    }


def _open_view(world: World, call: Json, _: str) -> Json:
    opened = world.triggers.pop(call["trigger_id"], None)
    if opened is None:
        raise Refused("invalid_trigger_id")
    if time.monotonic() - opened > TRIGGER_LIVES:
        raise Refused("expired_trigger_id")
    return {"view": _keep(world, f"V{world.number():08d}", call["view"])}


def _update_view(world: World, call: Json, _: str) -> Json:
    if call.get("view_id") not in world.views:
        raise Refused("not_found")
    return {"view": _keep(world, call["view_id"], call["view"])}


def _publish_view(world: World, call: Json, _: str) -> Json:
    if call["user_id"] not in world.people:
        raise Refused("user_not_found")
    world.homes[call["user_id"]] = call["view"]
    return {"view": {**call["view"], "id": f"V{world.number():08d}", "hash": "home"}}


def _upload_url(world: World, call: Json, base: str) -> Json:
    upload = Upload(id=f"F{world.number():09d}", filename=call["filename"], alt_text=call.get("alt_text", ""))
    world.files[upload.id] = upload
    return {"upload_url": f"{base}/upload/{upload.id}", "file_id": upload.id}


def _complete_upload(world: World, call: Json, _: str) -> Json:
    if call.get("channel_id"):
        _writable(world, call["channel_id"])
    for given in call["files"]:
        upload = world.files[given["id"]]
        if not upload.content:
            raise Refused("file_not_found")
        upload.title = given.get("title", "")
        upload.complete = True
        upload.shared_in = call.get("channel_id")
    return {"files": [{"id": given["id"], "title": given.get("title", "")} for given in call["files"]]}


def _file_info(world: World, call: Json, _: str) -> Json:
    upload = world.files.get(call["file"])
    if upload is None:
        raise Refused("file_not_found")
    upload.looks += 1
    ready = upload.looks > world.files_take
    return {"file": {"id": upload.id, "name": upload.filename, **({"mimetype": "image/png"} if ready else {})}}


def _user_info(world: World, call: Json, _: str) -> Json:
    person = world.people.get(call["user"])
    if person is None:
        raise Refused("user_not_found")
    return {"user": person.as_slack()}


def _open_socket(_: World, __: Json, base: str) -> Json:
    return {"url": f"{base.replace('http', 'ws', 1)}/socket"}


METHODS: dict[str, Method] = {
    "auth.revoke": _revoke,
    "auth.test": _auth_test,
    "oauth.v2.access": _exchange,
    "chat.postMessage": _post_message,
    "chat.postEphemeral": _post_ephemeral,
    "chat.update": _update,
    "conversations.open": _open_conversation,
    "conversations.history": _history,
    "views.open": _open_view,
    "views.push": _open_view,
    "views.update": _update_view,
    "views.publish": _publish_view,
    "files.getUploadURLExternal": _upload_url,
    "files.completeUploadExternal": _complete_upload,
    "files.info": _file_info,
    "users.info": _user_info,
    "apps.connections.open": _open_socket,
}


def respond(world: World, token: str, body: Json) -> None:
    """What a POST to a `response_url` does: an ephemeral or visible message, or a change of the one it came from."""
    place = world.response_urls.get(token)
    if place is None or place["uses"] >= 5:
        raise Refused("expired_url")
    place["uses"] += 1
    blocks, text = body.get("blocks", []), body.get("text", "")
    if body.get("delete_original"):
        world.messages[:] = [message for message in world.messages if message.ts != place.get("ts")]
    elif body.get("replace_original") and place.get("ts"):
        message = next(message for message in world.messages if message.ts == place["ts"])
        message.text, message.blocks, message.edits = text, blocks, message.edits + 1
    else:
        only_for = None if body.get("response_type") == "in_channel" else place["user"]
        world.messages.append(
            Message(channel=place["channel"], ts=world.new_ts(), text=text, blocks=blocks, only_for=only_for)
        )


def decode(form: dict[str, str]) -> Json:
    """The arguments of a form-encoded call, as the JSON that they stand for."""
    arguments: Json = {}
    for name, value in form.items():
        if name in {"limit", "length"}:
            arguments[name] = int(value)
        elif name in {"include_all_metadata", "inclusive", "return_im", "include_locale", "unfurl_links"}:
            arguments[name] = value in {"1", "true", "True"}
        elif value[:1] in "[{" and name in {"blocks", "view", "metadata", "files"}:
            arguments[name] = json.loads(value)
        else:
            arguments[name] = value
    # slack_sdk's own name for what the schema calls alt_text.
    if "alt_txt" in arguments:
        arguments["alt_text"] = arguments.pop("alt_txt")
    return arguments


def _channel(world: World, name: str) -> Channel:
    if name in world.people:
        return world.direct(name)
    if name not in world.channels:
        raise Refused("channel_not_found")
    return world.channels[name]


def _writable(world: World, name: str) -> Channel:
    channel = _channel(world, name)
    if channel.archived:
        raise Refused("is_archived")
    if not channel.bot_is_member:
        raise Refused("not_in_channel")
    if channel.direct_with and world.people[channel.direct_with].deactivated:
        raise Refused("user_disabled")
    return channel


def _message(world: World, channel: str, ts: str) -> Message:
    for message in world.messages:
        if message.channel == channel and message.ts == ts and message.only_for is None:
            return message
    raise Refused("message_not_found")


def _check_files(world: World, blocks: list[Json]) -> None:
    for block in blocks:
        name = block.get("slack_file", {}).get("id") if block.get("type") == "image" else None
        if name is None:
            continue
        upload = world.files.get(name)
        # A picture still being processed is refused: github.com/slackapi/python-slack-sdk/issues/1521.
        if upload is None or not upload.complete or upload.looks < world.files_take:
            raise Refused("invalid_blocks")


def _keep(world: World, view_id: str, view: Json) -> Json:
    kept: dict[str, Any] = {**view, "id": view_id, "hash": f"{world.number()}.hash", "team_id": WORKSPACE}
    world.views[view_id] = kept
    return kept


def _as_slack(message: Message, *, metadata: bool = True) -> Json:
    shown: Json = {
        "type": "message",
        "ts": message.ts,
        "text": message.text,
        "blocks": message.blocks,
        "user": BOT_USER,
        "bot_id": BOT_ID,
    }
    if metadata and message.metadata:
        shown["metadata"] = message.metadata
    return shown
