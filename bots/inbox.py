"""What a platform sent and is still to be worked on: a stream in Valkey, written before the acknowledgement.

So an acknowledgement costs one round trip to Valkey and nothing else; a process that dies in the middle of a command
leaves it for the next one; and what a platform delivers twice, or somebody presses twice, is taken once.
"""

import asyncio
import contextlib
import json
import os
import socket
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from bots.figures import ACKS, ANSWERS
from service.schemas import traces

GROUP = "rota"
# Slack repeats an event for up to an hour (https://docs.slack.dev/apis/events-api/#retries), Telegram an update for
# up to a day (https://core.telegram.org/bots/api#getting-updates).
SEEN_SECONDS = 26 * 3600
DOUBLE_CLICK_SECONDS = 3
AT_ONCE = 16
# A process says at every sweep that its work is still its own; whoever has not for so long is dead.
ABANDONED_MS = 15_000
MOST_TRIES = 3
SWEEP_SECONDS = 4.0
WAIT_MS = 1000
LAST_WORK_SECONDS = 20.0

# Remembering a key and keeping the work is one step, so that neither is ever there without the other.
_TAKE = """
for i = 1, #KEYS - 1 do
  if redis.call('EXISTS', KEYS[i]) == 1 then return false end
end
for i = 1, #KEYS - 1 do
  redis.call('SET', KEYS[i], '1', 'EX', ARGV[i])
end
return redis.call('XADD', KEYS[#KEYS], '*', 'job', ARGV[#KEYS])
"""

log = structlog.get_logger()


class JobKind(StrEnum):
    """What a platform sent."""

    COMMAND = "command"
    ACTION = "action"
    FORM = "form"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to work on. `key` is the platform's own id of it; `payload` what it sent."""

    kind: JobKind
    key: str
    payload: dict[str, Any]

    def dump(self) -> str:
        """As text."""
        return json.dumps({"kind": self.kind, "key": self.key, "payload": self.payload})

    @classmethod
    def load(cls, text: str | bytes) -> "Job":
        """From text."""
        raw = json.loads(text)
        return cls(kind=JobKind(raw["kind"]), key=raw["key"], payload=raw["payload"])


Work = Callable[[Job], Awaitable[None]]


def stream_of(platform: str) -> str:
    """The name of a platform's stream."""
    return f"rota:{platform}:inbox"


