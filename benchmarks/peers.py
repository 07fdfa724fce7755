"""The peers: the textbook model given to plain CP-SAT, HiGHS and CBC, each as its documentation shows."""

import re
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ortools.sat.python import cp_model

from benchmarks.textbook import Column, Row, Textbook
from solver import Assignment, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a peer gave. `trail` holds (seconds since the model was begun, objective) of each better schedule."""

    assignments: tuple[Assignment, ...]
    bound: float | None
    build_s: float
    total_s: float
    trail: tuple[tuple[float, int], ...]


def cp_sat(problem: Problem, limit_s: float, workers: int) -> Answer:
    """One CP-SAT model, one call of solve, default parameters."""

    class Rows:
        def __init__(self) -> None:
            self.model = cp_model.CpModel()
            self.variables: list[cp_model.IntVar] = []
            self.costs: list[int] = []

        def variable(self, most: int, cost: int) -> Column:
            self.variables.append(self.model.new_int_var(0, most, ""))
            self.costs.append(cost)
            return len(self.variables) - 1

        def at_most(self, row: Row, limit: int) -> None:
            self.model.add(sum(factor * self.variables[column] for column, factor in row) <= limit)

    class Watch(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            trail.append((time.monotonic() - began, round(self.objective_value)))

    began, trail = time.monotonic(), list[tuple[float, int]]()
    rows = Rows()
    textbook = Textbook(problem, rows)
    rows.model.minimize(cp_model.LinearExpr.weighted_sum(rows.variables, rows.costs) + textbook.constant)
    built = time.monotonic()
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.max_time_in_seconds = limit_s
    status = solver.solve(rows.model, Watch())
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return Answer(
        assignments=textbook.assignments([solver.value(variable) for variable in rows.variables]) if found else (),
        bound=solver.best_objective_bound,
        build_s=built - began,
        total_s=time.monotonic() - began,
        trail=tuple(trail),
    )


def highs(problem: Problem, limit_s: float, workers: int) -> Answer:
    """HiGHS through highspy, default options."""
    import highspy  # noqa: PLC0415 - optional: the bench extra

    untyped: Any = highspy

    class Rows:
        def __init__(self) -> None:
            self.highs = untyped.Highs()
            self.highs.silent()
            self.amount = 0

        def variable(self, most: int, cost: int) -> Column:
            self.highs.addVar(0, most)
            self.highs.changeColCost(self.amount, cost)
            self.highs.changeColIntegrality(self.amount, highspy.HighsVarType.kInteger)
            self.amount += 1
            return self.amount - 1

        def at_most(self, row: Row, limit: int) -> None:
            columns, factors = [column for column, _ in row], [factor for _, factor in row]
            self.highs.addRow(-highspy.kHighsInf, limit, len(row), columns, factors)

    def improved(event: Any) -> None:
        trail.append((time.monotonic() - began, round(event.data_out.objective_function_value) + textbook.constant))

    began, trail = time.monotonic(), list[tuple[float, int]]()
    rows = Rows()
    textbook = Textbook(problem, rows)
    built = time.monotonic()
    rows.highs.setOptionValue("time_limit", float(limit_s))
    rows.highs.setOptionValue("threads", workers)
    rows.highs.cbMipImprovingSolution.subscribe(improved)
    # HiGHS keeps the threads of its first run for the whole process, and refuses to run with another number.
    untyped.Highs.resetGlobalScheduler(True)
    rows.highs.run()
    untyped.Highs.resetGlobalScheduler(True)
    info = rows.highs.getInfo()
    solution = rows.highs.getSolution()
    return Answer(
        assignments=textbook.assignments(list(solution.col_value)) if solution.value_valid else (),
        bound=info.mip_dual_bound + textbook.constant,
        build_s=built - began,
        total_s=time.monotonic() - began,
        trail=tuple(trail),
    )


def cbc(problem: Problem, limit_s: float, workers: int) -> Answer:
    """CBC through PuLP, which brings the solver as a program. Its log tells the bound, not each schedule's moment."""
    import pulp  # noqa: PLC0415 - optional: the bench extra

    class Rows:
        def __init__(self) -> None:
            self.model = pulp.LpProblem("week", pulp.LpMinimize)
            self.variables: list[Any] = []
            self.costs: list[int] = []

        def variable(self, most: int, cost: int) -> Column:
            self.variables.append(pulp.LpVariable(f"x{len(self.variables)}", 0, most, pulp.LpInteger))
            self.costs.append(cost)
            return len(self.variables) - 1

        def at_most(self, row: Row, limit: int) -> None:
            if row:
                self.model += pulp.lpSum(factor * self.variables[column] for column, factor in row) <= limit

    began = time.monotonic()
    rows = Rows()
    textbook = Textbook(problem, rows)
    rows.model.setObjective(
        pulp.lpSum(cost * variable for cost, variable in zip(rows.costs, rows.variables, strict=True) if cost)
    )
    built = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "cbc.log"
        rows.model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=limit_s, threads=workers, logPath=str(log)))
        told = log.read_text()
    total = time.monotonic() - began
    found = rows.model.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
    values = [variable.varValue or 0.0 for variable in rows.variables]
    objective = sum(cost * value for cost, value in zip(rows.costs, values, strict=True))
    lower = re.search(r"Lower bound:\s+(\S+)", told)
    proven = "Result - Optimal solution found" in told
    bound = objective if proven else float(lower[1]) if lower else None
    return Answer(
        assignments=textbook.assignments(values) if found else (),
        bound=None if bound is None else bound + textbook.constant,
        build_s=built - began,
        total_s=total,
        trail=((total, round(objective) + textbook.constant),) if found else (),
    )


PEERS = {"CP-SAT, one shot": cp_sat, "HiGHS, three-index": highs, "CBC, three-index": cbc}
NEEDS = {"HiGHS, three-index": "highspy", "CBC, three-index": "pulp"}


def is_installed(peer: str) -> bool:
    """Whether the package that a peer needs is there (`pip install .[bench]`)."""
    return peer not in NEEDS or find_spec(NEEDS[peer]) is not None
