"""`rota queues`: what waits where, once or kept up to date."""

import time
from typing import Annotated

import typer
from redis import Redis
from redis.exceptions import RedisError
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from service.board import Board, Line, look
from service.settings import get_settings

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
DEAD = "given up"


@app.command()
def queues(
    watch: Annotated[bool, typer.Option("--watch", help="Keep it up to date until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option(min=0.2, help="Seconds between looks.")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say what waits where: queues, chat, outbox, runs and deliveries."""
    screen = Console()
    with Redis.from_url(get_settings().redis_url, socket_timeout=5) as redis:
        try:
            board = look(redis)
            if as_json:
                typer.echo(board.model_dump_json(indent=2))
            elif watch:
                _watch(redis, screen, every)
            else:
                screen.print(shown(board))
        except (RedisError, SQLAlchemyError) as error:
            typer.echo(f"Cannot look: {type(error).__name__}. `rota doctor` says what is away.", err=True)
            raise typer.Exit(1) from error
        except KeyboardInterrupt:
            return


def _watch(redis: Redis, screen: Console, every: float) -> None:
    with Live(console=screen, screen=True, auto_refresh=False) as live:
        while True:
            live.update(shown(look(redis)), refresh=True)
            time.sleep(every)


def shown(board: Board) -> RenderableType:
    """The board as tables."""
    tables = [
        _table("Queues in Redis", board.queues, poisoned=True),
        _table("Said in chat, not answered", board.inboxes),
        _table("In PostgreSQL", board.held),
    ]
    hints = [f"Workers alive: {board.workers}"]
    if any(line.place.startswith(DEAD) for line in board.held):
        hints.append("Given up: `rota notifications list` says why, `rota notifications replay` tries again.")
    return Group(*tables, *hints)


def _table(title: str, lines: list[Line], *, poisoned: bool = False) -> Table:
    table = Table(title=title, title_justify="left", min_width=60)
    table.add_column("where")
    for name in ("waits", "oldest", "in work", *(["poisoned"] if poisoned else [])):
        table.add_column(name, justify="right")
    for line in lines:
        cells = [str(line.waits), _age(line.oldest_seconds), str(line.in_work)]
        table.add_row(line.place, *cells, *([str(line.poisoned)] if poisoned else []))
    if not lines:
        table.add_row("nothing", "0", "", "")
    return table


def _age(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


if __name__ == "__main__":
    app()
