"""Each rule of windows, patterns, spacing and groups on the smallest roster that keeps it and one that breaks it."""

from dataclasses import replace

import pytest

from solver import Assignment, PastShift, Problem, Reason, Skill, Term, Unavailable, score
from solver.rules import (
    Alternatives,
    Amount,
    ConsecutiveWeekends,
    ConsecutiveWork,
    DailyPairs,
    Fairness,
    ForbiddenPattern,
    FreeTime,
    Measure,
    Period,
    Presence,
    Priority,
    RestBetween,
    Rotation,
    Rule,
    SkillMix,
    Standby,
    TimeOffDistance,
    TravelTime,
    WindowLimit,
    people,
)
from tests.solver.builders import DAY, employee, problem, shift, wanting, works
from tests.solver.judging import model_objective

ANA, BOTH = people(["ana"]), people(["ana", "ben"])
NOBODY = wanting(0, under=0, over=0)
WEEK = [shift(day, kind, hours=hours, demand=NOBODY) for day in range(7) for kind, hours in (
    ("early", (6, 14)), ("late", (14, 22)), ("night", (22, 30)),
)]  # fmt: skip


def priced(asked: Problem, assignments: tuple[Assignment, ...]) -> tuple[int, set[Term]]:
    """What both judges say a roster costs, and under which terms; hard rules count 1 each by `score` alone."""
    verdict = score(asked, assignments)
    expected = None if verdict.hard else verdict.objective
    assert model_objective(asked, assignments) == expected
    if expected is None:
        return -len(verdict.hard), {finding.term for finding in verdict.hard}
    return expected, set(verdict.terms)


def costs(rule: Rule, *assignments: Assignment, **more: object) -> int:
    """The price of breaking a soft rule, and of the same rule when hard: refused exactly where soft costs."""
    more.setdefault("shifts", WEEK)
    soft = problem(rules=(replace(rule, weight=3),), **more)  # type: ignore[arg-type]
    price, _ = priced(soft, assignments)
    if not isinstance(rule, Standby | Priority | Fairness):
        hard, _ = priced(replace(soft, rules=(replace(rule, weight=None),)), assignments)
        assert (hard < 0) == (price > 0)
    return price


def days(kind: str, *numbers: int, who: str = "ana") -> tuple[Assignment, ...]:
    return works(who, *(f"{kind}{day}" for day in numbers))


@pytest.mark.parametrize(
    ("limit", "worked", "price"),
    [
        (WindowLimit(employees=ANA, amount=Amount.DAYS, days=3, maximum=2), (0, 1, 3, 4), 0),
        (WindowLimit(employees=ANA, amount=Amount.DAYS, days=3, maximum=2), (0, 1, 2, 3), 6),
        (WindowLimit(employees=ANA, amount=Amount.DAYS, days=3, every=3, maximum=2), (1, 2, 3), 0),
        (WindowLimit(employees=ANA, amount=Amount.DAYS_OFF, days=4, minimum=2), (0, 1, 4, 5), 0),
        (WindowLimit(employees=ANA, amount=Amount.DAYS_OFF, days=4, minimum=2), (0, 1, 2), 3),
        (WindowLimit(employees=ANA, amount=Amount.MINUTES, days=2, maximum=600), (0, 1), 18),
        (WindowLimit(employees=ANA, amount=Amount.SHIFTS, days=7, minimum=3), (0, 1), 3),
        (WindowLimit(employees=ANA, amount=Amount.WEEKEND_MINUTES, days=7, maximum=480), (4, 5), 0),
        (WindowLimit(employees=ANA, amount=Amount.WEEKEND_MINUTES, days=7, maximum=480), (5, 6), 24),
        (WindowLimit(employees=ANA, amount=Amount.WEEKENDS, days=7, maximum=0), (0, 1, 4), 0),
        (WindowLimit(employees=ANA, amount=Amount.WEEKENDS, days=7, maximum=0), (5, 6), 3),
        (WindowLimit(employees=ANA, amount=Amount.WEEKENDS, days=7, minimum=1), (0, 1), 3),
        (WindowLimit(employees=ANA, amount=Amount.DAYS, days=9, minimum=1, maximum=2), (0, 1, 2), 3),
    ],
)
def test_an_amount_is_limited_in_every_window(limit: WindowLimit, worked: tuple[int, ...], price: int) -> None:
    assert costs(limit, *days("early", *worked)) == price


