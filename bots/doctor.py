"""`rota doctor`: looks at configuration, database, queue, service and tokens, and says what to do about each."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx
import typer
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bots import server_log
from bots.configuration import read_configuration

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

SHORTEST_SECRET = 32
SECONDS = 5.0
TELEGRAM_API = "https://api.telegram.org"
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
FROM delivery
WHERE status <> 'SENT' AND NOT (status = 'DEAD' AND starts_with(coalesce(error, ''), %(needless)s))
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


def _rows(url: str, statement: str, values: dict[str, str] | None = None) -> list[tuple[Any, ...]]:
    """What the database answers. Raises psycopg2.Error."""
    import psycopg2  # noqa: PLC0415

    connection = psycopg2.connect(url.replace("+psycopg2", ""), connect_timeout=int(SECONDS))
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()
    finally:
        connection.close()


async def _in_database(settings: dict[str, str], part: str, look: Callable[[str], Finding]) -> Finding:
    """What `look` finds at the URL of the database, where there is one."""
    url = settings.get("DATABASE_URL")
    if not url:
        return Finding(part, Health.ABSENT, "not looked at: DATABASE_URL is not set")
    return await asyncio.to_thread(look, url)


async def _server_log(settings: dict[str, str]) -> Finding:
    return await _in_database(settings, "PostgreSQL's log", _look_at_server_log)


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
    return await _in_database(settings, "Notifications", _look_at_deliveries)


def _look_at_deliveries(url: str) -> Finding:
    import psycopg2  # noqa: PLC0415

    from service.schemas.notifications import NEEDLESS  # noqa: PLC0415

    part = "Notifications"
    try:
        [(dead, late, reason)] = _rows(url, UNSAID, {"needless": NEEDLESS})
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
    part = "Slack"
    if not settings.get("SLACK_BOT_TOKEN") and not settings.get("SLACK_CLIENT_ID"):
        return Finding(part, Health.ABSENT, "not used: SLACK_BOT_TOKEN is not set (docs/slack.md)")
    # Only this check needs Slack's library.
    from bots.settings import BotSettings  # noqa: PLC0415
    from bots.slack.check import check_slack  # noqa: PLC0415
    from bots.slack.options import Misconfigured, SlackOptions  # noqa: PLC0415

    given = {name.lower(): value for name, value in settings.items() if name.startswith("SLACK_")}
    # What every bot needs has lines of its own here, and must not hide what is wrong with Slack.
    given |= {"rota_bot_secret": "-" * SHORTEST_SECRET, "redis_url": "redis://"}
    try:
        options = SlackOptions.from_settings(BotSettings.model_validate(given))
    except Misconfigured as error:
        return Finding(part, Health.BAD, f"cannot be used as it is set up. {error}")
    except ValidationError as error:
        names = ", ".join(str(fault["loc"][0]).upper() for fault in error.errors(include_input=False))
        return Finding(part, Health.BAD, f"not looked at before this is mended: {names}")
    if options.install is not None and not settings.get("ROTA_ENCRYPTION_KEYS"):
        needed = "keeps the tokens of several workspaces, for which the service needs ROTA_ENCRYPTION_KEYS"
        return Finding(part, Health.BAD, f"{needed}: {MAKE_SECRET}")
    found = await check_slack(options)
    if wrong := [one for one in found if not one.well]:
        return Finding(part, Health.BAD, " ".join(f"{one.what}. {one.advice}" for one in wrong))
    return Finding(part, Health.GOOD, ", ".join(one.what for one in found))


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
