"""Rules of work: weeks laid out from templates, and what others of this domain share."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.activity.service import record
from service.errors import Conflict, NotFound, Unprocessable, VersionMoved
from service.people.models import Role, Team, User
from service.people.service import manages, require_manager, require_member
from service.schemas.base import FieldFault
from service.schemas.shifts import (
    AssignmentStatus,
    RoleNeed,
    ShiftRead,
    WeekCreate,
    WeekRead,
    WeekSort,
    WeekStatus,
)
from service.shifts.models import (
    PlannedShift,
    PlannedShiftRole,
    ShiftAssignment,
    ShiftTemplate,
    WeeklySchedule,
)

NEEDS = ("role_id", "headcount", "minimum", "maximum", "under_weight", "over_weight")
VISIBLE = frozenset({WeekStatus.PUBLISHED, WeekStatus.ARCHIVED})


def find_week(session: Session, actor: User, week_id: int) -> WeeklySchedule:
    """The week, if the actor may see it: employees see no drafts. Raises NotFound."""
    week = session.get(WeeklySchedule, week_id, options=[selectinload(WeeklySchedule.team)])
    if week is not None:
        require_member(session, actor, week.team_id)
        if week.status in VISIBLE or manages(actor, week.team_id):
            return week
    raise NotFound("There is no such week.", way_forward="It may not be published yet.")


def find_managed_week(session: Session, actor: User, week_id: int) -> WeeklySchedule:
    """The week, if the actor manages its team. Raises NotFound or NotAllowed."""
    week = session.get(WeeklySchedule, week_id, options=[selectinload(WeeklySchedule.team)])
    if week is None:
        raise NotFound("There is no such week.")
    require_manager(session, actor, week.team_id)
    return week


def visible_weeks(
    session: Session,
    actor: User,
    *,
    team_id: int | None,
    week_start: date | None,
    status: WeekStatus | None,
    sort: WeekSort,
    limit: int,
    offset: int,
) -> tuple[list[WeeklySchedule], int]:
    """The weeks that the actor may see, and how many there are."""
    query = select(WeeklySchedule)
    if not actor.is_admin:
        managed = [team.id for team in actor.teams if manages(actor, team.id)]
        query = query.where(
            WeeklySchedule.team_id.in_([team.id for team in actor.teams]),
            WeeklySchedule.team_id.in_(managed) | WeeklySchedule.status.in_(VISIBLE),
        )
    if team_id is not None:
        query = query.where(WeeklySchedule.team_id == team_id)
    if week_start is not None:
        query = query.where(WeeklySchedule.week_start == week_start)
    if status is not None:
        query = query.where(WeeklySchedule.status == status)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = WeeklySchedule.week_start if sort is WeekSort.START else WeeklySchedule.week_start.desc()
    page = query.order_by(order, WeeklySchedule.id).limit(limit).offset(offset)
    return list(session.scalars(page)), total


def create_week(session: Session, actor: User, wanted: WeekCreate) -> WeeklySchedule:
    """Open a draft week, laid out from the team's templates where asked. Raises Conflict when it exists."""
    team = require_manager(session, actor, wanted.team_id)
    if wanted.week_start != clock.week_of(wanted.week_start, team.week_start):
        raise Unprocessable(
            f"Weeks of {team.name} do not start on that day.",
            faults=(FieldFault(field="week_start", reason="is not the first day of a week"),),
        )
    existing = select(WeeklySchedule.id).where(
        WeeklySchedule.team_id == team.id, WeeklySchedule.week_start == wanted.week_start
    )
    if session.scalar(existing) is not None:
        raise Conflict("This week exists already.", way_forward="Open it instead.")
    week = WeeklySchedule(team_id=team.id, week_start=wanted.week_start, team=team)
    week.shifts = _from_templates(session, team, wanted.week_start) if wanted.from_templates else []
    session.add(week)
    try:
        session.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        # Whatever else PostgreSQL refuses is nobody else's week: to be sent there would help nobody.
        if constraint != "uq_weekly_schedule_team_id_week_start":
            raise
        raise Conflict("Somebody else opened this week just now.", way_forward="Open theirs.") from error
    record(
        session,
        actor_id=actor.id,
        action="week.create",
        entity="weekly_schedule",
        entity_id=week.id,
        team_id=team.id,
        after={"week_start": week.week_start.isoformat(), "shifts": len(week.shifts)},
    )
    return week


def _from_templates(session: Session, team: Team, week_start: date) -> list[PlannedShift]:
    templates = session.scalars(
        select(ShiftTemplate)
        .where(ShiftTemplate.team_id == team.id, ShiftTemplate.active)
        .options(selectinload(ShiftTemplate.roles))
        .order_by(ShiftTemplate.start_time, ShiftTemplate.id)
    ).all()
    days = [week_start + timedelta(days=offset) for offset in range(7)]
    return [
        lay_out(template, day, team) for day in days for template in templates if day.weekday() in template.weekdays
    ]


def has_weeks(session: Session, team_id: int) -> bool:
    """Whether any week of this team was ever opened."""
    return session.scalar(select(WeeklySchedule.id).where(WeeklySchedule.team_id == team_id).limit(1)) is not None


