"""Recurring days and times as people type them, and the week that they make."""

from datetime import time

import pytest

from bots.weekly import UnknownTimes, days_in, week_of_words
from service.schemas.requests import AvailabilityWindow

Spans = dict[int, list[tuple[int, int]]]
ALL = {day: [(0, 0)] for day in range(7)}


def _windows(spans: Spans) -> list[AvailabilityWindow]:
    return [
        AvailabilityWindow(weekday=day, start_time=time(start), end_time=time(end))
        for day, times in spans.items()
        for start, end in times
    ]


@pytest.mark.parametrize(
    ("words", "week"),
    [
        ("mon-fri 17:00-24:00", {day: [(17, 0)] for day in range(5)}),
        ("Mon to Fri 9-17", {day: [(9, 17)] for day in range(5)}),
        ("sat", {5: [(0, 0)]}),
        ("mon, wed 9-12", {0: [(9, 12)], 2: [(9, 12)]}),
        ("mon and wed 9-12", {0: [(9, 12)], 2: [(9, 12)]}),
        ("mon 9-12, 14-18", {0: [(9, 12), (14, 18)]}),
        ("mon 9-12, tue from 14:00", {0: [(9, 12)], 1: [(14, 0)]}),
        ("fri-mon all day", {0: [(0, 0)], 4: [(0, 0)], 5: [(0, 0)], 6: [(0, 0)]}),
        ("weekends", {5: [(0, 0)], 6: [(0, 0)]}),
        ("weekdays evenings", {day: [(17, 0)] for day in range(5)}),
        ("evenings", {day: [(17, 0)] for day in range(7)}),
        ("only mornings", {day: [(6, 12)] for day in range(7)}),
        ("sat until 12", {5: [(0, 12)]}),
        ("thu 22:00-06:00", {3: [(22, 6)]}),
        ("not sun", {day: [(0, 0)] for day in range(6)}),
        ("sun off", {day: [(0, 0)] for day in range(6)}),
    ],
)
def test_a_first_week_in_words(words: str, week: Spans) -> None:
    assert week_of_words(words, []) == _windows(dict(sorted(week.items())))


@pytest.mark.parametrize(
    ("words", "week"),
    [
        ("tue 10-14", {0: [(9, 17)], 1: [(10, 14)]}),
        ("mon 10-14", {0: [(10, 14)], 1: [(9, 17)]}),
        ("not mon", {1: [(9, 17)]}),
        ("mon off, tue all day", {1: [(0, 0)]}),
        ("mon off, tue off", {}),
    ],
)
def test_days_that_are_not_named_stay_as_they_were(words: str, week: Spans) -> None:
    stored = _windows({0: [(9, 17)], 1: [(9, 17)]})
    assert week_of_words(words, stored) == _windows(week)


@pytest.mark.parametrize(
    "words", ["blursday", "mon 25-26", "mon sometimes", "not", "never tired", "", ",", "monkey 9-12"]
)
def test_what_makes_no_week_is_refused(words: str) -> None:
    with pytest.raises(UnknownTimes):
        week_of_words(words, [])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("sundays", ((6,), "")),
        ("mon-wed dinner", ((0, 1, 2), "dinner")),
        ("sat to mon", ((5, 6, 0), "")),
        ("dinner", ((), "dinner")),
    ],
)
def test_weekdays_at_the_beginning_of_words(words: str, expected: tuple[tuple[int, ...], str]) -> None:
    assert days_in(words) == expected
