"""Finds a message whose answer was lost: was it taken, or not?

A bot cannot read a chat. But Telegram numbers messages one after the other (a supergroup its own; all private chats
and small groups of a bot together), and refuses to edit a message that is not there. So before a notification is
posted, the newest number that is known is noted; if the answer never comes, the message has one of the next numbers
that are nobody else's. Trying to edit those to what should be said finds it, and does no harm: it says so already.

Messages that the bot does not see (people's, in a group with privacy mode) can hide it: then it is not found. Nor is
it where no number is known at all, which is so only until the bot's first message.
"""

from collections.abc import Sequence

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bots.platform import Address

KEPT_SECONDS = 3 * 24 * 3600
KNOWN = 5_000
UNKNOWN = "unknown"
TO = "-"
# The message came soon after the note, so it is near; further on are at most those that were under way beside it.
SPAN = 40
BEYOND = 8

log = structlog.get_logger()


class Lookout:
    """The numbers that are known, and the notes of messages under way."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def saw(self, chat: str, number: int) -> None:
        """This message is there and known."""
        key = _numbers(chat)
        try:
            async with self._redis.pipeline() as pipeline:
                pipeline.zadd(key, {str(number): number})
                pipeline.zremrangebyrank(key, 0, -KNOWN - 1)
                await pipeline.execute()
        except RedisError as error:
            log.warning("telegram.numbers_unreachable", error=str(error))

    async def begin(self, address: Address, mark: str) -> None:
        """A message is about to be posted."""
        try:
            newest = await self._newest(address.target)
            await self._redis.set(_note(address, mark), UNKNOWN if newest is None else newest, ex=KEPT_SECONDS)
        except RedisError as error:
            log.warning("telegram.numbers_unreachable", error=str(error))

    async def missed(self, address: Address, mark: str, number: int) -> None:
        """It is none of the numbers so far: whoever goes on looking begins behind them."""
        try:
            noted = await self._redis.get(_note(address, mark))
            end = _end(_text(noted)) if noted is not None else None
            # The end stays where it was, or a chat with much to say would be looked through for ever.
            note = f"{number}{TO}{number - 1 + SPAN if end is None else end}"
            await self._redis.set(_note(address, mark), note, ex=KEPT_SECONDS)
        except RedisError as error:
            log.warning("telegram.numbers_unreachable", error=str(error))

    async def end(self, address: Address, mark: str) -> None:
        """How the posting went is known."""
        try:
            await self._redis.delete(_note(address, mark))
        except RedisError as error:
            log.warning("telegram.numbers_unreachable", error=str(error))

    async def is_open(self, address: Address, mark: str) -> bool:
        """Whether an attempt may have gone through of which nothing was heard."""
        try:
            return bool(await self._redis.exists(_note(address, mark)))
        except RedisError as error:
            log.warning("telegram.numbers_unreachable", error=str(error))
            return False

    async def candidates(self, address: Address, mark: str) -> Sequence[int]:
        """The numbers that a message may have whose answer was lost; none where no attempt is open."""
        try:
            noted = await self._redis.get(_note(address, mark))
            if noted is None:
                return ()
            known = [_number(one) for one in await self._redis.zrange(_numbers(address.target), 0, -1)]
        except RedisError as error:
            log.warning("telegram.numbers_unreachable", error=str(error))
            return ()
        return _between(_text(noted), known)

    async def _newest(self, chat: str) -> int | None:
        found = await self._redis.zrange(_numbers(chat), 0, 0, desc=True)
        return _number(found[0]) if found else None


def _between(noted: str, known: Sequence[int]) -> Sequence[int]:
    """The numbers, lowest first, that a message can have which was posted after this note and is not known."""
    if not known:
        return ()
    # Where nothing was known, several messages were under way when the first of them told its number.
    before = max(0, known[0] - BEYOND - 1) if noted == UNKNOWN else int(noted.partition(TO)[0])
    end = _end(noted)
    if len(known) >= KNOWN and (noted == UNKNOWN or known[0] > before):
        # Some were forgotten since: another message may have one of these numbers, and must not be written over.
        return ()
    taken, last = set(known), min(before + SPAN if end is None else end, known[-1] + BEYOND)
    return [number for number in range(before + 1, last + 1) if number not in taken]


def _end(noted: str) -> int | None:
    """The last number to look at, where that was found out before."""
    end = noted.partition(TO)[2]
    if end:
        return int(end)
    return None if noted == UNKNOWN else int(noted) + SPAN


def _number(member: object) -> int:
    return int(_text(member))


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _numbers(chat: str) -> str:
    return f"rota:telegram:numbers:{chat if chat.startswith('-100') else 'bot'}"


def _note(address: Address, mark: str) -> str:
    return f"rota:telegram:under-way:{mark}:{address.target}:{address.thread}"
