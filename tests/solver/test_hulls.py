"""The hull of a soft limit: it cuts off no whole point, and says what whole shifts can add up to."""

from itertools import product
from math import ceil, inf

from hypothesis import given
from hypothesis import strategies as st

from solver.model.hulls import Row, hulls

SIZES = st.lists(st.sampled_from([240, 360, 420, 450, 480]), min_size=1, max_size=6)


def test_shifts_of_six_and_of_seven_and_a_half_hours_never_make_32_hours_exactly() -> None:
    lengths = [360, 360, 360, 450, 450, 450]
    below = len(lengths)
    wanted = Row([*range(below), below], [*lengths, 60], 32 * 60, inf)
    most = Row(range(below), lengths, -inf, 33 * 60)
    found = list(hulls([wanted, most], frozenset(range(below))))
    # Three and a third long ones and one short one would be exactly 32 hours.
    mixed = dict.fromkeys(range(3), 7 / 18) | dict.fromkeys(range(3, 6), 10 / 9)
    assert sum(length * mixed[at] for at, length in enumerate(lengths)) == 32 * 60
    assert max(_least(row, mixed, below) for row in found) > 0


@given(SIZES, st.integers(60, 2400), st.sampled_from([1, 60]), st.booleans(), st.integers(1, 6))
def test_whole_shifts_keep_every_facet(
    lengths: list[int], limit: int, step: int, is_minimum: bool, most: int
) -> None:
    charge = len(lengths)
    soft = (
        Row([*range(charge), charge], [*lengths, step], limit, inf)
        if is_minimum
        else Row([*range(charge), charge], [*lengths, -step], -inf, limit)
    )
    hard = Row(range(charge), [1] * charge, -inf, most)
    facets = list(hulls([soft, hard], frozenset(range(charge))))
    for worked in product((0, 1), repeat=charge):
        if sum(worked) <= most:
            total = sum(length * chosen for length, chosen in zip(lengths, worked, strict=True))
            cost = max(0, ceil((limit - total if is_minimum else total - limit) / step))
            for row in facets:
                assert _least(row, dict(enumerate(worked)), charge) <= cost


def _least(row: Row, values: dict[int, float], charge: int) -> float:
    """What the row says that the charge is at least."""
    others = sum(
        coefficient * values[variable]
        for variable, coefficient in zip(row.variables, row.coefficients, strict=True)
        if variable != charge
    )
    return row.lower - others
