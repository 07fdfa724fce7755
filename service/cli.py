"""The service's part of `rota`: the API, the scheduler and the migrations."""

import signal
import threading
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def api(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where to listen.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the port.")] = 1,
) -> None:
    """Run the HTTP service."""
    import uvicorn  # noqa: PLC0415  # `rota --help` need not load it

    from service.logs import configure  # noqa: PLC0415
    from service.settings import get_settings  # noqa: PLC0415

    settings = get_settings()
    configure(settings.log_level, settings.log_format)
    uvicorn.run(
        "service.app:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_config=None,
        access_log=False,
    )


@app.command()
def migrate(revision: Annotated[str, typer.Argument(help="How far.")] = "head") -> None:
    """Bring the database to the newest schema."""
    from service.migrate import upgrade  # noqa: PLC0415
    from service.settings import get_settings  # noqa: PLC0415

    upgrade(get_settings().database_url, revision)


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
