"""Small builders with good names: each makes one thing that is complete and plausible, told only what matters."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service.notifications.models import Delivery, Notification
from service.people.models import ChatChannel, ChatIdentity, Role, Team, User
from service.requests.models import EmployeePreference, TimeOffRequest, WorkRule
from service.scheduling.models import OptimizationConfig, SchedulingRun, SchedulingSolution
from service.schemas.notifications import DeliveryStatus
from service.schemas.requests import RuleKind, TimeOffKind, TimeOffStatus
from service.schemas.scheduling import RunStatus
from service.schemas.shifts import AssignmentSource, AssignmentStatus, WeekStatus
from service.schemas.swaps import SwapKind, SwapStatus
from service.shifts.models import (
    PlannedShift,
    PlannedShiftRole,
    ShiftAssignment,
    ShiftTemplate,
    ShiftTemplateRole,
    WeeklySchedule,
)
from service.swaps.models import SwapLeg, SwapRequest

MONDAY = date(2030, 12, 2)
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


def without_chat(session: Session, *people: User) -> None:
    """These people have no chat account: nothing that they are told reaches them."""
    session.execute(delete(ChatIdentity).where(ChatIdentity.user_id.in_([one.id for one in people])))


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


def time_off(
    session: Session,
    user: User,
    *,
    day: int = 0,
    days: int = 1,
    status: TimeOffStatus = TimeOffStatus.PENDING,
    kind: TimeOffKind = TimeOffKind.VACATION,
) -> TimeOffRequest:
    """This person asks to be away for whole days, from a day after MONDAY on, in UTC."""
    starts_at = datetime.combine(MONDAY, time(0), tzinfo=UTC) + timedelta(days=day)
    request = TimeOffRequest(
        user_id=user.id, kind=kind, status=status, during=Range(starts_at, starts_at + timedelta(days=days))
    )
    session.add(request)
    session.flush()
    return request


def a_wish(session: Session, user: User, weekday: int = 4) -> EmployeePreference:
    """A wish for work on this weekday."""
    wish = EmployeePreference(user_id=user.id, wanted=True, weekday=weekday)
    session.add(wish)
    session.flush()
    return wish


def a_dropped_shift(session: Session, place: ShiftAssignment) -> SwapRequest:
    """An open request of a published shift's holder that somebody else takes it."""
    week = session.query(WeeklySchedule).join(PlannedShift).filter(PlannedShift.id == place.planned_shift_id).one()
    leg = SwapLeg(
        option=0,
        position=0,
        request_status=SwapStatus.OPEN,
        assignment_id=place.id,
        planned_shift_id=place.planned_shift_id,
        role_id=place.role_id,
        giver_id=place.user_id,
    )
    request = SwapRequest(
        team_id=week.team_id,
        weekly_schedule_id=week.id,
        kind=SwapKind.DROP,
        owner_id=place.user_id,
        asked_by=place.user_id,
        expires_at=place.during.lower,
        legs=[leg],
    )
    session.add(request)
    session.flush()
    return request


def a_rule(session: Session, team: Team, user: User | None = None, hours: int = 40) -> WorkRule:
    """A hard limit of the hours of a week, of the team or of one person in it."""
    rule = WorkRule(team_id=team.id, user_id=user.id if user else None, kind=RuleKind.MAX_HOURS_PER_WEEK, value=hours)
    session.add(rule)
    session.flush()
    return rule


def a_run(
    session: Session,
    week: WeeklySchedule,
    manager: User,
    found: Iterable[tuple[PlannedShift, User, Role]] = (),
    *,
    status: RunStatus = RunStatus.SUCCESS,
    config: OptimizationConfig | None = None,
) -> SchedulingRun:
    """An ended run over one week, under its team's default config, that found these assignments."""
    config = config or session.query(OptimizationConfig).filter_by(team_id=week.team_id, is_default=True).one()
    run = SchedulingRun(
        weekly_schedule_id=week.id,
        team_id=week.team_id,
        first_week=week.week_start,
        config_id=config.id,
        requested_by=manager.id,
        status=status,
    )
    session.add(run)
    session.flush()
    for shift, user, role in found:
        session.add(SchedulingSolution(run_id=run.id, planned_shift_id=shift.id, user_id=user.id, role_id=role.id))
    session.flush()
    return run


def a_delivery_given_up(session: Session, team: Team, error: str) -> Delivery:
    """A message to a channel of the team that was not sent, and will not be."""
    number = next(_numbers)
    notification = Notification(kind="unreachable", dedupe_key=f"given up {number}", team_id=team.id, payload={})
    session.add(notification)
    session.flush()
    delivery = Delivery(
        notification_id=notification.id,
        platform="slack",
        target=f"C{number}",
        direct=False,
        status=DeliveryStatus.DEAD,
        error=error,
    )
    session.add(delivery)
    session.flush()
    return delivery
