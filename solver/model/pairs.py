"""Pairs of one person's shifts that may not, or should better not, both be worked: in as few rows as say it.

one shift a day:  sum of A + sum of B - both <= 1   for shifts A of a day and B of a later one, each too close to each
otherwise:        working[a] + working[b] - both <= 1   pair by pair

`both` is charged, or left out where the rule is hard. Of a day's shifts only one is worked, so that the first says of
all pairs together what the second says of each, and of a fractional schedule far more.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ortools.sat.python import cp_model

from solver.model.variables import Variables

Pair = tuple[int, int]
"""Positions of two shifts, the earlier first."""


def close(variables: Variables, person: int, minutes: int) -> Iterator[Pair]:
    """The pairs of the person's shifts with 0 <= start(second) - end(first) < minutes, second by second."""
    mine, shifts = variables.shifts_of[person], variables.problem.shifts
    by_end = sorted(mine, key=lambda at: shifts[at].end)
    ends = [shifts[at].end for at in by_end]
    for second in mine:
        start = shifts[second].start
        for first in sorted(by_end[bisect_right(ends, start - minutes) : bisect_right(ends, start)]):
            yield first, second


def forbid(variables: Variables, person: int, pairs: Iterable[Pair], weight: int | None) -> None:
    """Let `person` work no two shifts that are such a pair; with a weight, charge it for each pair worked."""
    if person in variables.one_a_day:
        for earlier, later in _groups(variables, pairs):
            _row(variables, person, earlier, later, weight)
        return
    for first, second in pairs:
        _row(variables, person, [first], [second], weight)


def forbid_alone(variables: Variables, person: int, shift: int, weight: int | None) -> None:
    """Let `person` not work a shift, for what was before the horizon; with a weight, charge it."""
    if weight is None:
        variables.model.add_bool_or([~variables.working[person, shift]])
    else:
        variables.charge(variables.working[person, shift], weight)


def _groups(variables: Variables, pairs: Iterable[Pair]) -> Iterable[tuple[list[int], list[int]]]:
    """Shifts of one day and of another, each of the first a pair with each of the second."""
    shifts = variables.problem.shifts
    too_close: dict[tuple[int, int], list[int]] = defaultdict(list)
    for first, second in pairs:
        if shifts[first].day != shifts[second].day:
            too_close[first, shifts[second].day].append(second)
    alike: dict[tuple[int, tuple[int, ...]], list[int]] = defaultdict(list)
    for (first, _), seconds in too_close.items():
        alike[shifts[first].day, tuple(seconds)].append(first)
    return [(firsts, [*seconds]) for (_, seconds), firsts in alike.items()]


def _row(variables: Variables, person: int, earlier: list[int], later: list[int], weight: int | None) -> None:
    model = variables.model
    literals = [variables.working[person, shift] for shift in (*earlier, *later)]
    if weight is None:
        model.add_at_most_one(literals)
        return
    both = model.new_bool_var("")
    model.add(cp_model.LinearExpr.sum(literals) - both <= 1)
    variables.charge(both, weight)
