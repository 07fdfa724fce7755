"""From the tables to the people of a problem: their roles and skills, and when they cannot work."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service import clock
from service.people.models import Team, User, UserSkill
from service.requests.models import Availability, TimeOffRequest
from service.scheduling.calendar import Calendar
from service.schemas.requests import TimeOffStatus
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from solver.problem import Employee, Reason, Skill, Unavailable


def employees(
    session: Session,
    team: Team,
    people: list[User],
    calendar: Calendar,
    *,
    rest: Mapping[str, int],
    history_days: int,
    drafts_bind: bool,
) -> tuple[Employee, ...]:
    """The people of a team as the solver knows them: what they can do, and when they cannot.

    `rest` is how many minutes each of them has to rest between two shifts; the solver knows what was worked in the
    `history_days` before. Whether that is also kept towards drafts of other weeks is `drafts_bind`.
    """
    ids = [user.id for user in people]
    absences: dict[int, list[Unavailable]] = defaultdict(list)
    for request in session.scalars(
        select(TimeOffRequest).where(
            TimeOffRequest.user_id.in_(ids),
            TimeOffRequest.status == TimeOffStatus.APPROVED,
            TimeOffRequest.during.overlaps(calendar.reach),
        )
    ):
        absences[request.user_id].append(_unavailable(request.during, Reason.TIME_OFF, calendar))
    work = _at_work(session, team, ids, calendar, rest=rest, history_days=history_days, drafts_bind=drafts_bind)
    for user_id, busy in work:
        absences[user_id].append(busy)
    windows: dict[int, list[Availability]] = defaultdict(list)
    for window in session.scalars(select(Availability).where(Availability.user_id.in_(ids))):
        windows[window.user_id].append(window)
    skills = _skills(session, ids, calendar)
    return tuple(
        Employee(
            id=str(user.id),
            name=user.name,
            roles=frozenset(str(role.id) for role in user.roles),
            unavailable=(*absences[user.id], *_outside(windows[user.id], calendar)),
            cost_per_hour=user.cost_per_hour,
            skills=tuple(skills[user.id]),
        )
        for user in people
    )


def _at_work(
    session: Session,
    team: Team,
    ids: list[int],
    calendar: Calendar,
    *,
    rest: Mapping[str, int],
    history_days: int,
    drafts_bind: bool,
) -> Iterator[tuple[int, Unavailable]]:
    """When people work for other teams, and when they are kept free for shifts of the team's weeks before and after:
    while they work those, and while they rest between these weeks and those.

    Weeks that the solver knows as history are left to it.
    """
    known_since = calendar.first_day - timedelta(days=history_days)
    following = calendar.first_day + timedelta(days=calendar.days)
    longest = timedelta(minutes=max(rest.values(), default=0))
    earliest, latest = clock.bounds(calendar.reach)
    rows = session.execute(
        select(
            ShiftAssignment.user_id,
            ShiftAssignment.during,
            ShiftAssignment.week_start,
            WeeklySchedule.team_id,
            WeeklySchedule.status,
        )
        .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
        .join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
        .where(
            ShiftAssignment.user_id.in_(ids),
            ShiftAssignment.status == AssignmentStatus.CONFIRMED,
            ShiftAssignment.during.overlaps(Range(earliest - longest, latest + longest)),
            or_(
                WeeklySchedule.team_id != team.id,
                ShiftAssignment.week_start < known_since,
                ShiftAssignment.week_start >= following,
            ),
        )
    )
    for user_id, during, week_start, team_id, status in rows:
        if team_id != team.id:
            yield user_id, _unavailable(during, Reason.OTHER_TEAM, calendar)
            continue
        work = _unavailable(during, Reason.OTHER_WEEK, calendar)
        binds = drafts_bind or status is not WeekStatus.DRAFT
        needed = rest.get(str(user_id), 0) if binds else 0
        if week_start >= following:
            yield user_id, replace(work, start=work.start - needed)
        else:
            yield user_id, replace(work, end=work.end + needed)


def _skills(session: Session, ids: list[int], calendar: Calendar) -> dict[int, list[Skill]]:
    found: dict[int, list[Skill]] = defaultdict(list)
    rows = session.scalars(
        select(UserSkill).where(UserSkill.user_id.in_(ids)).order_by(UserSkill.user_id, UserSkill.name)
    )
    for row in rows:
        until = None if row.until is None else (row.until - calendar.first_day).days
        found[row.user_id].append(Skill(name=row.name, level=row.level, until=until))
    return found


def _unavailable(during: Range[datetime], reason: Reason, calendar: Calendar) -> Unavailable:
    start, end = calendar.span_of(during)
    return Unavailable(start=start, end=end, reason=reason)


def is_away(employee: Employee) -> bool:
    """Whether somebody has approved time off in these weeks."""
    return any(interval.reason is Reason.TIME_OFF for interval in employee.unavailable)


def _outside(windows: list[Availability], calendar: Calendar) -> list[Unavailable]:
    """When somebody cannot work who has said when they can; nobody who has said nothing is bound."""
    if not windows:
        return []
    open_times = sorted(
        calendar.span(day, window.start_time, window.end_time)
        for day in calendar.days_around()
        for window in windows
        if window.weekday == day.weekday()
    )
    earliest, latest = (
        calendar.minute(clock.bounds(calendar.reach)[0]),
        calendar.minute(clock.bounds(calendar.reach)[1]),
    )
    closed, until = [], earliest
    for start, end in open_times:
        if start > until:
            closed.append((until, start))
        until = max(until, end)
    if until < latest:
        closed.append((until, latest))
    return [Unavailable(start=start, end=end, reason=Reason.OUTSIDE_AVAILABILITY) for start, end in closed]
