"""Replies as Block Kit messages, within Slack's limits: what does not fit goes into the next message, never away.

Limits: https://docs.slack.dev/reference/block-kit/blocks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    HeaderBlock,
    ImageBlock,
    MarkdownTextObject,
    PlainTextObject,
    RawTextObject,
    SectionBlock,
    TableBlock,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from bots.reply import Button, ButtonStyle, Field, Progress, Reply, Section, Table, Tone
from bots.slack import words
from bots.slack.markup import as_typed_here, bold, escape, parts, shorten

MOST_BLOCKS = 50
MOST_CHARACTERS = 12_000
SECTION_TEXT = 3000
HEADER_TEXT = 150
FIELDS_IN_SECTION = 10
FIELD_TEXT = 2000
BUTTONS_IN_BLOCK = 25
BUTTON_TEXT = 75
ALT_TEXT = 2000
FALLBACK_TEXT = 4000
# Slack itself cuts what is over 40,000.
LONGEST_TEXT = 39_000
BAR_CELLS = 20
COLUMNS_IN_TABLE = 20
ROWS_IN_TABLE = 100
# Slack takes 10,000 characters of cells; each cell also costs its markup towards the size of the message.
MOST_CHARACTERS_IN_TABLE = 8000
CELL_MARKUP = 34
EMPTY = "–"

SIGNS = {Tone.PLAIN: "", Tone.SUCCESS: "✅ ", Tone.WARNING: "⚠️ ", Tone.REFUSAL: "🚫 "}
STYLES = {ButtonStyle.NORMAL: None, ButtonStyle.PRIMARY: "primary", ButtonStyle.DANGER: "danger"}

# Tells apart buttons of one action in one block, where Slack wants each action_id once.
REPEAT = "#"

Item = TypeVar("Item")
TableShape = Callable[[Table], Iterator[Sequence[Block]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackMessage:
    """One message as the Web API takes it; `text` is for notifications, search and screen readers."""

    text: str
    blocks: list[dict[str, Any]]


def render(reply: Reply, *, picture: str | None = None) -> list[SlackMessage]:
    """The messages, one or more, that say this reply. `picture` is the Slack file of the reply's image."""
    groups = [*_groups(reply, picture)]
    messages = [[block.to_dict() for block in page] for page in _pages(groups)]
    texts = [*parts(fallback(reply), FALLBACK_TEXT)]
    # Each message has its share of the text; where blocks need fewer messages than text does, the first has all.
    if len(texts) > len(messages):
        texts = [shorten("\n".join(texts), LONGEST_TEXT)]
    texts += [escape(shorten(reply.heading or reply.text, SECTION_TEXT))] * (len(messages) - len(texts))
    return [SlackMessage(text=text, blocks=blocks) for text, blocks in zip(texts, messages, strict=True)]


def blocks_of(reply: Reply) -> list[Block]:
    """The blocks of a reply without a picture, for the Home tab and modals, where no limit of messages holds."""
    return [block for group in _groups(reply, None, table=_table_as_text) for block in group]


def fallback(reply: Reply) -> str:
    """The whole reply as escaped text."""
    lines = [reply.heading or "", SIGNS[reply.tone] + reply.text]
    lines += [f"{field.label}: {field.value}" for field in reply.fields]
    lines += [reply.progress.label] if reply.progress else []
    lines += [reply.image.alt_text, reply.image.in_words] if reply.image else []
    lines += table_lines(reply.table) if reply.table else []
    lines += [f"{section.heading or ''}\n{section.text}".strip() for section in reply.sections]
    return escape("\n".join(line for line in lines if line.strip()) or "Rota")


def table_lines(table: Table) -> list[str]:
    """A table as lines that a screen reader reads well: each row names its columns."""
    return [
        "; ".join(
            f"{column}: {cell}" if column else cell for column, cell in zip(table.columns, row, strict=True) if cell
        )
        for row in table.rows
    ]


def button(pressed: Button, index: int = 0) -> ButtonElement:
    """A button; `index` tells it from others of the same action in its block."""
    confirm = pressed.confirm and ConfirmObject(
        title=PlainTextObject(text=shorten(pressed.label, 100)),
        text=PlainTextObject(text=shorten(pressed.confirm, 300)),
        confirm=PlainTextObject(text=shorten(pressed.label, 30)),
        deny=PlainTextObject(text=shorten(words.back(), 30)),
    )
    return ButtonElement(
        text=PlainTextObject(text=shorten(pressed.label, BUTTON_TEXT)),
        action_id=f"{pressed.action}{REPEAT}{index}" if index else str(pressed.action),
        value=pressed.value,
        style=STYLES[pressed.style],
        confirm=confirm or None,
    )


