"""`rota people`: what is kept about one person, handed out or erased, by whoever runs Rota and not over HTTP."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
people = typer.Typer(no_args_is_help=True)
app.add_typer(people, name="people", help="Hand out or erase what is kept about one person.")

Who = Annotated[str, typer.Argument(help="Their email address, handle or number.")]


@app.callback()
def _only_groups() -> None:
    """Keeps `people` a word of its own."""


@people.command()
def export(who: Who, out: Annotated[Path | None, typer.Option(help="Write to this file.")] = None) -> None:
    """Write everything that is kept about a person, as JSON."""
    from service.db import unit_of_work  # noqa: PLC0415  # `rota --help` need not load it
    from service.errors import NotFound  # noqa: PLC0415
    from service.personal import export as exporting  # noqa: PLC0415
    from service.personal.finding import find  # noqa: PLC0415

    try:
        with unit_of_work() as session:
            rows = exporting.export(session, find(session, who))
    except NotFound as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(1) from error
    text = json.dumps(rows, indent=2, ensure_ascii=False)
    if out is None:
        typer.echo(text)
        return
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        typer.echo(f"{out} cannot be written: {error.strerror}. Without --out it goes to standard output.", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{sum(map(len, rows.values()))} rows of {len(rows)} tables are in {out}.")


@people.command()
def erase(who: Who, yes: Annotated[bool, typer.Option("--yes", help="Ask no more.")] = False) -> None:
    """Forget who a person was. Their past shifts stay, as those of a former colleague. Cannot be undone."""
    from service.db import unit_of_work  # noqa: PLC0415
    from service.errors import NotFound  # noqa: PLC0415
    from service.personal import erase as erasing  # noqa: PLC0415
    from service.personal.finding import find  # noqa: PLC0415

    try:
        with unit_of_work() as session:
            person = find(session, who)
            if not yes:
                typer.confirm(f"Forget who {person.name} was, for good?", abort=True)
            name = erasing.erase(session, person)
    except (NotFound, erasing.StillHere) as error:
        typer.echo(f"{error.detail} {error.way_forward or ''}".strip(), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"They are {name} now. What was said in chats is theirs and the platform's: delete it there.")
