"""Problems from files: the public Curtois & Qu format, and the JSON form of `Problem`."""

from pathlib import Path

from solver.errors import UnreadableInstance
from solver.problem import Problem
from solver.readers import curtois, json


def read(path: Path) -> Problem:
    """The problem in `path`, by what the file holds. Raises `UnreadableInstance`, or `OSError` when not opened."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableInstance(1, f"not UTF-8 text: {error.reason} at byte {error.start}") from error
    return json.loads(text) if text.lstrip().startswith("{") else curtois.loads(text)


def is_curtois(problem: Problem) -> bool:
    """Whether shifts are named as the Curtois & Qu reader names them, by day and type."""
    return all(shift.id == curtois.shift_id(shift.day, shift.type) for shift in problem.shifts)


__all__ = ["curtois", "is_curtois", "json", "read"]
