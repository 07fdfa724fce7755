"""Shifts that nothing tells apart, as one shift with all their places: the same search with far fewer equal answers.

Three morning shifts of one role at one site that each want one person are one shift that wants three: whoever is
given to it is dealt out to the three afterwards. What a shift charges for its headcount grows evenly on both sides of
what it wants, so that no way of dealing is cheaper than giving all as many people, to one more or less; and nobody
could work two of them, for they overlap. People who are to be apart are dealt to different ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from solver.problem import Assignment, Demand, Problem, Shift
from solver.rules import Alternatives, Pairing, SkillMix


@dataclass(frozen=True, slots=True)
class Merged:
    """A problem in which shifts that are alike are one, and the way there and back.

    `copies` holds the ids of the shifts that each stands for, its own first, and `apart` the people who are not to
    meet on any of them.
    """

    problem: Problem
    copies: dict[str, tuple[str, ...]]
    apart: dict[str, tuple[frozenset[str], ...]]

    def merge(self, assignments: Iterable[Assignment]) -> tuple[Assignment, ...]:
        """A schedule of the problem as it was, as one of this."""
        first_of = {copy: first for first, copies in self.copies.items() for copy in copies}
        return tuple(replace(item, shift=first_of.get(item.shift, item.shift)) for item in assignments)

    def split(self, assignments: Iterable[Assignment]) -> tuple[Assignment, ...]:
        """A schedule of this problem, as one of the problem as it was, at the same price."""
        staff: dict[tuple[str, str], list[Assignment]] = defaultdict(list)
        for item in assignments:
            staff[item.shift, item.role].append(item)
        found = []
        for (shift, _), items in staff.items():
            copies = self.copies[shift]
            # Those of a group come one after the other, and so never to the same copy: there are enough of those.
            order = {who: number for number, group in enumerate(self.apart.get(shift, ())) for who in group}
            items.sort(key=lambda item: (order.get(item.employee, len(order)), item.employee))
            found += [replace(item, shift=copies[at % len(copies)]) for at, item in enumerate(items)]
        return tuple(sorted(found))


def merged(problem: Problem) -> Merged:
    """`problem` with shifts that are alike as one."""
    apart = [rule.employees for rule in problem.rules if isinstance(rule, Pairing) and not rule.together]
    roles = _roles(problem)
    copies: dict[str, tuple[str, ...]] = {}
    shifts: list[Shift] = []
    kept_apart: dict[str, tuple[frozenset[str], ...]] = {}
    for same in _alike(problem):
        first = same[0]
        groups = [group for members in apart if len(group := _able(members, first, roles)) > 1]
        if len(same) == 1 or not _can_be_dealt(groups, same):
            copies |= {shift.id: (shift.id,) for shift in same}
            shifts += same
            continue
        copies[first.id] = tuple(shift.id for shift in same)
        kept_apart[first.id] = tuple(dict.fromkeys(groups))
        demands = tuple(_times(demand, len(same)) for demand in first.demands)
        shifts.append(replace(first, demands=demands, copies=len(same)))
    requests = tuple(replace(request, shifts=request.shifts & copies.keys()) for request in problem.requests)
    return Merged(replace(problem, shifts=tuple(shifts), requests=requests), copies, kept_apart)


def _alike(problem: Problem) -> Iterable[list[Shift]]:
    """The shifts, those together that differ in nothing but their names."""
    wishes: dict[str, list[int]] = defaultdict(list)
    for number, request in enumerate(problem.requests):
        for shift_id in request.shifts:
            wishes[shift_id].append(number)
    unlike = _told_apart(problem)
    alike: dict[object, list[Shift]] = defaultdict(list)
    for shift in problem.shifts:
        stands_alone = shift.id if shift.id in unlike or shift.copies > 1 else None
        alike[replace(shift, id="", name=""), tuple(wishes[shift.id]), stands_alone].append(shift)
    return alike.values()


def _told_apart(problem: Problem) -> set[str]:
    """The shifts that something is about which is not about all of their kind."""
    roles = _roles(problem)
    named = {item.shift for item in problem.pinned}
    named |= {shift for employee in problem.employees for off in employee.unavailable for shift in off.shifts or ()}
    if problem.stability_weight:
        named |= {item.shift for item in problem.previous}
    for rule in problem.rules:
        match rule:
            case Alternatives():
                named |= rule.shifts
            case SkillMix():
                named |= {shift.id for shift in problem.shifts if rule.types is None or shift.type in rule.types}
            case Pairing(together=True):
                named |= {shift.id for shift in problem.shifts if _able(rule.employees, shift, roles)}
            case _:
                pass
    return named


def _roles(problem: Problem) -> dict[str, frozenset[str]]:
    return {employee.id: employee.roles for employee in problem.employees}


def _able(members: frozenset[str], shift: Shift, roles: dict[str, frozenset[str]]) -> frozenset[str]:
    """Those of a group who hold a role that the shift asks for."""
    asked = {demand.role for demand in shift.demands}
    return frozenset(who for who in members if not asked.isdisjoint(roles[who]))


def _can_be_dealt(groups: Sequence[frozenset[str]], same: Sequence[Shift]) -> bool:
    """Whether the people of each of the groups can always be on different ones of these shifts."""
    if not groups:
        return True
    everybody = frozenset[str]().union(*groups)
    no_one_twice = sum(len(group) for group in {*groups}) == len(everybody)
    return no_one_twice and len(same[0].demands) == 1 and all(len(group) <= len(same) for group in groups)


def _times(demand: Demand, amount: int) -> Demand:
    maximum = None if demand.maximum is None else amount * demand.maximum
    return replace(demand, target=amount * demand.target, minimum=amount * demand.minimum, maximum=maximum)