def test_a_window_counts_only_the_types_it_names() -> None:
    nights = WindowLimit(employees=ANA, amount=Amount.SHIFTS, days=7, types=frozenset({"night"}), maximum=1)
    assert costs(nights, *days("night", 0), *days("early", 2, 3)) == 0
    assert costs(nights, *days("night", 0, 3)) == 3


def a_past(day: int, kind: str = "early") -> PastShift:
    start = day * DAY + 6 * 60
    return PastShift(employee="ana", type=kind, day=day, start=start, end=start + 480, minutes=480)


def test_windows_look_back_and_blame_nobody_for_the_past() -> None:
    limit = WindowLimit(employees=ANA, amount=Amount.DAYS, days=3, maximum=2)
    past = {"history": (a_past(-2), a_past(-1)), "history_days": 2}
    assert costs(limit, *days("early", 0), **past) == 3
    assert costs(limit, **past) == 0
    overworked = {"history": (a_past(-3), a_past(-2), a_past(-1)), "history_days": 3}
    off = WindowLimit(employees=ANA, amount=Amount.DAYS_OFF, days=4, minimum=2)
    assert costs(off, **overworked) == 0
    # Two windows are a day off short: the one that ends on day 0 and the one that ends on day 1.
    assert costs(off, *days("early", 0), **overworked) == 6


def test_a_weekend_begun_before_the_horizon_is_one_weekend() -> None:
    every_second = WindowLimit(employees=ANA, amount=Amount.WEEKENDS, days=14, maximum=1)
    from_a_sunday = {"history": (a_past(-8), a_past(-1)), "history_days": 14, "first_weekday": 6}
    # Of the weekends of days -8 and -7, of days -1 and 0, and of day 6, any fourteen days see two.
    assert costs(every_second, **from_a_sunday) == 0
    assert costs(every_second, *days("early", 0), **from_a_sunday) == 0
    assert costs(every_second, *days("early", 6), **from_a_sunday) > 0


def test_each_week_has_one_long_stretch_of_free_time() -> None:
    rest = FreeTime(employees=ANA, days=7, minutes=36 * 60)
    assert costs(rest, *days("early", 0, 1, 2, 3, 4, 6)) == 0
    assert costs(rest, *days("early", 0, 1, 2, 3, 4, 5, 6)) == 3
    assert costs(rest, *days("early", 0, 1, 2), *days("late", 4, 5, 6)) == 0


def test_nights_in_a_row_are_limited_by_themselves() -> None:
    nights = ConsecutiveWork(employees=ANA, types=frozenset({"night"}), maximum=2)
    assert costs(nights, *days("night", 0, 1), *days("late", 2), *days("night", 4, 5)) == 0
    assert costs(nights, *days("night", 0, 1, 2)) == 3


def test_weekends_in_a_row_are_limited_across_weeks() -> None:
    rule = ConsecutiveWeekends(employees=ANA, maximum=1)
    past = {"history": (a_past(-1),), "history_days": 7}
    assert costs(rule, *days("early", 5, 6)) == 0
    assert costs(rule, *days("early", 5, 6), **past) == 3
    assert costs(rule, *days("early", 4), **past) == 0


@pytest.mark.parametrize(
    ("sequence", "worked", "price"),
    [
        ((frozenset({"night"}), None, frozenset()), days("night", 0) + days("late", 2), 3),
        ((frozenset({"night"}), None, frozenset()), days("night", 0) + days("late", 1, 2), 0),
        ((frozenset(), None, frozenset()), days("early", 0, 2, 4), 6),
        ((None, frozenset({"early", "late"}), None), days("late", 1), 3),
    ],
)
def test_days_in_a_row_may_not_look_like_a_pattern(
    sequence: tuple[frozenset[str] | None, ...], worked: tuple[Assignment, ...], price: int
) -> None:
    assert costs(ForbiddenPattern(employees=ANA, sequence=sequence), *worked) == price


def test_a_pattern_can_be_bound_to_a_weekday_to_ask_for_whole_weekends() -> None:
    whole = ForbiddenPattern(employees=ANA, sequence=(frozenset(), None), first_weekday=5)
    assert costs(whole, *days("early", 2, 4)) == 0
    assert costs(whole, *days("early", 5, 6)) == 0
    assert costs(whole, *days("early", 5)) == 3


EARLY, NIGHT, ANY = frozenset({"early"}), frozenset({"night"}), frozenset[str]()
ROUND = Rotation(employees=ANA, cycle=(EARLY, EARLY, NIGHT, None))


