"""Branch and cut: the linear form is the model, and the process beside the search comes and goes as it should."""

import time

import highspy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from solver import Problem, Status, solve
from solver.model import Model, build
from solver.model.linear import LinearForm
from solver.rules import Pairing, ShiftsPerDay, people
from solver.search.branching import Branching
from solver.search.portfolio import legal
from solver.search.running import Limits, run
from solver.search.start import first_schedule
from tests.solver.builders import needing, problem, shift
from tests.solver.strategies import problems
from tests.solver.test_search import hard_to_prove

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def limits(seconds: float) -> Limits:
    began = time.monotonic()
    return Limits(
        began=began,
        until=began + seconds,
        workers=1,
        seed=1,
        deterministic=None,
        gap=0.0,
        should_stop=lambda: False,
        tell=lambda *_: None,
    )


def optimum(form: LinearForm) -> int | None:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.passModel(
        len(form.lower),
        len(form.row_lower),
        len(form.columns),
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        form.offset,
        form.cost,
        form.lower,
        form.upper,
        form.row_lower,
        form.row_upper,
        form.starts[:-1],
        form.columns,
        form.coefficients,
        np.ones(len(form.lower), dtype=np.int32),
    )
    highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return form.objective_of(np.round(np.array(highs.getSolution().col_value)))


@settings(SLOW, max_examples=100)
@given(problems())
def test_the_linear_form_has_the_models_optimum(problem: Problem) -> None:
    model = build(problem)
    form = LinearForm.of(model.cp)
    outcome = run(model, limits(20))
    assert outcome.status in (Status.OPTIMAL, Status.INFEASIBLE)
    if outcome.status is Status.INFEASIBLE:
        assert optimum(form) is None
        return
    assert form.objective_of(np.array(outcome.values, dtype=np.float64)) == outcome.objective
    assert optimum(form) == outcome.objective


@pytest.fixture(scope="module")
def model() -> Model:
    return build(hard_to_prove())


def test_values_that_break_a_row_have_no_objective(model: Model) -> None:
    form = LinearForm.of(model.cp)
    assert form.objective_of(form.upper) is None


def test_the_engine_brings_a_bound_and_ends_at_once(model: Model) -> None:
    branching = Branching(model, limits(100), at_once=True)
    until = time.monotonic() + 60
    while branching.look().bound is None and time.monotonic() < until:
        time.sleep(0.05)
    branching.close()
    assert branching.look().bound is not None
    assert not branching.is_running


def test_an_engine_that_is_closed_before_it_began_leaves_nothing_behind(model: Model) -> None:
    branching = Branching(model, limits(100), at_once=True)
    branching.close()
    assert not branching.is_running
    assert branching.look().values == []


def test_a_large_problem_that_people_alone_cannot_fill_legally_is_solved_all_the_same() -> None:
    names = [f"p{number}" for number in range(100)]
    everybody = people(names)
    kinds = {"early": (6, 14), "late": (14, 22), "night": (22, 30)}
    asked = problem(
        names,
        [shift(day, kind, hours=hours, demand=needing(12)) for day in range(7) for kind, hours in kinds.items()],
        rules=(
            ShiftsPerDay(employees=everybody),
            *(Pairing(employees=people([names[at], names[99 - at]]), together=True) for at in range(50)),
        ),
    )
    assert legal(asked, first_schedule(asked, limits(60))) is None
    solution = solve(asked, time_limit_s=100, workers=2, seed=1)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 0)
