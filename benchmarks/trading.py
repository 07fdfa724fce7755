"""`make bench-trading`: how quickly a team of 100 gets answers when it trades, through the real service.

Prints how long the list of partners for one shift takes in chat, and when 200 people who press Accept on one offer at
once have their answers: one wins, the others are told politely.
"""

import asyncio
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import httpx
import typer
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bots.client import Service
from bots.demo import embedded
from bots.desk import Asker, Desk
from bots.reply import Tone
from service import clock
from service.db import make_engine
from service.migrate import upgrade
from service.people.models import User
from service.schemas.chat import ChatAccount
from service.schemas.people import SwapApproval
from service.schemas.shifts import WeekStatus
from service.security import make_access_token
from service.shifts.models import ShiftAssignment
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.processes import SECRETS, crew

PEOPLE, RUSH, QUESTIONS, SEED = 100, 200, 40, 1
NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


def main() -> None:
    """Measure and print."""
    os.environ.update(SECRETS | {"LOG_LEVEL": "WARNING"})
    with tempfile.TemporaryDirectory() as folder, embedded.servers(Path(folder) / "data") as servers:
        os.environ |= {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
        upgrade(servers.database_url)
        engine = make_engine(servers.database_url)
        with crew(servers.database_url, servers.redis_url, Path(folder) / "logs") as running:
            url = running.start_api()
            asyncio.run(_partners(url, engine))
            asyncio.run(_rush(url, engine))
        engine.dispose()


def _team(session: Session, people: int) -> list[User]:
    """A team with a published week in which everybody works four days."""
    team, roles = a_team(session), [a_role(session) for _ in range(3)]
    team.swap_approval = SwapApproval.NEVER
    a_manager(session, team)
    week = a_week(session, team, NEXT_MONDAY, status=WeekStatus.PUBLISHED)
    dice = random.Random(SEED)
    found = [a_user(session, team, roles=dice.sample(roles, 2)) for _ in range(people)]
    shifts = {
        (day, start, role): a_shift(session, week, role, day=day, start=start, headcount=people)
        for day in range(7)
        for start in (6, 14)
        for role in roles
    }
    for user in found:
        for day in dice.sample(range(7), 4):
            role = dice.choice(user.roles)
            an_assignment(session, shifts[day, dice.choice((6, 14)), role], user, role)
    session.commit()
    return found


async def _partners(url: str, engine: Engine) -> None:
    """How long /swap takes that names a day, from the typed line to the answer that is shown."""
    with Session(engine, expire_on_commit=False) as session:
        people = _team(session, PEOPLE)
        first = {one.user_id: one for one in session.query(ShiftAssignment).order_by(ShiftAssignment.during.desc())}
    took, found = [], 0
    async with Service(url, SECRETS["ROTA_BOT_SECRET"], platform="terminal") as service:
        desk = Desk(service)
        askers = [one for one in people if one.id in first][:QUESTIONS]
        for user in askers:
            day = clock.bounds(first[user.id].during)[0].date().isoformat()
            asker = Asker(account=ChatAccount(platform="terminal", external_id=user.handle), place=None, key="")
            began = time.perf_counter()
            reply = await desk.command(asker, f"/swap {day}")
            took.append(time.perf_counter() - began)
            assert reply.tone is not Tone.REFUSAL, reply.text
            found += len(reply.sections)
    first_took, *took = took
    took.sort()
    typer.echo(
        f"partners of one shift in a team of {PEOPLE}, in chat: the first {first_took * 1000:.0f} ms, then "
        f"median {statistics.median(took) * 1000:.0f} ms, p95 {took[int(len(took) * 0.95)] * 1000:.0f} ms, "
        f"longest of {len(took)} {took[-1] * 1000:.0f} ms (under 500), {found / len(took):.1f} exchanges shown"
    )


async def _rush(url: str, engine: Engine) -> None:
    """200 people accept one offer within a second."""
    with Session(engine, expire_on_commit=False) as session:
        team, role = a_team(session), a_role(session)
        team.swap_approval = SwapApproval.NEVER
        owner = a_user(session, team, roles=[role])
        takers = [a_user(session, team, roles=[role]) for _ in range(RUSH)]
        week = a_week(session, team, NEXT_MONDAY, status=WeekStatus.PUBLISHED)
        place = an_assignment(session, a_shift(session, week, role), owner, role)
        session.commit()
        tokens = {user.id: make_access_token(user)[0] for user in (owner, *takers)}
    limits = httpx.Limits(max_connections=RUSH)
    async with httpx.AsyncClient(base_url=f"{url}/api", limits=limits, timeout=60) as http:
        asked = await http.post(
            "/swaps",
            json={"kind": "DROP", "assignment_ids": [place.id]},
            headers={"Authorization": f"Bearer {tokens[owner.id]}"},
        )
        request_id = asked.raise_for_status().json()["id"]
        dice = random.Random(SEED)

        async def accept(taker: User) -> tuple[int, float]:
            await asyncio.sleep(dice.random())
            began = time.perf_counter()
            answer = await http.post(
                f"/swaps/{request_id}/accept", headers={"Authorization": f"Bearer {tokens[taker.id]}"}
            )
            return answer.status_code, time.perf_counter() - began

        answers = await asyncio.gather(*map(accept, takers))
    took = sorted(seconds for _, seconds in answers)
    typer.echo(
        f"{RUSH} people accept one offer within a second: answers {dict(Counter(code for code, _ in answers))}, "
        f"median after {statistics.median(took) * 1000:.0f} ms, the last after {took[-1] * 1000:.0f} ms (under 2,000)"
    )
    assert Counter(code for code, _ in answers) == {200: 1, 409: RUSH - 1}


if __name__ == "__main__":
    main()
