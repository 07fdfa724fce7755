"""Which part of a schedule to free for improvement: by people, by days, around what costs most.

Each neighbourhood is a set of (person, day) pairs; `size` is how many assignment variables it should free.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from solver.model import Model
from solver.model.linear import Indices, Numbers

Pairs = Callable[[int, int, int], bool]
"""Whether the work of a person on a day, which is the value of this variable, is free."""


USED = 1e-4
"""From which share on the relaxation uses something."""


@dataclass(slots=True)
class Shape:
    """What the neighbourhoods need to know of a model, worked out once."""

    people: int
    days: int
    per_pair: float
    """Assignment variables per person and day."""
    candidates: dict[tuple[int, str], list[int]]
    """Who could fill a shift and role."""

    places: Indices
    """Person, day and variable of each that may be assigned, in three rows."""

    relaxation: Numbers | None = None
    """The values of all variables in the linear relaxation, once it is known."""

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
            places=np.array(
                [
                    (person, problem.shifts[position].day, literal.index)
                    for (person, position, _), literal in model.variables.assigned.items()
                ],
                dtype=np.int32,
            )
            .reshape(-1, 3)
            .T,
        )


def some_people(model: Model, shape: Shape, values: Sequence[int], size: float, rng: random.Random) -> Pairs:  # noqa: ARG001
    """Some people, on all days."""
    amount = _clamp(size / (shape.per_pair * shape.days), 2, shape.people)
    free = set(rng.sample(range(shape.people), amount))
    return lambda person, day, variable: person in free  # noqa: ARG005


def some_days(model: Model, shape: Shape, values: Sequence[int], size: float, rng: random.Random) -> Pairs:  # noqa: ARG001
    """All people, on some days in a row."""
    length = _clamp(size / (shape.per_pair * shape.people), 2, shape.days)
    first = rng.randint(0, shape.days - length)
    return lambda person, day, variable: first <= day < first + length  # noqa: ARG005


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
    return lambda person, day, variable: person in free and first <= day < first + length  # noqa: ARG005


def where_the_relaxation_differs(
    model: Model, shape: Shape, values: Sequence[int], size: float, rng: random.Random
) -> Pairs:
    """Where the schedule is unlike the linear relaxation: people at all times, or people and days around one day.

    Danna, Rothberg and Le Pape, "Exploring relaxation induced neighborhoods to improve MIP solutions" (2005).
    """
    if shape.relaxation is None:
        return around_the_worst(model, shape, values, size, rng)
    persons, days, variables = shape.places
    difference = np.abs(shape.relaxation[variables] - np.array(values)[variables])
    by_pair = np.bincount(persons * shape.days + days, difference, shape.people * shape.days)
    if rng.random() < 0.5:
        amount = _clamp(size / (shape.per_pair * shape.days), 2, shape.people)
        weights = by_pair.reshape(shape.people, shape.days).sum(axis=1) + 0.01
        # Drawn without putting back, by weight: Efraimidis and Spirakis (2006).
        keys = [rng.random() ** (1 / weight) for weight in weights]
        free = set(sorted(range(shape.people), key=lambda person: -keys[person])[:amount])
        return lambda person, day, variable: person in free  # noqa: ARG005
    differing = np.flatnonzero(by_pair > 0.3).tolist()
    if not differing:
        return around_the_worst(model, shape, values, size, rng)
    middle = rng.choice(differing) % shape.days
    distance = {pair: abs(pair % shape.days - middle) + 6 * rng.random() for pair in differing}
    chosen = sorted(differing, key=distance.__getitem__)[: max(2, round(size / shape.per_pair / 2))]
    pairs = {(pair // shape.days, pair % shape.days + step) for pair in chosen for step in (-1, 0, 1)}
    return lambda person, day, variable: (person, day) in pairs  # noqa: ARG005


def what_the_relaxation_uses(
    model: Model, shape: Shape, values: Sequence[int], size: float, rng: random.Random
) -> Pairs:
    """Some people on all days, with only what they do now or do in part in the linear relaxation.

    Many more people for as many variables: relaxation-enforced neighbourhood search (Berthold, 2014), part by part.
    """
    if shape.relaxation is None:
        return some_people(model, shape, values, size, rng)
    persons, _, variables = shape.places
    used = (shape.relaxation[variables] > USED) | (np.array(values)[variables] > 0)
    by_person = np.bincount(persons, used, shape.people)
    order = rng.sample(range(shape.people), shape.people)
    amount = int(np.searchsorted(np.cumsum(by_person[order]), size)) + 1
    free, narrow = set(order[: max(2, amount)]), set(variables[used].tolist())
    return lambda person, day, variable: person in free and variable in narrow  # noqa: ARG005


NEIGHBOURHOODS = (
    some_people,
    some_days,
    around_the_worst,
    where_the_relaxation_differs,
    what_the_relaxation_uses,
)


def _clamp(value: float, low: int, high: int) -> int:
    return max(min(low, high), min(high, round(value)))
