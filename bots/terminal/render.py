"""A Reply on a terminal, through rich. Everything that people wrote is printed as text, never as markup."""

from pathlib import Path
from textwrap import indent

from rich.box import ROUNDED, SIMPLE_HEAD
from rich.console import Console as Screen
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table as Grid
from rich.text import Text

from bots.reply import Button, Field, Reply, Table, Tone

STYLES = {Tone.PLAIN: "white", Tone.SUCCESS: "green", Tone.WARNING: "yellow", Tone.REFUSAL: "red"}
SIGNS = {Tone.PLAIN: "", Tone.SUCCESS: "✓ ", Tone.WARNING: "! ", Tone.REFUSAL: "✗ "}
BAR_WIDTH = 40
MOST_BESIDE = 6


def show(screen: Screen, reply: Reply, *, where: str, pictures: Path, numbers: dict[int, Button]) -> None:
    """Print a reply in a frame that says where it stands; `numbers` takes the buttons that can be typed now."""
    parts: list[RenderableType] = []
    if reply.text:
        parts.append(Text(SIGNS[reply.tone] + reply.text))
    if reply.fields:
        parts.append(_fields(reply.fields))
    if reply.table is not None:
        parts.append(_table(reply.table))
    for section in reply.sections:
        if section.heading:
            parts.append(Text(section.heading, style="bold"))
        parts.append(Text(indent(section.text, "  "), style="dim") if section.heading else Text(section.text))
        if section.buttons:
            parts.append(_buttons(section.buttons, numbers, "  "))
    if reply.progress is not None:
        parts.append(_progress(reply))
    if reply.image is not None:
        path = _save(pictures, reply.image.filename, reply.image.png)
        parts.append(Text.assemble(("picture ", "dim"), (str(path), "underline")))
    for file in reply.files:
        path = _save(pictures, file.filename, file.content)
        parts.append(Text.assemble(("file ", "dim"), (str(path), "underline")))
    if reply.buttons:
        parts.append(_buttons(reply.buttons, numbers))
    title = Text(where, style="bold cyan")
    if reply.heading:
        title.append(f"  {reply.heading}", style="bold white")
    screen.print(
        Panel(
            Group(*parts), title=title, title_align="left", box=ROUNDED, border_style=STYLES[reply.tone], expand=True
        )
    )


def progress_line(reply: Reply) -> str:
    """A run under way on one line."""
    figures = ", ".join(f"{each.label.lower()} {each.value}" for each in reply.fields)
    label = reply.progress.label if reply.progress else reply.text
    return f"  … {label}: {figures}" if figures else f"  … {label}"


def _fields(fields: tuple[Field, ...]) -> Grid:
    """Side by side while they are few; else one below the other, or nobody could read them."""
    grid = Grid.grid(padding=(0, 3))
    if len(fields) > MOST_BESIDE:
        for field in fields:
            grid.add_row(Text(field.label, style="dim"), Text(field.value))
        return grid
    for _ in fields:
        grid.add_column()
    grid.add_row(*(Text(field.label, style="dim") for field in fields))
    grid.add_row(*(Text(field.value) for field in fields))
    return grid


def _table(table: Table) -> Grid:
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        grid.add_column(Text(column))
    for row in table.rows:
        grid.add_row(*(Text(cell) for cell in row))
    return grid


def _progress(reply: Reply) -> RenderableType:
    assert reply.progress is not None  # noqa: S101
    bar = ProgressBar(total=1.0, completed=reply.progress.share or 0.0, width=BAR_WIDTH)
    row = Grid.grid(padding=(0, 2))
    row.add_row(bar, Text(reply.progress.label, style="dim"))
    return row


def _buttons(buttons: tuple[Button, ...], numbers: dict[int, Button], indent: str = "") -> Text:
    line = Text(indent)
    for button in buttons:
        number = len(numbers) + 1
        numbers[number] = button
        line.append(f"[{number}] ", style="cyan").append(f"{button.label}   ")
    return line


def _save(pictures: Path, name: str, content: bytes) -> Path:
    pictures.mkdir(parents=True, exist_ok=True)
    path = pictures / Path(name).name
    path.write_bytes(content)
    return path
