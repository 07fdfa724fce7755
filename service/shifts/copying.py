"""Copying a week: its shifts at the same local times, and whoever may still work them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.activity.service import record
from service.errors import Unprocessable
from service.people.models import User
from service.scheduling.explaining import Told, load_week
from service.schemas.base import FieldFault
from service.schemas.people import Person
from service.schemas.shifts import (
    AssignmentSource,
    AssignmentStatus,
    LeftOut,
    WeekCopied,
    WeekCopy,
    WeekCreate,
)
from service.shifts.models import PlannedShift, PlannedShiftRole, ShiftAssignment, WeeklySchedule
from service.shifts.service import NEEDS, create_week, explain_refusal, find_managed_week, week_read
from solver import score
from solver.problem import Assignment
from solver.solution import Finding

DAY = timedelta(hours=24)
GONE = "is not an active member of the team any more"


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody of the copied week on a shift of the new one."""

    user_id: int
    shift_id: int
    role_id: int
    starts_at: datetime


def copy_week(session: Session, actor: User, week_id: int, wanted: WeekCopy) -> WeekCopied:
    """A draft with the shifts of another week of the team, and where asked with its people.

    An assignment is left out, with the reason, where a hard rule forbids it in the new week. Raises Conflict where
    that week exists already.
    """
    source = find_managed_week(session, actor, week_id)
    opened = WeekCreate(team_id=source.team_id, week_start=wanted.week_start, from_templates=False)
    week = create_week(session, actor, opened)
    twins = _copy_shifts(session, source, week)
    if not twins:
        fault = FieldFault(field="week_start", reason="would be empty")
        raise Unprocessable("There are no shifts to copy in that week.", faults=(fault,))
    assigned, left_out = 0, list[LeftOut]()
    if wanted.assignments:
        assigned, left_out = _copy_people(session, week, twins)
    record(
        session,
        actor_id=actor.id,
        action="week.copy",
        entity="weekly_schedule",
        entity_id=week.id,
        team_id=week.team_id,
        after={"from": source.id, "shifts": len(twins), "assigned": assigned, "left_out": len(left_out)},
    )
    return WeekCopied(week=week_read(week), shifts=len(twins), assigned=assigned, left_out=left_out)


def _copy_shifts(session: Session, source: WeeklySchedule, week: WeeklySchedule) -> dict[int, PlannedShift]:
    """The new shifts by the ids of those that they copy."""
    originals = session.scalars(
        select(PlannedShift)
        .where(PlannedShift.weekly_schedule_id == source.id)
        .options(selectinload(PlannedShift.roles))
        .order_by(PlannedShift.during, PlannedShift.id)
    ).all()
    by = week.week_start - source.week_start
    twins = {
        shift.id: PlannedShift(
            weekly_schedule_id=week.id,
            week_start=week.week_start,
            template_id=shift.template_id,
            name=shift.name,
            during=_moved(shift.during, by, week.team.zone),
            break_minutes=shift.break_minutes,
            roles=[PlannedShiftRole(**{field: getattr(need, field) for field in NEEDS}) for need in shift.roles],
        )
        for shift in originals
    }
    week.shifts.extend(twins.values())
    session.flush()
    return twins


def _moved(during: Range[datetime], by: timedelta, zone: ZoneInfo) -> Range[datetime]:
    """The same local times so much later; as long as before where a change of the clocks leaves no lawful one."""
    starts_at, ends_at = clock.bounds(during)
    start, end = (_same_time(instant, by, zone) for instant in (starts_at, ends_at))
    if not timedelta(0) < end - start < DAY:
        end = start + (ends_at - starts_at)
    return Range(start, end)


