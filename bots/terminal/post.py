"""What the terminal's "platform server" keeps: a stream in Valkey of everything that was said."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from bots.platform import Address
from bots.reply import Reply

STREAM = "rota:terminal"
KEPT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message, or with `edits` the new state of one. `message_id` is the stream's own id, once it has one."""

    address: Address
    reply: Reply
    notification_id: int | None = None
    edits: str | None = None
    message_id: str = ""


_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)
_ADDRESS: TypeAdapter[Address] = TypeAdapter(Address)


def to_fields(post: Post) -> dict[str, str]:
    """The post as the fields of a stream entry."""
    reply = _encoded(_REPLY.dump_python(post.reply, mode="python"))
    return {
        "address": _ADDRESS.dump_json(post.address).decode(),
        "reply": json.dumps(reply),
        "notification_id": "" if post.notification_id is None else str(post.notification_id),
        "edits": post.edits or "",
    }


def from_fields(message_id: str, fields: dict[str, str]) -> Post:
    """The post of a stream entry."""
    reply = _decoded(json.loads(fields["reply"]))
    return Post(
        address=_ADDRESS.validate_json(fields["address"]),
        reply=_REPLY.validate_python(reply),
        notification_id=int(fields["notification_id"]) if fields["notification_id"] else None,
        edits=fields["edits"] or None,
        message_id=message_id,
    )


def _encoded(reply: dict[str, Any]) -> dict[str, Any]:
    """Pictures and files as text, which is all that JSON knows."""
    if reply["image"]:
        reply["image"]["png"] = base64.b64encode(reply["image"]["png"]).decode()
    for file in reply["files"]:
        file["content"] = base64.b64encode(file["content"]).decode()
    return reply


def _decoded(reply: dict[str, Any]) -> dict[str, Any]:
    if reply["image"]:
        reply["image"]["png"] = base64.b64decode(reply["image"]["png"])
    for file in reply["files"]:
        file["content"] = base64.b64decode(file["content"])
    return reply
