"""The clock of a machine jumps: processes whose time is an hour off, by libfaketime, while PostgreSQL's is right."""

import importlib.util
from pathlib import Path
from random import Random

from tests.chaos.stage import Stage, wait

JUMPS = ("+1h", "-1h")
SECONDS = 15
JUMPING = ("api", "scheduler", "solver worker", "delivery worker")


def jump(stage: Stage, _: Random) -> None:
    """Each of our processes is started anew an hour ahead, then an hour behind, then right."""
    for offset in JUMPS:
        for name in JUMPING:
            stage.kill(name)
            stage.start(name, LD_PRELOAD=str(_library()), FAKETIME=offset, DONT_FAKE_MONOTONIC="1")
        wait(SECONDS)
    for name in JUMPING:
        stage.kill(name)
        stage.start(name)


def _library() -> Path:
    """The shared library inside the package: https://github.com/wolfcw/libfaketime."""
    found = importlib.util.find_spec("libfaketime")
    assert found is not None
    assert found.origin
    return Path(found.origin).parent / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
