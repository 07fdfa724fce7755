"""Shifts of one person that exclude each other in time, as few large at-most-one constraints.

Shifts lengthened by the rest after them are intervals; those around one start time exclude each other pairwise, so
that the cliques of the interval graph give the strongest linear relaxation with at most one constraint per start
(Golumbic, Algorithmic Graph Theory and Perfect Graphs, chapter 8). Shifts with the same times become one literal
first, which keeps the model linear where many places open at the same hour.
"""

from solver.model.variables import Literal, Variables


def exclude(variables: Variables, person: int, rest: int) -> None:
    """Allow of each two shifts of `person` only one unless `rest` minutes lie between them."""
    slots = _slots(variables, person)
    for past in variables.past[person].shifts:
        for (start, end), literal in slots.items():
            if start < past.end + rest and past.start < end:
                variables.model.add(literal == 0)
    latest_clique: frozenset[tuple[int, int]] = frozenset()
    for now in sorted({start for start, _ in slots}):
        clique = frozenset(slot for slot in slots if slot[0] <= now < slot[1] + rest)
        if len(clique) > 1 and not clique <= latest_clique:
            variables.model.add_at_most_one([slots[slot] for slot in sorted(clique)])
            latest_clique = clique


def _slots(variables: Variables, person: int) -> dict[tuple[int, int], Literal]:
    """One literal per distinct start and end of the person's shifts."""
    known = variables.slots.get(person)
    if known is not None:
        return known
    places: dict[tuple[int, int], list[Literal]] = {}
    for position in variables.shifts_of[person]:
        shift = variables.problem.shifts[position]
        places.setdefault((shift.start, shift.end), []).append(variables.working[person, position])
    slots = {times: variables.any_of(literals) for times, literals in places.items()}
    variables.slots[person] = slots
    return slots
