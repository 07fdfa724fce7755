"""An empty workbook to fill in: every sheet with its columns, hints and an example that is never imported."""

from pathlib import Path
from typing import IO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from service.imports.sheets import SHEETS, Sheet

HEADER = PatternFill("solid", fgColor="1F2937")
REQUIRED = PatternFill("solid", fgColor="B45309")
HINT = Font(italic=True, color="6B7280")

ABOUT = (
    "Fill in the sheets that you need and delete the grey rows or leave them: rows that begin with # are not read.",
    "Orange columns must be filled in, dark ones may be. A note on each heading says what goes there.",
    "Then: rota import THIS_FILE.xlsx   Everything is brought in, or nothing: every bad cell is named.",
    "Importing again updates people (by email), shifts (by name) and weeks; it takes nothing away.",
    "What a row leaves empty then stays as it is known.",
)


def write_template(target: Path | IO[bytes]) -> None:
    """Write the empty workbook to a file, by its path or open."""
    book = Workbook()
    front = book.worksheets[0]
    front.title = "read me"
    front.column_dimensions["A"].width = 110
    for number, line in enumerate((*ABOUT, "", *(f"{sheet.name}: {sheet.about}" for sheet in SHEETS)), start=1):
        front.cell(number, 1, line)
    for sheet in SHEETS:
        _write_sheet(book.create_sheet(sheet.name), sheet)
    book.save(target)


def _write_sheet(target: Worksheet, sheet: Sheet) -> None:
    for number, column in enumerate(sheet.columns, start=1):
        header = target.cell(1, number, column.name)
        header.font = Font(bold=True, color="FFFFFF")
        header.fill = REQUIRED if column.required else HEADER
        header.comment = Comment(column.hint, "Rota")
        # Text format keeps spreadsheet programs from turning 2026-12-07 and 16:30 into something local.
        for row in range(2, 200):
            target.cell(row, number).number_format = "@"
        example = target.cell(2, number, f"# {column.example}" if number == 1 else column.example)
        example.font = HINT
        example.alignment = Alignment(wrap_text=False)
        target.column_dimensions[get_column_letter(number)].width = max(14, len(column.name), len(column.example)) + 2
    target.freeze_panes = "A2"
