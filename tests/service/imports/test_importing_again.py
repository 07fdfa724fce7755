"""What importing a workbook again leaves alone: what has happened since, and what its columns leave out."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from service.imports.faults import ImportRefused
from service.imports.service import import_workbook
from service.people.models import Team, User
from service.requests.models import TimeOffRequest
from service.schemas.requests import TimeOffStatus
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts import publishing
from service.shifts.models import PlannedShift, ShiftAssignment, ShiftTemplate, WeeklySchedule
from tests.service.imports.test_import_workbook import cafe, folder

PEOPLE = (
    "name,email,handle,manager,roles\n"
    "Maria,maria@example.com,maria,yes,Waiter\n"
    "Sam,sam@example.com,sam,,Waiter\n"
    "Ana,ana@example.com,ana,,Waiter\n"
)
TEMPLATES = "shift,days,start,end,needs\nDinner,Fri,18:00,23:00,1 Waiter\n"
PUBLISHED = "week,published\n2026-10-19,yes\n"
SAM_ON_FRIDAY = "date,shift,person\n2026-10-23,Dinner,sam\n"


def tavern(path: Path, **sheets: str) -> Path:
    """A published week in which Sam works Friday's dinner, with sheets added or replaced."""
    standard = {"people": PEOPLE, "templates": TEMPLATES, "weeks": PUBLISHED, "assignments": SAM_ON_FRIDAY}
    return cafe(path, **(standard | sheets))


def person(session: Session, handle: str) -> User:
    return session.scalars(select(User).where(User.handle == handle).options(selectinload(User.teams))).one()


def on_friday(session: Session) -> list[str]:
    """Who works Friday's dinner."""
    confirmed = select(User.handle).join(ShiftAssignment, ShiftAssignment.user_id == User.id)
    return list(session.scalars(confirmed.where(ShiftAssignment.status == AssignmentStatus.CONFIRMED)))


def week(session: Session) -> WeeklySchedule:
    return session.scalars(select(WeeklySchedule)).one()


def test_a_trade_in_a_published_week_stays(session: Session, tmp_path: Path) -> None:
    path = tavern(tmp_path)
    import_workbook(session, path)
    session.scalars(select(ShiftAssignment)).one().user_id = person(session, "ana").id
    session.flush()
    again = import_workbook(session, path)
    assert on_friday(session) == ["ana"]
    assert (again.left_alone, "assignments" in again.rows) == (1, False)


def test_a_shift_that_is_gone_from_a_published_week_is_no_mistake(session: Session, tmp_path: Path) -> None:
    path = tavern(tmp_path)
    import_workbook(session, path)
    session.delete(session.scalars(select(PlannedShift).options(selectinload(PlannedShift.roles))).one())
    session.flush()
    session.expire_all()
    assert import_workbook(session, path).left_alone == 1
    assert session.scalar(select(func.count()).select_from(PlannedShift)) == 0


def test_assignments_of_a_draft_come_in(session: Session, tmp_path: Path) -> None:
    path = tavern(tmp_path, weeks="week\n2026-10-19\n", assignments="date,shift,person\n")
    import_workbook(session, path)
    again = import_workbook(session, tavern(tmp_path, weeks="week\n2026-10-19\n"))
    assert on_friday(session) == ["sam"]
    assert (again.left_alone, again.rows["assignments"]) == (0, 1)


def test_a_draft_is_published_by_the_file_that_says_so(session: Session, tmp_path: Path) -> None:
    import_workbook(session, tavern(tmp_path, weeks="week\n2026-10-19\n"))
    import_workbook(session, tavern(tmp_path))
    assert week(session).status is WeekStatus.PUBLISHED


def test_an_archived_week_stays_archived(session: Session, tmp_path: Path) -> None:
    path = tavern(tmp_path)
    import_workbook(session, path)
    week(session).status = WeekStatus.ARCHIVED
    session.flush()
    import_workbook(session, path)
    assert week(session).status is WeekStatus.ARCHIVED


@pytest.mark.parametrize("published_in_chat", [True, False])
def test_a_week_that_was_taken_back_stays_a_draft(
    session: Session, tmp_path: Path, *, published_in_chat: bool
) -> None:
    path = tavern(tmp_path)
    import_workbook(session, path)
    maria = person(session, "maria")
    if published_in_chat:
        publishing.publish(session, maria, week(session).id, week(session).version)
    publishing.unpublish(session, maria, week(session).id, week(session).version)
    import_workbook(session, path)
    assert week(session).status is WeekStatus.DRAFT


@pytest.mark.parametrize("decided", [TimeOffStatus.CANCELLED, TimeOffStatus.REJECTED])
def test_time_off_that_was_withdrawn_or_declined_stays_so(
    session: Session, tmp_path: Path, decided: TimeOffStatus
) -> None:
    pending = "person,from,to,status\nsam,2026-10-26,2026-10-30,PENDING\n"
    path = tavern(tmp_path, time_off=pending)
    import_workbook(session, path)
    session.scalars(select(TimeOffRequest)).one().status = decided
    session.flush()
    import_workbook(session, tavern(tmp_path, time_off=pending.replace("PENDING", "APPROVED")))
    assert session.scalars(select(TimeOffRequest.status)).all() == [decided]


