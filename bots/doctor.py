"""`rota doctor`: looks at configuration, database, queue, service and tokens, and says what to do about each."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
import typer
from dotenv import dotenv_values
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bots import server_log

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

SHORTEST_SECRET = 32
SECONDS = 5.0
SLACK_API, TELEGRAM_API = "https://slack.com/api/", "https://api.telegram.org"
MAKE_SECRET = "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"  # noqa: S105  # advice


class Health(StrEnum):
    """How a part is."""

    GOOD = "ok"
    ABSENT = "--"
    BAD = "!!"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part, and what to do about it."""

    part: str
    health: Health
    sentence: str


UNSAID = """
SELECT count(*) FILTER (WHERE status = 'DEAD'),
       count(*) FILTER (WHERE status <> 'DEAD' AND created_at < now() - interval '1 minute'),
       (array_agg(error ORDER BY id DESC) FILTER (WHERE error IS NOT NULL))[1]
FROM delivery WHERE status <> 'SENT'
"""

# On PostgreSQL 14 `public` belongs to the superuser, and everybody may: `rota migrate` cannot change that.
MAY_MAKE_TABLES = """
SELECT has_schema_privilege('public', 'CREATE') AND NOT pg_has_role(relowner, 'USAGE')
FROM pg_class WHERE oid = 'alembic_version'::regclass
"""

Examination = Callable[[dict[str, str]], Awaitable[Finding]]


@app.command()
def doctor() -> None:
    """Check everything that Rota needs from outside. Ends with 1 where something must be done."""
    settings = read_configuration()
    findings = asyncio.run(examine(settings))
    for finding in findings:
        typer.echo(f"{finding.health.value}  {finding.part:<18} {finding.sentence}")
    if any(finding.health is Health.BAD for finding in findings):
        raise typer.Exit(1)


def read_configuration() -> dict[str, str]:
    """The environment over `.env` over the files of ROTA_SECRETS_DIR, as the settings read them."""
    folder = os.environ.get("ROTA_SECRETS_DIR")
    files = sorted(Path(folder).iterdir()) if folder else []
    secrets = {path.name.upper(): path.read_text().strip() for path in files if path.is_file()}
    file = {key.upper(): value for key, value in dotenv_values(Path(".env")).items() if value}
    return secrets | file | {key.upper(): value for key, value in os.environ.items() if value}


async def examine(settings: dict[str, str]) -> list[Finding]:
    """Look at every part, all at once."""
    return list(await asyncio.gather(*(look(settings) for look in EXAMINATIONS)))


def _secret(name: str) -> Examination:
    async def look(settings: dict[str, str]) -> Finding:
        secret = settings.get(name, "")
        if not secret:
            return Finding(name, Health.BAD, f"is not set: {MAKE_SECRET}")
        if len(secret) < SHORTEST_SECRET:
            return Finding(name, Health.BAD, f"is weak, {len(secret)} characters: {MAKE_SECRET}")
        return Finding(name, Health.GOOD, "is set and strong")

    return look


async def _database(settings: dict[str, str]) -> Finding:
    part, url = "DATABASE_URL", settings.get("DATABASE_URL")
    if not url:
        return Finding(part, Health.BAD, "is not set: postgresql://user:password@host:5432/database")
    return await asyncio.to_thread(_look_at_database, url)


def _look_at_database(url: str) -> Finding:
    # Only these checks need a driver, and say so when the URL is not even one.
    import psycopg2  # noqa: PLC0415
    from psycopg2.errors import UndefinedTable  # noqa: PLC0415

    from migrations import revisions  # noqa: PLC0415

    part = "DATABASE_URL"
    try:
        found = _rows(url, revisions.OF_DATABASE)
        [(may_make_tables,)] = _rows(url, MAY_MAKE_TABLES)
    except UndefinedTable:
        return Finding(part, Health.BAD, "answers, but has no tables: run `rota migrate`")
    except psycopg2.Error as error:
        reason = str(error).strip().splitlines()[0]
        return Finding(part, Health.BAD, f"cannot be reached ({reason}): is PostgreSQL running there?")
    if revisions.is_behind(found[0][0] if found else None):
        return Finding(part, Health.BAD, "answers, but its tables are older than this version: run `rota migrate`")
    if may_make_tables:
        advice = "as its superuser, in this database: REVOKE CREATE ON SCHEMA public FROM PUBLIC"
        return Finding(part, Health.BAD, f"answers, but lets everybody make tables: {advice}")
    return Finding(part, Health.GOOD, "answers and has Rota's tables")


def _rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    """What the database answers. Raises psycopg2.Error."""
    import psycopg2  # noqa: PLC0415

    connection = psycopg2.connect(url.replace("+psycopg2", ""), connect_timeout=int(SECONDS))
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()
    finally:
        connection.close()


async def _server_log(settings: dict[str, str]) -> Finding:
    url = settings.get("DATABASE_URL")
    if not url:
        return Finding("PostgreSQL's log", Health.ABSENT, "not looked at: DATABASE_URL is not set")
    return await asyncio.to_thread(_look_at_server_log, url)


