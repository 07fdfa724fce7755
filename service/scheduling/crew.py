"""From the tables to the people of a problem: their roles and skills, and when they cannot work."""

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service import clock
from service.people.models import Team, User, UserSkill
from service.requests.models import Availability, TimeOffRequest
from service.scheduling.beside import Kept, at_work, unavailable
from service.scheduling.calendar import Calendar
from service.schemas.requests import TimeOffStatus
from service.schemas.rules import MOST_BESIDE_TIME_OFF
from solver.problem import Employee, Reason, Skill, Unavailable

BESIDE_TIME_OFF = timedelta(hours=MOST_BESIDE_TIME_OFF)
"""How far from a week time off can still be what keeps somebody from a shift."""


def employees(
    session: Session,
    team: Team,
    people: list[User],
    calendar: Calendar,
    kept: Kept,
) -> tuple[Employee, ...]:
    """The people of a team as the solver knows them: what they can do, and when they cannot."""
    ids = [user.id for user in people]
    absences: dict[int, list[Unavailable]] = defaultdict(list)
    earliest, latest = clock.bounds(calendar.reach)
    for request in session.scalars(
        select(TimeOffRequest).where(
            TimeOffRequest.user_id.in_(ids),
            TimeOffRequest.status == TimeOffStatus.APPROVED,
            TimeOffRequest.during.overlaps(Range(earliest - BESIDE_TIME_OFF, latest + BESIDE_TIME_OFF)),
        )
    ):
        absences[request.user_id].append(unavailable(request.during, Reason.TIME_OFF, calendar))
    for user_id, busy in at_work(session, team, ids, calendar, kept):
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


def _skills(session: Session, ids: list[int], calendar: Calendar) -> dict[int, list[Skill]]:
    found: dict[int, list[Skill]] = defaultdict(list)
    rows = session.scalars(
        select(UserSkill).where(UserSkill.user_id.in_(ids)).order_by(UserSkill.user_id, UserSkill.name)
    )
    for row in rows:
        until = None if row.until is None else (row.until - calendar.first_day).days
        found[row.user_id].append(Skill(name=row.name, level=row.level, until=until))
    return found


def is_away(employee: Employee, calendar: Calendar) -> bool:
    """Whether somebody has approved time off in these weeks; what is only near them is known as well."""
    return any(
        interval.reason is Reason.TIME_OFF and interval.start < calendar.minutes and interval.end > 0
        for interval in employee.unavailable
    )


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
