"""Reading a workbook (xlsx, or a folder of CSV files) into rows of parsed cells, noting every bad one."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.exceptions import InvalidFileException

from service.imports.faults import CellFault, ImportRefused
from service.imports.sheets import SHEETS, Sheet

MAX_ROWS = 20_000
# Those that openpyxl knows are of 2007; spreadsheet programs have learnt to fail in more ways since.
ERRORS = frozenset(ERROR_CODES) | {"#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#GETTING_DATA"}
DAMAGED = (ParseError, csv.Error, zipfile.BadZipFile, zlib.error, EOFError)
"""What a file that was cut off, or in which a quotation mark is never closed, ends with."""
COLOUR = re.compile(r"#(?:[0-9a-f]{3}){1,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet; cells that are empty are not in `values`. A row with a bad cell is not `sound`."""

    sheet: str
    number: int
    values: dict[str, Any]
    sound: bool = True

    def fault(self, column: str, reason: str) -> CellFault:
        """A fault in this row."""
        return CellFault(sheet=self.sheet, row=self.number, column=column, reason=reason)


@dataclass(slots=True)
class Workbook:
    """The rows of each sheet, and what could not be read."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {sheet.name: [] for sheet in SHEETS})
    faults: list[CellFault] = field(default_factory=list)


def read(path: Path) -> Workbook:
    """The workbook at `path`. Raises ImportRefused when it is no workbook at all."""
    if not path.exists():
        raise _unreadable(path, "does not exist")
    tables = _csv_tables(path) if path.is_dir() else _xlsx_tables(path)
    known = {sheet.name: sheet for sheet in SHEETS}
    workbook = Workbook()
    for name, lines in tables:
        sheet = known.get(name.strip().lower().replace(" ", "_"))
        if sheet is not None:
            try:
                _read_sheet(workbook, sheet, lines)
            except DAMAGED as error:
                # Rows are read as they are asked for, so what is broken in a file shows here.
                raise _unreadable(path, f"cannot be read to its end, in the sheet {name}: {error}") from error
        elif name.strip().lower() != "read me":
            workbook.faults.append(
                CellFault(sheet=name, row=0, column="", reason=f"unknown sheet; known are {', '.join(known)}")
            )
    if not workbook.faults and not any(workbook.rows.values()):
        raise _unreadable(path, "holds no rows")
    return workbook


def _read_sheet(workbook: Workbook, sheet: Sheet, lines: Iterator[tuple[Any, ...]]) -> None:
    header = [_heading(cell) for cell in next(lines, ())]
    columns = {column.name: column for column in sheet.columns}
    for name in header:
        if name and name not in columns:
            workbook.faults.append(CellFault(sheet=sheet.name, row=1, column=name, reason="unknown column"))
    for column in sheet.columns:
        if column.required and column.name not in header:
            workbook.faults.append(CellFault(sheet=sheet.name, row=1, column=column.name, reason="column is missing"))
    for number, line in enumerate(lines, start=2):
        filled = {name: cell for name, cell in zip(header, line, strict=False) if not _is_empty(cell)}
        if not filled or _is_hint(next(iter(filled.values()))):
            continue
        # A sheet that is coloured down to its last row has a million of them, and may still hold few people.
        if number > MAX_ROWS:
            workbook.faults.append(
                CellFault(sheet=sheet.name, row=number, column="", reason=f"more than {MAX_ROWS} rows")
            )
            return
        workbook.rows[sheet.name].append(_parsed(workbook, sheet, number, header, filled))


def _parsed(workbook: Workbook, sheet: Sheet, number: int, header: list[str], filled: dict[str, Any]) -> Row:
    row = Row(sheet.name, number, {})
    before = len(workbook.faults)
    for column in sheet.columns:
        if column.name not in filled:
            if column.required and column.name in header:
                workbook.faults.append(row.fault(column.name, "is empty"))
            continue
        if str(filled[column.name]).strip() in ERRORS:
            workbook.faults.append(row.fault(column.name, f"holds the error {filled[column.name]}"))
            continue
        try:
            row.values[column.name] = column.parse(filled[column.name])
        except ValueError as error:
            workbook.faults.append(row.fault(column.name, str(error)))
    complete = all(column.name in row.values for column in sheet.columns if column.required)
    return replace(row, sound=complete and len(workbook.faults) == before)


def _csv_tables(folder: Path) -> Iterator[tuple[str, Iterator[tuple[Any, ...]]]]:
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise _unreadable(folder, "holds no .csv files")
    for file in files:
        try:
            content = file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise _unreadable(file, "is not UTF-8 text") from error
        yield file.stem, (tuple(line) for line in csv.reader(io.StringIO(content, newline="")))


def _xlsx_tables(file: Path) -> Iterator[tuple[str, Iterator[tuple[Any, ...]]]]:
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise _unreadable(file, "is no .xlsx workbook, nor a folder of .csv files") from error
    for sheet in book.worksheets:
        # Some programs write down a size that is not the sheet's, and what lies beyond it would not be read.
        sheet.reset_dimensions()
        yield sheet.title, _lines(sheet.iter_rows(values_only=True))


def _lines(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    yield from rows


def _heading(cell: object) -> str:
    return str(cell or "").strip().lower().rstrip("*").strip().replace(" ", "_")


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _is_hint(cell: object) -> bool:
    """Whether a row that begins with this cell is no data: a hint of the template, or somebody's remark."""
    word = str(cell).strip()
    return word.startswith("#") and word not in ERRORS and not COLOUR.fullmatch(word)


def _unreadable(path: Path, reason: str) -> ImportRefused:
    return ImportRefused((CellFault(sheet=str(path), row=0, column="", reason=reason),))