@pytest.mark.parametrize(
    ("rotation", "worked", "price"),
    [
        (ROUND, days("early", 0, 1, 4, 5) + days("night", 2, 6), 0),
        (ROUND, days("early", 0, 1, 3, 4, 5) + days("night", 2, 6), 3),
        (ROUND, days("early", 0, 4, 5) + days("night", 2, 6), 3),
        # Another shift in place of one that fits is one day that is not like the cycle, and so is one beside it.
        (ROUND, days("early", 0, 4, 5) + days("late", 1) + days("night", 2, 6), 3),
        (ROUND, days("early", 0, 1, 4, 5) + days("late", 1) + days("night", 2, 6), 3),
        (ROUND, (), 18),
        (replace(ROUND, excused=frozenset({0, 1, 2})), days("early", 4, 5) + days("night", 6), 0),
        (replace(ROUND, offset=2), days("early", 2, 3, 6) + days("night", 0, 4), 0),
        (replace(ROUND, offset=10), days("early", 2, 3, 6) + days("night", 0, 4), 0),
        (replace(ROUND, cycle=(ANY,) * 4 + (None,) * 4), days("early", 0, 1) + days("late", 1, 2, 3), 0),
        (replace(ROUND, cycle=(ANY,) * 4 + (None,) * 4), days("early", 0, 1, 2, 4), 6),
        (replace(ROUND, cycle=(EARLY | NIGHT, None)), days("early", 0, 2) + days("night", 2, 4, 6), 0),
    ],
)
def test_days_go_round_as_a_rotation_has_them(rotation: Rotation, worked: tuple[Assignment, ...], price: int) -> None:
    assert costs(rotation, *worked) == price


def test_a_rotation_asks_nobody_for_shifts_that_they_could_not_work() -> None:
    away = employee("ana", unavailable=[Unavailable(start=0, end=DAY, reason=Reason.TIME_OFF)])
    from_tuesday = days("early", 1, 4, 5) + days("night", 2, 6)
    assert costs(ROUND, *from_tuesday, employees=[away]) == 0
    assert costs(ROUND, *days("early", 4, 5), *days("night", 2, 6), employees=[away]) == 3
    # The night of Monday ends on Tuesday: nobody is asked for it either, and a late shift stands in its place.
    into_tuesday = employee("ana", unavailable=[Unavailable(start=DAY, end=DAY + 60, reason=Reason.OTHER_TEAM)])
    nights = replace(ROUND, cycle=(NIGHT, None, None, None, None, None, None))
    assert costs(nights, employees=[into_tuesday]) == 0
    assert costs(nights, *days("late", 0), employees=[into_tuesday]) == 0
    assert costs(nights) == 3
    # No early shift is in a role of hers, or there is none at all.
    bar = [shift(0, "early", demand=wanting(0, role="bar", under=0, over=0)), shift(1, "late", demand=NOBODY)]
    assert costs(ROUND, shifts=bar) == 0
    assert costs(ROUND, *days("late", 1), shifts=bar) == 0


def test_two_shifts_of_a_day_go_together_or_do_not() -> None:
    pairs = DailyPairs(employees=ANA, allowed=(frozenset({"early", "night"}),))
    assert costs(pairs, *days("early", 0), *days("night", 0)) == 0
    assert costs(pairs, *days("early", 0), *days("late", 0)) == 3
    assert costs(pairs, *days("early", 0), *days("late", 1)) == 0


def test_rest_depends_on_what_comes_before_and_after() -> None:
    rest = RestBetween(
        employees=ANA, after=frozenset({"night"}), before=frozenset({"early", "late"}), minutes=24 * 60
    )
    assert costs(rest, *days("night", 0), *days("late", 1)) == 3
    assert costs(rest, *days("night", 0), *days("night", 1)) == 0
    assert costs(rest, *days("night", 0), *days("early", 3)) == 0


def test_it_takes_time_to_get_from_one_site_to_another() -> None:
    north = replace(shift(0, "north", hours=(6, 12), demand=NOBODY), site="north")
    south = replace(shift(0, "south", hours=(12.5, 18), demand=NOBODY), site="south")
    nowhere = shift(0, "home", hours=(19, 20), demand=NOBODY)
    travel = TravelTime(employees=ANA, minutes=90)
    more = {"shifts": [north, south, nowhere]}
    assert costs(travel, *works("ana", "north0", "south0"), **more) == 3
    assert costs(travel, *works("ana", "south0", "home0"), **more) == 0


