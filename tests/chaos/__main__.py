"""`python -m tests.chaos`: break one thing after the other; ends with 1 where anything was lost, doubled or slow."""

import shutil
import signal
import sys
from pathlib import Path
from random import Random

from tests.chaos import options, table
from tests.chaos.faults import chosen
from tests.chaos.rounds import Known, Outcome, play
from tests.chaos.servers import folder
from tests.chaos.stage import stage


def main() -> int:
    """Play what the environment asks for; the exit code."""
    # What was started must also end when this is told to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    wanted = options.read()
    faults = chosen(wanted.faults)
    random = Random(wanted.seed)
    outcomes: list[Outcome] = []
    known = Known()
    with folder() as place:
        try:
            with stage(place) as whole:
                load = whole.load()
                load.start()
                for fault in faults:
                    outcome, known = play(whole, fault, random, wanted.rounds or fault.times, known)
                    outcomes.append(outcome)
                load.stop()
        finally:
            # Also when it is broken off: what was measured until then.
            sys.stdout.write(f"{table.render(outcomes)}\nseed {wanted.seed}\n")
            sys.stdout.flush()
            if wanted.keep:
                shutil.copytree(place / "logs", Path(wanted.keep), dirs_exist_ok=True)
    for problem in load.problems:
        sys.stdout.write(f"{problem}\n")
    return 0 if all(outcome.passed for outcome in outcomes) and not load.problems else 1


if __name__ == "__main__":
    sys.exit(main())
