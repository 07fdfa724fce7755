"""What `import_workbook` promises: a whole business, or nothing and every bad cell."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from bots.demo.sample import write_sample
from service.imports.faults import ImportRefused
from service.imports.service import import_workbook
from service.imports.sheets import SHEETS
from service.imports.template import write_template
from service.people.models import Team, User
from service.requests.models import Availability, EmployeePreference, TimeOffRequest, WorkRule
from service.schemas.shifts import WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment, ShiftTemplate, UserWeeklyHours, WeeklySchedule

TEAM = "team,time_zone\nCafé,Europe/Berlin\n"
PEOPLE = "name,email,handle,roles\nAda,ada@example.com,ada,Waiter\n李雷,li@example.com,li,Waiter; Cook\n"
TEMPLATES = "shift,days,start,end,break_minutes,needs\nDinner,Sat-Sun,18:00,02:00,30,2 Waiter; 1 Cook\n"
WEEKS = "week,published\n2026-10-19,yes\n"


def folder(path: Path, **sheets: str) -> Path:
    """A folder of CSV files."""
    path.mkdir(parents=True, exist_ok=True)
    for name, text in sheets.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def cafe(path: Path, **sheets: str) -> Path:
    """A small business, with sheets added or replaced."""
    return folder(path, **({"teams": TEAM, "people": PEOPLE, "templates": TEMPLATES, "weeks": WEEKS} | sheets))


def refused(session: Session, path: Path) -> list[str]:
    """The faults that an import of `path` names, having written nothing."""
    with pytest.raises(ImportRefused) as caught, session.begin_nested():
        import_workbook(session, path)
    assert session.scalar(select(func.count()).select_from(User)) == 0
    assert session.scalar(select(func.count()).select_from(Team)) == 0
    return [str(cell) for cell in caught.value.cells]


def test_a_folder_of_csv_files_becomes_a_business(session: Session, tmp_path: Path) -> None:
    imported = import_workbook(session, cafe(tmp_path))
    assert imported.rows == {"teams": 1, "people": 2, "templates": 1, "weeks": 1}
    user = session.scalars(select(User).where(User.handle == "li").options(selectinload(User.roles))).one()
    assert (user.name, [role.name for role in user.roles]) == ("李雷", ["Cook", "Waiter"])
    week = session.scalars(select(WeeklySchedule)).one()
    assert week.status is WeekStatus.PUBLISHED


def test_shifts_across_the_clock_change_keep_their_wall_times(session: Session, tmp_path: Path) -> None:
    import_workbook(session, cafe(tmp_path))
    shifts = session.scalars(select(PlannedShift).order_by(PlannedShift.during)).all()
    # Saturday 18:00 summer time to Sunday 02:00, before the clocks go back at 03:00.
    assert shifts[0].during.lower == datetime(2026, 10, 24, 16, tzinfo=UTC)
    assert shifts[0].during.upper == datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert shifts[1].during.lower == datetime(2026, 10, 25, 17, tzinfo=UTC)


def test_a_shift_through_the_clock_change_lasts_its_real_time(session: Session, tmp_path: Path) -> None:
    templates = "shift,days,start,end,needs\nNight,Sat,22:00,06:00,1 Waiter\n"
    import_workbook(session, cafe(tmp_path, templates=templates))
    assert session.scalars(select(PlannedShift.minutes)).all() == [9 * 60]


def test_every_bad_cell_is_reported_and_nothing_written(session: Session, tmp_path: Path) -> None:
    path = cafe(
        tmp_path,
        people="name,email,roles,max_hours_week\nAda,not an email,Waiter,many\n,bo@example.com,Waiter,40\n",
        templates="shift,days,start,end,needs\nDinner,Caturday,25:00,02:00,lots\n",
        weeks="week\n2026-10-20\nsoon\n",
    )
    faults = refused(session, path)
    places = {fault.rsplit(": ", 1)[0] for fault in faults}
    assert places >= {
        "people, row 2, max_hours_week",
        "people, row 3, name",
        "templates, row 2, days",
        "templates, row 2, start",
        "templates, row 2, needs",
        "weeks, row 2, week",
        "weeks, row 3, week",
    }


def test_a_mistake_is_reported_once_and_not_wherever_its_row_is_used(session: Session, tmp_path: Path) -> None:
    path = cafe(
        tmp_path,
        people="name,email,handle,max_hours_week\nAda,ada@example.com,ada,many\n",
        time_off="person,from,to\nada,2026-10-20,2026-10-21\n",
    )
    assert refused(session, path) == ["people, row 2, max_hours_week: 'many' is not a number of hours"]


@pytest.mark.parametrize(
    ("sheet", "text", "fault"),
    [
        (
            "people",
            "name,email\nAda,a@example.com\nBo,A@example.com\n",
            "people, row 3, email: is the same as in row 2",
        ),
        ("people", "name,mail\nAda,a@example.com\n", "people, row 1, mail: unknown column"),
        ("people", "name,email,max_hours_week\nA,a@example.com,200\n", "200 hours do not fit into a week"),
        ("people", "name,email,max_hours_week,min_hours_week\nA,a@example.com,10,20\n", "is above max_hours_week"),
        ("teams", "team,time_zone\nCafé,Berlin\n", "teams, row 2, time_zone: is not an IANA time zone"),
        ("time_off", "person,from,to\nzoe,2026-10-20,2026-10-21\n", "'zoe' is not known; see the sheet people"),
        ("time_off", "person,from,to\nada,2026-10-22,2026-10-21\n", "time_off, row 2, to: is before from"),
        ("preferences", "person,wish,shift\nada,WANTS,Lunch\n", "there is no template 'Lunch' in Café"),
        ("preferences", "person,wish\nada,WANTS\n", "names no weekday, date, template or time"),
        ("rules", "rule,value\nMAX_FUN,3\n", "rules, row 2, rule: 'MAX_FUN' is none of"),
        ("holidays", "day\n2026-12-24\n", "holidays: unknown sheet"),
        (
            "templates",
            "shift,days,start,end,needs\nDay,Sat,08:00,08:00,1 Waiter\n",
            "templates, row 2, end: is the same as start",
        ),
        (
            "templates",
            "shift,days,start,end,break_minutes,needs\nDay,Sat,08:00,09:00,60,1 Waiter\n",
            "templates, row 2, break_minutes: is as long as the shift",
        ),
        ("weeks", "week\n2026-10-20\n", "is not the first day of a week of Café"),
    ],
)
def test_a_bad_cell_is_named_with_its_reason(
    session: Session, tmp_path: Path, sheet: str, text: str, fault: str
) -> None:
    assert any(fault in found for found in refused(session, cafe(tmp_path, **{sheet: text})))


def test_overlapping_assignments_are_refused_by_the_database_and_named(session: Session, tmp_path: Path) -> None:
    templates = TEMPLATES + "Late,Sat,20:00,03:00,0,1 Waiter\n"
    assignments = "date,shift,person\n2026-10-24,Dinner,ada\n2026-10-24,Late,ada\n"
    faults = refused(session, cafe(tmp_path, templates=templates, assignments=assignments))
    assert faults == ["assignments, row 3, person: works another shift at that time"]


def test_hours_above_the_contract_are_refused_by_the_database_and_named(session: Session, tmp_path: Path) -> None:
    people = "name,email,handle,roles,max_hours_week\nAda,ada@example.com,ada,Waiter,10\n"
    assignments = "date,shift,person\n2026-10-24,Dinner,ada\n2026-10-25,Dinner,ada\n"
    faults = refused(session, cafe(tmp_path, people=people, assignments=assignments))
    assert faults == ["assignments, row 3, person: would be above their weekly limit of hours"]


def test_two_people_of_one_name_must_be_told_apart(session: Session, tmp_path: Path) -> None:
    people = "name,email\nAnn Lee,ann@example.com\nAnn Lee,ann2@example.com\n"
    faults = refused(
        session, cafe(tmp_path, people=people, time_off="person,from,to\nAnn Lee,2026-10-20,2026-10-21\n")
    )
    assert faults == ["time_off, row 2, person: several people are called Ann Lee; give the handle or the email"]


def test_importing_again_changes_and_doubles_nothing(session: Session, tmp_path: Path) -> None:
    path = cafe(tmp_path, assignments="date,shift,person,role\n2026-10-24,Dinner,li,Cook\n")
    import_workbook(session, path)
    folder(path, people=PEOPLE.replace("Ada,", "Ada Lovelace,"))
    import_workbook(session, path)
    session.expire_all()
    assert sorted(session.scalars(select(User.name))) == ["Ada Lovelace", "李雷"]
    for table, count in ((ShiftTemplate, 1), (WeeklySchedule, 1), (PlannedShift, 2), (ShiftAssignment, 1)):
        assert session.scalar(select(func.count()).select_from(table)) == count


def test_the_template_lists_every_sheet_and_takes_what_is_filled_in(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "empty.xlsx"
    write_template(file)
    book = load_workbook(file)
    assert book.sheetnames == ["read me", *(sheet.name for sheet in SHEETS)]
    book["teams"].append(["Café", "Europe/Berlin"])
    book["people"].append(["Ada", "ada@example.com"])
    book.save(file)
    assert import_workbook(session, file).rows == {"teams": 1, "people": 1}


def test_dates_and_times_may_be_real_spreadsheet_cells(session: Session, tmp_path: Path) -> None:
    book = Workbook()
    tuesday = datetime(2026, 10, 20)  # noqa: DTZ001  # a cell knows no zone
    tables: dict[str, list[list[object]]] = {
        "teams": [["team", "time_zone"], ["Café", "Europe/Berlin"]],
        "people": [["Name *", "Email *", "Max hours week"], ["Ada", "ada@example.com", 38.5]],
        "time off": [["person", "from", "to"], ["ada", tuesday, date(2026, 10, 21)]],
    }
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "b.xlsx")
    import_workbook(session, tmp_path / "b.xlsx")
    assert session.scalars(select(User.max_minutes_week)).one() == 38.5 * 60
    during = session.scalars(select(TimeOffRequest.during)).one()
    assert during.upper == datetime(2026, 10, 21, 22, tzinfo=UTC)


def test_a_file_that_is_no_workbook_is_refused_kindly(session: Session, tmp_path: Path) -> None:
    (tmp_path / "notes.xlsx").write_text("not a workbook")
    assert refused(session, tmp_path / "notes.xlsx")[0].endswith("is no .xlsx workbook, nor a folder of .csv files")
    assert refused(session, tmp_path / "nowhere")[0].endswith("does not exist")


@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2026, 3, 25), date(2026, 10, 18)])
def test_the_restaurant_of_the_demo_comes_in_whole_in_any_week(session: Session, tmp_path: Path, today: date) -> None:
    write_sample(tmp_path, today=today)
    import_workbook(session, tmp_path)
    assert session.scalar(select(func.count()).select_from(User)) == 28
    weeks = session.scalars(select(WeeklySchedule).order_by(WeeklySchedule.week_start)).all()
    assert [week.status for week in weeks] == [WeekStatus.PUBLISHED, WeekStatus.DRAFT]
    for table in (Availability, EmployeePreference, TimeOffRequest, WorkRule, ShiftAssignment, UserWeeklyHours):
        assert session.scalar(select(func.count()).select_from(table))


def test_a_role_with_too_long_a_name_is_named_by_its_cell(session: Session, tmp_path: Path) -> None:
    long = "Waiter who speaks Italian and carries five plates at the same time"
    people = f"name,email,handle,roles\nAda,ada@example.com,ada,{long}\n"
    templates = f"shift,days,start,end,needs\nDinner,Sat,18:00,02:00,2 {long}\n"
    faults = refused(session, cafe(tmp_path, people=people, templates=templates))
    reason = "String should have at most 60 characters"
    assert faults[:2] == [f"people, row 2, roles: {reason}", f"templates, row 2, needs: {reason}"]


def _workbook(path: Path) -> Path:
    """A workbook of one sheet with two teams."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "teams"
    for row in (("team", "time_zone"), ("Café", "Europe/Berlin"), ("Bar", "Europe/Berlin")):
        sheet.append(row)
    book.save(path)
    return path