class Inbox:
    """Takes a platform's work once and has it done. `run` is to be awaited by one task of each process."""

    def __init__(self, redis: Redis, work: Work, *, platform: str, abandoned_ms: int = ABANDONED_MS) -> None:
        self._redis = redis
        self._work = work
        self._platform = platform
        self._stream = stream_of(platform)
        self._seen = f"rota:{platform}:seen:"
        self._abandoned_ms = abandoned_ms
        self._take = redis.register_script(_TAKE)
        self._consumer = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
        self._running: dict[bytes, asyncio.Task[None]] = {}
        # What this process took and does not know to be done, oldest first.
        self._taken: dict[bytes, Job] = {}

    async def put(self, job: Job, *, same_press: str | None = None) -> bool:
        """Keep work to be done; False when it was taken before. `same_press` also holds off a double click.

        Raises RedisError when it cannot be kept: then nothing may be acknowledged.
        """
        keys = [self._seen_key(job)]
        seconds: list[int] = [SEEN_SECONDS]
        if same_press is not None:
            keys.append(self._press_key(same_press))
            seconds.append(DOUBLE_CLICK_SECONDS)
        with ACKS.labels(self._platform).time():
            entry: bytes | None = await self._take(keys=[*keys, self._stream], args=[*seconds, job.dump()])
        if entry is None:
            log.info("inbox.repeated", kind=job.kind.value, key=job.key)
            return False
        self._taken[entry] = job
        return True

    async def open_again(self, same_press: str) -> None:
        """Take the same press again, however soon: the one before has come to nothing.

        It is no fault where that cannot be noted: it is forgotten within seconds anyhow.
        """
        with contextlib.suppress(RedisError):
            await self._redis.delete(self._press_key(same_press))

    async def run(self) -> None:
        """Do the work until cancelled; what is under way is finished first."""
        sweep = asyncio.create_task(self._sweep())
        try:
            # redis-py can swallow a cancellation while it connects: then it is only seen here.
            while not _told_to_stop():
                await self._read()
        finally:
            sweep.cancel()
            if self._running:
                await asyncio.wait(self._running.values(), timeout=LAST_WORK_SECONDS)

    async def _read(self) -> None:
        try:
            # The shapes of answers to stream commands are what valkey sends; redis-py types them too widely to use.
            found: Any = await self._redis.xreadgroup(
                GROUP, self._consumer, {self._stream: ">"}, count=max(1, AT_ONCE - len(self._running)), block=WAIT_MS
            )
        except ResponseError:
            # First start, or Valkey was emptied.
            with contextlib.suppress(ResponseError):
                await self._redis.xgroup_create(self._stream, GROUP, id="0", mkstream=True)
            return
        except RedisError as error:
            log.warning("inbox.inbox_unreachable", error=str(error))
            await asyncio.sleep(1)
            return
        for _, entries in found or ():
            for entry, fields in entries:
                self._begin(entry, fields)
        while len(self._running) >= AT_ONCE:
            await asyncio.wait(self._running.values(), return_when=asyncio.FIRST_COMPLETED)

    def _begin(self, entry: bytes, fields: dict[bytes, bytes]) -> None:
        """Start on it. What a newer version wrote is left alone, for one that can read it, until it is given up."""
        try:
            job = Job.load(fields[b"job"])
        except (ValueError, KeyError, TypeError) as error:
            log.warning("inbox.unreadable", entry=entry.decode(), error=type(error).__name__)
            return
        self._running[entry] = asyncio.create_task(self._do(entry, job))

    async def _do(self, entry: bytes, job: Job) -> None:
        try:
            with (
                ANSWERS.labels(self._platform, job.kind.value).time(),
                traces.span(f"{self._platform} {job.kind.value}", role=traces.Role.CONSUMER),
            ):
                await self._work(job)
            await self._done(entry)
        except RedisError as error:
            # The work is done; at worst it is done once more, which the service takes for the same.
            log.warning("inbox.inbox_unreachable", error=str(error))
        finally:
            self._running.pop(entry, None)

    async def _done(self, entry: bytes) -> None:
        await self._redis.xack(self._stream, GROUP, entry)
        await self._redis.xdel(self._stream, entry)
        self._taken.pop(entry, None)

    async def _sweep(self) -> None:
        """Take over what a process left behind when it died; what kills every process is dropped, with a log line."""
        while not _told_to_stop():
            try:
                await self._put_again()
                await self._keep()
                pending: Any = await self._redis.xpending_range(
                    self._stream, GROUP, "-", "+", AT_ONCE, idle=self._abandoned_ms
                )
                for left in pending:
                    if left["message_id"] not in self._running:
                        await self._take_over(left["message_id"], left["times_delivered"])
            except RedisError as error:
                log.info("inbox.sweep_skipped", error=str(error))
            await asyncio.sleep(min(SWEEP_SECONDS, self._abandoned_ms / 3000))

    async def _put_again(self) -> None:
        """Keep once more what was acknowledged and then forgotten by a Valkey that was emptied.

        An entry that is still there was put after the last time that happened, and so was everything younger.
        """
        for entry, job in list(self._taken.items()):
            if entry in self._running:
                continue
            if await self._redis.xrange(self._stream, entry.decode(), entry.decode()):
                return
            self._taken.pop(entry, None)
            if not await self._redis.exists(self._seen_key(job)):
                log.warning("inbox.put_again", kind=job.kind.value, key=job.key)
                await self.put(job)

    def _press_key(self, same_press: str) -> str:
        return f"{self._seen}press:{same_press}"

    def _seen_key(self, job: Job) -> str:
        return f"{self._seen}{job.kind}:{job.key}"

    async def _keep(self) -> None:
        """Say that what is being worked on is not abandoned, however long it takes."""
        if self._running:
            await self._redis.xclaim(self._stream, GROUP, self._consumer, 0, list(self._running), justid=True)

    async def _take_over(self, entry: bytes, tries: int) -> None:
        claimed: Any = await self._redis.xclaim(self._stream, GROUP, self._consumer, self._abandoned_ms, [entry])
        for name, fields in claimed:
            if tries >= MOST_TRIES:
                log.error("inbox.given_up", entry=name.decode())
                await self._done(name)
            else:
                log.info("inbox.taken_over", entry=name.decode())
                self._begin(name, fields)


def _told_to_stop() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
