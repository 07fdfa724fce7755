"""What few sizes of shifts can add up to: soft limits on sums as the convex hull of their whole points.

    charge >= max(0, ceil((limit - sum of size * count) / step))      of too little, and
    charge >= max(0, ceil((sum of size * count - limit) / step))      of too much,
    for whole counts that keep the hard limits on the same shifts

The linear relaxation mixes shifts of 6 and of 7.5 hours until they are exactly the 32 hours of a contract, and pays
for nothing; of whole shifts there are 31.5 or 33. The lower hull of these points, one row a facet, says so. It made
the bound of a week of 100 people 374 instead of 211, at a best schedule of about 390.

The hull is Qhull's: Barber, Dobkin and Huhdanpaa, "The Quickhull algorithm for convex hulls" (1996).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

import numpy as np
from scipy.spatial import ConvexHull

MOST_SIZES = 3
MOST_POINTS = 4000
NEARLY = 1e-9

SLACK = 1e-6
"""Facets come in floating point: whole points must keep them all the same."""


@dataclass(frozen=True, slots=True)
class Row:
    """lower <= sum of coefficient * variable <= upper, infinite where there is no such limit."""

    variables: Sequence[int]
    coefficients: Sequence[float]
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class _Limit:
    """A hard limit: lower <= sum of coefficient * count <= upper, with a coefficient for each size."""

    coefficients: tuple[float, ...]
    lower: float
    upper: float

    def bounds(self, size: int) -> bool:
        """Whether it limits how many there are of a size."""
        return self.coefficients[size] > 0 and self.upper < np.inf


@dataclass(frozen=True, slots=True)
class _Sum:
    """How much is to be charged for a sum: ceil((sign * (sum of size * count - limit)) / step), where above 0."""

    sizes: tuple[float, ...]
    amounts: tuple[int, ...]
    """How many shifts there are of each size."""

    sign: int
    limit: float
    step: float


def hulls(rows: Iterable[Row], booleans: frozenset[int]) -> Iterator[Row]:
    """The facets of every soft limit among `rows`: sums of Booleans, and one other variable that is charged."""
    hard: dict[frozenset[int], list[Row]] = {}
    soft: list[tuple[int, Row]] = []
    for row in rows:
        others = [at for at, variable in enumerate(row.variables) if variable not in booleans]
        if not others:
            hard.setdefault(frozenset(row.variables), []).append(row)
        elif len(others) == 1:
            soft.append((others[0], row))
    for at, row in soft:
        yield from _hull(row, at, hard)


def _hull(row: Row, at: int, hard: dict[frozenset[int], list[Row]]) -> Iterator[Row]:
    charge, step = row.variables[at], row.coefficients[at]
    size_of = {
        variable: size for variable, size in zip(row.variables, row.coefficients, strict=True) if variable != charge
    }
    sign = -1 if step > 0 else 1
    limit = row.lower if step > 0 else row.upper
    sizes = tuple(sorted(set(size_of.values())))
    if not np.isfinite(limit) or not sizes or len(sizes) > MOST_SIZES or sizes[0] <= 0:
        return
    known = list(size_of.values())
    asked = _Sum(sizes, tuple(known.count(size) for size in sizes), sign, limit, abs(step))
    limits = tuple(
        found for other in hard.get(frozenset(size_of), ()) if (found := _by_size(other, size_of, sizes)) is not None
    )
    for slopes, least in _facets(asked, limits):
        slope_of = dict(zip(sizes, slopes, strict=True))
        variables = [charge, *size_of]
        yield Row(variables, [1.0, *(-slope_of[size] for size in known)], least - SLACK, np.inf)


def _by_size(row: Row, size_of: dict[int, float], sizes: tuple[float, ...]) -> _Limit | None:
    """The row as a limit on counts; None where it tells apart what has the same size."""
    coefficients: dict[float, float] = {}
    for variable, coefficient in zip(row.variables, row.coefficients, strict=True):
        if coefficients.setdefault(size_of[variable], coefficient) != coefficient or coefficient < 0:
            return None
    return _Limit(tuple(coefficients[size] for size in sizes), row.lower, row.upper)


@lru_cache(maxsize=1024)
def _facets(asked: _Sum, limits: tuple[_Limit, ...]) -> tuple[tuple[tuple[float, ...], float], ...]:
    """Each as slopes and constant: charge >= constant + sum of slope * count."""
    most = [
        min([amount, *(int(one.upper // one.coefficients[at]) for one in limits if one.bounds(at))])
        for at, amount in enumerate(asked.amounts)
    ]
    if prod(top + 1 for top in most) > MOST_POINTS:
        return ()
    counts = np.array(list(product(*(range(top + 1) for top in most))), dtype=np.float64)
    for one in limits:
        total = counts @ np.array(one.coefficients)
        counts = counts[(total >= one.lower) & (total <= one.upper)]
    over = asked.sign * (counts @ np.array(asked.sizes) - asked.limit) / asked.step
    points = np.column_stack([counts, np.maximum(0.0, np.ceil(over - NEARLY))])
    if len(points) == 0 or np.linalg.matrix_rank(points - points[0]) < points.shape[1]:
        # All on one plane: the row itself says everything already.
        return ()
    found = set()
    for *slopes, height, constant in ConvexHull(points).equations:
        if height < -NEARLY and any(abs(slope) > NEARLY for slope in slopes):
            found.add((tuple(round(slope / -height, 9) for slope in slopes), round(constant / -height, 9)))
    return tuple(sorted(found))
