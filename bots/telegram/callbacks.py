"""What travels in a button: at most 64 bytes, with a version, signed for one chat.

    1 a c0de signature.. value
    │ │ │    │           └ ids and versions, at most 40 characters
    │ │ │    └ 11 characters of HMAC-SHA256 over everything else and the chat
    │ │ └ 4 characters for the action or form
    │ └ what pressing does: Press
    └ version of this layout

A modified client can send any data for any message of ours, so data of another chat, of another bot or of its own
making fails the signature; what the presser may do is checked by the service all the same.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from bots.actions import Action, FormId

VERSION = "1"
MOST_BYTES = 64
CODE = 4
SIGNATURE = 11


class Press(StrEnum):
    """What pressing a button does."""

    ACT = "a"  # the action itself
    ASK = "q"  # ask "sure?" first
    BACK = "b"  # take the question back
    FORM = "f"  # answer a step of a form


class Forged(ValueError):
    """Not a button of ours for this chat, or one of a layout that is no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """The meaning of a pressed button."""

    press: Press
    name: Action | FormId
    value: str


class CallbackSigner:
    """Packs and reads callback data with a key made from the bot's token."""

    def __init__(self, token: str) -> None:
        self._key = hashlib.sha256(b"rota callback data\0" + token.encode()).digest()

    def pack(self, callback: Callback, chat_id: str) -> str:
        """The data of a button in this chat. Raises ValueError for a value that does not fit."""
        head = f"{VERSION}{callback.press}{_code(callback.name)}"
        data = head + self._signature(head, callback.value, chat_id) + callback.value
        if len(data.encode()) > MOST_BYTES:
            raise ValueError(f"callback value is too long: {callback.value!r}")
        return data

    def read(self, data: str, chat_id: str) -> Callback:
        """The meaning of data that came from this chat. Raises Forged."""
        head, rest = data[: 2 + CODE], data[2 + CODE :]
        signature, value = rest[:SIGNATURE], rest[SIGNATURE:]
        if not hmac.compare_digest(signature.encode(), self._signature(head, value, chat_id).encode()):
            raise Forged("wrong signature")
        name = _NAMES.get(head[2:])
        if head[:1] != VERSION or name is None:
            raise Forged("a button of another version")
        return Callback(press=Press(head[1]), name=name, value=value)

    def _signature(self, head: str, value: str, chat_id: str) -> str:
        digest = hmac.digest(self._key, f"{head}\0{value}\0{chat_id}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode()[:SIGNATURE]


def _code(name: Action | FormId) -> str:
    """Names of actions never change, so neither do their codes; a new action needs no table of codes."""
    kind = "action" if isinstance(name, Action) else "form"
    return base64.urlsafe_b64encode(hashlib.sha256(f"{kind} {name}".encode()).digest()).decode()[:CODE]


_NAMES: dict[str, Action | FormId] = {_code(name): name for name in (*Action, *FormId)}
