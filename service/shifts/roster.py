"""A whole week at once: what the picture, the table, the exports and the messages show."""

from collections import Counter, defaultdict
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.errors import NotFound
from service.people.models import Role, Team, User
from service.people.service import team_read
from service.requests.models import TimeOffRequest
from service.schemas.people import HoursRead, Person, RoleRead
from service.schemas.requests import TimeOffStatus
from service.schemas.shifts import AssignmentRead, AssignmentStatus, Gap, MyShift, Roster
from service.shifts.balance import balance
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from service.shifts.service import VISIBLE, shift_read, week_read


def build_roster(session: Session, week_id: int, *, proposed: bool = False) -> Roster:
    """The week with its shifts, people and gaps; with `proposed`, as it would be with the waiting proposal.

    A handful of statements whatever the size of the week. Raises NotFound.
    """
    week = session.scalar(
        select(WeeklySchedule)
        .where(WeeklySchedule.id == week_id)
        .options(
            selectinload(WeeklySchedule.team),
            selectinload(WeeklySchedule.shifts).selectinload(PlannedShift.roles),
        )
        .execution_options(populate_existing=True)
    )
    if week is None:
        raise NotFound("There is no such week.")
    status = AssignmentStatus.PROPOSED if proposed else AssignmentStatus.CONFIRMED
    assignments = list(
        session.scalars(
            select(ShiftAssignment)
            .where(
                ShiftAssignment.planned_shift_id.in_([shift.id for shift in week.shifts]),
                ShiftAssignment.status == status,
            )
            .order_by(ShiftAssignment.id)
        )
    )
    people = _people(session, week.team, {assignment.user_id for assignment in assignments})
    gaps, places = _gaps(week, assignments)
    return Roster(
        week=week_read(week),
        team=team_read(week.team),
        roles=_roles(session, week),
        people=people,
        shifts=[shift_read(shift) for shift in week.shifts],
        assignments=[
            AssignmentRead(**{field: getattr(one, field) for field in AssignmentRead.model_fields})
            for one in assignments
        ],
        gaps=gaps,
        away=_away(session, week, [person.id for person in people]),
        places=places,
        filled=places - sum(gap.missing for gap in gaps),
        proposed=proposed,
    )


def _people(session: Session, team: Team, assigned: set[int]) -> list[Person]:
    """The active members and whoever is assigned all the same, by name."""
    members = User.teams.any(Team.id == team.id) & User.active
    found = session.scalars(select(User).where(members | User.id.in_(assigned)).order_by(User.name, User.id))
    return [Person(id=user.id, name=user.name, handle=user.handle) for user in found]


def _roles(session: Session, week: WeeklySchedule) -> list[RoleRead]:
    wanted = {need.role_id for shift in week.shifts for need in shift.roles}
    found = session.scalars(select(Role).where(Role.id.in_(wanted)).order_by(Role.name))
    return [RoleRead(id=role.id, name=role.name, colour=role.colour) for role in found]


def _gaps(week: WeeklySchedule, assignments: list[ShiftAssignment]) -> tuple[list[Gap], int]:
    """The places that nobody fills, and how many places there are."""
    have = Counter((one.planned_shift_id, one.role_id) for one in assignments)
    gaps, places = [], 0
    for shift in week.shifts:
        for need in shift.roles:
            places += need.headcount
            missing = need.headcount - have[shift.id, need.role_id]
            if missing > 0:
                gaps.append(Gap(planned_shift_id=shift.id, role_id=need.role_id, missing=missing))
    return gaps, places


def _away(session: Session, week: WeeklySchedule, people: list[int]) -> dict[int, list[date]]:
    zone = week.team.zone
    first, last = week.week_start, week.week_start + timedelta(days=6)
    during = Range(
        clock.to_utc(first, clock.MIDNIGHT, zone), clock.to_utc(last + timedelta(days=1), clock.MIDNIGHT, zone)
    )
    away: dict[int, list[date]] = defaultdict(list)
    for request in session.scalars(
        select(TimeOffRequest).where(
            TimeOffRequest.user_id.in_(people),
            TimeOffRequest.status == TimeOffStatus.APPROVED,
            TimeOffRequest.during.overlaps(during),
        )
    ):
        days = clock.days_between(*clock.bounds(request.during), zone)
        away[request.user_id] += [day for day in days if first <= day <= last]
    return {user_id: sorted(set(days)) for user_id, days in away.items()}


