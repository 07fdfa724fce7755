"""Two plans of a person made into one: the days of the first until a day, and those of the second from then on.

Between a plan with too much work and one with too little lie those that follow one of them for a while and then the
other; as the day of the change moves, hours and weekends go from one to the other in small steps.
"""

import numpy as np

from solver.search.plans import Flags, Floats, Ints, Plans


def spliced(plans: Plans, person: int, two: tuple[Ints, Ints], costs: Floats) -> Ints | None:
    """The cheapest plan [D] at `costs` [D, T] that keeps all limits of `person`, changing once between the two."""
    best, lowest = None, np.inf
    for first, second in (two, two[::-1]):
        for day in np.flatnonzero(_may_change(plans, person, first, second)).tolist():
            plan = np.concatenate([first[:day], second[day:]])
            days = np.flatnonzero(plan >= 0)
            cost = float(costs[days, plan[days]].sum())
            if cost < lowest and keeps_limits(plans, person, plan):
                best, lowest = plan, cost
    return best


def keeps_limits(plans: Plans, person: int, plan: Ints) -> bool:
    """Whether the hours, weekends and types of a plan are within limits."""
    works = plan >= 0
    units = int(plans.lengths[plan[works]].sum())
    if not plans.fewest_units[person] <= units <= plans.most_units[person]:
        return False
    return weekends(plans, works) <= plans.most_weekends[person] and plans.keeps_types(person, plan)


def weekends(plans: Plans, works: Flags) -> int:
    """How many weekends have work."""
    saturdays, sundays = works & plans.is_saturday, works & plans.is_sunday
    # A weekend may have its first or its second day outside the horizon.
    return int(saturdays.sum() + sundays.sum() - (saturdays[:-1] & sundays[1:]).sum())


def _may_change(plans: Plans, person: int, first: Ints, second: Ints) -> Flags:
    """[D]: whether what holds from day to day still does, when the second plan begins on that day."""
    days = len(first)
    until, since = _lengths(first), _lengths(second[::-1])[::-1]
    before, after = np.arange(days) - 1, np.arange(days)
    works, will = first[before] >= 0, second[after] >= 0
    # What reaches the first or the last day is taken to be long enough.
    opens, closes = until[before] > before, since[after] >= days - after
    run, rest = plans.shortest_run[person], plans.shortest_rest[person]
    both = until[before] + since[after]
    run_on = both <= plans.longest_run[person]
    run_on &= (both >= run) | opens | closes
    run_on &= plans.may_follow[first[before], second[after]]
    ends = (until[before] >= np.where(works, run, rest)) | opens
    begins = (since[after] >= np.where(will, run, rest)) | closes
    goes_on = np.where(works, run_on, (both >= rest) | opens | closes)
    may: Flags = np.where(works == will, goes_on, ends & begins)
    may[0] = False
    return may


def _lengths(plan: Ints) -> Ints:
    """For each day, for how many days until then it has been work, or off."""
    works = plan >= 0
    changes = np.flatnonzero(np.diff(works)) + 1
    started = np.zeros(len(plan), dtype=np.int64)
    started[changes] = changes
    return np.arange(len(plan)) - np.maximum.accumulate(started) + 1
