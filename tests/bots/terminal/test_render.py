"""Replies on a terminal: what people must read fits the width of the window."""

from io import StringIO
from pathlib import Path

from rich.console import Console as Screen

from bots.reply import Field, Reply, Section
from bots.terminal.render import show

WIDTH = 110


def drawn(reply: Reply, folder: Path) -> list[str]:
    printed = StringIO()
    show(Screen(width=WIDTH, file=printed), reply, where="Rota → @maria", pictures=folder, numbers={})
    return printed.getvalue().splitlines()


def test_many_fields_stand_one_below_the_other(tmp_path: Path) -> None:
    fields = tuple(Field(label=f"Rule number {number}", value=f"at most {number} shifts") for number in range(14))
    lines = drawn(Reply(text="", heading="Rules", fields=fields), tmp_path)
    for field in fields:
        assert any(field.label in line and field.value in line for line in lines), field


def test_few_fields_stand_side_by_side(tmp_path: Path) -> None:
    fields = (Field(label="Score", value="22"), Field(label="Bound", value="20"))
    lines = drawn(Reply(text="", fields=fields), tmp_path)
    assert any("Score" in line and "Bound" in line for line in lines)


def test_every_line_of_a_section_is_indented_alike(tmp_path: Path) -> None:
    section = Section(heading="Work rules", text="• rest\n• hours")
    lines = drawn(Reply(text="", sections=(section,)), tmp_path)
    assert len({line.index("•") for line in lines if "•" in line}) == 1
