"""The one place where plain text becomes Telegram's HTML, and where long text is split.

Text is kept as runs of plain text under at most one tag each, and is split while it is still plain: so a cut never
falls into an entity or a tag. https://core.telegram.org/bots/api#html-style
"""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Tag(StrEnum):
    """How a run of text looks."""

    PLAIN = ""
    BOLD = "b"
    FIXED = "pre"
    FOLDED = "blockquote"


@dataclass(frozen=True, slots=True)
class Run:
    """Plain text under one tag."""

    text: str
    tag: Tag = Tag.PLAIN


_OPENINGS = {Tag.PLAIN: "", Tag.BOLD: "<b>", Tag.FIXED: "<pre>", Tag.FOLDED: "<blockquote expandable>"}
_CLOSINGS = {Tag.PLAIN: "", Tag.BOLD: "</b>", Tag.FIXED: "</pre>", Tag.FOLDED: "</blockquote>"}


def marked(runs: Sequence[Run]) -> str:
    """The runs as HTML that Telegram shows exactly as typed."""
    return "".join(f"{_OPENINGS[run.tag]}{html.escape(run.text, quote=False)}{_CLOSINGS[run.tag]}" for run in runs)


def length(text: str) -> int:
    """The length that Telegram's limits count: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def shorten(text: str, most: int) -> str:
    """At most `most` code units, with an ellipsis where something is left out."""
    return text if length(text) <= most else _head(text, most - 1).rstrip() + "…"


def pieces(run: Run, most: int) -> Iterator[Run]:
    """A run in pieces of at most `most` code units, cut at line ends, else at blanks, else anywhere."""
    rest = run.text
    while length(rest) > most:
        head = _head(rest, most)
        at = max(head.rfind("\n"), head.rfind(" ") if run.tag is not Tag.FIXED and "\n" not in head else -1)
        cut = at if at > len(head) // 3 else len(head)
        yield Run(rest[:cut].rstrip(), run.tag)
        rest = rest[cut:].lstrip("\n" if run.tag is Tag.FIXED else None)
    if rest:
        yield Run(rest, run.tag)


def _head(text: str, most: int) -> str:
    """The longest beginning of at most `most` code units, without half of a character."""
    return text.encode("utf-16-le")[: most * 2].decode("utf-16-le", errors="ignore")
