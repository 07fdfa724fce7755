"""Draws what the app sent as Slack would about show it, for the guide: the payloads are real, the drawing is ours."""

import html
import io
import re
from collections.abc import Sequence
from functools import cache
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from tests.standins.slack_world import Json

SCALE = 2
WIDTH = 680
MARGIN = 16
INDENT = 60
LINE = 22
GAP = 10

INK, PALE, RULE, PAPER = "#1d1c1d", "#616061", "#dddddd", "#ffffff"
GREEN, RED, BRAND = "#007a5a", "#e01e5a", "#1f4d3a"
BUTTON_HEIGHT = 32

# The font knows these signs; Slack shows the coloured ones.
SIGNS = str.maketrans({"✅": "✓", "🚫": "⊘", "⏳": "◔", "\ufe0f": ""})

Weight = Literal["Regular", "Bold"]


class Sheet:
    """Paper that grows downwards; `x` is where text begins, `y` where the next line goes."""

    def __init__(self, indent: int) -> None:
        self._image = Image.new("RGB", (WIDTH * SCALE, 4000 * SCALE), PAPER)
        self._draw = ImageDraw.Draw(self._image)
        self.x = indent
        self.y = MARGIN
        self.right = WIDTH - MARGIN

    def png(self) -> bytes:
        """The paper, cut below what was drawn."""
        out = io.BytesIO()
        cut = self._image.crop((0, 0, WIDTH * SCALE, (self.y + MARGIN) * SCALE))
        cut.quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()

    def words(
        self, marked: str, *, size: int = 15, colour: str = INK, left: int | None = None, right: int = 0
    ) -> None:
        """Text with *bold* parts, wrapped between `left` and `right`; moves down."""
        left, right = left or self.x, right or self.right
        for line in html.unescape(marked).translate(SIGNS).split("\n"):
            x = float(left)
            for word, weight in _weighted(line):
                width = self._width(word, size, weight)
                if x > left and x + width > right:
                    x, self.y = float(left), self.y + LINE
                self.text((x, self.y), word, size=size, weight=weight, colour=colour)
                x += width
            self.y += LINE if size < 18 else LINE + 4

    def text(
        self, at: tuple[float, float], text: str, *, size: int = 15, weight: Weight = "Regular", colour: str = INK
    ) -> None:
        """One run of text, where it is put."""
        self._draw.text((at[0] * SCALE, at[1] * SCALE), text, fill=colour, font=_font(size, weight))

    def box(
        self, box: tuple[float, float, float, float], *, fill: str | None = None, rule: str | None = None
    ) -> None:
        """A rounded box."""
        scaled = [edge * SCALE for edge in box]
        self._draw.rounded_rectangle(scaled, radius=4 * SCALE, fill=fill, outline=rule, width=SCALE)

    def picture(self, png: bytes) -> None:
        """A picture, as wide as the text."""
        image = Image.open(io.BytesIO(png)).convert("RGB")
        width = (self.right - self.x) * SCALE
        shown = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
        self._image.paste(shown, (self.x * SCALE, self.y * SCALE))
        self.y += shown.height // SCALE + GAP

    def buttons(self, buttons: Sequence[Json]) -> None:
        """A row of buttons, wrapped."""
        x = float(self.x)
        for button in buttons:
            label, style = button["text"]["text"], button.get("style")
            width = self._width(label, 13, "Bold") + 24
            if x > self.x and x + width > self.right:
                x, self.y = self.x, self.y + BUTTON_HEIGHT + 8
            colour = {"primary": GREEN, "danger": RED}.get(style or "", RULE)
            box = (x, self.y, x + width, self.y + BUTTON_HEIGHT)
            self.box(box, fill=GREEN if style == "primary" else PAPER, rule=colour)
            ink = {"primary": PAPER, "danger": RED}.get(style or "", INK)
            self.text((x + 12, self.y + 7), label, size=13, weight="Bold", colour=ink)
            x += width + 8
        self.y += BUTTON_HEIGHT + GAP

    def _width(self, text: str, size: int, weight: Weight) -> float:
        return float(self._draw.textlength(text, font=_font(size, weight))) / SCALE


def draw_message(blocks: Sequence[Json], pictures: dict[str, bytes], *, ephemeral: bool = False) -> bytes:
    """A message of the app as PNG. `pictures` are the contents of the files that it shows."""
    sheet = Sheet(INDENT)
    sheet.box((MARGIN, sheet.y, MARGIN + 36, sheet.y + 36), fill=BRAND)
    sheet.text((MARGIN + 11, sheet.y + 6), "R", size=20, weight="Bold", colour=PAPER)
    if ephemeral:
        sheet.words("Only visible to you", size=12, colour=PALE)
    sheet.text((sheet.x, sheet.y), "Rota", weight="Bold")
    sheet.box((sheet.x + 42, sheet.y + 3, sheet.x + 72, sheet.y + 17), fill="#e8e8e8")
    sheet.text((sheet.x + 47, sheet.y + 4), "APP", size=10, colour=PALE)
    sheet.y += LINE
    for block in blocks:
        _draw_block(sheet, block, pictures)
    return sheet.png()


