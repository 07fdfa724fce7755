"""The service's part of `rota`: the API, the scheduler and the migrations."""

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated

import typer

# Longer than our bots, or a proxy, keep an idle connection: else a request meets one that is just being closed, and
# nobody knows whether it was done.
KEEP_ALIVE_SECONDS = 75

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def api(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where to listen.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the port.")] = 1,
) -> None:
    """Run the HTTP service."""
    import uvicorn  # noqa: PLC0415  # `rota --help` need not load it

    from service.schemas.logs import configure  # noqa: PLC0415
    from service.settings import get_settings  # noqa: PLC0415

    settings = get_settings()
    configure(settings.log_level, settings.log_format)
    with _figures_together() if workers > 1 else nullcontext():
        uvicorn.run(
            "service.serving:application",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=None,
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )


@contextmanager
def _figures_together() -> Iterator[None]:
    """A folder in which all processes of the service keep their figures: Prometheus asks whichever answers."""
    with tempfile.TemporaryDirectory(prefix="rota-figures-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


@app.command()
def migrate(
    revision: Annotated[str, typer.Argument(help="How far.")] = "head",
    wait: Annotated[int, typer.Option(min=0, help="For how many seconds PostgreSQL is waited for.")] = 300,
) -> None:
    """Bring the database to the newest schema, and give the role of ROTA_SERVICE_DATABASE_URL what it needs."""
    from service.database_roles import OwnerServes, grant  # noqa: PLC0415
    from service.migrate import DatabaseAway, upgrade, wait_for_database  # noqa: PLC0415
    from service.settings import get_settings  # noqa: PLC0415

    settings = get_settings()
    try:
        wait_for_database(settings.database_url, seconds=wait, say=_say_what_is_waited_for)
    except DatabaseAway as error:
        typer.echo(f"PostgreSQL cannot be reached ({error}): is it running, and is DATABASE_URL right?", err=True)
        raise typer.Exit(1) from error
    upgrade(settings.database_url, revision)
    if settings.rota_service_database_url is not None:
        try:
            role = grant(settings.database_url, settings.rota_service_database_url.get_secret_value())
        except OwnerServes as error:
            typer.echo(f"ROTA_SERVICE_DATABASE_URL: {error}", err=True)
            raise typer.Exit(2) from error
        typer.echo(f"{role} may read and write rows, and nothing else.")


def _say_what_is_waited_for(reason: str) -> None:
    typer.echo(f"Waiting for PostgreSQL, which takes no connection yet ({reason}).", err=True)


@app.command()
def administrator(
    email: Annotated[str, typer.Argument(help="Whose.")],
    name: Annotated[str, typer.Option(help="What to call them.")],
    password: Annotated[
        str,
        typer.Option(
            help="At least 10 characters; asked for where it is not in the environment.",
            envvar="ROTA_PASSWORD",
            prompt=True,
            hide_input=True,
            confirmation_prompt=True,
        ),
    ],
) -> None:
    """Make the first administrator, or give somebody every right and a new password."""
    from pydantic import ValidationError  # noqa: PLC0415  # `rota --help` need not load it

    from service.people.administrators import make_administrator  # noqa: PLC0415

    try:
        is_new = make_administrator(email, name, password)
    except ValidationError as error:
        for fault in error.errors(include_input=False):
            typer.echo(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{name} is an administrator{', with a new account' if is_new else ''}.")


@app.command(name="rotate-keys")
def rotate_keys() -> None:
    """Encrypt every kept token with the first of ROTA_ENCRYPTION_KEYS; then the others can go."""
    from service.db import unit_of_work  # noqa: PLC0415
    from service.installations.service import rotate  # noqa: PLC0415

    with unit_of_work() as session:
        number = rotate(session)
    typer.echo(f"{number} tokens are encrypted with the first key now.")


@app.command()
def scheduler() -> None:
    """Run the relay from the database to the queues, and the sweeps for lost work."""
    from service.scheduler import run_scheduler  # noqa: PLC0415

    run_scheduler(until_told_to_end())


def until_told_to_end() -> threading.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
