"""The terminal as a `Platform`: what is said goes into a stream that every terminal chat reads."""

from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Lost
from redis.exceptions import RedisError

from bots.platform import Address, PlatformError, SentMessage, Uncertain
from bots.reply import Reply
from bots.terminal.post import KEPT, STREAM, Post, from_fields, to_fields


class TerminalPlatform:
    """How Rota speaks in the terminal."""

    name = "terminal"

    def __init__(self, redis_url: str) -> None:
        self._redis: Any = Redis.from_url(redis_url, decode_responses=True)

    async def send(self, address: Address, reply: Reply, *, notification_id: int | None = None) -> SentMessage:
        """Say a reply to an account or in a channel. Raises Uncertain."""
        post = Post(address=address, reply=reply, notification_id=notification_id)
        return SentMessage(address=address, message_id=await self._add(post))

    async def edit(self, message: SentMessage, reply: Reply) -> None:
        """Say that a message reads differently now. Raises Uncertain."""
        await self._add(Post(address=message.address, reply=reply, edits=message.message_id))

    async def find_sent(self, address: Address, notification_id: int) -> SentMessage | None:
        """The message of this notification, if it is among those kept."""
        for message_id, fields in await self._redis.xrevrange(STREAM):
            post = from_fields(message_id, fields)
            if post.notification_id == notification_id and post.address == address:
                return SentMessage(address=address, message_id=message_id)
        return None

    async def newest(self) -> str:
        """The id of the newest message, from which on to read."""
        found = await self._redis.xrevrange(STREAM, count=1)
        return str(found[0][0]) if found else "0-0"

    async def read(self, after: str) -> list[Post]:
        """Everything said after that message."""
        found = await self._redis.xrange(STREAM, min=f"({after}")
        return [from_fields(message_id, fields) for message_id, fields in found]

    async def close(self) -> None:
        """Let go of connections."""
        await self._redis.aclose()

    async def _add(self, post: Post) -> str:
        try:
            return str(await self._redis.xadd(STREAM, to_fields(post), maxlen=KEPT, approximate=True))
        except Lost as error:
            raise Uncertain(str(error)) from error
        except RedisError as error:
            raise PlatformError(str(error)) from error
