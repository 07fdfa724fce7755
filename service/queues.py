"""How far the queues in Redis have got: what tells work that was lost on the way from work that waits its turn.

The relay stamps each message with the time its row was due, and Dramatiq's queues are first in, first out. So what
was due well before the message at the head of its queue is not behind it any more: a worker has it, or it was lost.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from dramatiq.brokers.redis import RedisBroker
from pydantic import BaseModel, ValidationError

SOLVING = "solve"
PLATFORMS = ("slack", "telegram", "terminal")

Heads = dict[str, datetime]
"""When the message at the head of a queue was due, UTC; empty queues are not in it."""


def delivering(platform: str) -> str:
    """The queue of a platform: one each, so that a slow one holds up no other."""
    return f"deliver_{platform}"


NAMES = (SOLVING, *map(delivering, PLATFORMS))


class _Stamp(BaseModel):
    message_timestamp: int


def heads(broker: RedisBroker, names: Iterable[str] = NAMES) -> Heads:
    """The heads of the queues as they are now. Raises redis.exceptions.RedisError."""
    found = ((name, _head(broker, name)) for name in names)
    return {name: due for name, due in found if due is not None}


def _head(broker: RedisBroker, name: str) -> datetime | None:
    queue = f"{broker.namespace}:{name}"
    first = broker.client.lindex(queue, 0)
    message = None if first is None else broker.client.hget(f"{queue}.msgs", first)
    if message is None:
        # Taken between the two questions; the next sweep looks again.
        return None
    try:
        return datetime.fromtimestamp(_Stamp.model_validate_json(message).message_timestamp / 1000, UTC)
    except ValidationError:
        # Not from our relay. Work behind it is handed out once more, which does no harm.
        return None
