"""The service's part of `rota`: the API and the migrations."""

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
