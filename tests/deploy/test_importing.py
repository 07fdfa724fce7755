"""`rota import` into a configured database: as in a container, with no home and a role that owns nothing."""

import io
import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from openpyxl import Workbook, load_workbook

from bots.demo.embedded import Servers
from service.database_roles import grant

# Nobody can make a folder here, not even root.
NO_HOME = "/dev/null/home"


def written(**sheets: tuple[list[str], ...]) -> bytes:
    """A workbook with these rows in its sheets."""
    book, file = Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file.getvalue()


@pytest.fixture
def workbook() -> bytes:
    """A workbook that brings in one role."""
    return written(roles=(["role"], ["Nurse"]))


@pytest.fixture
def database(fresh_database: str, service_url: str) -> str:
    """The URL by which the service reaches its database: it owns nothing in it."""
    grant(fresh_database, service_url)
    return service_url


def rota(*arguments: str, folder: Path, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run `rota` in a folder, with nothing of Rota in its environment but what is given."""
    without = {"DATABASE_URL", "REDIS_URL", "XDG_DATA_HOME", "ROTA_SECRETS_DIR"}
    around = {name: value for name, value in os.environ.items() if name not in without}
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "bots.cli", *arguments],
        input=given,
        env=around | {"HOME": NO_HOME, "PYTHONPATH": root} | environment,
        cwd=folder,
        capture_output=True,
        check=False,
    )


def roles_in(url: str) -> list[str]:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM role")
            return [name for (name,) in cursor.fetchall()]
    finally:
        connection.close()


def test_a_container_without_a_home_fills_its_database(database: str, workbook: bytes, tmp_path: Path) -> None:
    done = rota("import", "-", folder=tmp_path, given=workbook, DATABASE_URL=database)
    assert done.returncode == 0, done.stderr
    assert b"Imported 1 roles into the database rota_" in done.stdout
    assert roles_in(database) == ["Nurse"]


def test_whoever_filled_in_env_fills_that_database_and_no_demo(
    database: str, workbook: bytes, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"DATABASE_URL={database}\n")
    (tmp_path / "mine.xlsx").write_bytes(workbook)
    done = rota("import", "mine.xlsx", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert roles_in(database) == ["Nurse"]


def test_a_secret_in_a_file_is_where_it_goes_too(database: str, workbook: bytes, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "DATABASE_URL").write_text(database)
    done = rota("import", "-", folder=tmp_path, given=workbook, ROTA_SECRETS_DIR=str(secrets))
    assert done.returncode == 0, done.stderr
    assert roles_in(database) == ["Nurse"]


def test_what_is_left_alone_is_said(database: str, tmp_path: Path) -> None:
    assignments = (["date", "shift", "person"], ["2026-12-07", "Early", "ana"])
    ward = written(
        teams=(["team", "time_zone"], ["Ward", "Europe/Berlin"]),
        people=(["name", "email", "roles"], ["Ana", "ana@example.com", "Nurse"]),
        templates=(["shift", "days", "start", "end", "needs"], ["Early", "Mon", "06:00", "14:00", "1 Nurse"]),
        weeks=(["week", "published"], ["2026-12-07", "yes"]),
        assignments=assignments,
    )
    first = rota("import", "-", folder=tmp_path, given=ward, DATABASE_URL=database)
    assert b"1 assignments into" in first.stdout, first.stderr
    again = rota("import", "-", folder=tmp_path, given=written(assignments=assignments), DATABASE_URL=database)
    assert again.stdout.startswith(b"Imported nothing into the database rota_"), again.stderr
    left_alone = b"Assignments left alone, since their weeks are published or were: 1.\n"
    assert again.stdout.endswith(left_alone)


def test_a_database_that_was_never_migrated_is_left_as_it_is(
    embedded: Servers, workbook: bytes, tmp_path: Path
) -> None:
    done = rota("import", "-", folder=tmp_path, given=workbook, DATABASE_URL=embedded.database_url)
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [
        "The database has no tables of this Rota yet: run `rota migrate`, then import again."
    ]


def test_a_database_that_does_not_answer_is_said_in_one_sentence(workbook: bytes, tmp_path: Path) -> None:
    nowhere = "postgresql://rota:secret@127.0.0.1:1/rota"
    done = rota("import", "-", folder=tmp_path, given=workbook, DATABASE_URL=nowhere)
    assert done.returncode == 1
    assert done.stderr.startswith(b"The database of DATABASE_URL cannot be reached: `rota doctor` says why.")
    assert len(done.stderr.splitlines()) == 1


def test_the_empty_workbook_comes_through_standard_output(tmp_path: Path) -> None:
    done = rota("import", "--template", "-", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "people" in load_workbook(io.BytesIO(done.stdout)).sheetnames


def test_a_file_that_cannot_be_written_is_said_with_the_way_round_it(tmp_path: Path) -> None:
    done = rota("import", "--template", f"{NO_HOME}/mine.xlsx", folder=tmp_path)
    assert done.returncode == 1
    assert b"cannot be written" in done.stderr
    assert b"--template -" in done.stderr
