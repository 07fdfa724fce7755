"""Several transactions at once, as requests that meet are."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import TypeVar

from service.errors import RotaError

Given = TypeVar("Given")


def race(*acts: Callable[[], Given]) -> tuple[list[Given], list[RotaError]]:
    """Do all at once; what the winners gave and what the others were refused with.

    Fails when one of them ends otherwise, or not at all.
    """
    barrier, won, lost = Barrier(len(acts)), list[Given](), list[RotaError]()

    def doing(act: Callable[[], Given]) -> None:
        barrier.wait()
        try:
            won.append(act())
        except RotaError as error:
            lost.append(error)

    threads = [Thread(target=doing, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(won) + len(lost) == len(acts)
    return won, lost
