"""`rota chat`: talk to a running Rota from a terminal, as one person."""

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console as Screen
from rich.text import Text

from bots.client import Refused, Service, Unreachable
from bots.settings import BotSettings, get_settings
from bots.terminal.adapter import TerminalPlatform
from bots.terminal.console import PLATFORM, Console
from bots.words import UNREACHABLE
from bots.words_refusals import refusal
from service.schemas.chat import ChatAccount

PICTURES = Path(tempfile.gettempdir()) / "rota"
LEAVE = frozenset({"/quit", "/exit", "quit", "exit"})

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def chat(
    email: Annotated[str, typer.Option("--as", metavar="EMAIL", help="Whom to speak as.")],
    pictures: Annotated[Path, typer.Option(help="Where pictures and files are saved.", file_okay=False)] = PICTURES,
) -> None:
    """Talk to the Rota of ROTA_SERVICE_URL. Needs ROTA_BOT_SECRET and REDIS_URL, as every front end does."""
    try:
        settings = get_settings()
    except ValidationError as error:
        missing = ", ".join(str(each["loc"][0]).upper() for each in error.errors())
        typer.echo(f"Not configured: {missing}. `rota doctor` says what to do.", err=True)
        raise typer.Exit(1) from error
    with asyncio.Runner() as runner:
        service = Service(settings.rota_service_url, settings.rota_bot_secret.get_secret_value(), platform=PLATFORM)
        try:
            person = runner.run(service.person(ChatAccount(platform=PLATFORM, external_id=email[:64], email=email)))
        except Refused as refused:
            _refuse(refusal(refused.problem), refused)
        except Unreachable as error:
            _refuse(UNREACHABLE, error)
        else:
            typer.echo(f"You are {person.user.name}. /help lists what you can type; /quit ends.")
            _converse(runner, service, settings, email[:64], pictures)
        finally:
            runner.run(service.close())


def _converse(runner: asyncio.Runner, service: Service, settings: BotSettings, account: str, pictures: Path) -> None:
    async def is_quiet() -> bool:
        # From outside nobody can tell what is still on its way: what comes later is shown with the next line.
        return True

    screen = Screen(highlight=False)
    platform = TerminalPlatform(settings.redis_url)
    console = Console(service, platform, screen, pictures, is_quiet)
    try:
        runner.run(console.start())
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                line = input("rota> ").strip()
                if line in LEAVE:
                    return
                if line:
                    _say(runner, console, screen, f"@{account} {line}")
    except EOFError:
        screen.print()
    finally:
        runner.run(console.close())
        runner.run(platform.close())


def _say(runner: asyncio.Runner, console: Console, screen: Screen, line: str) -> None:
    try:
        runner.run(console.run_line(line))
        runner.run(console.settle())
    except KeyboardInterrupt:
        screen.print(Text("Stopping what is under way …", style="dim"))
        runner.run(console.stop_runs())


def _refuse(sentence: str, error: Exception) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