def draw_modal(view: Json) -> bytes:
    """A modal as PNG."""
    sheet = Sheet(MARGIN)
    sheet.words(f"*{view['title']['text']}*", size=18)
    sheet.y += GAP
    for block in view["blocks"]:
        _draw_block(sheet, block, {})
    if view.get("submit"):
        sheet.buttons([{"text": view["close"]}, {"text": view["submit"], "style": "primary"}])
    return sheet.png()


def _draw_block(sheet: Sheet, block: Json, pictures: dict[str, bytes]) -> None:
    match block["type"]:
        case "header":
            sheet.words(f"*{block['text']['text']}*", size=18)
        case "section":
            _draw_section(sheet, block)
        case "actions":
            sheet.buttons(block["elements"])
        case "image":
            content = pictures.get(block["slack_file"]["id"])
            if content:
                sheet.picture(content)
        case "table":
            _draw_table(sheet, block)
        case "input":
            _draw_input(sheet, block)
        case "divider":
            sheet.box((sheet.x, sheet.y, sheet.right, sheet.y + 1), fill=RULE)
            sheet.y += GAP


def _draw_section(sheet: Sheet, block: Json) -> None:
    top = sheet.y
    if "text" in block:
        sheet.words(block["text"]["text"], right=sheet.right - (130 if "accessory" in block else 0))
    fields = block.get("fields", [])
    middle = (sheet.x + sheet.right) // 2
    for pair in (fields[at : at + 2] for at in range(0, len(fields), 2)):
        start = sheet.y
        for field, left in zip(pair, (sheet.x, middle), strict=False):
            sheet.y = start
            sheet.words(field["text"], left=left)
        sheet.y += 4
    if "accessory" in block:
        below, left = sheet.y, sheet.x
        sheet.x, sheet.y = sheet.right - 120, top
        sheet.buttons([block["accessory"]])
        sheet.x, sheet.y = left, max(below, sheet.y)
    sheet.y += GAP // 2


def _draw_table(sheet: Sheet, block: Json) -> None:
    columns = len(block["rows"][0])
    width = (sheet.right - sheet.x) / columns
    for index, row in enumerate(block["rows"]):
        for column, cell in enumerate(row):
            x = sheet.x + column * width
            sheet.box((x, sheet.y, x + width, sheet.y + 26), fill="#f8f8f8" if index == 0 else PAPER, rule=RULE)
            fits = int(width / 6.2)
            shown = cell["text"] if len(cell["text"]) <= fits else cell["text"][: fits - 1] + "…"
            sheet.text((x + 5, sheet.y + 6), shown, size=11, weight="Bold" if index == 0 else "Regular")
        sheet.y += 26
    sheet.y += GAP


def _draw_input(sheet: Sheet, block: Json) -> None:
    element = block["element"]
    sheet.words(f"*{block['label']['text']}*" + (" (optional)" if block.get("optional") else ""))
    if element["type"] in {"checkboxes", "radio_buttons"}:
        for option in element["options"]:
            sheet.box((sheet.x, sheet.y + 2, sheet.x + 16, sheet.y + 18), rule=PALE)
            sheet.words(option["text"]["text"], left=sheet.x + 26)
    else:
        shown = next((element[name] for name in element if name.startswith("initial_")), "")
        shown = shown["text"]["text"] if isinstance(shown, dict) else shown
        sheet.box((sheet.x, sheet.y, sheet.right, sheet.y + 36), rule=PALE)
        sheet.text((sheet.x + 10, sheet.y + 9), str(shown), colour=INK)
        sheet.y += 36
    sheet.y += GAP


def _weighted(line: str) -> list[tuple[str, Weight]]:
    """The words of a line with their blanks, bold between stars."""
    pieces = re.split(r"\*(\S[^*]*)\*", line)
    weights: tuple[Weight, Weight] = ("Regular", "Bold")
    return [
        (word, weights[index % 2]) for index, piece in enumerate(pieces) for word in re.findall(r"\S+\s*|\s+", piece)
    ]


@cache
def _font(size: int, weight: Weight) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The system's DejaVu, which has the signs of bars; where it is missing, Pillow's own."""
    try:
        return ImageFont.truetype(f"DejaVuSans{'-Bold' if weight == 'Bold' else ''}.ttf", size * SCALE * 0.92)
    except OSError:
        return ImageFont.load_default(size * SCALE)
