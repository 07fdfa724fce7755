"""Which part of a schedule to free for improvement: by people, by days, around what costs most.

Each neighbourhood is a set of (person, day) pairs; `size` is how many assignment variables it should free.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from solver.model import Model

Pairs = Callable[[int, int], bool]
"""Whether the work of a person on a day is free."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the neighbourhoods need to know of a model, worked out once."""

    people: int
    days: int
    per_pair: float
    """Assignment variables per person and day."""
    candidates: dict[tuple[int, str], list[int]]
    """Who could fill a shift and role."""

    @classmethod
    def of(cls, model: Model) -> "Shape":
        """The shape of `model`."""
        candidates: dict[tuple[int, str], list[int]] = {}
        for person, position, role in model.variables.assigned:
            candidates.setdefault((position, role), []).append(person)
        problem = model.variables.problem
        pairs = max(1, len(problem.employees) * problem.days)
        return cls(
            people=len(problem.employees),
            days=problem.days,
            per_pair=max(len(model.variables.assigned) / pairs, 1e-9),
            candidates=candidates,
        )


def some_people(model: Model, shape: Shape, values: Sequence[int], size: float, rng: random.Random) -> Pairs:  # noqa: ARG001
    """Some people, on all days."""
    amount = _clamp(size / (shape.per_pair * shape.days), 2, shape.people)
    free = set(rng.sample(range(shape.people), amount))
    return lambda person, day: person in free  # noqa: ARG005


def some_days(model: Model, shape: Shape, values: Sequence[int], size: float, rng: random.Random) -> Pairs:  # noqa: ARG001
    """All people, on some days in a row."""
    length = _clamp(size / (shape.per_pair * shape.people), 2, shape.days)
    first = rng.randint(0, shape.days - length)
    return lambda person, day: first <= day < first + length  # noqa: ARG005


def around_the_worst(model: Model, shape: Shape, values: Sequence[int], size: float, rng: random.Random) -> Pairs:
    """Days around a place that is costly as it is, with people who could fill it and others."""
    problem = model.variables.problem
    costs = {
        place: sum(weight * values[variable.index] for variable, weight in charged)
        for place, charged in model.variables.headcount.items()
    }
    places = list(costs)
    if not places:
        return some_people(model, shape, values, size, rng)
    position, role = rng.choices(places, [costs[place] + 0.01 for place in places])[0]
    length = min(shape.days, rng.choice((7, 9, 14)))
    first = _clamp(problem.shifts[position].day - length // 2, 0, shape.days - length)
    amount = _clamp(size / (shape.per_pair * length), min(3, shape.people), shape.people)
    fitting = shape.candidates.get((position, role), [])
    free = set(rng.sample(fitting, min(len(fitting), max(2, amount * 2 // 3))))
    others = [person for person in range(shape.people) if person not in free]
    free.update(rng.sample(others, max(0, min(len(others), amount - len(free)))))
    return lambda person, day: person in free and first <= day < first + length


NEIGHBOURHOODS = (some_people, some_days, around_the_worst)


def _clamp(value: float, low: int, high: int) -> int:
    return max(min(low, high), min(high, round(value)))
