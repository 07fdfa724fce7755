"""How far the queues in Redis have got: what tells work that was lost on the way from work that waits its turn.

The relay stamps each message with the time its row was due, and Dramatiq's queues are first in, first out. So what
was due well before the message at the head of its queue is not behind it any more: a worker has it, or it was lost.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from dramatiq.brokers.redis import RedisBroker
from pydantic import BaseModel, ValidationError
from redis import Redis

SOLVING = "solve"
PLATFORMS = ("slack", "telegram", "terminal")
CHATS = ("slack", "telegram")
"""Platforms whose bots keep what people said in a stream of their own, until it is answered."""

Heads = dict[str, datetime]
"""When the message at the head of a queue was due, UTC; empty queues are not in it."""


def delivering(platform: str) -> str:
    """The queue of a platform: one each, so that a slow one holds up no other."""
    return f"deliver_{platform}"


def inbox(platform: str) -> str:
    """The stream in which a platform's bots keep what people said; they alone read and write it."""
    return f"rota:{platform}:inbox"


NAMES = (SOLVING, *map(delivering, PLATFORMS))


def oldest_said(redis: Redis, platform: str) -> datetime | None:
    """When what a platform's bots took first, of all that they have not answered, was said; None where all is."""
    # redis-py types what streams answer too widely to use.
    first: Any = redis.xrange(inbox(platform), count=1)
    return datetime.fromtimestamp(int(first[0][0].decode().partition("-")[0]) / 1000, UTC) if first else None


class _Stamp(BaseModel):
    message_timestamp: int


def heads(broker: RedisBroker, names: Iterable[str] = NAMES) -> Heads:
    """The heads of the queues as they are now. Raises redis.exceptions.RedisError."""
    found = ((name, head_of(broker.client, f"{broker.namespace}:{name}")) for name in names)
    return {name: due for name, due in found if due is not None}


def head_of(redis: Redis, key: str) -> datetime | None:
    """When the message at the head of the queue under this key was due; None for an empty one."""
    first = redis.lindex(key, 0)
    message = None if first is None else redis.hget(f"{key}.msgs", first)
    if message is None:
        # Taken between the two questions; the next sweep looks again.
        return None
    try:
        return datetime.fromtimestamp(_Stamp.model_validate_json(message).message_timestamp / 1000, UTC)
    except ValidationError:
        # Not from our relay. Work behind it is handed out once more, which does no harm.
        return None
