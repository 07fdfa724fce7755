"""The stand-in Telegram and what talks to it. At the end, nothing may have been sent that the Bot API refuses."""

from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from bots.demo.embedded import Servers
from bots.telegram.adapter import TelegramPlatform, make_bot
from bots.telegram.callbacks import CallbackSigner
from bots.telegram.journal import Journal
from bots.telegram.looking import Lookout
from tests.standins.telegram import TelegramServer, telegram_server
from tests.standins.telegram_side import TelegramSide
from tests.standins.telegram_world import TOKEN


@pytest.fixture
def anyio_backend() -> str:
    """The bots run on asyncio."""
    return "asyncio"


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    """A stand-in Telegram of this test's own."""
    with telegram_server() as server:
        yield server
        assert server.world.complaints == []


@pytest.fixture
def side(telegram: TelegramServer) -> TelegramSide:
    """People using it."""
    return TelegramSide(telegram)


@pytest.fixture
async def redis(embedded: Servers) -> AsyncIterator[Redis]:
    """A connection to an empty Valkey."""
    async with Redis.from_url(embedded.redis_url) as connection:
        await connection.flushdb()
        yield connection


@pytest.fixture
async def platform(telegram: TelegramServer, redis: Redis) -> AsyncIterator[TelegramPlatform]:
    """The adapter, talking to the stand-in as fast as it can."""
    adapter = TelegramPlatform(
        make_bot(TOKEN, telegram.url), CallbackSigner(TOKEN), journal=Journal(redis), lookout=Lookout(redis)
    )
    yield adapter
    await adapter.close()
