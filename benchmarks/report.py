"""Tables in benchmarks/README.md: each between two marks, so that one can be measured again without the others."""

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def put(file: Path, name: str, written: str) -> None:
    """Put a table between its marks in `file`, with the day and the machine. Raises `ValueError` without marks."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text = file.read_text(encoding="utf-8")
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not found.search(text):
        raise ValueError(f"{file} has no place for the table {name}: {begin} ... {end}")
    section = f"{begin}\n{written}\n{_where()}\n{end}"
    file.write_text(found.sub(lambda _: section, text), encoding="utf-8")


def _where() -> str:
    day = datetime.now(UTC).date().isoformat()
    return (
        f"Measured {day} on {os.cpu_count()} cores ({_processor()}), Python {platform.python_version()}, "
        f"OR-Tools {version('ortools')}."
    )


def _processor() -> str:
    """The processor by name where Linux tells it."""
    about = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.+)", about.read_text(encoding="utf-8")) if about.exists() else []
    return names[0] if names else platform.machine()
