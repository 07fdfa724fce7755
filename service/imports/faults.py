"""What is wrong with a file, cell by cell."""

from dataclasses import dataclass

from service.errors import Unprocessable
from service.schemas.base import FieldFault


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFault:
    """One bad cell. `row` counts as the spreadsheet program does: 1 is the header, 0 the sheet as a whole."""

    sheet: str
    row: int
    column: str
    reason: str

    @property
    def place(self) -> str:
        """Where the cell is, for people."""
        row = f"row {self.row}" if self.row else ""
        return ", ".join(part for part in (self.sheet, row, self.column) if part)

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class ImportRefused(Unprocessable):
    """The file cannot be brought in; nothing was written. `cells` lists every fault."""

    code, title = "import_refused", "The file has mistakes"

    def __init__(self, cells: tuple[CellFault, ...]) -> None:
        self.cells = cells
        super().__init__(
            f"{len(cells)} {'cell needs' if len(cells) == 1 else 'cells need'} a correction; nothing was imported.",
            way_forward="Correct the cells listed and import the same file again.",
            faults=tuple(FieldFault(field=cell.place, reason=cell.reason) for cell in cells),
        )
