"""Which rows of a workbook are hints and not read: those that begin with #, but not errors and colours."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from service.imports import workbook
from service.imports.faults import ImportRefused
from service.imports.template import write_template
from tests.service.imports.test_import_workbook import folder


def faults(path: Path) -> list[str]:
    return [str(fault) for fault in workbook.read(path).faults]


@pytest.mark.parametrize("hint", ["#", "# Waiter", "#not yet", "#1 is the first"])
def test_a_row_that_begins_with_a_hash_is_a_hint(tmp_path: Path, hint: str) -> None:
    found = workbook.read(folder(tmp_path, roles=f"role,colour\n{hint},#2563eb\nCook,\n"))
    assert ([row.number for row in found.rows["roles"]], found.faults) == ([3], [])


def test_the_hints_of_the_empty_workbook_are_no_rows(tmp_path: Path) -> None:
    write_template(tmp_path / "empty.xlsx")
    with pytest.raises(ImportRefused) as caught:
        workbook.read(tmp_path / "empty.xlsx")
    assert [cell.reason for cell in caught.value.cells] == ["holds no rows"]


@pytest.mark.parametrize("colour", ["#2563eb", "#FFF"])
def test_a_colour_in_the_first_column_is_no_hint(tmp_path: Path, colour: str) -> None:
    found = workbook.read(folder(tmp_path, roles=f"colour,role\n{colour},Cook\n"))
    assert [row.values for row in found.rows["roles"]] == [{"colour": colour, "role": "Cook"}]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#SPILL!"])
def test_a_formula_that_failed_is_a_mistake_at_its_place(tmp_path: Path, error: str) -> None:
    path = folder(tmp_path, people=f"name,email,contract\n{error},ana@example.com,\nSam,sam@example.com,{error}\n")
    assert faults(path) == [
        f"people, row 2, name: holds the error {error}",
        f"people, row 3, contract: holds the error {error}",
    ]


def test_the_errors_of_a_spreadsheet_are_the_same_as_those_of_a_csv_file(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "people"
    for line in (["name", "email"], ["#N/A", "ana@example.com"]):
        sheet.append(line)
    assert sheet["A2"].data_type == "e"
    book.save(tmp_path / "b.xlsx")
    assert faults(tmp_path / "b.xlsx") == ["people, row 2, name: holds the error #N/A"]
