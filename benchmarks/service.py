"""`make bench-service`: the service on a database of 10,000 assignments and on one of a million.

Prints p95 and throughput of `GET /api/shift-assignments/me?week=`, beside a bare FastAPI endpoint that runs the same
statement through psycopg2 on the same million; then how long the problem of a 500-person week takes to load, in how
many statements, and applying a schedule of 3,000 assignments. All on embedded PostgreSQL, in one run.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from statistics import quantiles

import httpx
import typer
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from bots.demo import embedded
from service import clock
from service.db import make_engine
from service.migrate import upgrade
from service.people.models import User
from service.scheduling import service as scheduling
from service.scheduling.models import SchedulingRun, SchedulingSolution
from service.scheduling.problem import load
from service.security import make_access_token
from tests.builders import a_manager, a_role, a_run, a_shift, a_team, a_user, a_week
from tests.processes import SECRETS, Crew, crew, free_port, wait_until

TEAMS, PEOPLE = 100, 50
SECONDS, CLIENTS = 10.0, 4
FIRST = date(2024, 12, 2)

FILL = """
    SET session_replication_role = replica;
    INSERT INTO role (id, name, colour) VALUES (1, 'Waiter', '#2563eb') ON CONFLICT DO NOTHING;
    INSERT INTO team (id, name, time_zone, week_start, swap_approval, publish_deadline_hours)
        SELECT n, 'Team ' || n, 'UTC', 0, 'NEVER', 72 FROM generate_series(1, :teams) AS n;
    INSERT INTO "user" (id, name, handle, email, is_manager, is_admin, active, max_minutes_week, min_minutes_week,
                        cost_per_hour, locale, token_version)
        SELECT n, 'P' || n, 'p' || n, n || '@example.com', false, false, true, 2400, 0, 0, 'en', 0
        FROM generate_series(1, :teams * :people) AS n;
    INSERT INTO user_role (user_id, role_id) SELECT id, 1 FROM "user";
    INSERT INTO team_member (user_id, team_id) SELECT id, (id - 1) / :people + 1 FROM "user";
    INSERT INTO weekly_schedule (team_id, week_start, status, version)
        SELECT team, :first + 7 * week, 'PUBLISHED', 1
        FROM generate_series(1, :teams) AS team, generate_series(0, :weeks - 1) AS week;
    INSERT INTO planned_shift (weekly_schedule_id, week_start, name, during, version, break_minutes)
        SELECT id, week_start, 'Day',
               tstzrange((week_start + day + time '09:00') AT TIME ZONE 'UTC',
                         (week_start + day + time '17:00') AT TIME ZONE 'UTC'), 1, 0
        FROM weekly_schedule, generate_series(0, 4) AS day;
    INSERT INTO planned_shift_role (planned_shift_id, role_id, headcount, minimum)
        SELECT id, 1, :people / 5 * 2, 0 FROM planned_shift;
    INSERT INTO shift_assignment
        (planned_shift_id, role_id, user_id, status, source, pinned, during, minutes, week_start)
        SELECT shift.id, 1, member.user_id, 'CONFIRMED', 'SOLVER', false, shift.during, shift.minutes,
               shift.week_start
        FROM planned_shift AS shift
        JOIN weekly_schedule AS week ON week.id = shift.weekly_schedule_id
        JOIN team_member AS member
            ON member.team_id = week.team_id
            AND (lower(shift.during)::date - shift.week_start - member.user_id % 5 + 5) % 5 IN (0, 2);
    SET session_replication_role = origin;
