"""What a publish and its messages cost this machine: figures for `benchmarks.friday`.

Real service, database and broker; only the platform is left out, as nobody's rate limit is measured here.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
import psutil
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from bots.demo import embedded
from service.db import make_engine
from service.migrate import upgrade
from service.notifications.models import Delivery
from service.notifications.relay import relay
from service.people.models import User
from service.security import make_access_token
from service.worker import make_broker
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.processes import SECRETS, crew

TEAMS, PEOPLE, CLIENTS = 24, 20, 4
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of one core that a publish, a message (claimed and reported) and its relaying take.

    The defaults were measured on two cores of 2026, with a team of twenty on five shifts each.
    """

    publish_api: float = 0.069
    publish_database: float = 0.019
    message_api: float = 0.0155
    message_database: float = 0.0041
    relay: float = 0.0003


def measure() -> Costs:
    """Publish the weeks of some teams, relay the messages, and claim and report each of them."""
    with tempfile.TemporaryDirectory(prefix="rota-friday-") as folder, embedded.servers(Path(folder)) as servers:
        upgrade(servers.database_url)
        engine = make_engine(servers.database_url)
        with Session(engine) as session, session.begin():
            weeks = [_a_team_with_a_week(session) for _ in range(TEAMS)]
        with crew(servers.database_url, servers.redis_url, Path(folder) / "logs") as processes:
            url = processes.start_api()
            service = psutil.Process(processes.running[0].pid)
            os.environ.update(SECRETS, DATABASE_URL=servers.database_url, REDIS_URL=servers.redis_url)
            published = [(_token(engine, manager), week) for manager, week in weeks]
            publish = _worked(url, service, Path(folder), published, _publish)
            relayed = _relay(engine, servers.redis_url)
            with Session(engine) as session:
                ids = list(session.scalars(select(Delivery.id)))
            message = _worked(url, service, Path(folder), ids, _say)
        engine.dispose()
    return Costs(*publish, *message, relayed)


def _a_team_with_a_week(session: Session) -> tuple[int, int]:
    team, role = a_team(session), a_role(session)
    manager, week = a_manager(session, team), a_week(session, team)
    people = [a_user(session, team, roles=[role]) for _ in range(PEOPLE)]
    for day in range(5):
        shift = a_shift(session, week, role, day=day, hours=7, headcount=PEOPLE)
        for person in people:
            an_assignment(session, shift, person, role)
    return manager.id, week.id


def _token(engine: Engine, user_id: int) -> str:
    with Session(engine) as session:
        user = session.scalars(select(User).where(User.id == user_id).options(selectinload(User.teams))).one()
        return make_access_token(user)[0]


def _publish(client: httpx.Client, what: tuple[str, int]) -> None:
    token, week = what
    answer = client.post(
        f"/api/weekly-schedules/{week}/publish",
        json={"version": _version(client, token, week)},
        headers={"Authorization": f"Bearer {token}"},
    )
    answer.raise_for_status()


def _version(client: httpx.Client, token: str, week: int) -> int:
    found = client.get(f"/api/weekly-schedules/{week}", headers={"Authorization": f"Bearer {token}"})
    return int(found.raise_for_status().json()["version"])


def _say(client: httpx.Client, delivery_id: int) -> None:
    bot = {"Authorization": f"Bot {SECRETS['ROTA_BOT_SECRET']}", "X-Rota-Platform": "terminal"}
    order = client.post(f"/api/notifications/deliveries/{delivery_id}/claim", headers=bot)
    order.raise_for_status()
    done = {"attempt": order.json()["attempt"], "message_id": "1"}
    client.post(f"/api/notifications/deliveries/{delivery_id}/done", json=done, headers=bot).raise_for_status()


def _worked(
    url: str,
    service: psutil.Process,
    folder: Path,
    things: Sequence[Thing],
    do: Callable[[httpx.Client, Thing], None],
) -> tuple[float, float]:
    """Seconds of a core for each thing: of the service, and of the database."""
    with httpx.Client(base_url=url, timeout=60) as client, ThreadPoolExecutor(CLIENTS) as pool:
        before = _seconds(service), sum(map(_seconds, _database(folder)))
        list(pool.map(lambda thing: do(client, thing), things))
        after = _seconds(service), sum(map(_seconds, _database(folder)))
    return (after[0] - before[0]) / len(things), (after[1] - before[1]) / len(things)


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _database(folder: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter(["name", "cwd"]):
        if process.info["name"] == "postgres" and (process.info["cwd"] or "").startswith(str(folder)):
            yield process


def _relay(engine: Engine, redis_url: str) -> float:
    broker, handed, began = make_broker(redis_url), 0, time.process_time()
    more = 1
    while more:
        with Session(engine) as session, session.begin():
            more = relay(session, broker)
        handed += more
    broker.close()
    return (time.process_time() - began) / handed
