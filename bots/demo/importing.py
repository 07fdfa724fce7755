"""`rota import`: spreadsheets or a public instance into a database, all or nothing."""

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from bots.demo import datadir, sample
from bots.demo.datadir import InUse
from bots.demo.embedded import database
from service.errors import RotaError
from service.imports.curtois import import_curtois
from service.imports.faults import ImportRefused
from service.imports.service import import_workbook
from service.imports.template import write_template
from service.migrate import upgrade

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command("import")
def import_file(  # noqa: PLR0917 - Typer passes by name
    source: Annotated[
        Path | None, typer.Argument(help="A workbook (.xlsx), or a folder of .csv files named as its sheets.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(metavar="OUT.xlsx", help="Write an empty workbook to fill in, and do nothing else.")
    ] = None,
    curtois: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Bring in a public Curtois & Qu instance as a team.")
    ] = None,
    team: Annotated[str | None, typer.Option(help="With --curtois: the name of the new team.")] = None,
    week: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="With --curtois: the Monday on which the instance begins."),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="The folder of a demo, running or not. Without it: DATABASE_URL, or the default demo's."),
    ] = None,
) -> None:
    """Bring in people, shifts, weeks, time off and wishes. Everything comes in, or nothing does.

    Ends with 0, or with 1 after naming every bad cell.
    """
    if template is not None:
        write_template(template)
        typer.echo(f"Wrote {template}. Fill it in, then: rota import {template}")
        return
    try:
        with _database(data_dir) as url, sample.transaction(url) as session:
            if curtois is None:
                typer.echo(_import_workbook(session, source))
            else:
                typer.echo(_import_instance(session, curtois, team, week))
            if data_dir is not None or "DATABASE_URL" not in os.environ:
                sample.link_terminal(session)
    except ImportRefused as refused:
        for cell in refused.cells:
            typer.echo(str(cell), err=True)
        _refuse(f"{refused.detail} {refused.way_forward}", refused)
    except RotaError as error:
        _refuse(" ".join(filter(None, (error.detail, error.way_forward))), error)
    except (OSError, UnicodeDecodeError) as error:
        _refuse(f"{source or curtois} cannot be read: {error}", error)


def _import_workbook(session: Session, source: Path | None) -> str:
    if source is None:
        raise typer.BadParameter("give a workbook, a folder of .csv files, or --curtois FILE")
    rows = import_workbook(session, source).rows
    return "Imported " + ", ".join(f"{count} {sheet.replace('_', ' ')}" for sheet, count in rows.items())


def _import_instance(session: Session, file: Path, team: str | None, week: datetime | None) -> str:
    if team is None or week is None:
        raise typer.BadParameter("--curtois needs --team NAME and --week DATE")
    done = import_curtois(session, file.read_text(encoding="utf-8"), team_name=team, first_week=week.date())
    return (
        f"{done.team}: {done.people} people, {done.weeks} weeks from {done.first_week}.\n"
        f"In the demo: @{done.manager} /optimize {done.first_week} {done.weeks} weeks"
    )


def _refuse(sentence: str, error: Exception) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(1) from error


@contextlib.contextmanager
def _database(data_dir: Path | None) -> Iterator[str]:
    """The database of the demo in that folder, joined when it runs and started when it does not."""
    folder = data_dir or datadir.default_data_dir()
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(datadir.hold(folder))
        except InUse as error:
            running = datadir.find_running(folder)
            if running is None:
                _refuse(f"{error} It is still starting: try again in a moment.", error)
                return
            yield running.database_url
            return
        url = stack.enter_context(database(folder))
        upgrade(url)
        yield url


if __name__ == "__main__":
    app()
