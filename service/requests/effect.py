"""What time off does to the shifts that its person is on."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service import clock
from service.activity.service import record
from service.notifications.payloads import ShiftRole
from service.people.models import Role, Team, User
from service.people.service import manages
from service.requests.models import TimeOffRequest
from service.schemas.requests import AffectedShift
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from service.shifts.service import VISIBLE, touch


def affected(session: Session, actor: User, request: TimeOffRequest) -> list[AffectedShift]:
    """The person's shifts that lie in the request and have not begun, by time, as far as the actor may see them."""
    rows = session.execute(
        select(ShiftAssignment, PlannedShift, WeeklySchedule, Team, Role)
        .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
        .join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
        .join(Team, Team.id == WeeklySchedule.team_id)
        .join(Role, Role.id == ShiftAssignment.role_id)
        .where(
            ShiftAssignment.user_id == request.user_id,
            ShiftAssignment.during.overlaps(request.during),
            func.lower(ShiftAssignment.during) > clock.now(),
        )
        .order_by(ShiftAssignment.during, ShiftAssignment.id)
    )
    return [
        _affected(assignment, shift, week, team, role)
        for assignment, shift, week, team, role in rows
        if manages(actor, team.id) or (week.status in VISIBLE and assignment.status is AssignmentStatus.CONFIRMED)
    ]


def _affected(
    assignment: ShiftAssignment, shift: PlannedShift, week: WeeklySchedule, team: Team, role: Role
) -> AffectedShift:
    starts_at, ends_at = clock.bounds(shift.during)
    return AffectedShift(
        assignment_id=assignment.id,
        planned_shift_id=shift.id,
        weekly_schedule_id=week.id,
        week_start=week.week_start,
        week_status=week.status,
        status=assignment.status,
        pinned=assignment.pinned,
        team_id=team.id,
        team_name=team.name,
        time_zone=team.time_zone,
        name=shift.name,
        role_id=role.id,
        role=role.name,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def line(shift: AffectedShift) -> str:
    """A shift in a sentence of an error: 2026-12-04 16:00 Dinner (Bistro, published)."""
    local = shift.starts_at.astimezone(ZoneInfo(shift.time_zone))
    state = "proposed" if shift.status is AssignmentStatus.PROPOSED else shift.week_status.lower()
    return f"{local:%Y-%m-%d %H:%M} {shift.name} ({shift.team_name}, {state})"


def lock_weeks(session: Session, request: TimeOffRequest) -> list[WeeklySchedule]:
    """Hold every week that the request reaches into: nobody publishes or fills it until this transaction ends."""
    starts_at, ends_at = clock.bounds(request.during)
    reached = select(ShiftAssignment.planned_shift_id).where(
        ShiftAssignment.user_id == request.user_id, ShiftAssignment.during.overlaps(request.during)
    )
    of_shifts = select(PlannedShift.weekly_schedule_id).where(PlannedShift.id.in_(reached))
    in_time = (
        WeeklySchedule.team_id.in_([team.id for team in request.user.teams])
        # A day more on both sides: weeks are local, the request is in UTC.
        & (WeeklySchedule.week_start > starts_at.date() - timedelta(days=8))
        & (WeeklySchedule.week_start <= ends_at.date() + timedelta(days=1))
    )
    return list(
        session.scalars(
            select(WeeklySchedule)
            .where(in_time | WeeklySchedule.id.in_(of_shifts), WeeklySchedule.status != WeekStatus.ARCHIVED)
            .order_by(WeeklySchedule.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def begun(session: Session, person: User) -> list[ShiftRole]:
    """The published places that the person is on right now: theirs they stay, whatever happens."""
    rows = session.execute(
        select(ShiftAssignment.planned_shift_id, ShiftAssignment.role_id)
        .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
        .join(WeeklySchedule, WeeklySchedule.id == PlannedShift.weekly_schedule_id)
        .where(
            ShiftAssignment.user_id == person.id,
            ShiftAssignment.status == AssignmentStatus.CONFIRMED,
            func.lower(ShiftAssignment.during) <= clock.now(),
            func.upper(ShiftAssignment.during) > clock.now(),
            WeeklySchedule.status == WeekStatus.PUBLISHED,
        )
        .order_by(ShiftAssignment.during, ShiftAssignment.id)
    )
    return [ShiftRole(planned_shift_id=shift_id, role_id=role_id) for shift_id, role_id in rows]


def release(session: Session, actor: User, request: TimeOffRequest, weeks: list[WeeklySchedule]) -> list[ShiftRole]:
    """Take the person off their shifts in the request that have not begun; the places, which are open again.

    Raises the version of every week reached, with or without such a shift: a run that read it before the approval
    would put the person back, and notices so that it must read it again.
    """
    gone = session.execute(
        delete(ShiftAssignment)
        .where(
            ShiftAssignment.user_id == request.user_id,
            ShiftAssignment.during.overlaps(request.during),
            func.lower(ShiftAssignment.during) > clock.now(),
        )
        .returning(ShiftAssignment.id, ShiftAssignment.planned_shift_id, ShiftAssignment.role_id)
    ).all()
    for assignment_id, shift_id, role_id in gone:
        record(
            session,
            actor_id=actor.id,
            action="assignment.release",
            entity="shift_assignment",
            entity_id=assignment_id,
            before={"user_id": request.user_id, "planned_shift_id": shift_id, "role_id": role_id},
            after={"time_off_request_id": request.id},
        )
    for week in weeks:
        touch(session, week)
    return [ShiftRole(planned_shift_id=shift_id, role_id=role_id) for _gone, shift_id, role_id in gone]
