"""What people saw on the stand-in Slack, as Markdown: drawn from the payloads that the app really sent."""

import html
import re
from collections.abc import Iterator

from tests.standins.slack_world import Json


def as_markdown(blocks: list[Json], text: str = "") -> str:
    """Blocks as a quotation, as a person would read them; `text` where there are none."""
    lines = [line for block in blocks for line in _block(block)] or [_plain(text)]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def modal_as_markdown(view: Json) -> str:
    """A modal: its title, its inputs and its buttons."""
    closing = " ".join(f"`[{view[name]['text']}]`" for name in ("close", "submit") if view.get(name))
    return f"> **{view['title']['text']}** (a form)\n>\n{as_markdown(view['blocks'])}\n>\n> {closing}"


def _block(block: Json) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield from (f"**{_plain(block['text']['text'])}**", "")
        case "section":
            yield from _section(block)
        case "actions":
            yield from (" ".join(_button(element) for element in block["elements"]), "")
        case "image":
            yield from (f"🖼 *{_plain(block['alt_text'])}*", "")
        case "table":
            yield from _table(block)
        case "divider":
            yield from ("---", "")
        case "input":
            yield from (_input(block), "")
        case other:
            raise AssertionError(f"no words for a block of type {other}")


def _section(block: Json) -> Iterator[str]:
    accessory = f"  {_button(block['accessory'])}" if "accessory" in block else ""
    if "text" in block:
        lines = _marked(block["text"]["text"]).split("\n")
        yield from (f"{line}<br>" for line in lines[:-1])
        yield lines[-1] + accessory
        yield ""
    if "fields" in block:
        yield " · ".join(_marked(field["text"]).replace("\n", " ") for field in block["fields"])
        yield ""


def _table(block: Json) -> Iterator[str]:
    head, *rows = [[_plain(cell["text"]).replace("|", "\\|") for cell in row] for row in block["rows"]]
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _button(button: Json) -> str:
    return f"`[{button['text']['text']}]`"


def _input(block: Json) -> str:
    element = block["element"]
    initial = element.get("initial_date") or element.get("initial_time") or element.get("initial_value")
    if element.get("initial_option"):
        initial = element["initial_option"]["text"]["text"]
    chosen = [option["text"]["text"] for option in element.get("initial_options", [])]
    optional = " (optional)" if block.get("optional") else ""
    return f"{_plain(block['label']['text'])}{optional}: `{', '.join(chosen) or initial or '      '}`"


def _marked(mrkdwn: str) -> str:
    """Slack's bold is Markdown's italic."""
    return re.sub(r"(?<!\w)\*(\S[^*\n]*)\*(?!\w)", r"**\1**", _plain(mrkdwn))


def _plain(text: str) -> str:
    return html.unescape(text)
