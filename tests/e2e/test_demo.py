"""What the demo promises to whoever has just cloned it: its transcript, its exit codes, its data, its end."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from bots.demo import datadir
from bots.demo.embedded import servers

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]

ROTA = (sys.executable, "-m", "bots.cli")
OPTIMIZE, PUBLISH, MYSHIFTS = (
    "@maria /optimize next week",
    "@maria /publish next week",
    "@sam /myshifts next week",
)


@pytest.fixture
def environment() -> Mapping[str, str]:
    """An environment that names no servers: the demo brings its own."""
    return {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}


def run_demo(environment: Mapping[str, str], *options: str, lines: tuple[str, ...] = ()) -> tuple[int, str]:
    """The exit code and the transcript of a demo fed with `lines`."""
    done = subprocess.run(
        [*ROTA, "demo", *options],
        input="\n".join(lines),
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        timeout=150,
        check=False,
    )
    return done.returncode, done.stdout


def caused_by(transcript: str, line: str) -> str:
    """What was said between a line and the next one."""
    return transcript.partition(f"rota> {line}\n")[2].partition("\nrota> ")[0]


def unnumbered(said: str) -> list[str]:
    """The words of a reply whose buttons count on from those of the replies before."""
    return re.sub(r"\[\d+\]", "[]", said).split()


def processes_of(folder: Path) -> list[psutil.Process]:
    """Every process that works in or on the folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        words = [process.info["cwd"] or "", *(process.info["cmdline"] or [])]
        if any(word.startswith(str(folder)) for word in words):
            found.append(process)
    return found


def test_a_script_is_played_line_by_line_and_its_data_stay(environment: Mapping[str, str], tmp_path: Path) -> None:
    code, transcript = run_demo(
        environment, "--script", "-", "--data-dir", str(tmp_path), lines=(OPTIMIZE, PUBLISH, MYSHIFTS)
    )
    assert code == 0, transcript
    optimized, published, mine = (caused_by(transcript, line) for line in (OPTIMIZE, PUBLISH, MYSHIFTS))
    assert "#trattoria-luce" in optimized
    assert "places filled" in optimized
    assert "proven optimal" in optimized or "of the best possible" in optimized
    assert "Maria Conti published this week" in published
    assert published.count("(direct message)") == 28
    assert "Rota → @sam (direct message)" in published
    assert "Sam Okafor" in mine
    assert "Waiter" in mine
    assert processes_of(tmp_path) == []

    code, later = run_demo(environment, "--script", "-", "--data-dir", str(tmp_path), lines=(MYSHIFTS,))
    assert code == 0
    assert unnumbered(caused_by(later, MYSHIFTS)) == unnumbered(mine)


def test_an_employee_who_optimizes_ends_the_script_with_the_refusal(environment: Mapping[str, str]) -> None:
    code, transcript = run_demo(environment, "--script", "-", lines=("@sam /optimize next week", MYSHIFTS))
    assert code == 1
    assert "Only managers can do that" in transcript
    assert MYSHIFTS not in transcript


def test_without_a_terminal_the_demo_plays_its_tour(environment: Mapping[str, str]) -> None:
    code, transcript = run_demo(environment)
    assert code == 0, transcript
    for said in ("Maria Conti published this week", "Sam Okafor", "Runs of Trattoria Luce"):
        assert said in transcript


@pytest.fixture
def running_demo(environment: Mapping[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A demo that waits for the lines of its script, ready."""
    demo = subprocess.Popen(
        [*ROTA, "demo", "--script", "-", "--data-dir", str(tmp_path)],
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


def test_a_public_instance_joins_the_running_demo_and_is_solved_to_its_optimum(
    environment: Mapping[str, str], tmp_path: Path, shared_data: Path, running_demo: subprocess.Popen[str]
) -> None:
    instance = str(shared_data / "curtois" / "Instance2.txt")
    options = ("--curtois", instance, "--team", "Ward 2", "--week", "2026-11-30", "--data-dir", str(tmp_path))
    imported = subprocess.run(
        [*ROTA, "import", *options], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    _, _, line = imported.stdout.strip().partition("In the demo: ")
    transcript, _ = running_demo.communicate(f"{line}\n", timeout=120)
    assert running_demo.returncode == 0, transcript
    said = " ".join(transcript.split())
    assert "Done in" in said
    assert "proven optimal" in said
    assert "828 828" in said
    assert "#ward-2" in said


def test_a_second_demo_on_the_same_folder_is_refused_kindly(environment: Mapping[str, str], tmp_path: Path) -> None:
    with datadir.hold(tmp_path):
        done = subprocess.run(
            [*ROTA, "demo", "--data-dir", str(tmp_path)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "Another Rota is already running" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_demo_that_is_told_to_end_leaves_no_process_behind(
    tmp_path: Path, running_demo: subprocess.Popen[str], how: signal.Signals
) -> None:
    assert processes_of(tmp_path)
    running_demo.send_signal(how)
    assert running_demo.wait(timeout=60) == 128 + how
    assert processes_of(tmp_path) == []


def test_a_killed_demo_takes_its_processes_with_it(
    tmp_path: Path, running_demo: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    children = psutil.Process(running_demo.pid).children(recursive=True)
    assert len(children) >= 4
    running_demo.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
    # The servers outlive it; the next owner takes them over and ends them.
    with datadir.hold(tmp_path), servers(tmp_path):
        assert processes_of(tmp_path)
    assert processes_of(tmp_path) == []
