"""`make bench` on inputs so small that each table takes seconds."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from benchmarks import report
from benchmarks.__main__ import README, main
from benchmarks.first_weeks import first_week
from benchmarks.large import text
from benchmarks.peers import PEERS, is_installed
from benchmarks.tables import TITLES
from solver import Status, score, solve

SMALL = {"curtois": "1", "curtois-long": "1", "weeks": "5", "first-weeks": "4", "large": "0"}


@pytest.fixture
def bench() -> typer.Typer:
    app = typer.Typer()
    app.command()(main)
    return app


@pytest.mark.parametrize("table", TITLES)
def test_each_table_is_measured_and_printed(bench: typer.Typer, tmp_path: Path, table: str) -> None:
    (tmp_path / "Instance1.txt").write_text(text(0))
    asked = [table, "--only", SMALL[table], "--engine", "Rota", "--time-limit", "2"]
    told = CliRunner().invoke(
        bench,
        [*asked, "--folder", str(tmp_path), "--results", str(tmp_path / "rows.jsonl")],
        catch_exceptions=False,
    )
    assert told.exit_code == 0
    heading, names, _, row = (line for line in told.stdout.splitlines() if line.startswith(("#", "|")))
    assert heading == f"### {TITLES[table]}"
    cells = dict(zip(names.strip("| ").split(" | "), row.strip("| ").split(" | "), strict=True))
    assert int(cells.get("objective", cells.get("Rota", "–"))) >= 0


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_and_rota_prove_the_same_optimum(peer: str) -> None:
    if not is_installed(peer):
        pytest.skip("not installed: make bench installs it")
    problem = first_week(4, places=12)
    ours = solve(problem, time_limit_s=30, workers=2, seed=1)
    theirs = PEERS[peer](problem, 30, 2)
    assert ours.status is Status.OPTIMAL
    assert score(problem, theirs.assignments).hard == ()
    assert score(problem, theirs.assignments).objective == ours.objective
    assert theirs.bound == pytest.approx(ours.objective, abs=1)


def test_a_row_that_is_there_is_not_measured_again_when_going_on(bench: typer.Typer, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    row = ["large", "--only", "0", "--time-limit", "1", "--results", str(rows)]
    CliRunner().invoke(bench, row, catch_exceptions=False)
    before = rows.read_text()
    again = CliRunner().invoke(bench, [*row, "--go-on"], catch_exceptions=False)
    assert rows.read_text() == before
    assert "measuring" not in again.stderr
    assert "| 0 |" in again.stdout


def test_a_table_takes_its_place_in_the_page_and_leaves_the_others(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(README.read_text(encoding="utf-8"), encoding="utf-8")
    for name in TITLES:
        report.put(page, name, f"first {name}")
    report.put(page, "weeks", "second weeks")
    written = page.read_text(encoding="utf-8")
    assert [name for name in TITLES if f"first {name}" in written] == [name for name in TITLES if name != "weeks"]
    assert written.count("second weeks") == 1