def test_no_shift_lies_close_to_time_off() -> None:
    off = [Unavailable(start=2 * DAY, end=3 * DAY, reason=Reason.TIME_OFF)]
    closed = [Unavailable(start=2 * DAY, end=3 * DAY, reason=Reason.OUTSIDE_AVAILABILITY)]
    rule = TimeOffDistance(employees=ANA, minutes=8 * 60)
    assert costs(rule, *days("late", 1), employees=[employee("ana", unavailable=off)]) == 3
    assert costs(rule, *days("early", 1), employees=[employee("ana", unavailable=off)]) == 0
    assert costs(rule, *days("early", 3), employees=[employee("ana", unavailable=off)]) == 3
    assert costs(rule, *days("late", 1), employees=[employee("ana", unavailable=closed)]) == 0


def test_standby_is_charged_once_a_week_and_priority_for_each_shift() -> None:
    worked = days("early", 0, 1)
    assert costs(Standby(employees=ANA, period=Period.WEEK, weight=0), *worked) == 3
    assert costs(Priority(employees=ANA, weight=0), *worked) == 6
    assert costs(Standby(employees=ANA, period=Period.WEEK, weight=0), *days("early", 0, who="ben")) == 0


def test_a_skill_is_needed_only_where_somebody_works_and_expires() -> None:
    staff = [employee("ana", skills=(Skill(name="first aid", level=2, until=3),)), employee("ben")]
    rule = SkillMix(employees=BOTH, skill="first aid", level=2, minimum=1)
    assert costs(rule, employees=staff) == 0
    assert costs(rule, *days("early", 0, who="ben"), employees=staff) == 3
    assert costs(rule, *days("early", 3), *days("early", 3, who="ben"), employees=staff) == 0
    assert costs(rule, *days("early", 4), employees=staff) == 3
    assert costs(replace(rule, level=3), *days("early", 0), employees=staff) == 3


def test_never_two_beginners_at_once() -> None:
    beginners = [employee(name, skills=(Skill(name="beginner"),)) for name in ("ana", "ben")]
    rule = SkillMix(employees=BOTH, skill="beginner", maximum=1, types=frozenset({"night"}))
    both = (*days("night", 0), *days("night", 0, who="ben"))
    assert costs(rule, *days("night", 0), employees=beginners) == 0
    assert costs(rule, *both, employees=beginners) == 3
    assert costs(rule, *days("early", 0), *days("early", 0, who="ben"), employees=beginners) == 0


def test_people_are_there_throughout_a_span() -> None:
    noon = Presence(employees=BOTH, role="cook", start=12 * 60, end=14 * 60, minimum=2)
    assert costs(noon, *days("early", 0)) == 3
    assert costs(noon, *days("early", 0), *days("early", 0, who="ben")) == 0
    assert costs(noon, *days("late", 0), *days("late", 0, who="ben")) == 6
    assert costs(replace(noon, minimum=None, maximum=0), *days("early", 0)) == 3


def test_those_whose_shift_began_before_the_horizon_are_there_as_well() -> None:
    morning = Presence(employees=BOTH, role="cook", start=6 * 60, end=7 * 60, minimum=2, already=1)
    assert costs(morning) == 3
    assert costs(morning, *days("early", 0)) == 0
    at_most = replace(morning, minimum=None, maximum=1)
    assert costs(at_most) == 0
    assert costs(at_most, *days("early", 0)) == 3
    assert costs(replace(at_most, maximum=0)) == 0, "they were there before anything could be done about it"


def test_one_of_several_shifts_is_enough() -> None:
    rule = Alternatives(employees=BOTH, shifts=frozenset({"early0", "late0"}), role="cook", target=2)
    assert costs(rule, *days("early", 0), *days("early", 0, who="ben")) == 0
    assert costs(rule, *days("early", 0), *days("late", 0, who="ben")) == 3
    assert costs(rule) == 6


def test_unpopular_shifts_are_shared_out() -> None:
    fair = Fairness(employees=BOTH, measure=Measure.SHIFTS, types=frozenset({"night"}), weight=1)
    assert costs(fair, *days("night", 0, 2), *days("night", 4, who="ben"), *days("early", 6)) == 3
    assert costs(fair, *days("night", 0), *days("night", 4, who="ben")) == 0