def my_shifts(session: Session, user: User, day: date) -> list[MyShift]:
    """The user's own shifts in the published weeks, of each of their teams, that `day` lies in."""
    week_starts = {clock.week_of(day, team.week_start) for team in user.teams}
    return shifts_of(
        session,
        ShiftAssignment.user_id == user.id,
        ShiftAssignment.week_start.in_(week_starts),
        ShiftAssignment.status == AssignmentStatus.CONFIRMED,
        WeeklySchedule.status.in_(VISIBLE),
    )


def my_hours(session: Session, user: User, day: date) -> HoursRead:
    """The user's published minutes in the week that `day` lies in, by the week start of their first team; and how
    they stand in that team."""
    week_start = clock.week_of(day, user.teams[0].week_start if user.teams else 0)
    own, middle = balance(session, user, user.teams[0], week_start) if user.teams else (None, None)
    return HoursRead(
        week_start=week_start,
        scheduled_minutes=sum(shift.minutes for shift in my_shifts(session, user, day)),
        min_minutes=user.min_minutes_week,
        max_minutes=user.max_minutes_week,
        own=own,
        middle=middle,
    )


def shifts_of(session: Session, *where: ColumnElement[bool]) -> list[MyShift]:
    """The shifts of the assignments that match, by time, each with who else is on."""
    rows = session.execute(
        select(ShiftAssignment, PlannedShift, Role, Team)
        .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
        .join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
        .join(Team, Team.id == WeeklySchedule.team_id)
        .join(Role, Role.id == ShiftAssignment.role_id)
        .where(*where)
        .order_by(ShiftAssignment.during, ShiftAssignment.id)
    ).all()
    others = _others(session, [shift.id for _, shift, _, _ in rows])
    return [
        _my_shift(shift, role, team, assignment.id, [one for one in others[shift.id] if one.id != assignment.user_id])
        for assignment, shift, role, team in rows
    ]


def places_of(session: Session, places: list[tuple[int, int]]) -> list[MyShift]:
    """Places (shift, role) that somebody no longer holds, by time."""
    rows = session.execute(
        select(PlannedShift, Role, Team)
        .join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
        .join(Team, Team.id == WeeklySchedule.team_id)
        .join(Role, tuple_(PlannedShift.id, Role.id).in_(places))
        .order_by(PlannedShift.during)
    )
    return [_my_shift(shift, role, team, None, []) for shift, role, team in rows]


def _my_shift(
    shift: PlannedShift, role: Role, team: Team, assignment_id: int | None, colleagues: list[Person]
) -> MyShift:
    starts_at, ends_at = clock.bounds(shift.during)
    return MyShift(
        assignment_id=assignment_id,
        planned_shift_id=shift.id,
        team_id=team.id,
        team_name=team.name,
        time_zone=team.time_zone,
        name=shift.name,
        role=role.name,
        colour=role.colour,
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=shift.minutes,
        colleagues=colleagues,
    )


def _others(session: Session, shift_ids: list[int]) -> dict[int, list[Person]]:
    on: dict[int, list[Person]] = defaultdict(list)
    # Names alone: whole users took most of the time of the most frequent call of all.
    for shift_id, user_id, name, handle in session.execute(
        select(ShiftAssignment.planned_shift_id, User.id, User.name, User.handle)
        .join(User, User.id == ShiftAssignment.user_id)
        .where(ShiftAssignment.planned_shift_id.in_(shift_ids), ShiftAssignment.status == AssignmentStatus.CONFIRMED)
        .order_by(User.name)
    ):
        on[shift_id].append(Person(id=user_id, name=name, handle=handle))
    return on