def add_from_templates(session: Session, actor: User, week: WeeklySchedule) -> list[PlannedShift]:
    """The shifts that the team's templates give this week and that are not in it yet, added to it.

    The caller holds the week. A shift that was moved within its day or changed otherwise counts as there.
    """
    zone = week.team.zone
    there = {
        (template_id, clock.local_day(clock.bounds(during)[0], zone))
        for template_id, during in session.execute(
            select(PlannedShift.template_id, PlannedShift.during).where(PlannedShift.weekly_schedule_id == week.id)
        )
    }
    added = [
        shift
        for shift in _from_templates(session, week.team, week.week_start)
        if (shift.template_id, clock.local_day(clock.bounds(shift.during)[0], zone)) not in there
    ]
    for shift in added:
        shift.weekly_schedule_id = week.id
    session.add_all(added)
    session.flush()
    if added:
        touch(session, week)
        record(
            session,
            actor_id=actor.id,
            action="week.add_from_templates",
            entity="weekly_schedule",
            entity_id=week.id,
            team_id=week.team_id,
            after={"shifts": [shift.id for shift in added]},
        )
    return added


def lay_out(template: ShiftTemplate, day: date, team: Team) -> PlannedShift:
    """The shift that a template gives on a local day; its needs are copied and from then on its own.

    Where a change of the clocks makes it a whole day, or leaves only its break, it lasts as long as on other days.
    """
    start, end = clock.shift_times(day, template.start_time, template.end_time, team.zone)
    if not timedelta(minutes=template.break_minutes) < end - start < timedelta(days=1):
        end = start + clock.length_on_the_wall(template.start_time, template.end_time)
    return PlannedShift(
        week_start=clock.week_of(day, team.week_start),
        template_id=template.id,
        name=template.name,
        during=Range(start, end),
        break_minutes=template.break_minutes,
        roles=[PlannedShiftRole(**{field: getattr(need, field) for field in NEEDS}) for need in template.roles],
    )


def refuse_unknown_roles(session: Session, needs: Iterable[RoleNeed]) -> None:
    """Raises Unprocessable where needs name a role twice, or one that is not there."""
    wanted = [need.role_id for need in needs]
    known = set(session.scalars(select(Role.id).where(Role.id.in_(wanted))))
    if len(set(wanted)) < len(wanted):
        raise Unprocessable(
            "A role is named twice.", faults=(FieldFault(field="needs", reason="names a role twice"),)
        )
    if unknown := sorted(set(wanted) - known):
        raise Unprocessable(
            f"There is no role {unknown[0]}.", faults=(FieldFault(field="needs", reason="names an unknown role"),)
        )


REFUSALS = {
    "ex_shift_assignment_confirmed_overlap": "This person already works at that time.",
    "ex_shift_assignment_proposed_overlap": "This person is proposed for another shift at that time.",
    "ck_user_weekly_hours_within_limit": "This would take the person over their hours of the week.",
    "fk_shift_assignment_user_id_role_id_user_role": "This person does not have that role.",
    "fk_shift_assignment_planned_shift_id_role_id_planned_shift_role": "This shift does not need that role.",
}


def explain_refusal(error: IntegrityError) -> Conflict | Unprocessable:
    """What a constraint of PostgreSQL means to people; unknown ones are raised again."""
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    # PostgreSQL cuts long names to 63 characters.
    for name, sentence in REFUSALS.items():
        if constraint and name.startswith(constraint[:60]):
            return Conflict(sentence, way_forward="Choose somebody else, or another shift.")
    raise error


def touch(session: Session, week: WeeklySchedule) -> None:
    """Raise the version of a week whose contents changed, so that whoever looked earlier notices."""
    moved = session.execute(
        update(WeeklySchedule)
        .where(WeeklySchedule.id == week.id, WeeklySchedule.version == week.version)
        .values(version=week.version + 1)
        .returning(WeeklySchedule.version)
    ).scalar()
    if moved is None:
        raise VersionMoved("Somebody else changed this week.", way_forward="Look at it again, then repeat.")
    session.refresh(week, ["version"])


def drop_proposal(session: Session, week: WeeklySchedule) -> None:
    """Throw away the proposal that waits beside a published week, where there is one.

    It was made for the week as it was. Published after a change, it would take that back.
    """
    of_week = select(PlannedShift.id).where(PlannedShift.weekly_schedule_id == week.id)
    session.execute(
        delete(ShiftAssignment).where(
            ShiftAssignment.planned_shift_id.in_(of_week), ShiftAssignment.status == AssignmentStatus.PROPOSED
        )
    )


def week_read(week: WeeklySchedule) -> WeekRead:
    """A week as callers see it."""
    return WeekRead(**{field: getattr(week, field) for field in WeekRead.model_fields})


def shift_read(shift: PlannedShift) -> ShiftRead:
    """A shift as callers see it; needs `roles` loaded."""
    starts_at, ends_at = clock.bounds(shift.during)
    return ShiftRead(
        id=shift.id,
        weekly_schedule_id=shift.weekly_schedule_id,
        template_id=shift.template_id,
        name=shift.name,
        starts_at=starts_at,
        ends_at=ends_at,
        break_minutes=shift.break_minutes,
        minutes=shift.minutes,
        version=shift.version,
        needs=[RoleNeed(**{field: getattr(need, field) for field in NEEDS}) for need in shift.roles],
    )
