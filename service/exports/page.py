"""The week as a PDF: one landscape page, people by days, however many people there are."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from fpdf import FPDF

from assets import Face, font_file, runs
from service.exports.rows import ExportRow, rows_of
from service.schemas.shifts import Roster

WIDTH, HEIGHT, MARGIN = 297.0, 210.0, 10.0
NAME_WIDTH, TITLE_HEIGHT, HEAD_HEIGHT = 46.0, 14.0, 7.0
LARGEST_LINE, POINTS_A_MM = 4.2, 2.83
INK, FAINT, LINE, GAP = (17, 24, 39), (107, 114, 128), (229, 231, 235), (185, 28, 28)


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of the page: somebody, and what they do on each day."""

    name: str
    cells: dict[date, list[ExportRow]]
    gap: bool = False

    @property
    def height(self) -> int:
        return max(1, *(len(rows) for rows in self.cells.values())) if self.cells else 1


def to_pdf(roster: Roster) -> bytes:
    """One A4 page in landscape; the letters shrink until everybody is on it."""
    days = [roster.week.week_start + timedelta(days=offset) for offset in range(7)]
    lines = _lines(roster)
    free = HEIGHT - 2 * MARGIN - TITLE_HEIGHT - HEAD_HEIGHT
    unit = min(LARGEST_LINE, free / max(1, sum(line.height for line in lines)))
    page = _Page(unit)
    page.title(roster)
    page.days(days)
    for line in lines:
        page.line(line, days, {role.name: role.colour for role in roster.roles})
    return page.content()


def _lines(roster: Roster) -> list[_Line]:
    cells: dict[int | None, dict[date, list[ExportRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows_of(roster):
        cells[row.person_id][row.starts_at.date()].append(row)
    lines = [_Line(person.name, cells[person.id]) for person in roster.people]
    return [*lines, _Line("Open places", cells[None], gap=True)] if None in cells else lines


class _Page:
    """A page under the pen; `unit` is the height of one shift in millimetres."""

    def __init__(self, unit: float) -> None:
        self._pdf = FPDF(orientation="landscape", format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.add_page()
        self._pdf.set_creator("Rota")
        self._unit = unit
        self._y = MARGIN + TITLE_HEIGHT + HEAD_HEIGHT
        self._day_width = (WIDTH - 2 * MARGIN - NAME_WIDTH) / 7
        self._faces: set[tuple[Face, bool]] = set()

    def title(self, roster: Roster) -> None:
        """Team, week and how much of it is filled."""
        end = roster.week.week_start + timedelta(days=6)
        self._pdf.set_title(f"{roster.team.name} {roster.week.week_start.isoformat()}")
        self._text(
            MARGIN, MARGIN + 4, f"{roster.team.name}, {roster.week.week_start:%d %b} – {end:%d %b %Y}", 16, bold=True
        )
        state = "proposal" if roster.proposed else roster.week.status.lower()
        self._text(MARGIN, MARGIN + 10.5, f"{state}, {roster.filled} of {roster.places} places filled", 9, FAINT)

    def days(self, days: list[date]) -> None:
        """The head of the table."""
        for place, day in enumerate(days):
            left = MARGIN + NAME_WIDTH + place * self._day_width
            self._text(left + 1, MARGIN + TITLE_HEIGHT + 3.5, f"{day:%a} {day.day} {day:%b}", 9, bold=True)

    def line(self, line: _Line, days: list[date], colours: dict[str, str]) -> None:
        """Somebody's week."""
        height = line.height * self._unit
        self._pdf.set_draw_color(*LINE)
        self._pdf.line(MARGIN, self._y, WIDTH - MARGIN, self._y)
        size = self._unit * POINTS_A_MM * 0.66
        ink = GAP if line.gap else INK
        self._text(MARGIN + 1, self._y + height / 2, line.name, min(9.0, size * 1.1), ink, most=NAME_WIDTH - 2)
        for place, day in enumerate(days):
            left = MARGIN + NAME_WIDTH + place * self._day_width
            for number, row in enumerate(line.cells.get(day, [])):
                top = self._y + number * self._unit
                self._pdf.set_fill_color(colours[row.role])
                self._pdf.rect(left, top + 0.4, 1.2, self._unit - 0.8, style="F")
                words = f"{row.starts_at:%H:%M}–{row.ends_at:%H:%M} {row.role}"
                self._text(left + 2, top + self._unit / 2, words, size, ink, most=self._day_width - 2.5)
        self._y += height

    def content(self) -> bytes:
        """The finished file."""
        return bytes(self._pdf.output())

    def _text(
        self,
        x: float,
        middle: float,
        text: str,
        size: float,
        ink: tuple[int, int, int] = INK,
        *,
        bold: bool = False,
        most: float | None = None,
    ) -> None:
        self._pdf.set_text_color(*ink)
        pieces = list(runs(text))
        widths = [self._width(face, piece, size, bold) for face, piece in pieces]
        if most is not None and sum(widths) > most:
            size *= most / sum(widths)
        for face, piece in pieces:
            width = self._width(face, piece, size, bold)
            self._pdf.text(x, middle + size / POINTS_A_MM * 0.35, piece)
            x += width

    def _width(self, face: Face, piece: str, size: float, bold: bool) -> float:
        family = f"{face.lower()}{'-bold' if bold else ''}"
        if (face, bold) not in self._faces:
            self._pdf.add_font(family, fname=font_file(face, bold=bold))
            self._faces.add((face, bold))
        self._pdf.set_font(family, size=size)
        return float(self._pdf.get_string_width(piece))
