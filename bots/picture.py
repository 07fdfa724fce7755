"""The week as a PNG: people by days, role colours, times, gaps marked; readable on a phone.

Pillow, as measured on 28 people by 7 days: about 100 ms, against 400 ms for matplotlib.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from PIL import Image as Canvas
from PIL import ImageDraw, ImageFont

from assets import Face, font_file, runs
from bots import words
from bots.languages import _
from bots.reply import Image
from service.schemas.shifts import Roster, ShiftRead, WeekStatus

PAPER, INK, FAINT, LINE, STRIPE = "#ffffff", "#111827", "#6b7280", "#e5e7eb", "#f9fafb"
AWAY, GAP, GAP_INK = "#f3f4f6", "#fee2e2", "#b91c1c"
# Telegram takes no photo of more in width and height together: https://core.telegram.org/bots/api#sendphoto says
# 10,000. A team of 150 people is longer, and drawn smaller.
LARGEST = 9_900
MARGIN, NAME_WIDTH, DAY_WIDTH = 28, 270, 196
WIDTH = 2 * MARGIN + NAME_WIDTH + 7 * DAY_WIDTH
TITLE_HEIGHT, DAYS_HEIGHT, CHIP_HEIGHT, PAD = 108, 52, 44, 6
HEAD_HEIGHT = MARGIN + TITLE_HEIGHT + DAYS_HEIGHT
NAME_SIZE, TIME_SIZE, SHIFT_SIZE, TITLE_SIZE = 23, 20, 14, 36


@dataclass(frozen=True, slots=True)
class Chip:
    """One shift in a cell."""

    time: str
    label: str
    colour: str
    gap: bool = False


def week_image(roster: Roster) -> Image:
    """The picture of a week, with its words for those who cannot see it."""
    title, gaps = words.week_title(roster), words.gap_lines(roster, limit=5)
    alt_text = f"{title}: {words.coverage(roster)}."
    if gaps:
        alt_text += " " + _("Open: {gaps}.").format(gaps="; ".join(gaps))
    name = f"rota-{roster.week.week_start.isoformat()}.png"
    in_words = "\n".join([*words.roster_lines(roster), *words.gap_lines(roster, limit=100)])
    return Image(png=draw_week(roster), filename=name, alt_text=alt_text[:1900], in_words=in_words)


def draw_week(roster: Roster) -> bytes:
    """The picture as PNG, as large as platforms take at most."""
    days = [roster.week.week_start + timedelta(days=offset) for offset in range(7)]
    cells, gaps = _cells(roster)
    rows = [(person, [cells[person.id, day] for day in days]) for person in roster.people]
    open_row = [gaps[day] for day in days] if roster.gaps else []

    def strips() -> Iterator[Canvas.Image]:
        yield _head(roster, days)
        for number, (person, row) in enumerate(rows):
            away = roster.away.get(person.id, ())
            yield _person_row(person.name, row, [day in away for day in days], striped=number % 2 == 1)
        if open_row:
            yield _open_row(open_row)

    heights = [HEAD_HEIGHT, *(_row_height(row) for __, row in rows), _row_height(open_row) if open_row else 0, MARGIN]
    page = _stacked(strips(), sum(heights))
    stream = io.BytesIO()
    # A palette makes a third of the size, which phones on a bad line notice.
    page.quantize(128, Canvas.Quantize.FASTOCTREE, dither=Canvas.Dither.NONE).save(stream, "PNG")
    return stream.getvalue()


def _stacked(strips: Iterable[Canvas.Image], height: int) -> Canvas.Image:
    """A page of strips from top to bottom, made smaller where it would be too large for a platform.

    Only one strip at a time is there in full size: 500 people drawn at once took half a gigabyte, and take 52 MB so.
    """
    scale = min(1.0, LARGEST / (WIDTH + height))
    page = Canvas.new("RGB", (int(WIDTH * scale), int(height * scale)), PAPER)
    top = 0
    for strip in strips:
        begin, end = int(top * scale), int((top + strip.height) * scale)
        top += strip.height
        fitting = strip.resize((page.width, end - begin), Canvas.Resampling.LANCZOS) if scale < 1 else strip
        page.paste(fitting, (0, begin))
    return page


def _strip(height: int) -> Canvas.Image:
    return Canvas.new("RGB", (WIDTH, height), PAPER)


def _head(roster: Roster, days: list[date]) -> Canvas.Image:
    strip = _strip(HEAD_HEIGHT)
    draw = ImageDraw.Draw(strip)
    _draw_title(draw, roster)
    _draw_days(draw, days)
    return strip


def _person_row(name: str, row: list[list[Chip]], away: list[bool], *, striped: bool) -> Canvas.Image:
    height = _row_height(row)
    strip = _strip(height)
    draw = ImageDraw.Draw(strip)
    if striped:
        draw.rectangle((MARGIN, 0, WIDTH - MARGIN, height - 1), fill=STRIPE)
    _text(draw, (MARGIN + 6, height // 2), name, NAME_SIZE, most=NAME_WIDTH - 14)
    for place, chips in enumerate(row):
        left = MARGIN + NAME_WIDTH + place * DAY_WIDTH
        if away[place] and not chips:
            draw.rectangle((left + 3, 3, left + DAY_WIDTH - 4, height - 4), fill=AWAY)
            _text(draw, (left + 14, height // 2), _("away"), TIME_SIZE, FAINT)
        _draw_chips(draw, chips, left)
    return strip


def _open_row(row: list[list[Chip]]) -> Canvas.Image:
    height = _row_height(row)
    strip = _strip(height)
    draw = ImageDraw.Draw(strip)
    draw.line((MARGIN, 1, WIDTH - MARGIN, 1), fill=GAP_INK, width=2)
    _text(draw, (MARGIN + 6, height // 2), _("Open places"), NAME_SIZE, GAP_INK, bold=True)
    for place, chips in enumerate(row):
        _draw_chips(draw, chips, MARGIN + NAME_WIDTH + place * DAY_WIDTH)
    return strip


def _cells(roster: Roster) -> tuple[dict[tuple[int, date], list[Chip]], dict[date, list[Chip]]]:
    zone = ZoneInfo(roster.team.time_zone)
    shifts = {shift.id: shift for shift in roster.shifts}
    roles = {role.id: role for role in roster.roles}

    def chip(shift: ShiftRead, role_id: int, missing: int = 0) -> tuple[date, Chip]:
        role = roles[role_id]
        label = f"{missing} {role.name}, {shift.name}" if missing else f"{role.name}, {shift.name}"
        time = words.clock(shift.starts_at, shift.ends_at, roster.team.time_zone)
        return shift.starts_at.astimezone(zone).date(), Chip(time, label, role.colour, bool(missing))

    mine: dict[tuple[int, date], list[Chip]] = defaultdict(list)
    gaps: dict[date, list[Chip]] = defaultdict(list)
    for each in sorted(roster.assignments, key=lambda each: shifts[each.planned_shift_id].starts_at):
        day, made = chip(shifts[each.planned_shift_id], each.role_id)
        mine[each.user_id, day].append(made)
    for gap in sorted(roster.gaps, key=lambda gap: shifts[gap.planned_shift_id].starts_at):
        day, made = chip(shifts[gap.planned_shift_id], gap.role_id, gap.missing)
        gaps[day].append(made)
    return mine, gaps


def _row_height(cells: Iterable[list[Chip]]) -> int:
    return max(1, *(len(chips) for chips in cells)) * (CHIP_HEIGHT + 4) + PAD


def _draw_title(draw: ImageDraw.ImageDraw, roster: Roster) -> None:
    _text(draw, (MARGIN, MARGIN + 20), words.week_title(roster), TITLE_SIZE, bold=True, most=WIDTH - 2 * MARGIN - 430)
    state = _("proposal") if roster.proposed else words.week_state(roster.week.status)
    filled = words.coverage(roster)
    colour = GAP_INK if roster.gaps else "#047857"
    _text(draw, (WIDTH - MARGIN, MARGIN + 20), filled, 26, colour, bold=True, right=True)
    faint = "#047857" if roster.week.status is WeekStatus.PUBLISHED and not roster.proposed else FAINT
    _text(draw, (WIDTH - MARGIN, MARGIN + 62), state, 22, faint, right=True)
    left = MARGIN
    for role in roster.roles:
        draw.rounded_rectangle((left, MARGIN + 52, left + 20, MARGIN + 72), 5, fill=role.colour)
        left += 28
        left += _text(draw, (left, MARGIN + 62), role.name, 21, FAINT) + 26


def _draw_days(draw: ImageDraw.ImageDraw, days: list[date]) -> None:
    top = MARGIN + TITLE_HEIGHT
    for place, day in enumerate(days):
        left = MARGIN + NAME_WIDTH + place * DAY_WIDTH
        _text(draw, (left + 6, top + DAYS_HEIGHT // 2), words.day(day), 23, bold=True)
    draw.line((MARGIN, HEAD_HEIGHT - 2, WIDTH - MARGIN, HEAD_HEIGHT - 2), fill=LINE, width=2)


def _draw_chips(draw: ImageDraw.ImageDraw, chips: list[Chip], left: int) -> None:
    for number, chip in enumerate(chips):
        y = PAD // 2 + number * (CHIP_HEIGHT + 4) + 2
        box = (left + 3, y, left + DAY_WIDTH - 4, y + CHIP_HEIGHT)
        fill = GAP if chip.gap else _tint(chip.colour)
        draw.rounded_rectangle(box, 6, fill=fill, outline=GAP_INK if chip.gap else None)
        draw.rounded_rectangle((left + 3, y, left + 9, y + CHIP_HEIGHT), 3, fill=chip.colour)
        ink = GAP_INK if chip.gap else INK
        _text(draw, (left + 16, y + 14), chip.time, TIME_SIZE, ink, bold=True)
        _text(draw, (left + 16, y + 33), chip.label, SHIFT_SIZE, ink, most=DAY_WIDTH - 26)


def _tint(colour: str) -> str:
    """The colour on paper: dark text on it has a contrast above 7 to 1 for every hue."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{255 - (255 - part) // 6:02x}" for part in parts)


