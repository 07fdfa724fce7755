"""How quickly Slack is acknowledged: `python -m benchmarks.slack_acks --rate 200 --seconds 60`.

Signed commands at a steady rate over HTTP, each worked on afterwards by a desk that answers at once. The stand-in
Slack, the app and the sender are three processes. Prints the percentiles; ends in an error where a command was lost.
"""

import asyncio
import multiprocessing
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
from redis.asyncio import Redis

from bots.demo.embedded import servers
from bots.desk import Asker
from bots.platform import SentMessage
from bots.slack.options import SlackOptions
from bots.slack.serving import serve
from tests.bots.slack.running import CountingDesk, free_port, healthy, until
from tests.standins.slack import slack_server
from tests.standins.slack_side import SIGNING_SECRET, SlackSide, encode, sign
from tests.standins.slack_world import TOKEN

# What one person types a minute, well below what one person may.
A_MINUTE = 20


def main(
    rate: Annotated[int, typer.Option(min=1, help="Commands a second.")] = 200,
    seconds: Annotated[int, typer.Option(min=1, help="For how long.")] = 60,
) -> None:
    """Measure, and print what was measured."""
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder)) as running, slack_server() as slack:
        port = free_port()
        app = spawn.Process(target=_app, args=(slack.url, running.redis_url, port), daemon=True)
        app.start()
        url = f"http://127.0.0.1:{port}/slack/events"
        until(lambda: healthy(port), 30)
        side = SlackSide(slack, url)
        channel = slack.world.open_channel("bar")
        crowd = [slack.world.join(f"Ana {number}") for number in range(1 + rate * 60 // A_MINUTE)]
        bodies = [
            encode("slash_commands", side.command_payload(crowd[number % len(crowd)], channel, "/myshifts", ""))[0]
            for number in range(rate * seconds)
        ]
        ours, theirs = spawn.Pipe()
        sender = spawn.Process(target=_send, args=(url, bodies, rate, theirs), daemon=True)
        sender.start()
        took: list[float] = sorted(ours.recv())
        until(lambda: len(slack.world.calls_of("response_url")) == len(bodies), 600)
        app.terminate()
    at = [f"p{percent} {took[int(len(took) * percent / 100)] * 1000:.0f} ms" for percent in (50, 95, 99)]
    typer.echo(
        f"{len(took)} of {len(bodies)} acknowledged: {', '.join(at)}, longest {took[-1] * 1000:.0f} ms; none lost"
    )


def _app(slack_url: str, redis_url: str, port: int) -> None:
    options = SlackOptions(
        bot_token=TOKEN, signing_secrets=[SIGNING_SECRET], api_url=slack_url, host="127.0.0.1", port=port
    )

    async def follow(_: Asker, __: int, ___: SentMessage) -> None:
        """Nothing is followed here."""

    async def run() -> None:
        async with Redis.from_url(redis_url) as redis:
            await serve(options, redis, CountingDesk(), follow)

    asyncio.run(run())


def _send(url: str, bodies: list[str], rate: int, result: Connection) -> None:
    async def run() -> list[float]:
        async with aiohttp.ClientSession() as session:
            start = time.perf_counter()
            sending = []
            for number, body in enumerate(bodies):
                await asyncio.sleep(max(0.0, start + number / rate - time.perf_counter()))
                sending.append(asyncio.create_task(acknowledged(session, url, body)))
            return await asyncio.gather(*sending)

    result.send(asyncio.run(run()))


async def acknowledged(session: aiohttp.ClientSession, url: str, body: str) -> float:
    """Seconds until a signed request was acknowledged. Raises aiohttp.ClientResponseError where it was refused."""
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(SIGNING_SECRET, stamp, body),
    }
    start = time.perf_counter()
    async with session.post(url, data=body, headers=headers) as answer:
        answer.raise_for_status()
        await answer.read()
    return time.perf_counter() - start


if __name__ == "__main__":
    typer.run(main)
