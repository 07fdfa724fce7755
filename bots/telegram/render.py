"""Replies as Telegram messages, within its limits: what does not fit goes into the next message, never away.

Limits: https://core.telegram.org/bots/api#sendmessage and #sendphoto; buttons: 100 a message, measured.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bots.reply import Button, ButtonStyle, Field, Image, Progress, Reply, Section, Table, Tone
from bots.telegram.markup import Run, Tag, length, marked, pieces, shorten

TEXT = 4096
CAPTION = 1024
BUTTONS = 90
RUNS = 90
BUTTON_TEXT = 40
ROW_TEXT = 32
ROW_BUTTONS = 4
BAR_CELLS = 12
# Wider than this, a phone breaks the lines of a table.
TABLE_WIDTH = 44
EMPTY = "–"

SIGNS = {Tone.PLAIN: "", Tone.SUCCESS: "✅ ", Tone.WARNING: "⚠️ ", Tone.REFUSAL: "🚫 "}
STYLES: dict[ButtonStyle, Literal["primary", "danger"] | None] = {
    ButtonStyle.NORMAL: None,
    ButtonStyle.PRIMARY: "primary",
    ButtonStyle.DANGER: "danger",
}

Key = InlineKeyboardButton
DataOf = Callable[[Button], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramMessage:
    """One message as the Bot API takes it: HTML, its buttons, and the picture that the text is the caption of."""

    html: str
    keyboard: tuple[tuple[Key, ...], ...] = ()
    image: Image | None = None

    @property
    def markup(self) -> InlineKeyboardMarkup | None:
        """The keyboard, if there are buttons."""
        return InlineKeyboardMarkup(self.keyboard) if self.keyboard else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Text and the buttons that belong to it, kept on one message."""

    runs: tuple[Run, ...] = ()
    rows: tuple[tuple[Key, ...], ...] = ()

    @property
    def length(self) -> int:
        """In the units of Telegram's limits."""
        return sum(length(run.text) for run in self.runs)

    @property
    def buttons(self) -> int:
        """How many."""
        return sum(map(len, self.rows))


def render(reply: Reply, data_of: DataOf) -> list[TelegramMessage]:
    """The messages, one or more, that say this reply. `data_of` gives a button's callback data.

    The picture is in the first message, and with it the reply's own buttons; without one they are in the last.
    """
    first = CAPTION if reply.image else TEXT
    blocks = [part for block in _blocks(reply, data_of) for part in _fitting(block, first)]
    own = tuple(_rows([key(button, data_of(button)) for button in reply.buttons]))
    if reply.image:
        blocks = blocks or [Block()]
        blocks[0] = replace(blocks[0], rows=own + blocks[0].rows)
    elif own:
        blocks.append(Block(rows=own))
    pages = [*_pages(blocks, first)]
    messages = [
        TelegramMessage(
            html=marked(_joined(page)),
            keyboard=tuple(row for block in page for row in block.rows),
        )
        for page in pages
    ]
    return [replace(messages[0], image=reply.image), *messages[1:]]


def key(button: Button, data: str, label: str = "") -> Key:
    """A button as a key of an inline keyboard."""
    return Key(text=shorten(label or button.label, BUTTON_TEXT), callback_data=data, style=STYLES[button.style])


def bar(progress: Progress) -> str:
    """A bar of text, such as `▓▓▓▓░░░░ 50%`, and its label."""
    if progress.share is None:
        return f"⏳ {progress.label}"
    share = min(max(progress.share, 0.0), 1.0)
    full = round(share * BAR_CELLS)
    return f"{'▓' * full}{'░' * (BAR_CELLS - full)} {share:.0%}\n{progress.label}"