def _text(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    size: int,
    fill: str = INK,
    *,
    bold: bool = False,
    most: int | None = None,
    right: bool = False,
) -> int:
    """Draw one line around its middle, cut to `most` pixels, and say how wide it is."""
    pieces = list(runs(text))
    width = _width(pieces, size, bold)
    while most is not None and width > most and len(text) > 1:
        text = text[:-2].rstrip() + "…"
        pieces = list(runs(text))
        width = _width(pieces, size, bold)
    x = at[0] - width if right else at[0]
    for face, piece in pieces:
        font = _font(face, size, bold)
        draw.text((x, at[1]), piece, fill, font, anchor="lm")
        x += font.getlength(piece)
    return int(width)


def _width(pieces: list[tuple[Face, str]], size: int, bold: bool) -> float:
    return sum(_font(face, size, bold).getlength(piece) for face, piece in pieces)


@lru_cache(maxsize=64)
def _font(face: Face, size: int, bold: bool) -> ImageFont.FreeTypeFont:
    # Shaping is for scripts that join or reorder letters; the others are drawn twice as fast without.
    layout = ImageFont.Layout.RAQM if face is Face.OTHER else ImageFont.Layout.BASIC
    return ImageFont.truetype(font_file(face, bold=bold), size, layout_engine=layout)
