"""What Telegram does not remember for a bot, in Valkey: parts of notifications, questions of buttons, presses.

Losing it costs at most a repeated message or a plainer question: PostgreSQL knows what is to be delivered.
"""

import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bots.platform import Address

KEPT_SECONDS = 3 * 24 * 3600
QUESTIONS_KEPT_SECONDS = 30 * 24 * 3600
DOUBLE_CLICK_SECONDS = 3.0
# A second press that waited for its turn comes at once when the work on the first one is done.
LEAST_SECONDS = 1.0
# Longer than any work on a press takes; how long a press is known whose worker died.
WORK_SECONDS = 60
# How long "sure?" stays in a message that changes meanwhile, such as the progress of a run.
OPEN_SECONDS = 15 * 60
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

    async def close(self) -> None:
        """Let go of connections."""
        await self._redis.aclose()

    async def remember(self, questions: dict[str, str]) -> None:
        """What to ask before the buttons with this callback data are taken at their word."""
        try:
            async with self._redis.pipeline() as pipeline:
                for data, question in questions.items():
                    pipeline.set(f"rota:telegram:question:{data}", question, ex=QUESTIONS_KEPT_SECONDS)
                await pipeline.execute()
        except RedisError as error:
            log.warning("telegram.journal_unreachable", error=str(error))

    async def question(self, data: str) -> str | None:
        """What to ask, if that is remembered."""
        try:
            kept = await self._redis.get(f"rota:telegram:question:{data}")
        except RedisError as error:
            log.warning("telegram.journal_unreachable", error=str(error))
            return None
        return kept.decode() if isinstance(kept, bytes) else kept

    async def ask(self, chat: str, message_id: int, data: str) -> None:
        """A message asks "sure?" about its button with this callback data."""
        try:
            await self._redis.set(_open_key(chat, message_id), data, ex=OPEN_SECONDS)
        except RedisError as error:
            log.warning("telegram.journal_unreachable", error=str(error))

    async def asked(self, chat: str, message_id: int) -> str | None:
        """The callback data of the button about which a message asks "sure?"; None where it does not."""
        try:
            kept = await self._redis.get(_open_key(chat, message_id))
        except RedisError as error:
            log.warning("telegram.journal_unreachable", error=str(error))
            return None
        return kept.decode() if isinstance(kept, bytes) else kept

    async def settle(self, chat: str, message_id: int) -> None:
        """A message asks no more."""
        try:
            await self._redis.delete(_open_key(chat, message_id))
        except RedisError as error:
            log.warning("telegram.journal_unreachable", error=str(error))

    @contextlib.asynccontextmanager
    async def one_press(self, account: str, data: str, key: str) -> AsyncIterator[bool]:
        """Whether this press, known by its `key`, is none of a double click. The block is the work on it.

        A press that waited while the first one was worked on is still a double click, however long that took; the
        same one that comes again because whoever worked on it died is not.
        """
        name = f"rota:telegram:press:{account}:{data}"
        began = time.monotonic()
        if not await self._is_first(name, key):
            yield False
            return
        try:
            yield True
        finally:
            left = max(LEAST_SECONDS, DOUBLE_CLICK_SECONDS - (time.monotonic() - began))
            try:
                await self._redis.pexpire(name, round(left * 1000))
            except RedisError as error:
                log.warning("telegram.journal_unreachable", error=str(error))

    async def _is_first(self, name: str, key: str) -> bool:
        try:
            if await self._redis.set(name, key, ex=WORK_SECONDS, nx=True):
                return True
            known = await self._redis.get(name)
        except RedisError as error:
            log.warning("telegram.journal_unreachable", error=str(error))
            return True
        return (known.decode() if isinstance(known, bytes) else known) == key


def _open_key(chat: str, message_id: int) -> str:
    return f"rota:telegram:open:{chat}:{message_id}"


def _key(address: Address, notification_id: int) -> str:
    return f"rota:telegram:sent:{notification_id}:{address.target}:{address.thread}"
