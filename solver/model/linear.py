"""The model as a linear program: the same variables, every constraint as rows, for engines that branch and cut.

at most one:  sum of literals <= 1       or:    sum of literals >= 1       (a negated literal is 1 - variable)
a -> b:       b - a >= 0                 most:  target >= each,  target <= sum of all       (Booleans only)

Whole variables that keep these rows keep the constraints, at the same objective. Sums with several different
coefficients, most often minutes, are also there divided by each of them and rounded, which whole variables keep as
well and fractional ones do not (Chvatal, "Edmonds polytopes and a hierarchy of combinatorial problems", 1973): with
shifts of 8 and 10 hours, 86 hours at most are 10 shifts at most.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from solver.errors import SolverError
from solver.model.hulls import Row, hulls

Numbers = NDArray[np.float64]
Indices = NDArray[np.int32]

UNBOUNDED = 2**62
"""CP-SAT's infinities lie beyond."""

NEARLY = 1e-9

FEWEST = 5
MOST_SIZES = 6
"""Rows with fewer variables, or with more different coefficients, are not rounded: it adds little."""


@dataclass(frozen=True, slots=True)
class LinearForm:
    """Minimize cost x + offset, lower <= x <= upper, row_lower <= A x <= row_upper, A by rows as sparse matrix."""

    lower: Numbers
    upper: Numbers
    cost: Numbers
    offset: float
    row_lower: Numbers
    row_upper: Numbers
    starts: Indices
    columns: Indices
    coefficients: Numbers

    @classmethod
    def of(cls, model: cp_model.CpModel) -> "LinearForm":
        """The linear form of `model`. Raises `SolverError` for constraints that no rule makes."""
        proto = model.proto
        domains = [list(variable.domain) for variable in proto.variables]
        lower = np.array([domain[0] for domain in domains], dtype=np.float64)
        upper = np.array([domain[-1] for domain in domains], dtype=np.float64)
        cost = np.zeros(len(lower))
        np.add.at(cost, list(proto.objective.vars), list(proto.objective.coeffs))
        rows = _Rows({column for column, domain in enumerate(domains) if domain[0] >= 0})
        for constraint in proto.constraints:
            rows.add(constraint)
        booleans = frozenset(column for column, domain in enumerate(domains) if domain == [0, 1])
        for hull in hulls(rows.sums, booleans):
            rows.add_row(hull)
        return cls(
            lower=lower,
            upper=upper,
            cost=cost,
            offset=proto.objective.offset,
            row_lower=np.array(rows.lower, dtype=np.float64),
            row_upper=np.array(rows.upper, dtype=np.float64),
            starts=np.array(rows.starts, dtype=np.int32),
            columns=np.array(rows.columns, dtype=np.int32),
            coefficients=np.array(rows.coefficients, dtype=np.float64),
        )

    def objective_of(self, values: Numbers) -> int | None:
        """What `values` cost; None where they break a row or a bound."""
        if np.any(values < self.lower) or np.any(values > self.upper):
            return None
        sums = np.zeros(len(self.row_lower))
        filled = np.flatnonzero(np.diff(self.starts))
        if len(filled):
            sums[filled] = np.add.reduceat(self.coefficients * values[self.columns], self.starts[filled])
        if np.any(sums < self.row_lower) or np.any(sums > self.row_upper):
            return None
        return round(float(self.cost @ values) + self.offset)


