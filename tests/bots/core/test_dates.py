"""What people type for weeks and days, and what it means."""

from datetime import date

import pytest

from bots.dates import UnknownDate, day_of, week_of, weeks_of

MONDAY, TODAY = date(2026, 11, 23), date(2026, 11, 25)


@pytest.mark.parametrize(
    ("words", "week"),
    [
        ("", date(2026, 11, 23)),
        ("this week", date(2026, 11, 23)),
        ("Next Week", date(2026, 11, 30)),
        ("next", date(2026, 11, 30)),
        ("last week", date(2026, 11, 16)),
        ("in 2 weeks", date(2026, 12, 7)),
        ("week of 24 Dec", date(2026, 12, 21)),
        ("24 Dec", date(2026, 12, 21)),
        ("24.12.2026", date(2026, 12, 21)),
        ("2026-12-07", date(2026, 12, 7)),
        ("2026-12-13", date(2026, 12, 7)),
        ("tomorrow", date(2026, 11, 23)),
        ("fri", date(2026, 11, 23)),
        ("Monday", date(2026, 11, 30)),
        ("3 Jan", date(2026, 12, 28)),
        ("25 Nov", date(2026, 11, 23)),
        ("week of 23 Nov", date(2026, 11, 23)),
        ("22 Nov", date(2027, 11, 22)),
    ],
)
def test_weeks_as_people_type_them(words: str, week: date) -> None:
    assert week_of(words, MONDAY, TODAY) == week


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("next week", (date(2026, 11, 30), 1)),
        ("next week 2 weeks", (date(2026, 11, 30), 2)),
        ("2026-11-30 2 weeks", (date(2026, 11, 30), 2)),
        ("7 Dec for 3 weeks", (date(2026, 12, 7), 3)),
        ("in 2 weeks", (date(2026, 12, 7), 1)),
        ("2 weeks", (date(2026, 11, 23), 2)),
        ("10 weeks", (date(2026, 11, 23), 10)),
        ("next week 12 weeks", (date(2026, 11, 30), 12)),
        ("7 Dec for 12 weeks", (date(2026, 12, 7), 12)),
    ],
)
def test_several_weeks_as_people_type_them(words: str, expected: tuple[date, int]) -> None:
    assert weeks_of(words, MONDAY, TODAY) == expected


@pytest.mark.parametrize(
    ("words", "today", "day"),
    [
        ("25 Nov", date(2026, 11, 25), date(2026, 11, 25)),
        ("Wed 25 November", date(2026, 11, 25), date(2026, 11, 25)),
        ("25.11.", date(2026, 11, 25), date(2026, 11, 25)),
        ("24 Nov", date(2026, 11, 25), date(2027, 11, 24)),
        ("31 Dec", date(2026, 12, 31), date(2026, 12, 31)),
        ("1 Jan", date(2026, 12, 31), date(2027, 1, 1)),
        ("24.12.26", date(2026, 12, 31), date(2026, 12, 24)),
        ("29 Feb", date(2026, 11, 25), date(2028, 2, 29)),
        ("29 Feb", date(2028, 2, 29), date(2028, 2, 29)),
        ("yesterday", date(2027, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_day_without_a_year_is_the_next_one_and_may_be_today(words: str, today: date, day: date) -> None:
    assert day_of(words, today) == day


@pytest.mark.parametrize(
    ("words", "today", "day"),
    [
        ("wed", date(2026, 11, 25), date(2026, 11, 25)),
        ("next wed", date(2026, 11, 25), date(2026, 12, 2)),
        ("next Friday", date(2026, 11, 25), date(2026, 11, 27)),
        ("on weds", date(2026, 11, 25), date(2026, 11, 25)),
        ("thurs", date(2026, 11, 25), date(2026, 11, 26)),
        ("Mondays", date(2026, 11, 25), date(2026, 11, 30)),
    ],
)
def test_a_weekday_is_the_nearest_and_the_next_one_is_never_today(words: str, today: date, day: date) -> None:
    assert day_of(words, today) == day


@pytest.mark.parametrize("words", ["wedding", "thumb", "friends", "sunburn", "Monika", "next month", "month", "year"])
def test_a_word_that_begins_like_a_weekday_is_no_day(words: str) -> None:
    with pytest.raises(UnknownDate):
        day_of(words, TODAY)


@pytest.mark.parametrize("words", ["20.12.", "20.12", "20. 12."])
def test_a_day_and_a_month_with_points_are_no_time_of_day(words: str) -> None:
    assert day_of(words, TODAY) == date(2026, 12, 20)


@pytest.mark.parametrize("words", ["blursday", "31 Feb", "soon", "the 99th", "2026-13-45"])
def test_what_is_no_date_is_refused(words: str) -> None:
    with pytest.raises(UnknownDate):
        day_of(words, TODAY)


def test_a_week_that_starts_on_sunday_stays_one() -> None:
    assert week_of("2026-11-28", date(2026, 11, 22), TODAY) == date(2026, 11, 22)
    assert week_of("2026-11-29", date(2026, 11, 22), TODAY) == date(2026, 11, 29)
