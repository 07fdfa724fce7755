"""What one cell may hold: days and needs as people write them, and nothing that could mean something else."""

from datetime import time, timedelta

import pytest

from service.imports import cells


@pytest.mark.parametrize("cell", ["Thu", "thursday", "Thursdays", "Thurs", "Thurs.", " THU "])
def test_one_day_has_many_spellings(cell: str) -> None:
    assert cells.weekday(cell) == 3


@pytest.mark.parametrize("cell", ["", "M", "Mo", "Mon to Fri", "Mon/Wed", "Mon-", "Monkey", "Sunny", "Sat+Sun"])
def test_one_day_is_one_day(cell: str) -> None:
    with pytest.raises(ValueError, match="is not a day of the week such as Mon"):
        cells.weekday(cell)


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("Mon", [0]),
        ("Mon-Fri", [0, 1, 2, 3, 4]),
        ("Mon – Fri", [0, 1, 2, 3, 4]),
        ("Mon to Fri", [0, 1, 2, 3, 4]),
        ("Monday to Wednesday and Sun", [0, 1, 2, 6]),
        ("Tue; Sat-Sun", [1, 5, 6]),
        ("Sat-Mon", [0, 5, 6]),
        ("Mon/Wed", [0, 2]),
        ("Mon Wed Fri", [0, 2, 4]),
        ("Mon, Wed and Fri", [0, 2, 4]),
        ("Mon\nWed", [0, 2]),
        ("Tue & Thu", [1, 3]),
        ("Sat+Sun", [5, 6]),
        ("Tues., Thurs.", [1, 3]),
        ("daily", [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_days_are_listed_as_people_list_them(cell: str, days: list[int]) -> None:
    assert cells.weekdays(cell) == days


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("Mon-Wed-Fri", "'Mon-Wed-Fri' is unclear; write Mon; Wed or Mon-Wed"),
        ("Mon to Wed to Fri", "'Mon-Wed-Fri' is unclear"),
        ("Mon-", "'' is not a day"),
        ("Mon not Tue", "'not' is not a day"),
        ("weekends", "'weekends' is not a day"),
        ("/", "names no day"),
    ],
)
def test_days_that_are_unclear_are_asked_for_again(cell: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        cells.weekdays(cell)


@pytest.mark.parametrize(
    ("cell", "needs"),
    [
        ("3 Waiter; 2 Cook", [(3, "Waiter"), (2, "Cook")]),
        ("3 Waiter + 2 Cook", [(3, "Waiter"), (2, "Cook")]),
        ("3 Waiter/2 Cook", [(3, "Waiter"), (2, "Cook")]),
        ("3x Waiter & 2 x Cook and 1 Host", [(3, "Waiter"), (2, "Cook"), (1, "Host")]),
        ("2 Food and drink", [(2, "Food and drink")]),
        ("1 Host/Hostess", [(1, "Host/Hostess")]),
        ("2 Nurse band 5/6", [(2, "Nurse band 5/6")]),
        ("2 Band 5/6 nurse", [(2, "Band 5/6 nurse")]),
    ],
)
def test_needs_may_be_joined_where_a_number_follows(cell: str, needs: list[tuple[int, str]]) -> None:
    assert cells.needs(cell) == needs


@pytest.mark.parametrize("cell", ["3 Waiter + 2Cook", "3 Level 2 + 2 Level 1", "2 Band 5 & 6 nurse"])
def test_needs_that_are_unclear_are_asked_for_again(cell: str) -> None:
    with pytest.raises(ValueError, match="is unclear; separate the roles with ;"):
        cells.needs(cell)


@pytest.mark.parametrize(
    ("length", "at"),
    [(timedelta(days=1), time()), (timedelta(hours=17, minutes=30), time(17, 30)), (timedelta(0), time())],
)
def test_a_time_that_a_spreadsheet_took_for_a_length_is_one_on_the_clock(length: timedelta, at: time) -> None:
    assert cells.clock(length) == at


@pytest.mark.parametrize("length", [timedelta(hours=26), timedelta(days=1, minutes=30), timedelta(hours=-1)])
def test_a_length_that_is_on_no_clock_is_refused(length: timedelta) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        cells.clock(length)
