"""The list of what is broken. Each entry breaks something, mends it, and returns at the moment it is mended."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.chaos import killing, odd, platforms, postgres_faults, time_faults, valkey_faults
from tests.chaos.stage import Stage


@dataclass(frozen=True, slots=True)
class Fault:
    """`break_and_mend` is done `times` times by default; `rounds` of the command line win."""

    name: str
    break_and_mend: Callable[[Stage, Random], None]
    times: int = 1


KILLED = ("api", "solver worker", "delivery worker", "scheduler", "slack bot", "telegram bot")
KILLS = tuple(Fault(f"kill {name}", killing.kill(name), 17 if "bot" not in name else 16) for name in KILLED)
FAULTS = (
    *KILLS,
    Fault("valkey emptied", valkey_faults.emptied, 5),
    Fault("valkey restarted", valkey_faults.restarted, 3),
    Fault("valkey gone", valkey_faults.gone),
    Fault("postgres restarted", postgres_faults.restarted, 3),
    Fault("postgres connections cut", postgres_faults.connections_cut, 5),
    Fault("postgres disk full", postgres_faults.disk_full, 2),
    Fault("postgres deadlock", postgres_faults.deadlock, 5),
    Fault("postgres slow", postgres_faults.slow, 2),
    Fault("platforms in trouble", platforms.in_trouble),
    Fault("clock jumps", time_faults.jump),
    Fault("two schedulers", killing.two_schedulers),
    Fault("poisoned messages", odd.poisoned_messages),
    Fault("huge request", odd.huge_request, 3),
    Fault("many queued runs", odd.many_runs),
)


def chosen(names: str) -> tuple[Fault, ...]:
    """The faults whose names begin with one of these, commas between; all without any. Raises ValueError."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if not any(fault.name.startswith(name) for fault in FAULTS):
            raise ValueError(f"{name!r} is no fault; there are: {', '.join(fault.name for fault in FAULTS)}")
    return tuple(fault for fault in FAULTS if not wanted or any(fault.name.startswith(name) for name in wanted))
