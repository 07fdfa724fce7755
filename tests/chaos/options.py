"""How hard and how long, from the environment."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Defaults are those of the long form."""

    faults: str
    rounds: int | None
    seed: int
    valkey_gone_seconds: float
    platform_seconds: float
    backlog: int
    keep: str


def read() -> Options:
    """The options of this process."""
    rounds = os.environ.get("ROUNDS", "")
    return Options(
        faults=os.environ.get("FAULTS", ""),
        rounds=int(rounds) if rounds else None,
        seed=int(os.environ.get("SEED") or 1),
        valkey_gone_seconds=float(os.environ.get("VALKEY_GONE_SECONDS") or 60),
        platform_seconds=float(os.environ.get("PLATFORM_SECONDS") or 600),
        backlog=int(os.environ.get("BACKLOG") or 10_000),
        keep=os.environ.get("KEEP", ""),
    )
