"""One fault after the other: break, mend, wait until all is well again, count."""

import sys
import time
from dataclasses import dataclass
from random import Random

from tests.chaos import invariants, judging
from tests.chaos.faults import Fault
from tests.chaos.judging import Verdict
from tests.chaos.stage import Stage, wait

RECOVERY_SECONDS = 30.0
# After that, it is not waited for any longer.
PATIENCE_SECONDS = 90.0
WARM_UP_SECONDS = 4.0


@dataclass(slots=True)
class Outcome:
    """What a fault did, over all its rounds. Seconds are from the end of the fault."""

    name: str
    times: int
    accepted: int
    lost: list[str]
    doubled: list[str]
    repeated: int
    broken: list[str]
    recovery: list[float]

    @property
    def passed(self) -> bool:
        """Nothing lost, nothing doubled, nothing broken, and all well again in time."""
        return not (self.lost or self.doubled or self.broken) and max(self.recovery) <= RECOVERY_SECONDS


def play(stage: Stage, fault: Fault, random: Random, times: int, known: Verdict) -> tuple[Outcome, Verdict]:
    """Every round of one fault; also returns what is known to be wrong after it."""
    before = len(stage.ledger.entries)
    recovery = []
    for number in range(times):
        wait(WARM_UP_SECONDS if number == 0 else 1.0)
        fault.break_and_mend(stage, random)
        recovery.append(_recovered(stage))
        what = "all well after" if recovery[-1] < PATIENCE_SECONDS else "given up after"
        _say(f"{fault.name} {number + 1}/{times}: {what} {recovery[-1]:.1f} s")
    until, entries = judging.now(stage.database), list(stage.ledger.entries)
    settle(stage, until, len(entries))
    verdict = judging.judge(stage, entries)
    outcome = Outcome(
        name=fault.name,
        times=times,
        accepted=len(entries) - before,
        lost=sorted(verdict.lost - known.lost),
        doubled=sorted(verdict.doubled - known.doubled),
        repeated=len(verdict.repeated - known.repeated),
        broken=invariants.broken(stage.database),
        recovery=recovery,
    )
    return outcome, verdict


def _recovered(stage: Stage) -> float:
    """Seconds until everything that was asked for before now has ended, and everybody answers."""
    start = time.monotonic()
    until, entries = judging.now(stage.database), len(stage.ledger.entries)
    settle(stage, until, entries)
    return time.monotonic() - start


def settle(stage: Stage, until: str, entries: int, patience: float = PATIENCE_SECONDS) -> list[str]:
    """Wait until all that was there at that time has ended and everybody answers; what is left after so long."""
    left: list[str] = []
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        left = judging.unfinished(stage.database, until) + judging.unanswered(stage, stage.ledger.entries[:entries])
        left += [f"{name} ended by itself" for name in stage.dead()]
        if not left and stage.answers():
            return []
        wait(0.25)
    left = left or ["somebody does not answer"]
    _say(f"still not well after {patience:.0f} s: {'; '.join(left[:10])}")
    return left


def _say(sentence: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {sentence}\n")
    sys.stderr.flush()
