"""`rota solve` at the shell."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from solver import UnreadableInstance
from solver.cli import app
from solver.readers import json as problems
from tests.solver.builders import needing, problem, shift, wanting
from tests.solver.curtois_reference import judge
from tests.solver.test_curtois import SMALL

run = CliRunner()


def test_json_holds_the_result_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "small.txt"
    file.write_text(SMALL)
    result = run.invoke(app, ["solve", str(file), "--time-limit", "20", "--json"])
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert list(answer) == ["status", "objective", "bound", "runtime_seconds", "assignments"]
    assert answer["status"] == "OPTIMAL"
    triples = [(item["employee"], item["day"], item["shift"]) for item in answer["assignments"]]
    assert judge(SMALL, triples) == (answer["objective"], [])


def test_a_problem_in_json_is_solved_and_written_out(tmp_path: Path) -> None:
    file, out = tmp_path / "week.json", tmp_path / "answer.json"
    file.write_text(problems.dumps(problem(["ana"], [shift(3)])))
    result = run.invoke(app, ["solve", str(file), "--out", str(out)])
    assert result.exit_code == 0
    assert "status     OPTIMAL" in result.stdout
    assert json.loads(out.read_text())["assignments"] == [{"employee": "ana", "day": 3, "shift": "day3"}]


def test_a_place_that_cannot_be_written_is_told_before_the_search(tmp_path: Path) -> None:
    file = tmp_path / "week.json"
    file.write_text(problems.dumps(problem(["ana"], [shift(3)])))
    for out in (tmp_path / "nowhere" / "answer.json", tmp_path):
        result = run.invoke(app, ["solve", str(file), "--out", str(out)])
        assert (result.exit_code, result.stdout) == (2, "")
        assert "--out" in result.stderr


def test_an_impossible_problem_ends_with_1(tmp_path: Path) -> None:
    file = tmp_path / "week.json"
    file.write_text(problems.dumps(problem(["ana"], [shift(3, demand=needing(2))])))
    result = run.invoke(app, ["solve", str(file), "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["status"] == "INFEASIBLE"


def test_a_damaged_file_ends_with_2_and_says_where(tmp_path: Path) -> None:
    file = tmp_path / "small.txt"
    file.write_text(SMALL.replace("\n7\n", "\nx\n"))
    result = run.invoke(app, ["solve", str(file)])
    assert result.exit_code == 2
    assert "line 3: the number of days 'x' is not a whole number" in result.stderr
    assert result.stdout == ""


def test_numbers_that_together_are_too_large_end_with_2(tmp_path: Path) -> None:
    file = tmp_path / "week.json"
    file.write_text(problems.dumps(problem(["ana"], [shift(3, demand=wanting(10**9, under=10**12))])))
    for command in (["solve", str(file)], ["bench", str(tmp_path)]):
        result = run.invoke(app, command)
        assert result.exit_code == 2
        assert "week.json: CP-SAT refused the model: Possible integer overflow in objective\n" in result.stderr


def test_a_missing_file_ends_with_2(tmp_path: Path) -> None:
    assert run.invoke(app, ["solve", str(tmp_path / "nowhere.txt")]).exit_code == 2


def test_a_field_of_the_wrong_kind_is_named(tmp_path: Path) -> None:
    file = tmp_path / "week.json"
    file.write_text('{"days": "many", "first_weekday": 0, "employees": [], "shifts": [], "colour": 1}')
    result = run.invoke(app, ["solve", str(file)])
    assert result.exit_code == 2
    assert "days: Input should be a valid integer" in result.stderr
    assert "colour: Unexpected keyword argument" in result.stderr


def test_an_unknown_rule_is_named(tmp_path: Path) -> None:
    file = tmp_path / "week.json"
    file.write_text('{"days": 7, "first_weekday": 0, "employees": [], "shifts": [], "rules": [{"rule": "Siesta"}]}')
    result = run.invoke(app, ["solve", str(file)])
    assert result.exit_code == 2
    assert "rules.0: a rule names one of MinutesLimit" in result.stderr


def test_bench_solves_each_file_of_a_folder_and_says_which_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "Instance1.txt").write_text(SMALL)
    (tmp_path / "week.json").write_text(problems.dumps(problem(["ana"], [shift(3)])))
    (tmp_path / "broken.json").write_text("{")
    result = run.invoke(app, ["bench", str(tmp_path), "--time-limit", "20"])
    assert result.exit_code == 2
    assert [line.split()[:2] for line in result.stdout.splitlines()[1:]] == [
        ["week.json", "OPTIMAL"],
        ["Instance1.txt", "OPTIMAL"],
    ]
    assert "broken.json" in result.stderr


def test_a_file_nested_too_deeply_is_refused() -> None:
    with pytest.raises(UnreadableInstance, match="nested too deeply"):
        problems.loads('{"a":' * 100_000)
