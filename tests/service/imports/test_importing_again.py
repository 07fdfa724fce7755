"""What importing a workbook again leaves alone: what has happened since, and what its columns leave out."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from service.imports.service import import_workbook
from service.people.models import User
from service.requests.models import TimeOffRequest
from service.schemas.requests import TimeOffStatus
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts import publishing
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from tests.service.imports.test_import_workbook import cafe

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
