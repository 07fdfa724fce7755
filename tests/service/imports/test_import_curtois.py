"""What `import_curtois` promises: the team's data says exactly what the instance says."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.errors import Conflict, Unprocessable
from service.imports.curtois import import_curtois
from service.people.models import User
from service.requests.models import EmployeePreference, TimeOffRequest, WorkRule
from service.schemas.requests import RuleKind
from service.shifts.models import PlannedShift, PlannedShiftRole, WeeklySchedule

MONDAY = date(2026, 11, 30)


@pytest.fixture
def instance2(shared_data: Path) -> str:
    return (shared_data / "curtois" / "Instance2.txt").read_text()


def test_an_instance_becomes_a_team_with_its_weeks_and_a_manager(session: Session, instance2: str) -> None:
    done = import_curtois(session, instance2, team_name="Ward 2", first_week=MONDAY)
    assert (done.people, done.weeks) == (14, 2)
    manager = session.scalars(select(User).where(User.handle == done.manager)).one()
    assert manager.is_manager
    weeks = session.scalars(select(WeeklySchedule.week_start).order_by(WeeklySchedule.week_start)).all()
    assert weeks == [MONDAY, date(2026, 12, 7)]
    assert session.scalar(select(func.count()).select_from(PlannedShift)) == 28
    weights = session.execute(select(PlannedShiftRole.under_weight, PlannedShiftRole.over_weight).distinct()).all()
    assert weights == [(100, 1)]


def test_every_line_of_the_instance_is_in_the_team(session: Session, instance2: str) -> None:
    import_curtois(session, instance2, team_name="Ward 2", first_week=MONDAY)
    assert session.scalar(select(func.count()).select_from(TimeOffRequest)) == 14
    wanted = instance2.partition("SHIFT_ON_REQUESTS\n")[2].partition("SECTION")[0]
    lines = [line for line in wanted.splitlines() if line and not line.startswith("#")]
    on = select(func.count()).select_from(EmployeePreference).where(EmployeePreference.wanted)
    assert session.scalar(on) == len(lines)
    kinds = session.execute(select(WorkRule.kind, func.count()).group_by(WorkRule.kind)).all()
    assert {row[0]: row[1] for row in kinds} == {
        RuleKind.MAX_SHIFTS_PER_DAY: 1,
        RuleKind.FORBIDDEN_SUCCESSION: 1,
        # D may not work L; E, K and L may not work E.
        RuleKind.MAX_SHIFTS_PER_RUN: 4,
        RuleKind.MAX_MINUTES_PER_RUN: 14,
        RuleKind.MIN_MINUTES_PER_RUN: 14,
        RuleKind.MAX_CONSECUTIVE_DAYS: 14,
        RuleKind.MIN_CONSECUTIVE_DAYS: 14,
        RuleKind.MIN_CONSECUTIVE_DAYS_OFF: 14,
        RuleKind.MAX_WEEKENDS_PER_RUN: 14,
    }


@pytest.mark.parametrize("number", range(1, 13))
def test_no_shift_of_one_day_overlaps_one_of_the_next(session: Session, shared_data: Path, number: int) -> None:
    text = (shared_data / "curtois" / f"Instance{number}.txt").read_text()
    import_curtois(session, text, team_name="Ward", first_week=MONDAY)
    for during in session.scalars(select(PlannedShift.during)):
        assert during.lower is not None
        assert during.upper is not None
        day_end = during.upper.replace(hour=0, minute=0)
        assert during.upper == day_end or during.lower.date() == during.upper.date()


def test_a_damaged_instance_is_refused_with_its_line(session: Session, instance2: str) -> None:
    with pytest.raises(Unprocessable, match="line"):
        import_curtois(session, instance2.replace("E,480,", "E,long,"), team_name="Ward", first_week=MONDAY)


def test_an_instance_starts_on_a_monday(session: Session, instance2: str) -> None:
    with pytest.raises(Unprocessable, match="Tuesday"):
        import_curtois(session, instance2, team_name="Ward", first_week=date(2026, 12, 1))


def test_a_team_is_not_brought_in_twice(session: Session, instance2: str) -> None:
    import_curtois(session, instance2, team_name="Ward", first_week=MONDAY)
    with pytest.raises(Conflict):
        import_curtois(session, instance2, team_name="Ward", first_week=MONDAY)
