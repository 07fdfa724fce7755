"""The actor that solves runs."""

import threading

import dramatiq
from dramatiq.middleware import Shutdown

from service.scheduling.execution import Interrupted, execute
from service.scheduling.service import ACTOR, QUEUE

_interrupted = threading.Event()


def interrupt_all() -> None:
    """Ask every solve of this process to hand its run back."""
    _interrupted.set()


# Dramatiq's own limit cannot interrupt CP-SAT; the run's time limit does. Retries are the sweep's work.
@dramatiq.actor(actor_name=ACTOR, queue_name=QUEUE, max_retries=0, time_limit=float("inf"), notify_shutdown=True)
def solve_run(run_id: int) -> None:
    """Work on a run."""
    try:
        execute(run_id, interrupted=_interrupted)
    except (Interrupted, Shutdown):
        return
