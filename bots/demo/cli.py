"""`rota demo`: everything embedded, and a chat in the terminal."""

import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bots.demo import datadir
from bots.demo.datadir import DemoError

TOUR = (
    "@maria /schedule this week",
    "@maria /optimize next week",
    "@maria /publish next week",
    "@sam /myshifts next week",
    "@sam /hours next week",
    "@maria /runs",
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def demo(
    script: Annotated[
        typer.FileText | None,
        typer.Option(metavar="FILE|-", help="Run these lines one by one, print the transcript and end."),
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the demo's database, logs and pictures live. Kept between starts.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="With --script: use the lasting folder instead of a fresh temporary one.")
    ] = False,
    time_limit: Annotated[
        int | None, typer.Option(min=1, max=3600, metavar="S", help="Seconds that an optimisation may take.")
    ] = None,
) -> None:
    """A restaurant in your terminal, on a real PostgreSQL, Valkey, service, workers and chat.

    In a terminal it waits for what you type; in a pipe it plays a tour. A script ends with 0, or with 1 at its first
    command that is refused.
    """
    signal.signal(signal.SIGTERM, _leave)
    lines: Iterator[str] | None = None
    if script is not None:
        lines = iter(script)
    elif not (sys.stdin.isatty() and sys.stdout.isatty()):
        lines = iter(TOUR)
    try:
        with _folder(data_dir, lasting=keep or lines is None) as folder, datadir.hold(folder):
            # Loading the servers, the tables and the chat takes a second: --help and a busy folder need none of it.
            from bots.demo.playing import play  # noqa: PLC0415

            done = play(folder, lines, time_limit)
    except DemoError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(130) from error
    if not done:
        raise typer.Exit(1)


@contextlib.contextmanager
def _folder(data_dir: Path | None, *, lasting: bool) -> Iterator[Path]:
    if data_dir is not None or lasting:
        yield (data_dir or datadir.default_data_dir()).absolute()
        return
    with tempfile.TemporaryDirectory(prefix="rota-", ignore_cleanup_errors=True) as temporary:
        yield Path(temporary)


def _leave(_signal: int, _frame: object) -> NoReturn:
    # A second signal must not cut the orderly end short.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(128 + signal.SIGTERM)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    app()
