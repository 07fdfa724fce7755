"""`make bench`, or `python -m benchmarks TABLE ... --only INSTANCE --time-limit S`: measure, print the tables.

A table that was measured whole, with its own limits, also takes its place in benchmarks/README.md. Each row is kept
in a file as soon as it is there, so that `--go-on` needs to measure only what an interrupted run had not.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import large, report
from benchmarks.measuring import FIRST, ROTA, Result, Work, measure
from benchmarks.peers import PEERS, is_installed
from benchmarks.tables import TITLES, table

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("ROTA_SHARED_DATA", ROOT.parent / "shared" / "data"))
RESULTS = Path(__file__).parent / "results.jsonl"
README = Path(__file__).parent / "README.md"

PUBLIC = [str(number) for number in range(1, 13)]
INSTANCES = {
    "curtois": PUBLIC,
    "curtois-long": PUBLIC,
    "weeks": ["25", "100", "100-every", "250", "500"],
    "first-weeks": [str(people) for people in FIRST],
    "large": [str(number) for number in large.MEASURED],
}
LIMITS = {
    "curtois": 60.0,
    "curtois-long": 600.0,
    "weeks": 30.0,
    "weeks/500": 120.0,
    "first-weeks": 60.0,
    "large": 120.0,
}
"""Seconds for each row of a table, or of one instance in it."""


def main(  # noqa: PLR0917 - Typer passes by name
    tables: Annotated[list[str] | None, typer.Argument(help=f"Some of {', '.join(TITLES)}.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only these instances or numbers of people.")] = None,
    engine: Annotated[list[str] | None, typer.Option(help="Only these engines.")] = None,
    time_limit: Annotated[float | None, typer.Option(help="Seconds for each row.", min=0.0)] = None,
    folder: Annotated[Path, typer.Option(help="Where the public instances are.")] = SHARED / "curtois",
    results: Annotated[Path, typer.Option(help="Where measured rows are kept.")] = RESULTS,
    readme: Annotated[Path, typer.Option(help="Where whole tables are written.")] = README,
    go_on: Annotated[bool, typer.Option("--go-on", help="Measure only rows that are not there yet.")] = False,
) -> None:
    """Measure the solver and print the tables of benchmarks/README.md."""
    if unknown := set(tables or ()) - TITLES.keys():
        raise typer.BadParameter(f"no such table: {', '.join(sorted(unknown))}")
    known = _known(results)
    for name in tables or TITLES:
        rows = []
        for work in _works(name, folder, only or INSTANCES[name], time_limit):
            if engine and work.engine not in engine:
                continue
            if not (go_on and work.key in known):
                typer.echo(f"measuring {work.key} ...", err=True)
                known[work.key] = measure(work, folder)
                results.write_text("".join(json.dumps(asdict(known[key])) + "\n" for key in sorted(known)))
            rows.append((work, known[work.key]))
        if not rows:
            typer.echo(f"nothing to measure for {name}: {folder} holds no such instance", err=True)
            continue
        written = table(name, rows)
        typer.echo(written)
        if not (only or engine or time_limit):
            report.put(readme, name, written)


def _works(name: str, folder: Path, instances: list[str], time_limit: float | None) -> list[Work]:
    engines = (ROTA, *(peer for peer in PEERS if is_installed(peer))) if name == "first-weeks" else (ROTA,)
    return [
        Work(
            table=name,
            instance=instance,
            engine=engine,
            limit_s=time_limit or LIMITS.get(f"{name}/{instance}", LIMITS[name]),
        )
        for instance in instances
        for engine in engines
        if not name.startswith("curtois") or (folder / f"Instance{instance}.txt").exists()
    ]


def _known(file: Path) -> dict[str, Result]:
    if not file.exists():
        return {}
    found = [Result(**json.loads(line)) for line in file.read_text().splitlines()]
    return {result.key: result for result in found}


if __name__ == "__main__":
    typer.run(main)
