"""The week as a PNG: people by days, role colours, times, gaps marked; readable on a phone.

Pillow, as measured on 28 people by 7 days: about 100 ms, against 400 ms for matplotlib.
"""

import io
from collections import defaultdict
from collections.abc import Iterable
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
MARGIN, NAME_WIDTH, DAY_WIDTH = 28, 270, 196
TITLE_HEIGHT, HEAD_HEIGHT, CHIP_HEIGHT, PAD = 108, 52, 44, 6
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
    """The picture as PNG."""
    days = [roster.week.week_start + timedelta(days=offset) for offset in range(7)]
    cells, open_cells = _cells(roster)
    rows = [(person.name, person.id) for person in roster.people]
    heights = [_row_height(cells[person_id, day] for day in days) for _, person_id in rows]
    open_height = _row_height(open_cells[day] for day in days) if roster.gaps else 0
    width = 2 * MARGIN + NAME_WIDTH + 7 * DAY_WIDTH
    height = MARGIN + TITLE_HEIGHT + HEAD_HEIGHT + sum(heights) + open_height + MARGIN
    canvas = Canvas.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(canvas)
    _draw_title(draw, roster, width)
    top = MARGIN + TITLE_HEIGHT
    _draw_days(draw, days, top)
    top += HEAD_HEIGHT
    for number, ((name, person_id), row_height) in enumerate(zip(rows, heights, strict=True)):
        if number % 2:
            draw.rectangle((MARGIN, top, width - MARGIN, top + row_height - 1), fill=STRIPE)
        _text(draw, (MARGIN + 6, top + row_height // 2), name, NAME_SIZE, most=NAME_WIDTH - 14)
        away = set(roster.away.get(person_id, ()))
        for place, day in enumerate(days):
            left = MARGIN + NAME_WIDTH + place * DAY_WIDTH
            if day in away and not cells[person_id, day]:
                draw.rectangle((left + 3, top + 3, left + DAY_WIDTH - 4, top + row_height - 4), fill=AWAY)
                _text(draw, (left + 14, top + row_height // 2), _("away"), TIME_SIZE, FAINT)
            _draw_chips(draw, cells[person_id, day], left, top)
        top += row_height
    if roster.gaps:
        draw.line((MARGIN, top, width - MARGIN, top), fill=GAP_INK, width=2)
        _text(draw, (MARGIN + 6, top + open_height // 2), _("Open places"), NAME_SIZE, GAP_INK, bold=True)
        for place, day in enumerate(days):
            _draw_chips(draw, open_cells[day], MARGIN + NAME_WIDTH + place * DAY_WIDTH, top)
    stream = io.BytesIO()
    # A palette makes a third of the size, which phones on a bad line notice.
    canvas.quantize(128, Canvas.Quantize.FASTOCTREE, dither=Canvas.Dither.NONE).save(stream, "PNG")
    return stream.getvalue()


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


def _draw_title(draw: ImageDraw.ImageDraw, roster: Roster, width: int) -> None:
    _text(draw, (MARGIN, MARGIN + 20), words.week_title(roster), TITLE_SIZE, bold=True, most=width - 2 * MARGIN - 430)
    state = _("proposal") if roster.proposed else words.week_state(roster.week.status)
    filled = words.coverage(roster)
    colour = GAP_INK if roster.gaps else "#047857"
    _text(draw, (width - MARGIN, MARGIN + 20), filled, 26, colour, bold=True, right=True)
    faint = "#047857" if roster.week.status is WeekStatus.PUBLISHED and not roster.proposed else FAINT
    _text(draw, (width - MARGIN, MARGIN + 62), state, 22, faint, right=True)
    left = MARGIN
    for role in roster.roles:
        draw.rounded_rectangle((left, MARGIN + 52, left + 20, MARGIN + 72), 5, fill=role.colour)
        left += 28
        left += _text(draw, (left, MARGIN + 62), role.name, 21, FAINT) + 26


def _draw_days(draw: ImageDraw.ImageDraw, days: list[date], top: int) -> None:
    for place, day in enumerate(days):
        left = MARGIN + NAME_WIDTH + place * DAY_WIDTH
        _text(draw, (left + 6, top + HEAD_HEIGHT // 2), words.day(day), 23, bold=True)
    right = MARGIN + NAME_WIDTH + 7 * DAY_WIDTH
    draw.line((MARGIN, top + HEAD_HEIGHT - 2, right, top + HEAD_HEIGHT - 2), fill=LINE, width=2)


def _draw_chips(draw: ImageDraw.ImageDraw, chips: list[Chip], left: int, top: int) -> None:
    for number, chip in enumerate(chips):
        y = top + PAD // 2 + number * (CHIP_HEIGHT + 4) + 2
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
