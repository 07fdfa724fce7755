"""What holds for every problem: model and checker agree, answers are legal, files give back what went in."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import Assignment, Problem, Status, score, solve
from solver.readers import json
from tests.solver.judging import model_objective
from tests.solver.strategies import problems, rosters

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@settings(SLOW, max_examples=800)
@given(rosters())
def test_the_model_accepts_what_score_accepts_at_the_same_price(roster: tuple[Problem, list[Assignment]]) -> None:
    problem, assignments = roster
    verdict = score(problem, assignments)
    assert model_objective(problem, assignments) == (None if verdict.hard else verdict.objective)


@settings(SLOW, max_examples=200)
@given(problems(), st.integers(1, 3))
def test_every_answer_is_legal_and_no_dearer_than_any_other(problem: Problem, seed: int) -> None:
    solution = solve(problem, time_limit_s=10, workers=1, seed=seed)
    assert solution.status in (Status.OPTIMAL, Status.INFEASIBLE)
    nobody = score(problem, ())
    if solution.status is Status.INFEASIBLE:
        assert nobody.hard
        return
    verdict = score(problem, solution.assignments)
    assert not verdict.hard
    assert verdict.objective == solution.objective
    assert nobody.hard or solution.objective <= nobody.objective


@settings(SLOW, max_examples=100)
@given(problems())
def test_a_problem_comes_back_from_json_as_it_went(problem: Problem) -> None:
    assert json.loads(json.dumps(problem)) == problem
