"""What the demo promises to whoever has just cloned it: its transcript, its exit codes, its data, its end."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bots.demo import datadir

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


def test_a_script_is_played_to_its_first_refusal_and_its_data_stay(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    options = ("--script", "-", "--data-dir", str(tmp_path), "--time-limit", "5")
    code, transcript = run_demo(environment, *options, lines=(OPTIMIZE, PUBLISH, MYSHIFTS))
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

    # What is refused ends a script, and the lines after it are not played.
    lines = (MYSHIFTS, "@sam /optimize next week", "@maria /myshifts next week")
    code, later = run_demo(environment, *options, lines=lines)
    assert code == 1
    assert unnumbered(caused_by(later, MYSHIFTS)) == unnumbered(mine)
    assert "Only managers can do that" in later
    assert lines[-1] not in later


def test_without_a_terminal_the_demo_plays_its_tour(environment: Mapping[str, str]) -> None:
    code, transcript = run_demo(environment)
    assert code == 0, transcript
    for said in ("Maria Conti published this week", "Sam Okafor", "Runs of Trattoria Luce"):
        assert said in transcript


@contextmanager
def a_demo(environment: Mapping[str, str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A demo in the folder that waits for the lines of its script, ready."""
    demo = subprocess.Popen(
        [*ROTA, "demo", "--script", "-", "--data-dir", str(folder)],
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


@pytest.fixture
def running_demo(environment: Mapping[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with a_demo(environment, tmp_path) as demo:
        yield demo


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


def test_a_demo_that_is_interrupted_leaves_no_process_behind(
    tmp_path: Path, running_demo: subprocess.Popen[str]
) -> None:
    assert processes_of(tmp_path)
    running_demo.send_signal(signal.SIGINT)
    assert running_demo.wait(timeout=60) == 128 + signal.SIGINT
    assert processes_of(tmp_path) == []


def test_a_killed_demo_takes_its_processes_with_it_and_the_next_its_servers(
    environment: Mapping[str, str], tmp_path: Path, running_demo: subprocess.Popen[str]
) -> None:
    children = psutil.Process(running_demo.pid).children(recursive=True)
    assert len(children) >= 4
    running_demo.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
    assert processes_of(tmp_path), "the servers outlive it"
    with a_demo(environment, tmp_path) as the_next:
        the_next.send_signal(signal.SIGTERM)
        assert the_next.wait(timeout=60) == 128 + signal.SIGTERM
    assert processes_of(tmp_path) == []
