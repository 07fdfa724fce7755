"""The process that branches and cuts: HiGHS over a linear form that comes in by the standard input.

A process of its own, because HiGHS looks up only between long steps: ending the process ends the search at once. It
imports neither CP-SAT nor the rest of the solver, so that it is there in a fraction of a second. It solves the linear
relaxation; where that is asked for, the whole variables that the relaxation uses (relaxation-enforced neighbourhood
search: Berthold, 2014), and with those that it could use at no cost if that is not enough; and, once told to go on,
all of them.

Arrays of floats go both ways, each after its length. In: the parts of the linear form, the columns that the
relaxation may rule out, `[seconds, gap, seed, offset]`, then `[]` to go on, and any number of schedules found
elsewhere (values of all variables), which HiGHS takes up where it next looks. Out: `[Said, bound, *values]`. When the
input ends, so does the process.

Huangfu and Hall, "Parallelizing the dual revised simplex method" (2018), is the reference for HiGHS.
"""

import os
import sys
import threading
import time
from collections.abc import Sequence
from enum import IntEnum
from typing import IO, Any

import highspy
import numpy as np
from numpy.typing import NDArray

Kind = highspy.cb.HighsCallbackType
Status = highspy.HighsModelStatus

BOUND_EVERY_S = 0.5
USED_SHARE = 0.5
"""How much of the time goes to what the relaxation uses, or could use for nothing, at most."""

QUICK_S = 8.0
"""What it uses alone has as long as the relaxation took, or this: it is solved soon, or leaves out too much."""

NEARLY = 1e-7


class Said(IntEnum):
    """What an array from the process is about."""

    BOUND = 0
    RELAXATION = 1
    SCHEDULE = 2


def put(pipe: IO[bytes], values: NDArray[np.float64] | NDArray[np.int32]) -> None:
    """Write an array."""
    pipe.write(len(values).to_bytes(8, "little") + values.astype(np.float64).tobytes())
    pipe.flush()


def take(pipe: IO[bytes]) -> NDArray[np.float64] | None:
    """Read an array; None when there is none any more, or only a part of one."""
    header = pipe.read(8)
    length = int.from_bytes(header, "little")
    content = pipe.read(8 * length)
    return np.frombuffer(content) if len(header) == 8 and len(content) == 8 * length else None


class _Exchange:
    """What comes in and goes out while HiGHS runs."""

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        self.waiting: NDArray[np.float64] | None = None
        self.best: NDArray[np.float64] | None = None
        self.may_go_on = threading.Event()
        self.on_whole = False
        self._incoming = incoming
        self._outgoing = outgoing
        self._told = -np.inf
        self._at = -np.inf

    def listen(self) -> None:
        """Take in schedules found elsewhere until there is nobody left to send one."""
        while (values := take(self._incoming)) is not None:
            if len(values):
                self.waiting = values
            else:
                self.may_go_on.set()
        os._exit(0)

    def on_event(self, kind: Kind, _: str, seen: Any, answer: Any, __: object) -> None:
        """Called by HiGHS."""
        bound = seen.mip_dual_bound if self.on_whole else -np.inf
        if kind == Kind.kCallbackMipImprovingSolution:
            self.best = np.round(np.array(seen.mip_solution))
            self.send(Said.SCHEDULE, bound, self.best)
        elif kind == Kind.kCallbackMipUserSolution:
            waiting, self.waiting = self.waiting, None
            if waiting is not None:
                answer.setSolution(waiting)
        elif bound > self._told and seen.running_time > self._at + BOUND_EVERY_S:
            self._at = seen.running_time
            self.send(Said.BOUND, bound)

    def send(self, said: Said, bound: float, values: Any = ()) -> None:
        """Send a bound, and the values of all variables where there are any."""
        self._told = max(self._told, bound)
        put(self._outgoing, np.array([said, bound, *values]))


