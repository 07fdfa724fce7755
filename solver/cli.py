"""`rota solve`: a schedule for a problem in a file. `rota bench`: the same for each file of a folder."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from solver.errors import RefusedModel, UnreadableInstance
from solver.problem import Problem
from solver.readers import is_curtois, read
from solver.score import score
from solver.search import solve
from solver.solution import Progress, Solution, Status

app = typer.Typer(help="The roster engine.", no_args_is_help=True)


@app.command("solve")
def solve_file(  # noqa: PLR0917 - Typer passes by name
    file: Annotated[Path, typer.Argument(help="A problem as JSON, or a Curtois & Qu instance as text.")],
    time_limit: Annotated[float, typer.Option(help="Seconds to search.", min=0.0)] = 60.0,
    seed: Annotated[int, typer.Option(help="Same seed, same course of the search.", min=0, max=2**31 - 1)] = 1,
    workers: Annotated[int, typer.Option(help="Threads to search with.", min=1)] = 2,
    # Opened at once: a place that cannot be written is no news for the end of a long search.
    out: Annotated[
        typer.FileTextWrite | None,
        typer.Option(help="Write the JSON result here.", encoding="utf-8", lazy=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the JSON result and nothing else.")] = False,
) -> None:
    """Solve FILE. Ends with 0 when a schedule was found, 1 when none was, 2 when the file cannot be read."""
    try:
        problem = read(file)
        solution = solve(
            problem,
            time_limit_s=time_limit,
            workers=workers,
            seed=seed,
            on_progress=None if as_json else _show,
        )
    except (UnreadableInstance, RefusedModel, OSError) as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(2) from error
    result = as_result(problem, solution, by_type=is_curtois(problem))
    if out is not None:
        out.write(json.dumps(result) + "\n")
    if as_json:
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        _summarise(problem, solution)
    if solution.objective is None:
        raise typer.Exit(1)


@app.command("bench")
def bench(
    folder: Annotated[Path, typer.Argument(help="A folder of problems: JSON, or Curtois & Qu instances as text.")],
    time_limit: Annotated[float, typer.Option(help="Seconds to search, for each.", min=0.0)] = 60.0,
    seed: Annotated[int, typer.Option(help="Same seed, same course of the search.", min=0, max=2**31 - 1)] = 1,
    workers: Annotated[int, typer.Option(help="Threads to search with.", min=1)] = 2,
) -> None:
    """Solve every file of FOLDER, a line each. Ends with 2 when one cannot be read, 1 when one got no schedule."""
    files = sorted((*folder.glob("*.txt"), *folder.glob("*.json")), key=lambda file: (len(file.name), file.name))
    if not files:
        typer.echo(f"{folder} holds no .txt or .json file", err=True)
        raise typer.Exit(2)
    worst = 0
    typer.echo("file  status  objective  bound  gap  seconds")
    for file in files:
        try:
            problem = read(file)
            solution = solve(problem, time_limit_s=time_limit, workers=workers, seed=seed)
        except (UnreadableInstance, RefusedModel, OSError) as error:
            typer.echo(f"{file.name}: {error}", err=True)
            worst = 2
            continue
        bound = "-" if solution.bound is None else f"{solution.bound:.0f}"
        gap = "-" if solution.gap is None else f"{solution.gap:.2%}"
        objective = "-" if solution.objective is None else str(solution.objective)
        worst = max(worst, int(solution.objective is None))
        typer.echo(f"{file.name}  {solution.status}  {objective}  {bound}  {gap}  {solution.runtime_seconds:.1f}")
    raise typer.Exit(worst)


def as_result(problem: Problem, solution: Solution, *, by_type: bool) -> dict[str, object]:
    """The result as plain data; shifts by their type where that and the day name them (public instances)."""
    shifts = {shift.id: shift for shift in problem.shifts}
    return {
        "status": solution.status.value,
        "objective": solution.objective,
        "bound": solution.bound,
        "runtime_seconds": round(solution.runtime_seconds, 3),
        "assignments": [
            {
                "employee": item.employee,
                "day": shifts[item.shift].day,
                "shift": shifts[item.shift].type if by_type else item.shift,
            }
            for item in sorted(solution.assignments, key=lambda item: (shifts[item.shift].day, item))
        ],
    }


def _show(progress: Progress) -> None:
    best = "-" if progress.objective is None else str(progress.objective)
    bound = "-" if progress.bound is None else f"{progress.bound:.0f}"
    typer.echo(f"{progress.seconds:7.1f} s  {progress.phase:<12} best {best:>8}  bound {bound:>8}", err=True)


def _summarise(problem: Problem, solution: Solution) -> None:
    typer.echo(f"status     {solution.status}")
    if solution.objective is None:
        if solution.status is Status.NO_SOLUTION_FOUND:
            typer.echo("No schedule was found in the time given; try a longer --time-limit.")
        return
    gap = f"{solution.gap:.2%}" if solution.gap is not None else "unknown"
    bound = "unknown" if solution.bound is None else f"{solution.bound:.0f}"
    typer.echo(f"objective  {solution.objective} (bound {bound}, gap {gap})")
    for term, penalty in score(problem, solution.assignments).terms.items():
        typer.echo(f"  {term.lower():<22} {penalty}")
    typer.echo(f"assigned   {len(solution.assignments)} in {solution.runtime_seconds:.1f} s")