def _with_sheet(source: Path, target: Path, change: Callable[[bytes], bytes]) -> Path:
    """The same workbook, the XML of its sheet changed."""
    with ZipFile(source) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith("sheet1.xml") else content)
    return target


def test_a_sheet_that_claims_to_be_smaller_is_read_whole(session: Session, tmp_path: Path) -> None:
    source = _workbook(tmp_path / "whole.xlsx")
    claims = _with_sheet(source, tmp_path / "claims.xlsx", lambda xml: xml.replace(b'ref="A1:B3"', b'ref="A1"'))
    assert import_workbook(session, claims).rows == {"teams": 2}


def test_a_sheet_with_a_format_in_its_last_row_is_no_large_one(session: Session, tmp_path: Path) -> None:
    path = _workbook(tmp_path / "formatted.xlsx")
    book = load_workbook(path)
    book.worksheets[0].cell(1_048_576, 1).number_format = "@"
    book.save(path)
    assert import_workbook(session, path).rows == {"teams": 2}


def test_a_workbook_that_was_cut_off_is_named(session: Session, tmp_path: Path) -> None:
    source = _workbook(tmp_path / "whole.xlsx")
    half = _with_sheet(source, tmp_path / "half.xlsx", lambda xml: xml[: len(xml) // 2])
    (fault,) = refused(session, half)
    assert fault.startswith(f"{half}: cannot be read to its end, in the sheet teams: ")


def test_a_quotation_mark_that_is_never_closed_is_named(session: Session, tmp_path: Path) -> None:
    teams = 'team,time_zone\n"Café,Europe/Berlin\n' + "Bar,Europe/Berlin\n" * 10_000
    (fault,) = refused(session, cafe(tmp_path, teams=teams))
    assert "cannot be read to its end, in the sheet teams: field larger than" in fault
