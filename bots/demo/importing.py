"""`rota import`: spreadsheets or a public instance into a database, all or nothing."""

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from psycopg2 import errors as postgres
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from bots.configuration import read_configuration
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

STANDARD = Path("-")
"""Standard input or output in place of a file: into a container no other file comes so easily."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The database that is filled; `place` says to people which one it is."""

    url: str
    place: str
    is_demo: bool


@app.command("import")
def import_file(  # noqa: PLR0917 - Typer passes by name
    source: Annotated[
        Path | None,
        typer.Argument(
            help="A workbook (.xlsx; - is standard input), or a folder of .csv files named as its sheets."
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT.xlsx", help="Write an empty workbook to fill in (- to standard output), nothing else."
        ),
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
        _write_template(template)
        return
    try:
        with _target(data_dir) as target, sample.transaction(target.url) as session:
            if curtois is None:
                told = _import_workbook(session, source, target.place)
            else:
                told = _import_instance(session, curtois, team, week, target.place)
            if target.is_demo:
                sample.link_terminal(session)
    except ImportRefused as refused:
        for cell in refused.cells:
            typer.echo(str(cell), err=True)
        _refuse(f"{refused.detail} {refused.way_forward}", refused)
    except RotaError as error:
        _refuse(" ".join(filter(None, (error.detail, error.way_forward))), error)
    except (ArgumentError, OperationalError) as error:
        _refuse(
            "The database of DATABASE_URL cannot be reached: `rota doctor` says why. Nothing was imported.", error
        )
    except ProgrammingError as error:
        if not isinstance(error.orig, (postgres.UndefinedTable, postgres.UndefinedColumn)):
            raise
        _refuse("The database has no tables of this Rota yet: run `rota migrate`, then import again.", error)
    except (OSError, UnicodeDecodeError) as error:
        _refuse(f"{source or curtois} cannot be read: {error}", error)
    else:
        typer.echo(told)


def _write_template(file: Path) -> None:
    if file == STANDARD:
        write_template(sys.stdout.buffer)
        return
    try:
        write_template(file)
    except OSError as error:
        _refuse(f"{file} cannot be written: {error.strerror}. With --template - it goes to standard output.", error)
    typer.echo(f"Wrote {file}. Fill it in, then: rota import {file}")


def _import_workbook(session: Session, source: Path | None, place: str) -> str:
    if source is None:
        raise typer.BadParameter("give a workbook, a folder of .csv files, or --curtois FILE")
    with _on_disk(source) as path:
        imported = import_workbook(session, path)
    counted = ", ".join(f"{count} {sheet.replace('_', ' ')}" for sheet, count in imported.rows.items())
    told = f"Imported {counted or 'nothing'} into {place}."
    if imported.left_alone:
        told += f" Assignments left alone, since their weeks are published or were: {imported.left_alone}."
    return told


@contextlib.contextmanager
def _on_disk(source: Path) -> Iterator[Path]:
    """The workbook as a file, also where it comes through standard input."""
    if source != STANDARD:
        yield source
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield path


def _import_instance(session: Session, file: Path, team: str | None, week: datetime | None, place: str) -> str:
    if team is None or week is None:
        raise typer.BadParameter("--curtois needs --team NAME and --week DATE")
    done = import_curtois(session, file.read_text(encoding="utf-8"), team_name=team, first_week=week.date())
    return (
        f"{done.team}: {done.people} people, {done.weeks} weeks from {done.first_week}, in {place}.\n"
        f"In the demo: @{done.manager} /optimize {done.first_week} {done.weeks} weeks"
    )


def _refuse(sentence: str, error: Exception) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(1) from error


@contextlib.contextmanager
def _target(data_dir: Path | None) -> Iterator[Target]:
    """The configured database; where none is, or a folder is given, that of the demo in the folder."""
    url = None if data_dir else read_configuration().get("DATABASE_URL")
    if url:
        # Its tables are the business of `rota migrate`: this role may well not own them.
        address = make_url(url)
        place = f"the database {address.database} on {address.host or 'this machine'}"
        yield Target(url=url, place=place, is_demo=False)
        return
    folder = data_dir or datadir.default_data_dir()
    with _database(folder) as found:
        yield Target(url=found, place=f"the demo in {folder}", is_demo=True)


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[str]:
    """The database of the demo in that folder, joined when it runs and started when it does not."""
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