def main() -> None:
    """Read a linear form, search, and send what is found."""
    # HiGHS writes its name to the standard output, which carries the arrays here.
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    incoming = sys.stdin.buffer
    form = [_needed(incoming) for _ in range(8)]
    may_rule_out = _needed(incoming).astype(np.int32)
    seconds, gap, seed, offset = _needed(incoming).tolist()
    exchange = _Exchange(incoming, outgoing)
    threading.Thread(target=exchange.listen, daemon=True).start()
    until = time.monotonic() + seconds
    # Interior points are 2 to 6 times as quick as the simplex method here (100 people a week, Curtois & Qu 12).
    options = {"output_flag": False, "threads": 1, "random_seed": int(seed), "mip_rel_gap": gap}
    # To HiGHS "ipm" as `solver` also means that nothing is whole.
    by_points = {True: {"mip_lp_solver": "ipm"}, False: {"solver": "ipm"}}

    def loaded(upper: NDArray[np.float64], seconds: float, *, whole: bool) -> Any:
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        limit = {"time_limit": max(0.0, seconds)}
        # Objectives are whole numbers: a bound less than one below the objective proves it.
        for option, value in {**options, **by_points[whole], **limit, "mip_abs_gap": 0.999}.items():
            highs.setOptionValue(option, value)
        _pass(highs, form, upper, offset, whole=whole)
        if exchange.best is not None:
            known = highspy.HighsSolution()
            known.col_value = exchange.best
            highs.setSolution(known)
        highs.setCallback(exchange.on_event, None)
        for kind in (
            Kind.kCallbackMipImprovingSolution,
            Kind.kCallbackMipUserSolution,
            Kind.kCallbackMipLogging,
            Kind.kCallbackMipInterrupt,
        ):
            highs.startCallback(kind)
        return highs

    upper, began = form[1], time.monotonic()
    relaxation = loaded(upper, seconds, whole=False)
    relaxation.run()
    if relaxation.getModelStatus() == Status.kOptimal:
        solution = relaxation.getSolution()
        used, reduced = np.array(solution.col_value), np.array(solution.col_dual)
        exchange.send(Said.RELAXATION, relaxation.getInfo().objective_function_value, used)
        unused = may_rule_out[used[may_rule_out] < NEARLY]
        costly = unused[reduced[unused] > NEARLY]
        quick = max(QUICK_S, time.monotonic() - began)
        for ruled_out, longest in ((unused, quick), (costly, seconds)) if len(may_rule_out) else ():
            narrow = upper.copy()
            narrow[ruled_out] = 0.0
            highs = loaded(narrow, min(longest, USED_SHARE * (until - time.monotonic())), whole=True)
            highs.run()
            if highs.getModelStatus() == Status.kOptimal:
                break
    exchange.may_go_on.wait()
    exchange.on_whole = True
    highs = loaded(upper, until - time.monotonic(), whole=True)
    highs.run()
    exchange.send(Said.BOUND, highs.getInfo().mip_dual_bound)
    # The thread that listens holds the input; an ordinary end would wait for it.
    os._exit(0)


def _pass(
    highs: Any, form: Sequence[NDArray[np.float64]], upper: NDArray[np.float64], offset: float, *, whole: bool
) -> None:
    """Hand a linear form to HiGHS, with other upper bounds."""
    lower, _, cost, row_lower, row_upper, starts, columns, coefficients = form
    highs.passModel(
        len(lower),
        len(row_lower),
        len(columns),
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        offset,
        cost,
        lower,
        upper,
        row_lower,
        row_upper,
        starts[:-1].astype(np.int32),
        columns.astype(np.int32),
        coefficients,
        np.full(len(lower), int(whole), dtype=np.int32),
    )


def _needed(pipe: IO[bytes]) -> NDArray[np.float64]:
    values = take(pipe)
    if values is None:
        # Whoever asked is gone.
        sys.exit()
    return values


if __name__ == "__main__":
    main()
