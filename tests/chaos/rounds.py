"""One fault after the other: break, mend, wait until all is well again, count."""

import sys
import time
import traceback
from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random

import psycopg2

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


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier faults are to blame for: what they lost or broke, and what they left behind, which is not waited
    for again."""

    verdict: Verdict = field(default_factory=Verdict)
    left: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()


def play(stage: Stage, fault: Fault, random: Random, times: int, known: Known) -> tuple[Outcome, Known]:
    """Every round of one fault; also returns what is known to be wrong after it.

    Whatever goes wrong, even with the fault itself, it is the failure of this fault alone: the next ones are played.
    """
    before = len(stage.ledger.entries)
    try:
        return _play(stage, fault, random, times, known)
    except Exception as error:  # noqa: BLE001 - see above
        _say("".join(traceback.format_exception(error)))
        accepted = len(stage.ledger.entries) - before
        wrong = [f"could not be played to the end: {type(error).__name__}: {error}"]
        return Outcome(fault.name, times, accepted, [], [], 0, [*wrong, *stage.mend()], [PATIENCE_SECONDS]), known


def _play(stage: Stage, fault: Fault, random: Random, times: int, known: Known) -> tuple[Outcome, Known]:
    before = len(stage.ledger.entries)
    recovery: list[float] = []
    broken: list[str] = []
    left = known.left
    for number in range(times):
        wait(WARM_UP_SECONDS if number == 0 else 1.0)
        fault.break_and_mend(stage, random)
        start = time.monotonic()
        found = settle(stage, judging.now(stage.database), len(stage.ledger.entries), forgiven=left)
        recovery.append(time.monotonic() - start)
        _say(f"{fault.name} {number + 1}/{times}: {'given up' if found else 'all well'} after {recovery[-1]:.1f} s")
        left |= {_subject(one) for one in found}
        broken += stage.mend()
    until, entries = judging.now(stage.database), list(stage.ledger.entries)
    left |= {_subject(one) for one in settle(stage, until, len(entries), forgiven=left)}
    verdict = judging.judge(stage, entries)
    outcome = Outcome(
        name=fault.name,
        times=times,
        accepted=len(entries) - before,
        lost=sorted(verdict.lost - known.verdict.lost),
        doubled=sorted(verdict.doubled - known.verdict.doubled),
        repeated=len(verdict.repeated - known.verdict.repeated),
        broken=broken + sorted(set(invariants.broken(stage.database)) - known.broken),
        recovery=recovery,
    )
    return outcome, Known(verdict, left, known.broken | set(outcome.broken))


def settle(
    stage: Stage, until: str, entries: int, patience: float = PATIENCE_SECONDS, forgiven: Collection[str] = ()
) -> list[str]:
    """Wait until all that was there at that time has ended and everybody answers; what is left after so long."""
    left: list[str] = []
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        left = _left(stage, until, entries, forgiven)
        if not left:
            return []
        wait(0.25)
    _say(f"still not well after {patience:.0f} s: {'; '.join(left[:10])}")
    return left


def _left(stage: Stage, until: str, entries: int, forgiven: Collection[str]) -> list[str]:
    dead = [f"{name} ended by itself" for name in stage.dead()]
    try:
        left = judging.unfinished(stage.database, until) + judging.unanswered(stage, stage.ledger.entries[:entries])
    except psycopg2.OperationalError as error:
        return [*dead, f"the database does not answer: {error}"]
    left = dead + [one for one in left if _subject(one) not in forgiven]
    return left if left or stage.answers() else ["somebody does not answer"]


def _subject(left: str) -> str:
    """What is left, without its state, which may change."""
    return left.partition(" (")[0]


def _say(sentence: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {sentence}\n")
    sys.stderr.flush()
