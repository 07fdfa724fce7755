"""`rota audit`: whether the activity log is as it was written."""

from typing import Annotated

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
audit = typer.Typer(no_args_is_help=True)
app.add_typer(audit, name="audit", help="Check the activity log.")


@app.callback()
def _only_groups() -> None:
    """Keeps `audit` a word of its own."""


@audit.command()
def verify(
    head: Annotated[str, typer.Option(help="A head that was told earlier: the log must still contain it.")] = "",
) -> None:
    """Compute every seal anew; say what was changed, removed or written past them, and end with 1 if anything was."""
    from service.activity import seals  # noqa: PLC0415  # `rota --help` need not load it
    from service.db import unit_of_work  # noqa: PLC0415

    try:
        remembered = seals.Head.parse(head) if head else seals.EMPTY
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    is_whole = True
    with unit_of_work() as session:
        for fault in seals.faults(session, remembered=remembered):
            is_whole = False
            typer.echo(fault, err=True)
        now = seals.head(session)
    if not is_whole:
        raise typer.Exit(1)
    typer.echo(f"{now.position} entries, all as they were written. Keep this elsewhere: {now}")