def _same_time(instant: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    local = instant.astimezone(zone)
    day: date = local.date() + by
    return clock.to_utc(day, local.time(), zone)


def _copy_people(session: Session, week: WeeklySchedule, twins: dict[int, PlannedShift]) -> tuple[int, list[LeftOut]]:
    people: dict[int, Person] = {}
    places: dict[int, list[Place]] = defaultdict(list)
    rows = session.execute(
        select(ShiftAssignment, User)
        .join(User, User.id == ShiftAssignment.user_id)
        .where(
            ShiftAssignment.planned_shift_id.in_(twins),
            ShiftAssignment.status == AssignmentStatus.CONFIRMED,
        )
        .order_by(ShiftAssignment.during, ShiftAssignment.id)
    )
    for one, user in rows:
        twin = twins[one.planned_shift_id]
        starts_at = clock.bounds(twin.during)[0]
        people[user.id] = Person(id=user.id, name=user.name, handle=user.handle)
        places[user.id].append(Place(user.id, twin.id, one.role_id, starts_at))
    told = Told.of(session, load_week(session, week), ())
    kept, refused = _lawful(told, places)
    shifts = {twin.id: twin for twin in twins.values()}
    forbidden = _store(session, [_assignment(place, shifts[place.shift_id]) for place in kept])
    refused += [(place, reason) for place in kept if (reason := forbidden.get((place.user_id, place.shift_id)))]
    left_out = [
        LeftOut(person=people[place.user_id], planned_shift_id=place.shift_id, reason=reason)
        for place, reason in sorted(refused, key=lambda one: (one[0].starts_at, one[0].user_id))
    ]
    return len(kept) - len(forbidden), left_out


def _lawful(told: Told, places: dict[int, list[Place]]) -> tuple[list[Place], list[tuple[Place, str]]]:
    """The places that break no hard rule, and the others with the rule that each would break.

    Whoever may work all that they worked keeps it. The others are given their shifts one by one, each round the next
    of everybody at once, so that a week takes as many scores as its busiest person has shifts.
    """
    refused = [(place, GONE) for who, theirs in places.items() if str(who) not in told.people for place in theirs]
    members = {who: theirs for who, theirs in places.items() if str(who) in told.people}
    empty = _broken(told, [])
    everything = _broken(told, [place for theirs in members.values() for place in theirs])
    doubtful = {who: theirs for who, theirs in members.items() if _differ(empty, everything, theirs)}
    kept = [place for who, theirs in members.items() if who not in doubtful for place in theirs]
    before = _broken(told, kept)
    for number in range(max((len(theirs) for theirs in doubtful.values()), default=0)):
        tried = [theirs[number] for theirs in doubtful.values() if number < len(theirs)]
        after = _broken(told, [*kept, *tried])
        for place in tried:
            if worse := _worse(before, after, [place]):
                refused.append((place, worse.detail))
            else:
                kept.append(place)
        before = _broken(told, kept)
    return kept, refused


def _broken(told: Told, places: list[Place]) -> list[Finding]:
    assignments = tuple(
        Assignment(shift=str(place.shift_id), employee=str(place.user_id), role=told.names.roles[str(place.role_id)])
        for place in places
    )
    return [finding for finding in score(told.problem, assignments).findings if finding.hard]


def _concerning(findings: list[Finding], places: list[Place]) -> list[Finding]:
    """What is said of these people, of these shifts, or of nobody in particular."""
    people = {str(place.user_id) for place in places}
    shifts = {str(place.shift_id) for place in places}
    return [
        one
        for one in findings
        if one.employee in people or (one.employee is None and (one.shift is None or one.shift in shifts))
    ]


def _differ(before: list[Finding], after: list[Finding], places: list[Place]) -> bool:
    return bool(set(_concerning(after, places)) - set(_concerning(before, places)))


def _worse(before: list[Finding], after: list[Finding], places: list[Place]) -> Finding | None:
    """A hard rule that is broken by more than before. A lack that is less than before, such as of hours, is none."""
    had = {_place_of(one): one.amount for one in _concerning(before, places)}
    return next((one for one in _concerning(after, places) if one.amount > had.get(_place_of(one), 0)), None)


def _place_of(one: Finding) -> tuple[object, ...]:
    return one.term, one.employee, one.shift, one.role, one.day


def _assignment(place: Place, shift: PlannedShift) -> dict[str, Any]:
    return {
        "planned_shift_id": shift.id,
        "user_id": place.user_id,
        "role_id": place.role_id,
        "status": AssignmentStatus.CONFIRMED,
        "source": AssignmentSource.MANAGER,
        "pinned": False,
        "during": shift.during,
        "minutes": shift.minutes,
        "week_start": shift.week_start,
    }


def _store(session: Session, rows: list[dict[str, Any]]) -> dict[tuple[int, int], str]:
    """Store all, at once where PostgreSQL takes them; else one by one, and why it refuses which (person, shift)."""
    if not rows:
        return {}
    try:
        with session.begin_nested():
            session.execute(insert(ShiftAssignment), rows)
    except IntegrityError:
        return {
            (row["user_id"], row["planned_shift_id"]): reason
            for row in rows
            if (reason := _refusal(session, row)) is not None
        }
    return {}


def _refusal(session: Session, row: dict[str, Any]) -> str | None:
    try:
        with session.begin_nested():
            session.execute(insert(ShiftAssignment), [row])
    except IntegrityError as error:
        return explain_refusal(error).detail
    return None
