"""Templates, weeks and assignments of a workbook."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.imports.loading import Loading, zone_of
from service.imports.people import ensure_named
from service.imports.workbook import Row
from service.people.models import Team, User
from service.schemas.shifts import AssignmentSource, AssignmentStatus, TemplateWrite, WeekStatus
from service.shifts import service
from service.shifts.models import (
    PlannedShift,
    ShiftAssignment,
    ShiftTemplate,
    ShiftTemplateRole,
    WeeklySchedule,
)
from service.shifts.templates import fault_of_times

COLUMNS = {"name": "shift", "weekdays": "days", "start_time": "start", "end_time": "end"}


def load_templates(loading: Loading) -> None:
    """Create templates, or update those whose name the team has."""
    for row in loading.rows("templates"):
        team = loading.team(row)
        if team is None:
            continue
        counts: dict[int, int] = {}
        for count, name in row.values["needs"]:
            role = ensure_named(loading, row, "needs", name)
            if role is None:
                continue
            loading.session.flush()
            counts[role.id] = counts.get(role.id, 0) + count
        written = loading.checked(
            row,
            TemplateWrite,
            COLUMNS,
            team_id=team.id,
            name=row.values["shift"],
            weekdays=row.values["days"],
            start_time=row.values["start"],
            end_time=row.values["end"],
            **{key: row.values[key] for key in ("break_minutes", "site") if key in row.values},
            needs=[{"role_id": role_id, "headcount": count} for role_id, count in counts.items() if count],
        )
        if written is None:
            continue
        if wrong := fault_of_times(written):
            loading.fault_of_field(row, COLUMNS, wrong.field, wrong.reason)
            continue
        _write_template(loading, written)


def _write_template(loading: Loading, written: TemplateWrite) -> None:
    key = written.team_id, written.name.lower()
    template = loading.templates.get(key)
    if template is None:
        template = loading.templates[key] = ShiftTemplate(team_id=written.team_id, name=written.name, roles=[])
        loading.session.add(template)
    template.weekdays = written.weekdays
    template.start_time, template.end_time = written.start_time, written.end_time
    for name, value in written.model_dump(include={"break_minutes", "site"}, exclude_unset=True).items():
        setattr(template, name, value)
    template.active = True
    template.roles.clear()
    loading.session.flush()
    template.roles.extend(ShiftTemplateRole(**need.model_dump()) for need in written.needs)
    loading.session.flush()


def load_weeks(loading: Loading) -> None:
    """Open weeks and lay their shifts out; a week that has shifts keeps them, and a settled one is left alone."""
    for row in loading.rows("weeks"):
        team = loading.team(row)
        if team is None:
            continue
        start: date = row.values["week"]
        if start.weekday() != team.week_start:
            loading.fault(row, "week", f"{start:%a %d %b %Y} is not the first day of a week of {team.name}")
            continue
        if (team.id, start) in loading.settled:
            continue
        week = ensure_week(loading.session, team, start)
        if not week.shifts:
            lay_out(loading.session, week, team, _templates_of(loading, team))
        if row.values.get("published"):
            week.status = WeekStatus.PUBLISHED
            week.published_at = datetime.now(UTC)
    loading.session.flush()


def ensure_week(session: Session, team: Team, start: date) -> WeeklySchedule:
    """The team's week that begins on `start`, with its shifts loaded; created where it is new."""
    find = select(WeeklySchedule).where(WeeklySchedule.team_id == team.id, WeeklySchedule.week_start == start)
    week = session.scalar(find.options(selectinload(WeeklySchedule.shifts).selectinload(PlannedShift.roles)))
    if week is None:
        week = WeeklySchedule(team_id=team.id, week_start=start, shifts=[])
        session.add(week)
        session.flush()
    return week


def lay_out(session: Session, week: WeeklySchedule, team: Team, templates: Iterable[ShiftTemplate]) -> None:
    """Plan every template's shifts on its days of the week."""
    for day in (week.week_start + timedelta(days=offset) for offset in range(7)):
        named = [template for template in templates if day.weekday() in template.weekdays]
        week.shifts += [service.lay_out(template, day, team) for template in named]
    session.flush()


def load_assignments(loading: Loading) -> None:
    """Put people on shifts, as confirmed; the database refuses overlaps and hours above the limit.

    Settled weeks are left alone: whoever is not on a shift any more has given it away, or was taken off it.
    """
    for row in loading.rows("assignments"):
        team = loading.team(row)
        if team is not None and (team.id, _first_day(team, row.values["date"])) in loading.settled:
            loading.leave_alone(row)
            continue
        user = loading.person(row)
        if team is None or user is None:
            continue
        shift = _find_shift(loading, row, team)
        role_id = None if shift is None else _role_for(loading, row, user, shift)
        if shift is None or role_id is None or _is_known(loading.session, shift, user):
            continue
        loading.session.refresh(shift, ["during", "minutes"])
        assignment = ShiftAssignment(
            planned_shift_id=shift.id,
            role_id=role_id,
            user_id=user.id,
            status=AssignmentStatus.CONFIRMED,
            pinned=row.values.get("pinned", False),
            source=AssignmentSource.IMPORT,
            during=shift.during,
            minutes=shift.minutes,
            week_start=shift.week_start,
        )
        loading.write(row, "person", assignment)


def _templates_of(loading: Loading, team: Team) -> list[ShiftTemplate]:
    mine = [
        template for (team_id, _), template in loading.templates.items() if team_id == team.id and template.active
    ]
    return sorted(mine, key=lambda template: (template.start_time, template.name))


def _first_day(team: Team, day: date) -> date:
    """The first day of the team's week that `day` is in."""
    return day - timedelta(days=(day.weekday() - team.week_start) % 7)


def _find_shift(loading: Loading, row: Row, team: Team) -> PlannedShift | None:
    day: date = row.values["date"]
    name = row.values["shift"]
    found = loading.session.scalars(
        select(PlannedShift)
        .join(WeeklySchedule, PlannedShift.weekly_schedule_id == WeeklySchedule.id)
        .where(WeeklySchedule.team_id == team.id, WeeklySchedule.week_start == _first_day(team, day))
        .options(selectinload(PlannedShift.roles))
    )
    for shift in found:
        lower = shift.during.lower
        if lower is not None and lower.astimezone(zone_of(team)).date() == day and shift.name.lower() == name.lower():
            return shift
    loading.fault(row, "shift", f"there is no shift {name!r} on {day:%a %d %b %Y}; open its week in the sheet weeks")
    return None


def _role_for(loading: Loading, row: Row, user: User, shift: PlannedShift) -> int | None:
    needed = {need.role_id for need in shift.roles}
    if "role" in row.values:
        role = loading.role(row, "role", row.values["role"])
        if role is None:
            return None
        if role.id not in needed:
            loading.fault(row, "role", f"{shift.name} needs no {role.name}")
            return None
        if role not in user.roles:
            loading.fault(row, "role", f"{user.name} is no {role.name}")
            return None
        return role.id
    able = [role.id for role in user.roles if role.id in needed]
    if len(able) == 1:
        return able[0]
    loading.fault(
        row, "role", "is empty, and several would fit" if able else f"{user.name} has no role that it needs"
    )
    return None


def _is_known(session: Session, shift: PlannedShift, user: User) -> bool:
    known = select(ShiftAssignment.id).where(
        ShiftAssignment.planned_shift_id == shift.id,
        ShiftAssignment.user_id == user.id,
        ShiftAssignment.status == AssignmentStatus.CONFIRMED,
    )
    return session.scalar(known) is not None
