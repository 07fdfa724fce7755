"""Rules of work: weeks laid out from templates, planned shifts, assignments by hand."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.activity.service import record
from service.errors import Conflict, NotFound, Unprocessable, VersionMoved, WrongState
from service.people.models import Role, Team, User
from service.people.service import manages, require_manager, require_member
from service.schemas.base import FieldFault
from service.schemas.shifts import (
    AssignmentSource,
    AssignmentStatus,
    AssignmentWrite,
    RoleNeed,
    ShiftRead,
    ShiftWrite,
    TemplateRead,
    TemplateWrite,
    WeekCreate,
    WeekRead,
    WeekStatus,
)
from service.shifts.models import (
    PlannedShift,
    PlannedShiftRole,
    ShiftAssignment,
    ShiftTemplate,
    ShiftTemplateRole,
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
    session: Session, actor: User, *, team_id: int | None, week_start: date | None, limit: int, offset: int
) -> tuple[list[WeeklySchedule], int]:
    """The weeks that the actor may see, newest first, and how many there are."""
    managed = [team.id for team in actor.teams if manages(actor, team.id)]
    own = [team.id for team in actor.teams]
    query = select(WeeklySchedule).where(
        WeeklySchedule.team_id.in_(own),
        WeeklySchedule.team_id.in_(managed) | WeeklySchedule.status.in_(VISIBLE),
    )
    if team_id is not None:
        query = query.where(WeeklySchedule.team_id == team_id)
    if week_start is not None:
        query = query.where(WeeklySchedule.week_start == week_start)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.order_by(WeeklySchedule.week_start.desc(), WeeklySchedule.id).limit(limit).offset(offset)
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


def lay_out(template: ShiftTemplate, day: date, team: Team) -> PlannedShift:
    """The shift that a template gives on a local day; its needs are copied and from then on its own."""
    start, end = clock.shift_times(day, template.start_time, template.end_time, team.zone)
    return PlannedShift(
        week_start=clock.week_of(day, team.week_start),
        template_id=template.id,
        name=template.name,
        during=Range(start, end),
        break_minutes=template.break_minutes,
        roles=[PlannedShiftRole(**{field: getattr(need, field) for field in NEEDS}) for need in template.roles],
    )


def create_template(session: Session, actor: User, wanted: TemplateWrite) -> ShiftTemplate:
    """A new recurring shift."""
    require_manager(session, actor, wanted.team_id)
    _refuse_unknown_roles(session, wanted.needs)
    template = ShiftTemplate(
        **wanted.model_dump(exclude={"needs"}),
        roles=[ShiftTemplateRole(**need.model_dump()) for need in wanted.needs],
    )
    session.add(template)
    try:
        session.flush()
    except IntegrityError as error:
        raise Unprocessable(
            f"There is already a template called {wanted.name}.",
            faults=(FieldFault(field="name", reason="is taken"),),
        ) from error
    record(
        session,
        actor_id=actor.id,
        action="template.create",
        entity="shift_template",
        entity_id=template.id,
        team_id=template.team_id,
    )
    return template


def templates_of(session: Session, actor: User, team_id: int) -> list[ShiftTemplate]:
    """The recurring shifts of a team, in order of their day."""
    require_member(session, actor, team_id)
    return list(
        session.scalars(
            select(ShiftTemplate)
            .where(ShiftTemplate.team_id == team_id)
            .options(selectinload(ShiftTemplate.roles))
            .order_by(ShiftTemplate.start_time, ShiftTemplate.name)
        )
    )


def create_shift(session: Session, actor: User, wanted: ShiftWrite) -> PlannedShift:
    """A shift added to a week by hand. Raises Unprocessable when it lies outside its week."""
    week = find_managed_week(session, actor, wanted.weekly_schedule_id)
    _refuse_archived(week)
    _refuse_unknown_roles(session, wanted.needs)
    _refuse_outside(week, wanted)
    shift = PlannedShift(
        weekly_schedule_id=week.id,
        week_start=week.week_start,
        template_id=wanted.template_id,
        name=wanted.name,
        during=Range(wanted.starts_at, wanted.ends_at),
        break_minutes=wanted.break_minutes,
        roles=[PlannedShiftRole(**need.model_dump()) for need in wanted.needs],
    )
    session.add(shift)
    touch(session, week)
    session.flush()
    record(
        session,
        actor_id=actor.id,
        action="shift.create",
        entity="planned_shift",
        entity_id=shift.id,
        team_id=week.team_id,
    )
    return shift


def _refuse_archived(week: WeeklySchedule) -> None:
    if week.status is WeekStatus.ARCHIVED:
        raise WrongState("This week is archived.", way_forward="Only draft and published weeks change.")


def _refuse_unknown_roles(session: Session, needs: Iterable[RoleNeed]) -> None:
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


def _refuse_outside(week: WeeklySchedule, wanted: ShiftWrite) -> None:
    length = wanted.ends_at - wanted.starts_at
    if not timedelta(0) < length < timedelta(hours=24):
        reason = "must be after starts_at and less than 24 hours later"
        raise Unprocessable("A shift lasts under 24 hours.", faults=(FieldFault(field="ends_at", reason=reason),))
    if length <= timedelta(minutes=wanted.break_minutes):
        reason = "is as long as the shift"
        raise Unprocessable("Nothing is left to work.", faults=(FieldFault(field="break_minutes", reason=reason),))
    day = clock.local_day(wanted.starts_at, week.team.zone)
    if not week.week_start <= day < week.week_start + timedelta(days=7):
        reason = f"is not in the week of {week.week_start.isoformat()}"
        raise Unprocessable("The shift is outside its week.", faults=(FieldFault(field="starts_at", reason=reason),))


def assign(session: Session, actor: User, wanted: AssignmentWrite) -> ShiftAssignment:
    """Put a person on a shift by hand. PostgreSQL refuses double booking, missing roles and too many hours."""
    shift = session.get(PlannedShift, wanted.planned_shift_id)
    if shift is None:
        raise NotFound("There is no such shift.")
    week = find_managed_week(session, actor, shift.weekly_schedule_id)
    _refuse_archived(week)
    assignment = ShiftAssignment(
        planned_shift_id=shift.id,
        user_id=wanted.user_id,
        role_id=wanted.role_id,
        pinned=wanted.pinned,
        status=AssignmentStatus.CONFIRMED,
        source=AssignmentSource.MANAGER,
        during=shift.during,
        minutes=shift.minutes,
        week_start=shift.week_start,
    )
    session.add(assignment)
    try:
        session.flush()
    except IntegrityError as error:
        raise explain_refusal(error) from error
    touch(session, week)
    record(
        session,
        actor_id=actor.id,
        action="assignment.create",
        entity="shift_assignment",
        entity_id=assignment.id,
        team_id=week.team_id,
        after={"user_id": wanted.user_id, "planned_shift_id": shift.id},
    )
    return assignment


REFUSALS = {
    "ex_shift_assignment_confirmed_overlap": "This person already works at that time.",
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


def template_read(template: ShiftTemplate) -> TemplateRead:
    """A template as callers see it; needs `roles` loaded."""
    plain = {field: getattr(template, field) for field in TemplateRead.model_fields if field != "needs"}
    needs = [RoleNeed(**{field: getattr(need, field) for field in NEEDS}) for need in template.roles]
    return TemplateRead(**plain, needs=needs)
