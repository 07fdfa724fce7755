"""`make fuzz`: more than 20,000 requests made up from our own OpenAPI, to the running service, as each caller.

Starts PostgreSQL, Valkey and the service with the sample restaurant, then schemathesis once for each caller, with
chains of calls (stateful) after the single ones. Fails with the first answer that is a 5xx or not documented. The
service itself counts the requests that it has answered.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import httpx
import typer
from sqlalchemy import select

from bots.demo import embedded, sample
from service.migrate import upgrade
from service.people.models import User
from service.security import make_access_token
from tests.processes import SECRETS, crew

EXAMPLES = os.environ.get("ROTA_FUZZ_EXAMPLES", "2")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def main() -> int:
    """The number of callers as whom something went wrong."""
    os.environ.update(SECRETS)
    with tempfile.TemporaryDirectory() as folder, embedded.servers(Path(folder) / "data") as servers:
        os.environ |= {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
        os.environ["ACCESS_TOKEN_MINUTES"] = str(24 * 60)
        upgrade(servers.database_url)
        sample.fill_if_empty(servers.database_url, Path(folder))
        with sample.transaction(servers.database_url) as session:
            callers = _callers(session.scalars(select(User).where(User.active).order_by(User.id)).all())
        with crew(servers.database_url, servers.redis_url, Path(folder) / "logs") as running:
            url = running.start_api()
            failed = [who for who, credential in callers.items() if not _fuzz(url, who, credential)]
            typer.echo(f"{_answered(url)} requests answered as {', '.join(callers)}; failed as: {failed or 'nobody'}")
            return len(failed)


def _callers(users: Sequence[User]) -> dict[str, str | None]:
    manager = next(user for user in users if user.is_manager and not user.is_admin)
    employee = next(user for user in users if not user.is_manager and not user.is_admin)
    administrator = users[-1]
    administrator.is_admin = True
    callers: dict[str, str | None] = {"anonymous": None, "bot": f"Bot {SECRETS['ROTA_BOT_SECRET']}"}
    for name, user in (("employee", employee), ("manager", manager), ("administrator", administrator)):
        callers[name] = f"Bearer {make_access_token(user)[0]}"
    return callers


def _fuzz(url: str, who: str, credential: str | None) -> bool:
    typer.echo(f"as {who} ...")
    command = [
        *(str(Path(sys.executable).parent / "st"), "run", f"{url}/openapi.json", "--checks", CHECKS),
        *("--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing,stateful", "--no-shrink"),
        *("--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure"),
        *("--header", f"Authorization: {credential}") * (credential is not None),
    ]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603  # our own command


def _answered(url: str) -> int:
    """How many requests the service says that it has answered."""
    lines = httpx.get(f"{url}/metrics").text.splitlines()
    return sum(int(float(line.split()[-1])) for line in lines if line.startswith("rota_request_seconds_count"))


if __name__ == "__main__":
    sys.exit(main())
