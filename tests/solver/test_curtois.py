"""The public instances: read, solved to their published optimum, confirmed by a second reader."""

import os
from pathlib import Path

import pytest

from solver import Status, UnreadableInstance, score, solve
from solver.readers import curtois, read
from tests.solver.curtois_reference import judge

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("ROTA_SHARED_DATA", ROOT.parent / "shared" / "data")) / "curtois"
SMALL = """SECTION_HORIZON
# days
7

SECTION_SHIFTS
E,480,
L,480,E

SECTION_STAFF
A,E=7|L=2,2400,0,5,2,2,1
B,E=7|L=7,2400,960,5,1,2,1

SECTION_DAYS_OFF
A,0

SECTION_SHIFT_ON_REQUESTS
A,2,E,2

SECTION_SHIFT_OFF_REQUESTS
B,2,L,3

SECTION_COVER
2,E,1,100,1
3,L,1,100,1
"""


def public(number: int) -> Path:
    file = SHARED / f"Instance{number}.txt"
    if not file.exists():
        pytest.skip("the public instances are not here")
    return file


@pytest.mark.parametrize(("number", "best"), [(1, 607), (2, 828), (3, 1001)])
def test_public_instance_is_solved_to_its_published_optimum(number: int, best: int) -> None:
    file = public(number)
    problem = read(file)
    solution = solve(problem, time_limit_s=100, workers=2, seed=1)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, best)
    shifts = {shift.id: shift for shift in problem.shifts}
    triples = [(item.employee, shifts[item.shift].day, shifts[item.shift].type) for item in solution.assignments]
    assert judge(file.read_text(), triples) == (best, [])


@pytest.mark.parametrize("number", range(1, 13))
def test_every_public_instance_reads(number: int) -> None:
    problem = read(public(number))
    empty = score(problem, ())
    assert empty.objective == judge(public(number).read_text(), [])[0]


def test_the_second_reader_sees_what_score_sees() -> None:
    problem = curtois.loads(SMALL)
    plan = [("A", 2, "E"), ("A", 3, "E"), ("B", 1, "L"), ("B", 2, "E"), ("B", 4, "E"), ("A", 0, "E"), ("A", 5, "L")]
    shifts = {(shift.day, shift.type): shift.id for shift in problem.shifts}
    assignments = [curtois.assignment(employee=who, shift=shifts[day, kind]) for who, day, kind in plan]
    penalty, broken = judge(SMALL, plan)
    verdict = score(problem, assignments)
    assert verdict.objective == penalty
    assert len(verdict.hard) == len(broken) == 6


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("\n7\n", "\nseven\n", 3, "number of days 'seven' is not a whole number"),
        ("L,480,E", "L,480", 7, "3 fields expected, 2 found"),
        ("L,480,E", "E,480,", 7, "shift E is given twice"),
        ("A,E=7|L=2", "A,E=7|X=2", 10, "maximum of shifts 'X=2'"),
        ("A,E=7|L=2", "A,E=7|L=\u00b2", 10, "maximum of shifts 'L=\u00b2'"),
        ("B,E=7", "A,E=7", 11, "employee A is given twice"),
        ("960,5,1,2,1", "2500,5,1,2,1", 11, "a minimum of employee B is above its maximum"),
        ("A,0", "A,9", 14, "day 9 is above 6"),
        ("A,0", "Z,0", 14, "unknown employee 'Z'"),
        ("A,2,E,2", "A,2,N,2", 17, "unknown shift 'N'"),
        ("A,2,E,2", "A,2,E,-2", 17, "weight '-2' is not a whole number"),
        ("3,L,1", "2,E,1", 24, "cover of shift E on day 2 is given twice"),
        ("SECTION_COVER", "SECTION_COVERS", 22, "unknown section SECTION_COVERS"),
        ("SECTION_HORIZON", "7", 1, "text before the first section"),
        ("SECTION_DAYS_OFF\nA,0\n", "", 22, "SECTION_DAYS_OFF is missing"),
        ("L,480,E", "L,480,X", 7, "unknown shift 'X'"),
    ],
)
def test_a_damaged_file_is_refused_with_line_and_reason(old: str, new: str, line: int, reason: str) -> None:
    assert old in SMALL
    with pytest.raises(UnreadableInstance) as refused:
        curtois.loads(SMALL.replace(old, new, 1))
    assert refused.value.line == line
    assert reason in refused.value.reason


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "picture.txt"
    file.write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(UnreadableInstance, match="not UTF-8"):
        read(file)
