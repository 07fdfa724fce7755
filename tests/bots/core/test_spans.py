"""What people type for the days that they want to be away, and what it means."""

from datetime import date, time

import pytest

from bots.dates import UnknownDate
from bots.spans import Span, clock_of, days_in, span_of

MONDAY, TODAY = date(2026, 11, 23), date(2026, 11, 25)
FRIDAY = date(2026, 11, 27)


def _dec(first: int, last: int | None = None, rest: str = "") -> Span:
    return Span(first=date(2026, 12, first), last=date(2026, 12, last or first), rest=rest)


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("fri", Span(first=FRIDAY, last=FRIDAY)),
        ("on Friday", Span(first=FRIDAY, last=FRIDAY)),
        ("tomorrow dentist", Span(first=date(2026, 11, 26), last=date(2026, 11, 26), rest="dentist")),
        ("24 Dec", _dec(24)),
        ("24 Dec to 2 Jan vacation", Span(first=date(2026, 12, 24), last=date(2027, 1, 2), rest="vacation")),
        ("24 to 26 Dec", _dec(24, 26)),
        ("24-26 Dec family", _dec(24, 26, "family")),
        ("2026-12-24 to 2026-12-26", _dec(24, 26)),
        ("2026-12-24", _dec(24)),
        ("24 Dec – 26 Dec", _dec(24, 26)),
        ("mon to wed", Span(first=date(2026, 11, 30), last=date(2026, 12, 2))),
        ("mon-wed off", Span(first=date(2026, 11, 30), last=date(2026, 12, 2), rest="off")),
        ("next week vacation", Span(first=date(2026, 11, 30), last=date(2026, 12, 6), rest="vacation")),
        ("this week", Span(first=MONDAY, last=date(2026, 11, 29))),
        ("today sick", Span(first=TODAY, last=TODAY, rest="sick")),
        ("fri 14:00-18:00", Span(first=FRIDAY, last=FRIDAY, starts=time(14), ends=time(18))),
        (
            "fri from 14:00 to 18:30 dentist",
            Span(first=FRIDAY, last=FRIDAY, starts=time(14), ends=time(18, 30), rest="dentist"),
        ),
        ("fri from 14:00", Span(first=FRIDAY, last=FRIDAY, starts=time(14))),
        ("fri until 12:30 doctor", Span(first=FRIDAY, last=FRIDAY, ends=time(12, 30), rest="doctor")),
        ("fri next week", _dec(4)),
        ("next week fri dentist", _dec(4, rest="dentist")),
        ("on fri in 2 weeks", _dec(11)),
        ("mon-wed next week", Span(first=date(2026, 11, 30), last=date(2026, 12, 2))),
        ("sat to mon next week", _dec(5, 7)),
        ("this weekend", Span(first=date(2026, 11, 28), last=date(2026, 11, 29))),
        ("next weekend family", _dec(5, 6, "family")),
        ("today and tomorrow", Span(first=TODAY, last=date(2026, 11, 26))),
        ("fri and sat", Span(first=FRIDAY, last=date(2026, 11, 28))),
        ("tue and wed", Span(first=date(2026, 12, 1), last=date(2026, 12, 2))),
        ("sat and sun next week", _dec(5, 6)),
        ("24 Dec for 3 days", _dec(24, 26)),
        ("fri for a week vacation", Span(first=FRIDAY, last=date(2026, 12, 3), rest="vacation")),
        ("fri wedding", Span(first=FRIDAY, last=FRIDAY, rest="wedding")),
        ("in 3 days", Span(first=date(2026, 11, 28), last=date(2026, 11, 28))),
        ("dec 24-26", _dec(24, 26)),
        ("Dec 24 to 26 family", _dec(24, 26, "family")),
        ("24th-26th Dec", _dec(24, 26)),
        ("24.-26.12.", _dec(24, 26)),
        ("24.12.-26.12.", _dec(24, 26)),
        ("24/12-26/12 family", _dec(24, 26, "family")),
        ("24.12. to 2.1.", Span(first=date(2026, 12, 24), last=date(2027, 1, 2))),
        ("25 Nov to 27 Nov", Span(first=TODAY, last=FRIDAY)),
        ("24-12-2026", _dec(24)),
        ("thu 2026-12-24", _dec(24)),
        ("dec 24", _dec(24)),
        ("fri 14:00-24:00", Span(first=FRIDAY, last=FRIDAY, starts=time(14), ends=time(0))),
    ],
)
def test_days_as_people_type_them(words: str, span: Span) -> None:
    assert span_of(words, TODAY, MONDAY) == span


@pytest.mark.parametrize(
    "words",
    [
        "3 days vacation",
        "2 weeks",
        "next 3 days",
        "next month",
        "fri sat",
        "fri and mon",
        "mon and wed next week",
        "24 Dec or tomorrow",
        "fri 2 weeks",
        "30 Dec to 2",
        "tomorrow 9-17",
        "tomorrow 9am-5pm",
        "tomorrow 9am to 5pm",
        "fri 14.00-18.00",
        "fri at 14:00",
        "fri after 6pm",
        "fri 22:00 to sat 06:00",
        "fri from 22:00 to sat 06:00",
    ],
)
def test_days_are_asked_for_again_rather_than_only_some_of_them_taken(words: str) -> None:
    with pytest.raises(UnknownDate):
        span_of(words, TODAY, MONDAY)


@pytest.mark.parametrize(
    ("words", "days"), [("3 days", 3), ("for two days", 2), ("the next 4 days", 4), ("a week", 7), ("fri", None)]
)
def test_a_length_is_so_many_days(words: str, days: int | None) -> None:
    assert days_in(words) == days


@pytest.mark.parametrize("words", ["blursday", "vacation", "31 Feb", "soon please", "14:00-18:00", ""])
def test_what_names_no_day_is_refused(words: str) -> None:
    with pytest.raises(UnknownDate):
        span_of(words, TODAY, MONDAY)


@pytest.mark.parametrize(
    ("words", "at"), [("9", time(9)), ("9:30", time(9, 30)), ("24:00", time(0)), ("24", time(0))]
)
def test_times_as_people_type_them(words: str, at: time) -> None:
    assert clock_of(words) == at


@pytest.mark.parametrize("words", ["25", "24:30", "9:75", "noonish", ""])
def test_what_is_no_time_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"no time of day|invalid literal"):
        clock_of(words)
