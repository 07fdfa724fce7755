"""The inbox: taken once, done by somebody, also when the first one dies."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bots.demo.embedded import Servers
from bots.inbox import GROUP, Inbox, Job, JobKind, stream_of

pytestmark = pytest.mark.anyio

STREAM = stream_of("slack")
JOB = Job(kind=JobKind.COMMAND, key="1.trigger", payload={"text": "next week"})


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def valkey(embedded: Servers) -> AsyncIterator[Redis]:
    async with Redis.from_url(embedded.redis_url) as redis:
        await redis.flushdb()
        yield redis


async def run_until_empty(inbox: Inbox, valkey: Redis) -> None:
    worker = asyncio.create_task(inbox.run())
    async with asyncio.timeout(10):
        while await valkey.xlen(STREAM):  # noqa: ASYNC110  # the stream is in another process
            await asyncio.sleep(0.02)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)


async def test_work_is_done_once_however_often_it_is_delivered(valkey: Redis) -> None:
    done: list[Job] = []

    async def work(job: Job) -> None:
        done.append(job)

    inbox = Inbox(valkey, work, platform="slack")
    assert [await inbox.put(JOB) for _ in range(3)] == [True, False, False]
    await run_until_empty(inbox, valkey)
    assert done == [JOB]
    assert await inbox.put(JOB) is False


async def test_work_that_a_dead_process_had_begun_is_done_by_another(valkey: Redis) -> None:
    done: list[Job] = []

    async def work(job: Job) -> None:
        done.append(job)

    inbox = Inbox(valkey, work, platform="slack", abandoned_ms=100)
    await inbox.put(JOB)
    await valkey.xgroup_create(STREAM, GROUP, id="0")
    await valkey.xreadgroup(GROUP, "the-dead", {STREAM: ">"})
    await run_until_empty(inbox, valkey)
    assert done == [JOB]


async def test_what_was_acknowledged_is_done_though_valkey_is_emptied_before_anybody_read_it(valkey: Redis) -> None:
    done: list[Job] = []

    async def work(job: Job) -> None:
        done.append(job)

    inbox = Inbox(valkey, work, platform="slack", abandoned_ms=100)
    later = Job(kind=JobKind.COMMAND, key="2.trigger", payload={})
    assert await inbox.put(JOB, same_press="one button")
    assert await inbox.put(later)
    await valkey.flushdb()
    worker = asyncio.create_task(inbox.run())
    async with asyncio.timeout(10):
        while len(done) < 2:  # noqa: ASYNC110  # the stream is in another process
            await asyncio.sleep(0.02)
    # Several sweeps later, nothing of it was done once more.
    await asyncio.sleep(0.5)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert done == [JOB, later]
    assert await inbox.put(JOB) is False


async def test_what_another_process_did_is_not_done_again(valkey: Redis) -> None:
    done: list[str] = []

    def named(name: str) -> Inbox:
        async def work(_: Job) -> None:
            done.append(name)

        return Inbox(valkey, work, platform="slack", abandoned_ms=100)

    taker, other = named("taker"), named("other")
    await taker.put(JOB)
    await run_until_empty(other, valkey)
    worker = asyncio.create_task(taker.run())
    await asyncio.sleep(0.3)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert done == ["other"]


async def test_work_under_way_is_finished_before_the_process_ends(valkey: Redis) -> None:
    done: list[Job] = []

    async def work(job: Job) -> None:
        await asyncio.sleep(0.3)
        done.append(job)

    inbox = Inbox(valkey, work, platform="slack")
    await inbox.put(JOB)
    worker = asyncio.create_task(inbox.run())
    await asyncio.sleep(0.15)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert done == [JOB]
    assert await valkey.xlen(STREAM) == 0


async def test_work_that_kills_whoever_does_it_is_given_up(valkey: Redis) -> None:
    done: list[Job] = []

    async def work(job: Job) -> None:
        done.append(job)

    inbox = Inbox(valkey, work, platform="slack", abandoned_ms=50)
    await inbox.put(JOB)
    await valkey.xgroup_create(STREAM, GROUP, id="0")
    [[_, [(entry, _)]]] = await valkey.xreadgroup(GROUP, "the-dead", {STREAM: ">"})  # type: ignore[misc,str-unpack]
    for _ in range(3):
        await valkey.xclaim(STREAM, GROUP, "the-dead", 0, [entry])
    await run_until_empty(inbox, valkey)
    assert done == []


async def test_platforms_do_not_take_each_others_work(valkey: Redis) -> None:
    done: list[str] = []

    async def work(job: Job) -> None:
        done.append(job.key)

    telegram = Inbox(valkey, work, platform="telegram")
    assert await Inbox(valkey, work, platform="slack").put(JOB)
    assert await telegram.put(JOB)
    worker = asyncio.create_task(telegram.run())
    async with asyncio.timeout(10):
        while not done:  # noqa: ASYNC110  # the stream is in another process
            await asyncio.sleep(0.02)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert done == [JOB.key]
    assert await valkey.xlen(STREAM) == 1


async def test_a_worker_told_to_stop_while_it_connects_stops(embedded: Servers, valkey: Redis) -> None:
    async def work(job: Job) -> None:
        raise AssertionError(job)

    for turns in range(0, 40, 2):
        async with Redis.from_url(embedded.redis_url) as redis:
            worker = asyncio.create_task(Inbox(redis, work, platform="slack").run())
            for _ in range(turns):
                await asyncio.sleep(0)
            worker.cancel()
            _, running = await asyncio.wait([worker], timeout=5)
            assert not running, turns


async def test_work_that_takes_long_stays_with_the_process_that_does_it(valkey: Redis) -> None:
    done: list[Job] = []

    async def work(job: Job) -> None:
        await asyncio.sleep(2)
        done.append(job)

    first, second = (Inbox(valkey, work, platform="slack", abandoned_ms=900) for _ in range(2))
    await first.put(JOB)
    other = asyncio.create_task(second.run())
    await run_until_empty(first, valkey)
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)
    assert done == [JOB]


@pytest.mark.parametrize("poison", ["no JSON", "[]", '{"kind": "of a newer version", "key": "1", "payload": {}}'])
async def test_what_cannot_be_read_stops_nobody_and_is_given_up_in_the_end(valkey: Redis, poison: str) -> None:
    done: list[Job] = []

    async def work(job: Job) -> None:
        done.append(job)

    await valkey.xadd(STREAM, {"job": poison})
    inbox = Inbox(valkey, work, platform="slack", abandoned_ms=50)
    await inbox.put(JOB)
    await run_until_empty(inbox, valkey)
    assert done == [JOB]
