"""A week that is impossible answers with what clashes in it and two presses that would help; one of them does."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

ROTA = (sys.executable, "-m", "bots.cli")
OPTIMIZE = "@maria /optimize next week"
# The first button is the one that stops the run; those of its result follow.
BEND = "@maria 2"
LINES = (
    OPTIMIZE,
    BEND,
    "@maria /why next week",
    "@maria /why sam fri dinner peak next week",
    "@maria /whatif sam off fri next week",
    "@maria /whatif sam on sat dinner peak next week",
    "@maria /whatif one more bartender sat dinner peak next week",
    "@sam /why next week",
)
CLASHING = """rule,value,person
MIN_REST_HOURS,11,
MAX_SHIFTS_PER_DAY,1,
MIN_SHIFTS_PER_WEEK,5,sam
MAX_SHIFTS_PER_WEEK,3,sam
"""


@pytest.fixture
def environment() -> Mapping[str, str]:
    """An environment that names no servers: the demo brings its own."""
    return {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}


@pytest.fixture
def demo(environment: Mapping[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A demo that waits for the lines of its script, ready."""
    demo = subprocess.Popen(
        [*ROTA, "demo", "--script", "-", "--data-dir", str(tmp_path / "demo")],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert demo.stderr is not None
    assert any(line.startswith("Ready") for line in demo.stderr)
    yield demo
    demo.terminate()
    demo.wait(timeout=60)


def caused_by(transcript: str, line: str) -> str:
    """What was said between a line and the next one, without the frames around it."""
    said = transcript.partition(f"rota> {line}\n")[2].partition("\nrota> ")[0]
    return re.sub(r"[│╭╮╰╯─\s]+", " ", said)


def test_an_impossible_week_names_its_clash_and_one_press_makes_it_possible(
    environment: Mapping[str, str], tmp_path: Path, demo: subprocess.Popen[str]
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "rules.csv").write_text(CLASHING, encoding="utf-8")
    subprocess.run([*ROTA, "import", str(rules), "--data-dir", str(tmp_path / "demo")], env=environment, check=True)

    transcript, _ = demo.communicate("\n".join(LINES), timeout=200)

    impossible = caused_by(transcript, OPTIMIZE)
    assert "No schedule is possible for" in impossible, transcript
    assert "• Sam Okafor: at least 5 shifts a week" in impossible
    assert "• Sam Okafor: at most 3 shifts a week" in impossible
    assert "[2] Sam Okafor: at" in impossible
    assert "[3] Sam Okafor: at" in impossible

    bent = caused_by(transcript, BEND)
    assert "Done in" in bent, transcript
    assert "places filled" in bent

    week = caused_by(transcript, "@maria /why next week")
    assert "Score " in week
    assert "lower is better; every rule that must be kept is" in week
    assert "wishes not met" in week

    sam = caused_by(transcript, "@maria /why sam fri dinner peak next week")
    assert "Sam Okafor, Dinner peak on Fri" in sam
    assert "in their place: not possible, " in sam

    off, on, more = (caused_by(transcript, line) for line in LINES[4:7])
    assert "If Sam Okafor were off on Fri" in off
    assert "score of" in off or "Nothing would have to change" in off
    assert "If Sam Okafor worked Dinner peak on Sat" in on
    assert "more Bartender" in more
    assert "score of" in more
    assert "That is not possible" not in off + on + more

    # Drafts are not an employee's to ask about; the script ends there.
    assert "Only managers can do that" in caused_by(transcript, "@sam /why next week")
    assert demo.returncode == 1