def _groups(reply: Reply, picture: str | None, *, table: TableShape | None = None) -> Iterator[Sequence[Block]]:
    """Blocks that belong on the same message, in order."""
    if reply.heading:
        yield from ([block] for block in _heading(reply.heading))
    yield from ([block] for block in _text(SIGNS[reply.tone] + escape(reply.text)) if reply.text)
    yield from _fields(reply.fields)
    if reply.progress:
        yield [SectionBlock(text=MarkdownTextObject(text=bar(reply.progress)))]
    if reply.image and picture:
        yield [ImageBlock(alt_text=shorten(reply.image.alt_text, ALT_TEXT), slack_file=SlackFile(id=picture))]
    if reply.table:
        yield from (table or _table)(reply.table)
    for section in reply.sections:
        yield from _section(section)
    if reply.buttons:
        yield from ([block] for block in _buttons(reply.buttons))


def _heading(heading: str) -> Sequence[Block]:
    if len(heading) <= HEADER_TEXT:
        return [HeaderBlock(text=PlainTextObject(text=heading))]
    return [*_text(bold(heading))]


def _text(marked: str) -> Iterator[Block]:
    return (SectionBlock(text=MarkdownTextObject(text=part)) for part in parts(marked, SECTION_TEXT))


def _fields(fields: Sequence[Field]) -> Iterator[Sequence[Block]]:
    short = [field for field in fields if len(_field(field)) <= FIELD_TEXT]
    for some in _some(short, FIELDS_IN_SECTION):
        yield [SectionBlock(fields=[MarkdownTextObject(text=_field(field)) for field in some])]
    for field in fields:
        if field not in short:
            yield from ([block] for block in _text(_field(field)))


def _field(field: Field) -> str:
    return f"{bold(field.label)}\n{escape(field.value) or '–'}"


def bar(progress: Progress) -> str:
    """A bar of text, such as `▓▓▓▓░░░░ 50%`, and its label."""
    label = escape(progress.label)
    if progress.share is None:
        return f"⏳ {label}"
    share = min(max(progress.share, 0.0), 1.0)
    full = round(share * BAR_CELLS)
    return f"{'▓' * full}{'░' * (BAR_CELLS - full)} {share:.0%}\n{label}"


def _section(section: Section) -> Iterator[Sequence[Block]]:
    marked = "\n".join(piece for piece in (bold(section.heading or ""), escape(section.text)) if piece)
    *earlier, last = [*parts(marked, SECTION_TEXT)] or ["–"]
    yield from ([SectionBlock(text=MarkdownTextObject(text=text))] for text in earlier)
    accessory = button(section.buttons[0]) if len(section.buttons) == 1 else None
    yield [
        SectionBlock(text=MarkdownTextObject(text=last), accessory=accessory),
        *(_buttons(section.buttons) if accessory is None else ()),
    ]


def _buttons(buttons: Sequence[Button]) -> Iterator[Block]:
    for some in _some(buttons, BUTTONS_IN_BLOCK):
        before = [[earlier.action for earlier in some[:at]] for at in range(len(some))]
        yield ActionsBlock(
            elements=[button(one, earlier.count(one.action)) for one, earlier in zip(some, before, strict=True)]
        )


def _table_as_text(table: Table) -> Iterator[Sequence[Block]]:
    return ([block] for block in _text(escape("\n".join(table_lines(table)))))


def _table(table: Table) -> Iterator[Sequence[Block]]:
    """Rows as a table; where Slack's tables are too narrow for it, as lines that name their columns."""
    if len(table.columns) > COLUMNS_IN_TABLE or not table.rows:
        yield from _table_as_text(table)
        return
    for rows in _rows_that_fit(table):
        cells = [[RawTextObject(text=as_typed_here(cell) or EMPTY) for cell in row] for row in (table.columns, *rows)]
        yield [TableBlock(rows=cells)]


def _rows_that_fit(table: Table) -> Iterator[list[tuple[str, ...]]]:
    page: list[tuple[str, ...]] = []
    size = head = sum(map(len, table.columns))
    for row in table.rows:
        weight = sum(len(cell) + CELL_MARKUP for cell in row)
        if page and (len(page) == ROWS_IN_TABLE - 1 or size + weight > MOST_CHARACTERS_IN_TABLE):
            yield page
            page, size = [], head
        page.append(row)
        size += weight
    yield page


def _pages(groups: Sequence[Sequence[Block]]) -> Iterator[Sequence[Block]]:
    page: list[Block] = []
    size = 0
    for group in groups:
        weight = sum(len(str(block.to_dict())) for block in group)
        # Slack takes one table a message.
        second_table = any(block.type == "table" for block in page) and group[0].type == "table"
        if page and (second_table or len(page) + len(group) > MOST_BLOCKS or size + weight > MOST_CHARACTERS):
            yield page
            page, size = [], 0
        page += group
        size += weight
    yield page


def _some(many: Sequence[Item], most: int) -> Iterator[Sequence[Item]]:
    return (many[start : start + most] for start in range(0, len(many), most))
