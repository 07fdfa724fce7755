"""What an exported week promises: the same rows in every format, harmless to open, right on the clock."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from pypdf import PdfReader

from service.exports.calendar import to_ics
from service.exports.page import to_pdf
from service.exports.rows import HEADER
from service.exports.tables import to_csv, to_xlsx
from service.schemas.people import Person, RoleRead, TeamRead
from service.schemas.shifts import (
    AssignmentRead,
    AssignmentSource,
    AssignmentStatus,
    Gap,
    RoleNeed,
    Roster,
    ShiftRead,
    WeekRead,
    WeekStatus,
)

WAITER, COOK = 1, 2


def shift(number: int, name: str, start: datetime, end: datetime) -> ShiftRead:
    """A shift that needs two waiters."""
    return ShiftRead(
        id=number,
        weekly_schedule_id=1,
        name=name,
        starts_at=start,
        ends_at=end,
        needs=[RoleNeed(role_id=WAITER, headcount=2)],
        minutes=int((end - start).total_seconds() // 60),
        version=1,
    )


def roster(*, name: str = "李雷") -> Roster:
    """The week in which Berlin's clocks go back, one waiter missing on the night of the change."""
    night = shift(2, "Night", datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 5, tzinfo=UTC))
    dinner = shift(1, "Dinner", datetime(2026, 10, 23, 16, tzinfo=UTC), datetime(2026, 10, 23, 21, tzinfo=UTC))
    week = WeekRead(
        id=1,
        team_id=1,
        week_start=date(2026, 10, 19),
        status=WeekStatus.PUBLISHED,
        version=3,
        published_at=datetime(2026, 10, 12, 8, tzinfo=UTC),
    )
    assigned = [
        AssignmentRead(
            id=number,
            planned_shift_id=shift_id,
            user_id=user_id,
            role_id=WAITER,
            status=AssignmentStatus.CONFIRMED,
            source=AssignmentSource.SOLVER,
            pinned=False,
        )
        for number, (shift_id, user_id) in enumerate([(1, 1), (1, 2), (2, 1)], start=1)
    ]
    return Roster(
        week=week,
        team=TeamRead(id=1, name="Café", time_zone="Europe/Berlin", this_week=date(2026, 10, 19)),
        roles=[RoleRead(id=WAITER, name="Waiter"), RoleRead(id=COOK, name="Cook")],
        people=[Person(id=1, name=name, handle="li"), Person(id=2, name="Ada", handle="ada")],
        shifts=[night, dinner],
        assignments=assigned,
        gaps=[Gap(planned_shift_id=2, role_id=WAITER, missing=1)],
        away={},
        places=4,
        filled=3,
        proposed=False,
    )


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def xlsx_rows(content: bytes) -> list[list[str]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [
        [f"{cell:.2f}" if isinstance(cell, int | float) else str(cell or "") for cell in row]
        for row in sheet.iter_rows(values_only=True)
    ]


def test_csv_has_local_times_and_names_the_gap() -> None:
    assert csv_rows(to_csv(roster())) == [
        list(HEADER),
        ["2026-10-23", "Fri", "Dinner", "18:00", "23:00", "5.00", "Waiter", "Ada", "CONFIRMED"],
        ["2026-10-23", "Fri", "Dinner", "18:00", "23:00", "5.00", "Waiter", "李雷", "CONFIRMED"],
        ["2026-10-24", "Sat", "Night", "22:00", "06:00", "9.00", "Waiter", "李雷", "CONFIRMED"],
        ["2026-10-24", "Sat", "Night", "22:00", "06:00", "9.00", "Waiter", "", "OPEN"],
    ]


def test_xlsx_has_the_same_rows_as_csv() -> None:
    assert xlsx_rows(to_xlsx(roster())) == csv_rows(to_csv(roster()))


@pytest.mark.parametrize("name", ['=HYPERLINK("http://evil")', "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_name_is_never_run_as_a_formula(name: str) -> None:
    dangerous = roster().model_copy(
        update={"people": [Person.model_construct(id=n, name=name, handle="x") for n in (1, 2)]}
    )
    cells = [row[HEADER.index("Person")] for row in csv_rows(to_csv(dangerous))[1:]]
    assert cells[0] == f"'{name}"
    book = load_workbook(io.BytesIO(to_xlsx(dangerous)))
    assert "f" not in {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row}


def test_a_name_with_what_no_workbook_may_hold_is_exported_without_it() -> None:
    rows = xlsx_rows(to_xlsx(roster(name="Sam\x0bMiller\x07")))
    assert {row[HEADER.index("Person")] for row in rows[1:]} == {"Ada", "Sam Miller ", ""}


def test_calendar_events_carry_the_zone_and_its_rules() -> None:
    calendar = Calendar.from_ical(to_ics(roster()))
    events = {str(event["summary"]): event for event in calendar.walk("VEVENT")}
    night = events["Night (Café)"]
    assert night["dtstart"].to_ical() == b"20261024T220000"
    assert night.decoded("dtstart").astimezone(UTC) == datetime(2026, 10, 24, 20, tzinfo=UTC)
    assert night.decoded("dtend").astimezone(UTC) == datetime(2026, 10, 25, 5, tzinfo=UTC)
    assert str(night["description"]) == "Waiter: 李雷\nWaiter: open"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


def test_calendar_events_keep_their_identity_between_exports() -> None:
    first, second = (Calendar.from_ical(to_ics(roster())) for _ in range(2))
    assert [e["uid"] for e in first.walk("VEVENT")] == [e["uid"] for e in second.walk("VEVENT")]


def test_the_pdf_is_one_readable_landscape_page() -> None:
    (page,) = PdfReader(io.BytesIO(to_pdf(roster()))).pages
    assert page.mediabox.width > page.mediabox.height
    text = page.extract_text()
    for said in ("Café", "Ada", "18:00–23:00 Waiter", "Open places", "3 of 4 places filled"):
        assert said in text