BARE_PEOPLE = "name,email\nSam Okafor,sam.okafor@example.com\n"
FULL_PEOPLE = (
    "name,email,handle,manager,max_hours_week,min_hours_week,cost_per_hour,contract,language,time_zone\n"
    "Sam,sam.okafor@example.com,sam,yes,48,45,15.50,Full,de,Europe/Rome\n"
)
FULL_TEAM = "team,time_zone,week_starts,swap_approval,publish_deadline_hours\nCafé,Europe/Berlin,Sun,NEVER,24\n"


def small(path: Path, **sheets: str) -> Path:
    """People and a team with every column filled in, and no weeks yet, with sheets added or replaced."""
    return folder(path, **({"teams": FULL_TEAM, "people": FULL_PEOPLE} | sheets))


def test_what_the_columns_of_people_leave_out_stays(session: Session, tmp_path: Path) -> None:
    import_workbook(session, small(tmp_path))
    import_workbook(session, small(tmp_path, people=BARE_PEOPLE))
    session.expire_all()
    sam = session.scalars(select(User)).one()
    assert (sam.name, sam.handle, sam.is_manager) == ("Sam Okafor", "sam", True)
    assert (sam.max_minutes_week, sam.min_minutes_week, sam.cost_per_hour) == (48 * 60, 45 * 60, 1550)
    assert (sam.contract, sam.locale, sam.time_zone) == ("Full", "de", "Europe/Rome")


def test_an_empty_cell_leaves_alone_too_and_a_filled_one_does_not(session: Session, tmp_path: Path) -> None:
    import_workbook(session, small(tmp_path))
    people = FULL_PEOPLE.replace("sam,yes,48,45,15.50,Full,de", ",no,,47,0,,")
    import_workbook(session, small(tmp_path, people=people))
    session.expire_all()
    sam = session.scalars(select(User)).one()
    assert (sam.handle, sam.is_manager, sam.contract, sam.locale) == ("sam", False, "Full", "de")
    assert (sam.max_minutes_week, sam.min_minutes_week, sam.cost_per_hour) == (48 * 60, 47 * 60, 0)


def test_a_limit_below_the_hours_that_are_known_is_a_mistake(session: Session, tmp_path: Path) -> None:
    people = "name,email,max_hours_week\nSam,sam.okafor@example.com,20\n"
    import_workbook(session, small(tmp_path))
    with pytest.raises(ImportRefused) as caught:
        import_workbook(session, small(tmp_path, people=people))
    assert [str(cell) for cell in caught.value.cells] == ["people, row 2, min_hours_week: is above max_hours_week"]


def test_a_new_person_gets_what_is_usual(session: Session, tmp_path: Path) -> None:
    import_workbook(session, small(tmp_path, people=BARE_PEOPLE))
    sam = session.scalars(select(User)).one()
    assert (sam.handle, sam.max_minutes_week, sam.locale) == ("sam.okafor", 40 * 60, "en")


def test_what_the_columns_of_teams_leave_out_stays(session: Session, tmp_path: Path) -> None:
    import_workbook(session, small(tmp_path))
    import_workbook(session, small(tmp_path, teams="team,time_zone\nCafé,Europe/Rome\n"))
    session.expire_all()
    team = session.scalars(select(Team)).one()
    assert (team.time_zone, team.week_start, team.swap_approval) == ("Europe/Rome", 6, "NEVER")
    assert team.publish_deadline_hours == 24


def test_what_the_columns_of_templates_leave_out_stays(session: Session, tmp_path: Path) -> None:
    full = "shift,days,start,end,break_minutes,needs,site\nDinner,Fri,18:00,23:00,30,1 Waiter,Harbour\n"
    import_workbook(session, small(tmp_path, templates=full))
    import_workbook(session, small(tmp_path, templates=TEMPLATES))
    session.expire_all()
    dinner = session.scalars(select(ShiftTemplate)).one()
    assert (dinner.break_minutes, dinner.site) == (30, "Harbour")


@pytest.mark.parametrize(
    ("teams", "column"),
    [
        ("team,time_zone\nCafé,Europe/Rome\n", "time_zone"),
        ("team,time_zone,week_starts\nCafé,Europe/Berlin,Sun\n", "week_starts"),
    ],
)
def test_a_team_with_weeks_moves_neither_zone_nor_first_day(
    session: Session, tmp_path: Path, teams: str, column: str
) -> None:
    import_workbook(session, tavern(tmp_path))
    with pytest.raises(ImportRefused) as caught:
        import_workbook(session, tavern(tmp_path, teams=teams))
    assert f"teams, row 2, {column}: cannot change once there are weeks" in map(str, caught.value.cells)