def _blocks(reply: Reply, data_of: DataOf) -> Iterator[Block]:
    if reply.heading:
        yield Block(runs=(Run(SIGNS[reply.tone]), Run(reply.heading, Tag.BOLD)))
    if reply.text:
        yield Block(runs=(Run(("" if reply.heading else SIGNS[reply.tone]) + reply.text),))
    if reply.fields:
        yield from _fields(reply.fields)
    if reply.progress:
        yield Block(runs=(Run(bar(reply.progress)),))
    if reply.table and reply.table.rows:
        # Beside the picture the same table is only for those who open it.
        yield _folded(reply.table) if reply.image else _table(reply.table)
    several = sum(bool(section.buttons) for section in reply.sections) > 1
    for number, section in enumerate(reply.sections, start=1):
        yield _section(section, f"{number} · " if several else "", data_of)


def _fields(fields: Sequence[Field]) -> Iterator[Block]:
    for start in range(0, len(fields), RUNS // 2):
        runs: list[Run] = []
        for index, field in enumerate(fields[start : start + RUNS // 2]):
            before = "\n" if index else ""
            runs += [Run(before), Run(f"{field.label}:", Tag.BOLD), Run(f" {field.value or EMPTY}")]
        yield Block(runs=tuple(runs))


def _section(section: Section, number: str, data_of: DataOf) -> Block:
    mark = number if section.buttons else ""
    heading = (Run(mark), Run(section.heading, Tag.BOLD), Run("\n")) if section.heading else (Run(mark),)
    keys = [key(button, data_of(button), f"{mark}{button.label}") for button in section.buttons]
    return Block(runs=(*heading, Run(section.text)), rows=tuple(_rows(keys)))


def _table(table: Table) -> Block:
    """A table of fixed width, or lines that name their columns where that would be too wide for a phone."""
    rows = [table.columns, *table.rows]
    widths = [max(_width(row[index]) for row in rows) for index in range(len(table.columns))]
    if sum(widths) + 2 * (len(widths) - 1) > TABLE_WIDTH:
        return Block(runs=(Run("\n".join(_lines(table))),))
    lines = [
        "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return Block(runs=(Run("\n".join(lines), Tag.FIXED),))


def _folded(table: Table) -> Block:
    return Block(runs=(Run("\n".join(_lines(table)), Tag.FOLDED),))


def _lines(table: Table) -> Iterator[str]:
    for row in table.rows:
        first, *rest = zip(table.columns, row, strict=True)
        cells = ", ".join(f"{column} {cell}" if column else cell for column, cell in rest if cell)
        yield f"{first[1]}: {cells or EMPTY}"


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in cell)


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _rows(keys: Sequence[Key]) -> Iterator[tuple[Key, ...]]:
    """Keys side by side as long as their labels stay legible on a phone."""
    row: list[Key] = []
    for one in keys:
        if row and (len(row) == ROW_BUTTONS or sum(len(k.text) for k in [*row, one]) > ROW_TEXT):
            yield tuple(row)
            row = []
        row.append(one)
    if row:
        yield tuple(row)


def _fitting(block: Block, most: int) -> Iterator[Block]:
    """A block in parts that each fit into a message; the buttons stay with the last part."""
    if block.length <= most and block.buttons <= BUTTONS:
        yield block
        return
    parts = [Block(runs=(piece,)) for run in block.runs for piece in pieces(run, most)]
    yield from parts[:-1]
    rows = [block.rows[start : start + BUTTONS // ROW_BUTTONS] for start in range(0, len(block.rows), 22)] or [()]
    yield replace(parts[-1], rows=rows[0])
    yield from (Block(rows=some) for some in rows[1:])


def _pages(blocks: Sequence[Block], first: int) -> Iterator[list[Block]]:
    page: list[Block] = []
    most = first
    for block in blocks:
        size = sum(one.length + 2 for one in page) + block.length
        runs = sum(len(one.runs) for one in page) + len(block.runs)
        buttons = sum(one.buttons for one in page) + block.buttons
        if page and (size > most or buttons > BUTTONS or runs > RUNS):
            yield page
            page, most = [], TEXT
        page.append(block)
    yield page or [Block()]


def _joined(page: Sequence[Block]) -> list[Run]:
    runs: list[Run] = []
    for block in page:
        if runs and block.runs:
            runs.append(Run("\n\n"))
        runs += block.runs
    return runs or [Run("⋯")]
