"""A demo under way: start everything, fill it, and run the chat on it."""

import asyncio
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console as Screen
from sqlalchemy import update

from bots.demo import datadir, sample
from bots.demo.embedded import Servers, servers
from bots.demo.processes import Crew, crew, environment
from service.migrate import upgrade
from service.scheduling.models import OptimizationConfig

MOST_NAMES = 6


def play(folder: Path, lines: Iterable[str] | None, time_limit: int | None) -> bool:
    """Run a demo in `folder`: `lines` one by one, or with None whatever is typed.

    Says whether every line did what it was asked. Raises DemoError when a part of the demo does not start or dies.
    """
    began = time.monotonic()
    screen = Screen(highlight=False, soft_wrap=True)
    # A transcript holds what was said in the chat; how the demo starts is told beside it.
    aside = Screen(stderr=True, highlight=False, soft_wrap=True)
    aside.print(f"[dim]Starting PostgreSQL, Valkey, the service and its workers in {folder} …[/dim]")
    with servers(folder) as started:
        upgrade(started.database_url)
        sample.fill_if_empty(started.database_url, folder)
        if time_limit is not None:
            _limit_time(started.database_url, time_limit)
        with crew(folder, started) as (running_crew, running):
            # This process is a bot of the demo like the delivery worker, and finds the parts as that one does.
            os.environ.update(environment(running, datadir.load_secrets(folder)))
            aside.print(f"[dim]Ready after {time.monotonic() - began:.1f} s. API: {running.service_url}/docs[/dim]")
            if lines is None:
                _welcome(screen, started)
            return asyncio.run(_chat(folder, lines, running_crew))


async def _chat(folder: Path, lines: Iterable[str] | None, crew: Crew) -> bool:
    raise NotImplementedError


def _limit_time(database_url: str, seconds: int) -> None:
    with sample.transaction(database_url) as session:
        session.execute(update(OptimizationConfig).values(time_limit_seconds=seconds))


def _welcome(screen: Screen, started: Servers) -> None:
    with sample.transaction(started.database_url) as session:
        teams = sample.people_to_type(session)
    screen.print()
    for name, managers, employees in teams:
        more = f" and {len(employees) - MOST_NAMES} more" if len(employees) > MOST_NAMES else ""
        screen.print(f"[bold]{name}[/bold]  {sample.channel_of(name)}")
        screen.print(f"  manager    {_handles(managers)}")
        screen.print(f"  employees  {_handles(employees)}{more}")
    screen.print("\nSay something as one of them, for example:")
    for line in ("@maria /optimize next week", "@maria /publish next week", "@sam /myshifts next week", "@sam /help"):
        screen.print(f"  [cyan]{line}[/cyan]")
    screen.print("Ctrl-D or /quit ends; everything is kept for the next start.\n")


def _handles(handles: list[str]) -> str:
    # Sam is whom the examples and the guides speak of.
    first = sorted(handles, key=lambda handle: handle != "sam")[:MOST_NAMES]
    return " ".join(f"[cyan]@{handle}[/cyan]" for handle in first)


if __name__ == "__main__":
    sys.exit(not play(Path(sys.argv[1]), iter(sys.argv[2:]), None))
