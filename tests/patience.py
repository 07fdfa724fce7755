"""Promises in seconds, on machines that do other things too."""

import os


def stretched(seconds: float) -> float:
    """How long a thing that takes `seconds` alone may take here and now: as many times as each core has takers,
    and twice that for noise."""
    return 2 * seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
