"""The week as csv and xlsx: the same rows, safe to open in a spreadsheet program."""

import csv
import io

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from service.exports.rows import HEADER, OPEN, rows_of
from service.schemas.shifts import Roster

# A cell that begins with one of these would be run as a formula: https://owasp.org/www-community/attacks/CSV_Injection
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
HEADER_FILL = PatternFill("solid", fgColor="1F2937")
OPEN_FILL = PatternFill("solid", fgColor="FEE2E2")


def to_csv(roster: Roster) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheet programs need to show names right."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(HEADER)
    writer.writerows([_harmless(cell) for cell in row.cells()] for row in rows_of(roster))
    return stream.getvalue().encode("utf-8-sig")


def to_xlsx(roster: Roster) -> bytes:
    """One sheet; every cell is text or a number, never a formula."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = f"Week {roster.week.week_start.isoformat()}"
    sheet.append(list(HEADER))
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = HEADER_FILL
    for number, row in enumerate(rows_of(roster), start=2):
        for place, text in enumerate(row.cells(), start=1):
            cell = sheet.cell(number, place)
            if HEADER[place - 1] == "Hours":
                cell.value = float(text)
            else:
                # A line break of a word processor, pasted into a name, would keep the whole week from being exported.
                cell.value = _harmless(ILLEGAL_CHARACTERS_RE.sub(" ", text))
                cell.data_type = "s"
            if row.status == OPEN:
                cell.fill = OPEN_FILL
    for place, width in enumerate((12, 6, 18, 8, 8, 8, 16, 28, 12), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(DANGEROUS) else text
