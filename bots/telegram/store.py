"""Where conversations are kept between one press and the next: one for each account."""

from typing import Protocol

from redis.asyncio import Redis

from bots.telegram.conversation import Conversation

LIVES_SECONDS = 30 * 60


class Conversations(Protocol):
    """Conversations that outlive the process. One left alone for half an hour is gone."""

    async def get(self, account: str) -> Conversation | None:
        """The open conversation of an account."""
        ...

    async def put(self, account: str, conversation: Conversation) -> None:
        """Keep it, in place of an earlier one."""
        ...

    async def drop(self, account: str) -> None:
        """It is over."""
        ...


class ConversationsInValkey:
    """Conversations in Valkey, which keeps them over a restart of the bot."""

    def __init__(self, redis: Redis, *, lives_seconds: int = LIVES_SECONDS) -> None:
        self._redis = redis
        self._lives_seconds = lives_seconds

    async def get(self, account: str) -> Conversation | None:
        """The open conversation of an account."""
        kept = await self._redis.get(_key(account))
        return Conversation.load(kept) if kept else None

    async def put(self, account: str, conversation: Conversation) -> None:
        """Keep it, in place of an earlier one."""
        await self._redis.set(_key(account), conversation.dump(), ex=self._lives_seconds)

    async def drop(self, account: str) -> None:
        """It is over."""
        await self._redis.delete(_key(account))


def _key(account: str) -> str:
    return f"rota:telegram:conversation:{account}"
