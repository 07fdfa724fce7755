"""`rota`: the one command. Composes the commands of the service, the solver and the bots.

Each command's module is imported when the command runs and not before, so `rota --help` answers at once and
`rota solve` never loads the service.
"""

import importlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

import typer


class Command(NamedTuple):
    """A command of the shell: the module whose Typer `app` has it, and its line in the menu."""

    name: str
    module: str
    help: str


COMMANDS = (
    Command("demo", "bots.demo.cli", "A restaurant in your terminal: real database, queue, workers and chat."),
    Command("import", "bots.demo.importing", "Bring in people, shifts and wishes from a spreadsheet."),
    Command("chat", "bots.terminal.cli", "Talk to a running Rota from this terminal."),
    Command("slack", "bots.slack.cli", "Run the Slack bot."),
    Command("telegram", "bots.telegram.cli", "Run the Telegram bot."),
    Command("api", "service.cli", "Run the HTTP service."),
    Command("scheduler", "service.cli", "Run the relay from the database to the queues, and the periodic sweeps."),
    Command("migrate", "service.cli", "Bring the database to the newest schema."),
    Command("administrator", "service.cli", "Make the first administrator."),
    Command("rotate-keys", "service.cli", "Encrypt kept tokens with the newest of ROTA_ENCRYPTION_KEYS."),
    Command("people", "service.personal.cli", "Hand out or erase what is kept about one person."),
    Command("notifications", "service.notifications.cli", "List what could not be delivered, and try it again."),
    Command("queues", "service.board_cli", "Say what waits where: queues, chat, outbox, runs, deliveries."),
    Command("audit", "service.activity.cli", "Check that the activity log is as it was written."),
    Command("doctor", "bots.doctor", "Check configuration, database, Redis and tokens; say what to do."),
    Command("solve", "solver.cli", "Solve a problem in a file."),
    Command("bench", "solver.cli", "Measure the solver on a folder of instances."),
)

app = typer.Typer(
    name="rota",
    help="Build, publish and trade work shifts in chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    """Say what whoever installs Rota can mend in a sentence. A traceback would bury it, and tell secrets with it."""
    try:
        yield
    except Exception as error:
        from bots.advice import advice  # noqa: PLC0415  # `rota --help` need not load it

        sentence = advice(error)
        if sentence is None:
            raise
        typer.echo(sentence, err=True)
        raise typer.Exit(1) from error


def _forward(command: Command) -> Callable[[typer.Context], None]:
    def run(context: typer.Context) -> None:
        with _in_a_sentence():
            inner: typer.Typer = importlib.import_module(command.module).app
            if len(inner.registered_commands) > 1 or inner.registered_callback is not None:
                inner([command.name, *context.args], prog_name="rota")
            else:
                inner(context.args, prog_name=f"rota {command.name}")

    return run


for _command in COMMANDS:
    app.command(
        _command.name,
        help=_command.help,
        # The inner app parses the arguments, and answers --help, itself.
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    )(_forward(_command))

SOLVING = "solve"
QUEUES = (SOLVING, "deliver_slack", "deliver_telegram", "deliver_terminal")


@app.command()
@_in_a_sentence()
def worker(
    queues: Annotated[str, typer.Option(help="Which queues to work on, with commas between.")] = ",".join(QUEUES),
) -> None:
    """Run a worker of the queues: solving, and delivering to each platform."""
    wanted = {queue.strip() for queue in queues.split(",")}
    if unknown := sorted(wanted.difference(QUEUES)):
        raise typer.BadParameter(f"{unknown[0]} is no queue; there are {', '.join(QUEUES)}")
    # Loaded here and not before: solving needs the database and OR-Tools, delivering neither.
    from bots.broker import run_worker as deliver  # noqa: PLC0415
    from service.cli import until_told_to_end  # noqa: PLC0415

    stop = until_told_to_end()
    delivering = threading.Thread(
        target=deliver,
        args=(stop, wanted - {SOLVING}),
        kwargs={"alone": SOLVING not in wanted},
        name="deliveries",
    )
    if wanted != {SOLVING}:
        delivering.start()
    if SOLVING in wanted:
        from service.worker import run_worker as solve  # noqa: PLC0415

        solve(stop)
    stop.wait()
    if delivering.is_alive():
        delivering.join()


@app.command()
@_in_a_sentence()
def invite(
    who: Annotated[str, typer.Argument(help="The email address or handle of a person.")],
    picture: Annotated[Path | None, typer.Option(help="Also write the QR code as PNG to this file.")] = None,
) -> None:
    """Make a one-time code with which a person links their chat account; for Telegram also as link and QR code."""
    import asyncio  # noqa: PLC0415  # `rota --help` need not load any of it

    from bots import inviting  # noqa: PLC0415
    from bots.settings import get_settings  # noqa: PLC0415
    from service.errors import NotFound  # noqa: PLC0415
    from service.people.inviting import invite as make_code  # noqa: PLC0415

    try:
        name, code, seconds = make_code(who)
    except NotFound as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(1) from error
    username = asyncio.run(inviting.asking_telegram(get_settings())())
    typer.echo(inviting.invitation(name, code, seconds // 60, username))
    if picture is not None and username:
        picture.write_bytes(inviting.qr_picture(inviting.telegram_link(username, code)))


if __name__ == "__main__":
    app()
