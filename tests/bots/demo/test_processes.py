"""How the processes of a demo end."""

import subprocess
import sys
from pathlib import Path

from bots.demo.processes import Child, Crew

ENDING = """
import signal, sys, time

def end(*_):
    time.sleep(float(sys.argv[3]))
    with open(sys.argv[1], "a") as ended:
        ended.write(sys.argv[2] + "\\n")
    sys.exit()

signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
while True:
    signal.pause()
"""


def test_the_service_ends_after_all_who_finish_by_telling_it(tmp_path: Path) -> None:
    ended, crew = tmp_path / "ended", Crew(tmp_path, {})
    for name, seconds in (("service", "0"), ("delivery worker", "1"), ("slack", "0")):
        process = subprocess.Popen(
            [sys.executable, "-c", ENDING, str(ended), name, seconds], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        with process.stdout:
            assert process.stdout.readline() == b"ready\n"
        crew._children.append(Child(name=name, process=process, log=tmp_path / name))
    crew.stop()
    assert ended.read_text().splitlines() == ["slack", "delivery worker", "service"]
