"""What giving up a little of a rule is called: in a sentence, and on a button."""

import pytest

from solver.explain.parts import parts_of
from solver.explain.relaxing import relaxation_of
from solver.rules import (
    Alternatives,
    Amount,
    ConsecutiveWork,
    MinutesLimit,
    Period,
    Presence,
    Rule,
    ShiftsLimit,
    SkillMix,
    WindowLimit,
    people,
)
from tests.solver.builders import ROLE, problem, shift

ANA = people(["ana"])
ALL = people(["ana", "ben"])


def called(rule: Rule, amount: int) -> tuple[str, str]:
    """The sentence and the label of giving up so many units of a rule."""
    asked = problem(shifts=[shift(0), shift(1)], rules=(rule,))
    [part] = parts_of(asked)
    [change] = relaxation_of(asked, [(part, amount)]).changes
    return change.detail, change.label


@pytest.mark.parametrize(
    ("rule", "amount", "detail", "label"),
    [
        (
            SkillMix(employees=ALL, skill="First aid", minimum=2),
            1,
            "allow at least 1 with First aid on each shift instead of at least 2 with First aid on each shift",
            "at least 1 with First aid on each shift",
        ),
        (
            MinutesLimit(employees=ANA, period=Period.WEEK, minimum=8 * 60),
            3,
            "allow for Ana at least 5 h a week instead of at least 8 h a week",
            "Ana: at least 5 h a week",
        ),
        (
            MinutesLimit(employees=ANA, period=Period.WEEK, maximum=8 * 60),
            8,
            "allow for Ana at most 16 h a week instead of at most 8 h a week",
            "Ana: at most 16 h a week",
        ),
        (
            ConsecutiveWork(employees=ANA, minimum=3, maximum=5),
            3,
            "allow for Ana at most 8 working days in a row instead of at least 3 and at most 5 working days in a row",
            "Ana: at most 8 working days in a row",
        ),
    ],
)
def test_what_is_left_of_a_limit_is_named(rule: Rule, amount: int, detail: str, label: str) -> None:
    assert called(rule, amount) == (detail, label)


@pytest.mark.parametrize(
    ("rule", "amount", "detail", "label"),
    [
        (
            SkillMix(employees=ALL, skill="First aid", minimum=1),
            1,
            "waive: at least 1 with First aid on each shift",
            "waive at least 1 with First aid on each shift",
        ),
        (
            Presence(employees=ALL, role=ROLE, start=18 * 60, end=21 * 60 + 30, minimum=1),
            1,
            "waive: at least 1 cook present Monday 18:00 to 21:30",
            "waive at least 1 cook present Monday 18:00 to 21:30",
        ),
        (
            Alternatives(employees=ALL, shifts=frozenset({"day0", "day1"}), role=ROLE, target=1),
            1,
            "waive: 1 cook on day on Monday or day on Tuesday",
            "waive 1 cook on day on Monday or day on Tuesday",
        ),
        (
            MinutesLimit(employees=ANA, period=Period.WEEK, minimum=8 * 60),
            9,
            "waive for Ana: at least 8 h a week",
            "Ana: waive at least 8 h a week",
        ),
        (
            ShiftsLimit(employees=ANA, period=Period.WEEK, minimum=2),
            2,
            "waive for Ana: at least 2 shifts a week",
            "Ana: waive at least 2 shifts a week",
        ),
        (
            WindowLimit(employees=ANA, amount=Amount.DAYS_OFF, days=7, minimum=2),
            2,
            "waive for Ana: at least 2 days off in each 7 days",
            "Ana: waive at least 2 days off in each 7 days",
        ),
    ],
)
def test_a_limit_of_which_nothing_is_left_is_waived(rule: Rule, amount: int, detail: str, label: str) -> None:
    assert called(rule, amount) == (detail, label)
