"""What a command is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bots.commands.talk import Talk
from bots.reply import Reply

# Answers a command's argument, or a button's value.
Press = Callable[[Talk, str], Awaitable[Reply]]
# Answers a form: its value, and what was filled in by the names of its inputs.
Submit = Callable[[Talk, str, dict[str, str]], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: its name without the slash, what may follow, one line for /help, and whether only managers may."""

    name: str
    summary: str
    run: Press
    usage: str = ""
    manager: bool = False
