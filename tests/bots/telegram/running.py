"""The real bot in a thread of the test: receives from the stand-in, by polling or webhook, and can be restarted."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from redis.asyncio import Redis

from bots.desk import Asker
from bots.platform import SentMessage
from bots.telegram.desk import TelegramDesk
from bots.telegram.limits import Pace, Paces
from bots.telegram.options import TelegramOptions
from bots.telegram.serving import serve
from tests.standins.telegram import TelegramServer
from tests.standins.telegram_world import TOKEN

SECRET = "a-webhook-secret-of-this-test"
QUICK = Paces(
    everywhere_milliseconds=1,
    each_chat=Pace(most=1, milliseconds=1),
    each_group=Pace(most=1, milliseconds=1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the bot told its surroundings."""

    followed: list[tuple[int, SentMessage]]
    moved: list[tuple[str, str]]


@contextlib.contextmanager
def running_bot(
    telegram: TelegramServer, redis_url: str, desk: TelegramDesk, *, webhook: bool, paces: Paces = QUICK
) -> Iterator[Seen]:
    """The bot, until the end of the block."""
    port = _free_port()
    options = TelegramOptions(
        token=TOKEN,
        api_url=telegram.url,
        webhook_url=f"http://127.0.0.1:{port}/telegram" if webhook else None,
        webhook_secret=SECRET,
        host="127.0.0.1",
        port=port,
        paces=paces,
    )
    seen = Seen(followed=[], moved=[])
    loop = asyncio.new_event_loop()
    failures: list[BaseException] = []

    async def run() -> None:
        async def follow(_: Asker, run_id: int, message: SentMessage) -> None:
            seen.followed.append((run_id, message))

        async def moved(old: str, new: str) -> None:
            seen.moved.append((old, new))

        async with Redis.from_url(redis_url) as redis:
            await serve(options, redis, desk, follow, moved)

    task = loop.create_task(run())

    def work() -> None:
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001  # handed to the test below
            failures.append(error)
        finally:
            loop.close()

    thread = threading.Thread(target=work, name="bot", daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(task.cancel)
        thread.join(15)
        assert not thread.is_alive(), "the bot did not stop"
        assert not failures, failures


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