def _look_at_server_log(url: str) -> Finding:
    import psycopg2  # noqa: PLC0415

    part = "PostgreSQL's log"
    try:
        faults = server_log.faults(dict(_rows(url, server_log.AS_IT_IS)))
    except psycopg2.Error:
        return Finding(part, Health.ABSENT, "not looked at: the database cannot be reached")
    if not faults:
        return Finding(part, Health.GOOD, "holds nothing that people wrote")
    return Finding(
        part,
        Health.BAD,
        f"holds names, addresses and what people wrote, because of {', '.join(faults)}: docs/deploy.md says what a"
        " superuser does about it",
    )


async def _deliveries(settings: dict[str, str]) -> Finding:
    url = settings.get("DATABASE_URL")
    if not url:
        return Finding("Notifications", Health.ABSENT, "not looked at: DATABASE_URL is not set")
    return await asyncio.to_thread(_look_at_deliveries, url)


def _look_at_deliveries(url: str) -> Finding:
    import psycopg2  # noqa: PLC0415

    part = "Notifications"
    try:
        [(dead, late, reason)] = _rows(url, UNSAID)
    except psycopg2.Error:
        return Finding(part, Health.ABSENT, "not looked at: the database cannot be reached, or has no tables yet")
    if not dead and not late:
        return Finding(part, Health.GOOD, "all that should be said has been said")
    return Finding(
        part,
        Health.BAD,
        f"{dead} given up and {late} waiting for over a minute, last because of {reason or 'no worker'}: mend that; "
        "`rota notifications list` shows what was given up, `rota notifications replay` tries it again",
    )


async def _redis(settings: dict[str, str]) -> Finding:
    part, url = "REDIS_URL", settings.get("REDIS_URL")
    if not url:
        return Finding(part, Health.BAD, "is not set: redis://host:6379/0")
    try:
        redis = Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS)
        try:
            await redis.ping()
        finally:
            await redis.aclose()
    except (RedisError, OSError, ValueError) as error:
        return Finding(part, Health.BAD, f"cannot be reached ({error}): is Redis or Valkey running there?")
    return Finding(part, Health.GOOD, "answers")


async def _service(settings: dict[str, str]) -> Finding:
    url = settings.get("ROTA_SERVICE_URL", "http://127.0.0.1:8000")
    try:
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            answer = await client.get(f"{url.rstrip('/')}/ready")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        problem = f"does not answer at {url} ({type(error).__name__}): start it with `rota api`"
        return Finding("ROTA_SERVICE_URL", Health.BAD, problem)
    if answer.is_success:
        return Finding("ROTA_SERVICE_URL", Health.GOOD, f"is ready at {url}")
    return Finding("ROTA_SERVICE_URL", Health.BAD, f"answers at {url}, but is not ready: {answer.text[:200]}")


async def _slack(settings: dict[str, str]) -> Finding:
    part, token = "Slack", settings.get("SLACK_BOT_TOKEN")
    if not token:
        return Finding(part, Health.ABSENT, "not used: SLACK_BOT_TOKEN is not set (docs/slack.md)")
    url = settings.get("SLACK_API_URL", SLACK_API).rstrip("/")
    try:
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            answer = await client.post(f"{url}/auth.test", headers={"Authorization": f"Bearer {token}"})
            said = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Finding(part, Health.BAD, f"cannot be reached at {url} ({type(error).__name__})")
    if not said.get("ok"):
        return Finding(part, Health.BAD, f"refuses SLACK_BOT_TOKEN ({said.get('error')}): install the app again")
    if not settings.get("SLACK_APP_TOKEN") and not settings.get("SLACK_SIGNING_SECRET"):
        return Finding(part, Health.BAD, "needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)")
    return Finding(part, Health.GOOD, f"knows us as {said.get('user')} in {said.get('team')}")


async def _telegram(settings: dict[str, str]) -> Finding:
    part, token = "Telegram", settings.get("TELEGRAM_BOT_TOKEN")
    if not token:
        return Finding(part, Health.ABSENT, "not used: TELEGRAM_BOT_TOKEN is not set (docs/telegram.md)")
    url = settings.get("TELEGRAM_API_URL", TELEGRAM_API).rstrip("/")
    try:
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            answer = await client.post(f"{url}/bot{token}/getMe")
            said = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        # Not the error itself: it has the address, and the address has the token.
        return Finding(part, Health.BAD, f"cannot be reached at {url} ({type(error).__name__})")
    if not said.get("ok"):
        return Finding(part, Health.BAD, f"refuses TELEGRAM_BOT_TOKEN ({said.get('description')}): ask @BotFather")
    return Finding(part, Health.GOOD, f"knows us as @{said['result'].get('username')}")


EXAMINATIONS: tuple[Examination, ...] = (
    _secret("JWT_SECRET_KEY"),
    _secret("ROTA_BOT_SECRET"),
    _database,
    _server_log,
    _deliveries,
    _redis,
    _service,
    _slack,
    _telegram,
)

if __name__ == "__main__":
    app()
