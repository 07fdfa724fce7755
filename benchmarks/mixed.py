"""How many commands a second one machine acknowledges in time: `make bench-mixed`.

Everything that runs in production is running, with real PostgreSQL and Valkey, and works: three teams plan, solve,
publish and trade weeks over HTTP without a pause. Beside that, hundreds of people type commands in Slack, more a
second at each step, until one acknowledgement in a hundred takes longer than 300 ms. Printed are the steps, and how
long after each its last command was answered. The sender is a process of its own, on the same machine.
"""

import asyncio
import itertools
import multiprocessing
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Annotated

import aiohttp
import typer
from sqlalchemy.orm import Session

from benchmarks.slack_acks import acknowledged
from bots.demo import sample
from service.people.models import ChatChannel, ChatIdentity
from tests.builders import a_role, a_team, a_user
from tests.chaos.servers import folder
from tests.chaos.stage import Stage, stage
from tests.standins.slack_side import SlackSide, encode
from tests.standins.slack_world import WORKSPACE, Channel, Person

STEPS = (5, 10, 20, 30, 40, 60, 80, 120, 160, 200, 250, 300, 400, 500)
LIMIT_MS = 300.0
MOST_DRAIN_S = 120.0
PEOPLE_A_TEAM = 50
# Nobody may ask more than thirty things a minute, so that there must be enough people for the fastest step.
PEOPLE = 600
COMMANDS = ("/myshifts", "/myshifts", "/myshifts", "/hours", "/open", "/timeoff", "/approvals", "/help")
FIRST_DAY_OFF = datetime.now(UTC).date() + timedelta(days=60)


def main(
    seconds: Annotated[int, typer.Option(min=1, help="For how long each step goes.")] = 20,
    steps: Annotated[list[int] | None, typer.Option(help="Commands a second.")] = None,
) -> None:
    """Step up, and print what was measured."""
    with folder() as place, stage(place) as whole:
        with sample.transaction(whole.database.url) as session:
            audience = [one for number in range(PEOPLE // PEOPLE_A_TEAM) for one in _team(session, whole, number)]
        load = whole.load()
        load.start()
        lines = _lines(audience)
        typer.echo(
            "| commands a second | acknowledged: half | 95 of 100 | 99 of 100 | longest | all answered after |"
        )
        typer.echo("|---|---|---|---|---|---|")
        for rate in steps or STEPS:
            took, drained = _step(whole, list(itertools.islice(lines, rate * seconds)), rate)
            at = [took[int(len(took) * percent / 100)] * 1000 for percent in (50, 95, 99)]
            figures = " | ".join(f"{figure:.0f} ms" for figure in (*at, took[-1] * 1000))
            typer.echo(f"| {rate} | {figures} | {f'{drained:.1f} s' if drained < MOST_DRAIN_S else 'not in time'} |")
            if at[-1] > LIMIT_MS or drained >= MOST_DRAIN_S:
                break
        load.stop()
        typer.echo(f"meanwhile: {len(whole.ledger.entries)} runs, weeks, drops, claims and days off by others")


def _team(session: Session, whole: Stage, number: int) -> list[tuple[Person, Channel]]:
    """A team of people who only ask."""
    world = whole.slack.world
    team, role = a_team(session, f"Audience {number}"), a_role(session, f"Guest {number}")
    channel = world.open_channel(f"audience-{number}")
    session.add(ChatChannel(platform="slack", workspace=WORKSPACE, external_id=channel.id, team_id=team.id))
    people = []
    for _ in range(PEOPLE_A_TEAM):
        user = a_user(session, team, roles=[role])
        person = world.join(user.name)
        session.add(ChatIdentity(platform="slack", workspace=WORKSPACE, external_id=person.id, user_id=user.id))
        people.append((person, channel))
    return people


def _lines(audience: list[tuple[Person, Channel]]) -> Iterator[tuple[Person, Channel, str, str]]:
    """What is typed, by one after the other."""
    for number in itertools.count():
        person, channel = audience[number % len(audience)]
        command = COMMANDS[number // len(audience) % len(COMMANDS) - number % len(COMMANDS)]
        day = FIRST_DAY_OFF + timedelta(days=number // len(audience))
        yield person, channel, command, day.isoformat() if command == "/timeoff" else ""


def _step(whole: Stage, lines: list[tuple[Person, Channel, str, str]], rate: int) -> tuple[list[float], float]:
    """Seconds until each acknowledgement, shortest first, and from the last one sent until all were answered."""
    url = f"http://127.0.0.1:{whole.ports.slack}/slack/events"
    side = SlackSide(whole.slack, url)
    bodies = [
        encode("slash_commands", side.command_payload(person, channel, command, text))[0]
        for person, channel, command, text in lines
    ]
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    people = {person.id for person, _, _, _ in lines}
    before = _answered(whole, people)
    sender = multiprocessing.get_context("spawn").Process(target=_send, args=(url, bodies, rate, theirs), daemon=True)
    sender.start()
    took: list[float] = sorted(ours.recv())
    ended = time.monotonic()
    while _answered(whole, people) - before < len(bodies) and time.monotonic() - ended < MOST_DRAIN_S:
        time.sleep(0.1)
    return took, time.monotonic() - ended


def _answered(whole: Stage, people: set[str]) -> int:
    """How many commands of these people have had an answer."""
    given = list(whole.slack.world.response_urls.values())
    return sum(1 for one in given if one["user"] in people and one["uses"])


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


if __name__ == "__main__":
    typer.run(main)
