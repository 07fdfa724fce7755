"""Two processes of the bot together stay inside Telegram's limits."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis.asyncio import Redis

from bots.platform import Address, RateLimited
from bots.reply import Reply
from bots.telegram.adapter import TelegramPlatform, make_bot
from bots.telegram.callbacks import CallbackSigner
from bots.telegram.limits import MARK, Pace, PacedRateLimiter, Paces
from tests.standins.telegram import TelegramServer
from tests.standins.telegram_world import TOKEN, Limits

pytestmark = pytest.mark.anyio


def process(
    telegram: TelegramServer, redis: Redis, paces: Paces | None = None, longest: float = 25
) -> TelegramPlatform:
    limiter = PacedRateLimiter(redis, paces=paces, longest_wait=longest)
    return TelegramPlatform(make_bot(TOKEN, telegram.url, limiter), CallbackSigner(TOKEN))


async def test_a_publish_to_a_group_and_many_people_from_two_processes_meets_no_limit(
    telegram: TelegramServer, redis: Redis
) -> None:
    telegram.world.limits = Limits()
    people = [telegram.world.join(f"P{n}") for n in range(90)]
    group = telegram.world.open_group("Bar")
    addresses = [Address(workspace="", target=str(person.id), direct=True) for person in people]
    addresses += [Address(workspace="", target=str(group.id), direct=False)] * 3
    processes = [process(telegram, redis), process(telegram, redis)]
    await asyncio.gather(
        *(processes[n % 2].send(address, Reply(text="Published")) for n, address in enumerate(addresses))
    )
    assert telegram.world.refused_for_limits == 0
    assert all(len(telegram.world.from_bot(person.id)) == 1 for person in people)
    assert len(telegram.world.from_bot(group.id)) == 3
    for one in processes:
        await one.close()


async def test_a_group_gets_no_more_than_its_share_and_the_rest_is_told_to_wait(
    telegram: TelegramServer, redis: Redis
) -> None:
    group = Address(workspace="", target=str(telegram.world.open_group("Bar").id), direct=False)
    quick = Paces(each_chat=Pace(most=100, milliseconds=1))
    platform = process(telegram, redis, quick, longest=0.5)
    for _ in range(20):
        await platform.send(group, Reply(text="Hello"))
    with pytest.raises(RateLimited) as caught:
        await platform.send(group, Reply(text="Hello"))
    assert 55 < caught.value.retry_after < 65
    # A refused turn is not taken: others are not held up by it.
    person = Address(workspace="", target=str(telegram.world.join("Ana").id), direct=True)
    await platform.send(person, Reply(text="Hello"))
    await platform.close()


async def test_who_was_told_to_wait_is_not_overtaken_by_who_comes_later(
    telegram: TelegramServer, redis: Redis
) -> None:
    person = telegram.world.join("Ana")
    slow = Paces(each_chat=Pace(most=1, milliseconds=1500))
    platform = process(telegram, redis, slow, longest=1.0)
    address = Address(workspace="", target=str(person.id), direct=True)
    await platform.send(address, Reply(text="Before"))
    with pytest.raises(RateLimited) as caught, marked("7.0"):
        await platform.send(address, Reply(text="Old"))
    assert caught.value.retry_after < 1.5
    await asyncio.sleep(1.0)
    # Now the old one's turn is near, and somebody newer comes first.
    with pytest.raises(RateLimited), marked("8.0"):
        await platform.send(address, Reply(text="New"))
    with marked("7.0"):
        await platform.send(address, Reply(text="Old"))
    assert [message.text for message in telegram.world.from_bot(person.id)] == ["Before", "Old"]
    await platform.close()


async def test_a_chat_that_must_wait_long_holds_up_no_other(telegram: TelegramServer, redis: Redis) -> None:
    slow = Paces(each_chat=Pace(most=1, milliseconds=20_000))
    platform = process(telegram, redis, slow, longest=0.5)
    busy, other = (
        Address(workspace="", target=str(telegram.world.join(name).id), direct=True) for name in ("Ana", "Ben")
    )
    await platform.send(busy, Reply(text="Hello"))
    with pytest.raises(RateLimited), marked("7.0"):
        await platform.send(busy, Reply(text="Hello"))
    await platform.send(other, Reply(text="Hello"))
    await platform.close()


@contextmanager
def marked(mark: str) -> Iterator[None]:
    """What is posted in the block is known by this name, as notifications are."""
    token = MARK.set(mark)
    try:
        yield
    finally:
        MARK.reset(token)