class _Rows:
    """Rows being collected."""

    def __init__(self, at_least_zero: AbstractSet[int]) -> None:
        self._at_least_zero = at_least_zero
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.starts: list[int] = [0]
        self.columns: list[int] = []
        self.coefficients: list[float] = []
        self.sums: list[Row] = []
        """The linear constraints among them."""

    def add_row(self, row: Row) -> None:
        """A row that is there already."""
        self._row(row.variables, row.coefficients, row.lower, row.upper)

    def add(self, constraint: Any) -> None:
        """The rows of one constraint."""
        unless = [-literal - 1 for literal in constraint.enforcement_literal]
        if constraint.has_linear():
            linear = constraint.linear
            if unless or len(linear.domain) != 2:
                raise SolverError("a linear constraint with a condition or a gap has no linear form")
            variables, coefficients = list(linear.vars), list(linear.coeffs)
            lower, upper = linear.domain
            self._row(variables, coefficients, lower, upper)
            self._rounded(variables, coefficients, lower, upper)
            self.sums.append(Row(variables, coefficients, _finite(lower), _finite(upper)))
        elif constraint.has_bool_or():
            self._literals([*constraint.bool_or.literals, *unless], 1, UNBOUNDED)
        elif constraint.has_at_most_one() and not unless:
            self._literals(constraint.at_most_one.literals, -UNBOUNDED, 1)
        elif constraint.has_exactly_one() and not unless:
            self._literals(constraint.exactly_one.literals, 1, 1)
        elif constraint.has_bool_and():
            for literal in constraint.bool_and.literals:
                self._literals([literal, *unless], 1, UNBOUNDED)
        elif constraint.has_lin_max() and not unless:
            self._most(constraint.lin_max)
        else:
            raise SolverError("a constraint has no linear form")

    def _most(self, most: Any) -> None:
        """Of Booleans: the target is one exactly when one of them is."""
        expressions = [most.target, *most.exprs]
        if any(len(one.vars) != 1 or one.coeffs[0] != 1 or one.offset or one.vars[0] < 0 for one in expressions):
            raise SolverError("a maximum of anything but Booleans has no linear form")
        target, *others = (one.vars[0] for one in expressions)
        for other in others:
            self._row((target, other), (1, -1), 0, UNBOUNDED)
        self._row((target, *others), (1, *(-1 for _ in others)), -UNBOUNDED, 0)

    def _literals(self, literals: Sequence[int], lower: int, upper: int) -> None:
        """A row over literals: -1 - variable stands for a negated one."""
        negated = sum(1 for literal in literals if literal < 0)
        self._row(
            [literal if literal >= 0 else -literal - 1 for literal in literals],
            [1 if literal >= 0 else -1 for literal in literals],
            lower - negated if lower > -UNBOUNDED else lower,
            upper - negated if upper < UNBOUNDED else upper,
        )

    def _rounded(self, variables: list[int], coefficients: list[int], lower: int, upper: int) -> None:
        """What a row says of whole variables after division by one of its coefficients."""
        sizes = {abs(coefficient) for coefficient in coefficients} - {1}
        if len(variables) < FEWEST or not sizes or len(sizes) > MOST_SIZES or not self._at_least_zero >= {*variables}:
            return
        for size in sorted(sizes):
            if upper < UNBOUNDED:
                floors = [factor // size for factor in coefficients]
                if not _follows(floors, upper // size, coefficients, upper):
                    self._row(variables, floors, -UNBOUNDED, upper // size)
            if lower > -UNBOUNDED:
                ceilings = [-(-factor // size) for factor in coefficients]
                opposite = [-factor for factor in coefficients]
                if not _follows([-factor for factor in ceilings], lower // -size, opposite, -lower):
                    self._row(variables, ceilings, -(-lower // size), UNBOUNDED)

    def _row(self, variables: Sequence[int], coefficients: Iterable[float], lower: float, upper: float) -> None:
        variables = list(variables)
        if len(set(variables)) < len(variables):
            merged: dict[int, float] = {}
            for variable, coefficient in zip(variables, coefficients, strict=True):
                merged[variable] = merged.get(variable, 0) + coefficient
            variables, coefficients = list(merged), list(merged.values())
        self.columns.extend(variables)
        self.coefficients.extend(coefficients)
        self.starts.append(len(self.columns))
        self.lower.append(_finite(lower))
        self.upper.append(_finite(upper))


def _finite(limit: float) -> float:
    """A limit of CP-SAT's, with its infinities as such."""
    return limit if abs(limit) < UNBOUNDED else float(np.copysign(np.inf, limit))


def _follows(narrow: list[int], limit: int, wide: list[int], wide_limit: int) -> bool:
    """Whether `narrow x <= limit` is nothing new beside `wide x <= wide_limit` for x >= 0.

    It is not where some multiple of the second has nowhere smaller coefficients and no larger limit.
    """
    least, most = 0.0, np.inf
    for new, known in (*zip(narrow, wide, strict=True), (-limit, -wide_limit)):
        if known > 0:
            least = max(least, new / known)
        elif known < 0:
            most = min(most, new / known)
        elif new > 0:
            return False
    return least <= most + NEARLY


__all__ = ["LinearForm"]
