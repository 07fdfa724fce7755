"""The actor that solves runs."""

import threading

import dramatiq

from service.queues import SOLVING
from service.scheduling.execution import Interrupted, execute
from service.scheduling.service import ACTOR

_interrupted = threading.Event()


def interrupt_all() -> None:
    """Ask every solve of this process to hand its run back."""
    _interrupted.set()


# Dramatiq's own limit cannot interrupt CP-SAT; the run's time limit does. Retries are the sweep's work. Dramatiq is
# not to raise in the thread at the end either: that would lose the best solution so far, which is to be handed back.
@dramatiq.actor(actor_name=ACTOR, queue_name=SOLVING, max_retries=0, time_limit=float("inf"))
def solve_run(run_id: int) -> None:
    """Work on a run."""
    try:
        execute(run_id, interrupted=_interrupted)
    except Interrupted:
        return
