"""How far a message is looked for whose answer was lost: near where it must be, however long that takes."""

import pytest
from redis.asyncio import Redis

from bots.platform import Address
from bots.telegram.looking import BEYOND, SPAN, Lookout

pytestmark = pytest.mark.anyio
CHAT = Address(workspace="", target="-1001", direct=False)
MARK = "7.0"


async def test_looking_goes_on_where_it_was_cut_off_and_ends_where_it_began_to_end(redis: Redis) -> None:
    lookout = Lookout(redis)
    await lookout.saw(CHAT.target, 100)
    await lookout.begin(CHAT, MARK)
    for number in range(200, 400, 10):
        # The chat has gone on meanwhile.
        await lookout.saw(CHAT.target, number)
    assert [*await lookout.candidates(CHAT, MARK)] == [*range(101, 100 + SPAN + 1)]
    await lookout.missed(CHAT, MARK, 101)
    await lookout.missed(CHAT, MARK, 120)
    assert [*await lookout.candidates(CHAT, MARK)] == [*range(121, 100 + SPAN + 1)]
    await lookout.missed(CHAT, MARK, 100 + SPAN)
    assert await lookout.candidates(CHAT, MARK) == []


async def test_a_bot_that_knew_no_number_looks_near_the_first_that_it_learnt(redis: Redis) -> None:
    lookout = Lookout(redis)
    await lookout.begin(CHAT, MARK)
    await lookout.saw(CHAT.target, 500)
    first = 500 - BEYOND
    assert [*await lookout.candidates(CHAT, MARK)] == [n for n in range(first, 500 + BEYOND + 1) if n != 500]
    await lookout.missed(CHAT, MARK, first)
    await lookout.saw(CHAT.target, 900)
    assert max(await lookout.candidates(CHAT, MARK)) == first - 1 + SPAN
