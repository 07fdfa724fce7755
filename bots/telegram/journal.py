"""Which parts of which notifications Telegram has taken, in Valkey: what a retry must not say again.

Losing it costs at most a repeated message, never a lost one: PostgreSQL knows what is to be delivered.
"""

from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bots.platform import Address

KEPT_SECONDS = 3 * 24 * 3600
LAST = "."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """The parts taken, in order, and whether they are all."""

    parts: tuple[str, ...]
    complete: bool


class Journal:
    """Notes of notifications on their way."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def note(self, address: Address, notification_id: int, part: str, *, last: bool) -> None:
        """Telegram took this part. An empty part only says that all is done."""
        key = _key(address, notification_id)
        entries = [*([part] if part else []), *([LAST] if last else [])]
        try:
            async with self._redis.pipeline() as pipeline:
                pipeline.rpush(key, *entries)
                pipeline.expire(key, KEPT_SECONDS)
                await pipeline.execute()
        except RedisError as error:
            # The message is out: failing now would only send it again.
            log.warning("telegram.journal_unreachable", notification_id=notification_id, error=str(error))

    async def noted(self, address: Address, notification_id: int) -> Noted:
        """What is known of a notification."""
        try:
            raw = await self._redis.lrange(_key(address, notification_id), 0, -1)
        except RedisError as error:
            log.warning("telegram.journal_unreachable", notification_id=notification_id, error=str(error))
            return Noted(parts=(), complete=False)
        entries = [entry.decode() if isinstance(entry, bytes) else entry for entry in raw]
        return Noted(parts=tuple(entry for entry in entries if entry != LAST), complete=LAST in entries)


def _key(address: Address, notification_id: int) -> str:
    return f"rota:telegram:sent:{notification_id}:{address.target}:{address.thread}"