"""


def main() -> None:
    """Measure and print."""
    os.environ.update(SECRETS | {"ACCESS_TOKEN_MINUTES": "600", "LOG_LEVEL": "WARNING"})
    with tempfile.TemporaryDirectory() as folder, embedded.servers(Path(folder) / "data") as servers:
        os.environ |= {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
        typer.echo("| assignments | requests/s | p50 ms | p95 ms |\n|---|---|---|---|")
        found = {}
        for weeks in (1, 104):
            with _database(servers.database_url, f"bench_{weeks}") as (url, engine):
                amount = _fill(engine, weeks)
                with crew(url, servers.redis_url, Path(folder) / f"logs{weeks}") as running:
                    found[weeks] = _measure(f"{amount:,}", _serve(running), engine, weeks, bare=False)
                    if weeks > 1:
                        found[0] = _measure("1 million, bare", _serve_bare(running, url), engine, weeks, bare=True)
                if weeks > 1:
                    _large_week(engine)
        typer.echo(f"p95 of the large to the small: {found[104][1] / found[1][1]:.2f} (at most 1.5)")
        typer.echo(f"throughput to that of the bare endpoint: {found[104][0] / found[0][0]:.2f} (at least 0.5)")


@contextmanager
def _database(server: str, name: str) -> Iterator[tuple[str, Engine]]:
    admin = make_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = admin.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    upgrade(url)
    engine = make_engine(url)
    yield url, engine
    engine.dispose()


def _fill(engine: Engine, weeks: int) -> int:
    values = {"teams": TEAMS, "people": PEOPLE, "weeks": weeks, "first": FIRST}
    with engine.begin() as connection:
        for statement in filter(str.strip, FILL.split(";\n")):
            wanted = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), wanted)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        for table in ("role", "team", '"user"'):
            next_id = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
            connection.execute(text(next_id))
        return int(connection.execute(text("SELECT count(*) FROM shift_assignment")).scalar_one())


def _serve(running: Crew) -> str:
    return f"{running.start_api()}/api/shift-assignments/me"


def _serve_bare(running: Crew, database_url: str) -> str:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.bare:app", "--port", str(port), "--log-level", "warning"]
    running.running.append(subprocess.Popen(command, env=os.environ | {"DATABASE_URL": database_url}))  # noqa: S603
    wait_until(lambda: _answers(f"http://127.0.0.1:{port}/docs"), seconds=60)
    return f"http://127.0.0.1:{port}/me"


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def _measure(label: str, url: str, engine: Engine, weeks: int, *, bare: bool) -> tuple[float, float]:
    """Requests a second and p95 in milliseconds, of many people asking for many weeks."""
    with Session(engine) as session:
        people = session.query(User).order_by(User.id).limit(TEAMS * PEOPLE).all()
        tokens = {user.id: make_access_token(user)[0] for user in people[:: TEAMS * PEOPLE // 200]}
    turns, taken, ends = count(), list[float](), time.monotonic() + SECONDS

    def client() -> None:
        with httpx.Client(timeout=30) as http:
            while time.monotonic() < ends:
                number = next(turns)
                user_id = list(tokens)[number % len(tokens)]
                week = (FIRST + timedelta(weeks=number * 7 % weeks)).isoformat()
                began = time.perf_counter()
                answer = http.get(
                    f"{url}/{user_id}" if bare else url,
                    params={"week": week},
                    headers={} if bare else {"Authorization": f"Bearer {tokens[user_id]}"},
                )
                taken.append(time.perf_counter() - began)
                assert len(answer.raise_for_status().json()) == 2

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda _: client(), range(CLIENTS)))
    cuts = quantiles(taken, n=100)
    rate, p95 = len(taken) / SECONDS, cuts[94] * 1000
    typer.echo(f"| {label} | {rate:.0f} | {cuts[49] * 1000:.1f} | {p95:.1f} |")
    return rate, p95


def _large_week(engine: Engine) -> None:
    """Load the problem of 500 people, and apply 3,000 assignments."""
    with Session(engine, expire_on_commit=False) as session:
        team, role = a_team(session, "Warehouse"), a_role(session, "Picker")
        boss = a_manager(session, team, name="Boss")
        people = [a_user(session, team, name=f"Picker {n}", roles=[role], max_hours=60) for n in range(500)]
        week = a_week(session, team, clock.week_of(date(2027, 1, 4), 0))
        shifts = [
            a_shift(session, week, role, day=day, start=start, headcount=72) for day in range(6) for start in range(7)
        ]
        # Everybody works once on each of six days, in one of its seven shifts.
        places = [
            (shifts[day * 7 + number % 7], person, role) for number, person in enumerate(people) for day in range(6)
        ]
        run = a_run(session, week, boss, places)
        session.commit()
        assert session.query(SchedulingSolution).filter_by(run_id=run.id).count() == 3000
        run_id = run.id
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    with Session(engine) as session:
        began = time.perf_counter()
        loaded = load(session, _run(session, run_id))
        seconds = time.perf_counter() - began
    typer.echo(
        f"problem of {len(loaded.problem.employees)} people loaded in {seconds:.2f} s (under 1) "
        f"with {len(statements)} statements (at most 20)"
    )
    with Session(engine) as session:
        began = time.perf_counter()
        scheduling.apply(session, _run(session, run_id), 1)
        session.commit()
    typer.echo(f"3,000 assignments applied in {time.perf_counter() - began:.2f} s (under 2)")


def _run(session: Session, run_id: int) -> SchedulingRun:
    return session.get_one(SchedulingRun, run_id)


if __name__ == "__main__":
    main()
