"""Small builders with good names: each makes one thing that is complete and plausible, told only what matters."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service.people.models import ChatChannel, ChatIdentity, Role, Team, User
from service.scheduling.models import OptimizationConfig
from service.schemas.shifts import AssignmentSource, AssignmentStatus, WeekStatus
from service.shifts.models import (
    PlannedShift,
    PlannedShiftRole,
    ShiftAssignment,
    ShiftTemplate,
    ShiftTemplateRole,
    WeeklySchedule,
)

MONDAY = date(2026, 11, 30)
_numbers = count(1)


def a_role(session: Session, name: str | None = None) -> Role:
    """A role of its own name."""
    role = Role(name=name or f"Role {next(_numbers)}", colour="#2563eb")
    session.add(role)
    session.flush()
    return role


def a_team(session: Session, name: str | None = None, *, time_zone: str = "UTC", time_limit: int = 5) -> Team:
    """A team whose weeks start on Monday, with its default config and a channel on the terminal."""
    team = Team(name=name or f"Team {next(_numbers)}", time_zone=time_zone)
    session.add(team)
    session.flush()
    session.add(OptimizationConfig(team_id=team.id, name="Standard", is_default=True, time_limit_seconds=time_limit))
    session.add(
        ChatChannel(platform="terminal", external_id=f"#{team.name.lower().replace(' ', '-')}", team_id=team.id)
    )
    session.flush()
    return team


def a_user(
    session: Session,
    *teams: Team,
    name: str | None = None,
    roles: Iterable[Role] = (),
    manager: bool = False,
    max_hours: int = 40,
) -> User:
    """A person in these teams, with an account on the terminal named as their handle."""
    number = next(_numbers)
    name = name or f"Person {number}"
    handle = name.lower().replace(" ", "-")
    user = User(
        name=name,
        handle=handle,
        email=f"{handle}@example.com",
        is_manager=manager,
        max_minutes_week=max_hours * 60,
        teams=list(teams),
        roles=list(roles),
    )
    session.add(user)
    session.flush()
    session.add(ChatIdentity(platform="terminal", external_id=handle, user_id=user.id))
    session.flush()
    return user


def a_manager(session: Session, *teams: Team, name: str | None = None) -> User:
    """A manager of these teams."""
    return a_user(session, *teams, name=name, manager=True)


def a_week(
    session: Session, team: Team, week_start: date = MONDAY, status: WeekStatus = WeekStatus.DRAFT
) -> WeeklySchedule:
    """A week without shifts."""
    week = WeeklySchedule(team_id=team.id, week_start=week_start, status=status)
    session.add(week)
    session.flush()
    return week


def a_shift(
    session: Session,
    week: WeeklySchedule,
    role: Role,
    *,
    day: int = 0,
    start: int = 9,
    hours: int = 8,
    headcount: int = 1,
    name: str = "Day",
) -> PlannedShift:
    """A shift on a day of the week (0 is its first), from a full hour in UTC."""
    starts_at = datetime.combine(week.week_start, time(0), tzinfo=UTC) + timedelta(days=day, hours=start)
    shift = PlannedShift(
        weekly_schedule_id=week.id,
        week_start=week.week_start,
        name=name,
        during=Range(starts_at, starts_at + timedelta(hours=hours)),
        roles=[PlannedShiftRole(role_id=role.id, headcount=headcount)],
    )
    session.add(shift)
    session.flush()
    session.refresh(shift, ["minutes"])
    return shift


def an_assignment(
    session: Session,
    shift: PlannedShift,
    user: User,
    role: Role,
    status: AssignmentStatus = AssignmentStatus.CONFIRMED,
    *,
    pinned: bool = False,
) -> ShiftAssignment:
    """This person on this shift."""
    assignment = ShiftAssignment(
        planned_shift_id=shift.id,
        role_id=role.id,
        user_id=user.id,
        status=status,
        source=AssignmentSource.MANAGER,
        pinned=pinned,
        during=shift.during,
        minutes=shift.minutes,
        week_start=shift.week_start,
    )
    session.add(assignment)
    session.flush()
    return assignment


def a_template(
    session: Session, team: Team, role: Role, *, name: str | None = None, start: time = time(9), end: time = time(17)
) -> ShiftTemplate:
    """A recurring shift on every day of the week, one person of the role."""
    template = ShiftTemplate(
        team_id=team.id,
        name=name or f"Template {next(_numbers)}",
        weekdays=list(range(7)),
        start_time=start,
        end_time=end,
        roles=[ShiftTemplateRole(role_id=role.id, headcount=1)],
    )
    session.add(template)
    session.flush()
    return template
