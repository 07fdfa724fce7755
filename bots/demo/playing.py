"""A demo under way: start everything, fill it, and run the chat on it."""

import asyncio
import contextlib
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console as Screen
from rich.text import Text
from sqlalchemy import Engine, func, select, update

from bots.client import Service
from bots.demo import datadir, sample
from bots.demo.datadir import Running
from bots.demo.embedded import Servers, servers
from bots.demo.processes import Crew, crew, environment
from bots.terminal.adapter import TerminalPlatform
from bots.terminal.console import Console, channel_of
from service.db import make_engine
from service.migrate import upgrade
from service.notifications.models import Delivery, Outbox
from service.scheduling.models import ACTIVE, OptimizationConfig, SchedulingRun
from service.schemas.notifications import DeliveryStatus

MOST_NAMES = 6
TRANSCRIPT_WIDTH = 110
WAITING = (DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.UNCERTAIN)
PROMPT = "rota> "
LEAVE = frozenset({"/quit", "/exit", "quit", "exit"})


def play(folder: Path, lines: Iterable[str] | None, time_limit: int | None) -> bool:
    """Run a demo in `folder`: `lines` one by one, or with None whatever is typed.

    Says whether every line did what it was asked. Raises DemoError when a part of the demo does not start or dies.
    """
    began = time.monotonic()
    # A transcript holds what was said in the chat; how the demo starts is told beside it.
    aside = Screen(stderr=True, highlight=False, soft_wrap=True, style="dim")
    aside.print(Text(f"Starting PostgreSQL, Valkey, the service and its workers in {folder} …"))
    with servers(folder) as started, crew(folder, started) as (running_crew, running):
        # The tables are made and filled while the processes load their libraries.
        upgrade(started.database_url)
        running_crew.start("scheduler", "scheduler")
        sample.fill_if_empty(started.database_url, folder)
        if time_limit is not None:
            _limit_time(started.database_url, time_limit)
        running_crew.wait_until_ready(running.service_url)
        # This process is a bot of the demo like the delivery worker, and finds the parts as that one does.
        secrets = datadir.load_secrets(folder)
        os.environ.update(environment(running, secrets))
        aside.print(
            Text(f"Ready after {time.monotonic() - began:.1f} s. The API's pages: {running.service_url}/docs")
        )
        screen = Screen(highlight=False, width=None if lines is None else _transcript_width())
        if lines is None:
            _welcome(screen, started)
        service = Service(running.service_url, secrets.rota_bot_secret, platform="terminal")
        with (
            datadir.announced(folder, running),
            _chat(folder, screen, service, running, running_crew) as (runner, console),
        ):
            if lines is None:
                return _converse(runner, console, screen)
            return _recite(runner, console, screen, lines)


@contextlib.contextmanager
def _chat(
    folder: Path, screen: Screen, service: Service, running: Running, crew: Crew
) -> Iterator[tuple[asyncio.Runner, Console]]:
    engine = make_engine(running.database_url)

    async def is_quiet() -> bool:
        crew.check()
        return await asyncio.to_thread(_nothing_under_way, engine)

    with asyncio.Runner() as runner:
        platform = TerminalPlatform(running.redis_url)
        console = Console(service, platform, screen, folder / "pictures", is_quiet)
        try:
            runner.run(console.start())
            yield runner, console
        finally:
            for part in (console, platform, service):
                runner.run(part.close())
            engine.dispose()


def _recite(runner: asyncio.Runner, console: Console, screen: Screen, lines: Iterable[str]) -> bool:
    """Run lines to the first that is refused."""
    for line in (line.strip() for line in lines):
        if not line or line.startswith("#"):
            continue
        screen.print(Text.assemble((PROMPT, "bold"), line))
        done = runner.run(console.run_line(line))
        settled = runner.run(console.settle())
        if not (done and settled):
            return False
    return True


def _converse(runner: asyncio.Runner, console: Console, screen: Screen) -> bool:
    """Run what is typed, until the end of it. Ctrl-C stops a run that is under way, and else the demo."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401, PLC0415  # gives input() a history and arrow keys, where there is one
    while True:
        try:
            line = input(PROMPT).strip()
        except (EOFError, KeyboardInterrupt):
            screen.print()
            return True
        if line in LEAVE:
            return True
        if not line:
            continue
        try:
            runner.run(console.run_line(line))
            runner.run(console.settle())
        except KeyboardInterrupt:
            screen.print(Text("Stopping what is under way …", style="dim"))
            runner.run(console.stop_runs())
            runner.run(console.settle())


def _nothing_under_way(engine: Engine) -> bool:
    """Whether no run, no work in the outbox and no delivery is waiting for anybody."""
    waiting = (
        select(func.count()).select_from(SchedulingRun).where(SchedulingRun.status.in_(ACTIVE)),
        select(func.count()).select_from(Outbox).where(Outbox.sent_at.is_(None), Outbox.not_before <= func.now()),
        select(func.count()).select_from(Delivery).where(Delivery.status.in_(WAITING)),
    )
    with engine.connect() as connection:
        return not any(connection.scalar(each) for each in waiting)


def _limit_time(database_url: str, seconds: int) -> None:
    with sample.transaction(database_url) as session:
        session.execute(update(OptimizationConfig).values(time_limit_seconds=seconds))


def _transcript_width() -> int:
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isdigit() else TRANSCRIPT_WIDTH


def _welcome(screen: Screen, started: Servers) -> None:
    with sample.transaction(started.database_url) as session:
        teams = sample.people_to_type(session)
    for name, managers, employees in teams:
        more = f" and {len(employees) - MOST_NAMES} more" if len(employees) > MOST_NAMES else ""
        screen.print(f"\n[bold]{name}[/bold]  {channel_of(name)}")
        screen.print(f"  manager    {_handles(managers)}")
        screen.print(f"  employees  {_handles(employees)}{more}")
    screen.print("\nSay something as one of them, for example:")
    for line in ("@maria /optimize next week", "@maria /publish next week", "@sam /myshifts next week", "@sam /help"):
        screen.print(f"  [cyan]{line}[/cyan]")
    screen.print(
        "A number presses a button: [cyan]@maria 1[/cyan]. Ctrl-C stops a run; Ctrl-D or /quit ends the demo."
    )
    screen.print("Everything is kept for the next start.\n")


def _handles(handles: list[str]) -> str:
    # Sam is whom the examples and the guides speak of.
    first = sorted(handles, key=lambda handle: handle != "sam")[:MOST_NAMES]
    return " ".join(f"[cyan]@{handle}[/cyan]" for handle in first)
