"""Planned shifts by hand: added, changed and taken away.

Whoever changes one says which version they saw. People who are on it stay only where every hard rule still holds;
else the change is refused with the reason. In published weeks they are told at once.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import flag_modified

from service import clock
from service.activity.service import record
from service.errors import Conflict, NotFound, Unprocessable, WrongState
from service.notifications.payloads import ShiftRole
from service.people.models import Role, User
from service.scheduling.explaining import Told, load_week
from service.schemas.base import FieldFault
from service.schemas.shifts import AssignmentStatus, MyShift, ShiftWrite, WeekStatus
from service.shifts.assigning import BreaksRules
from service.shifts.holding import hold_week
from service.shifts.models import PlannedShift, PlannedShiftRole, ShiftAssignment, ShiftTemplate, WeeklySchedule
from service.shifts.roster import shifts_of
from service.shifts.service import NEEDS, drop_proposal, explain_refusal, refuse_unknown_roles, touch
from service.shifts.telling import shifts_changed
from service.swaps import ending
from service.versions import refuse_moved
from solver import score
from solver.phrases import Phrase
from solver.solution import Finding


class StillOnIt(Conflict):
    """People are on the shift, or in a role of it, that is to go."""

    code, title = "still_on_it", "Somebody is on it"


def create_shift(session: Session, actor: User, wanted: ShiftWrite) -> PlannedShift:
    """A shift added to a week by hand. Raises Unprocessable when it lies outside its week."""
    week = hold_week(session, actor, wanted.weekly_schedule_id)
    _refuse_wrong(session, week, wanted)
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
    _log(session, actor, week, shift.id, "create", after=_logged(shift))
    return shift


def change_shift(
    session: Session, actor: User, shift_id: int, wanted: ShiftWrite, expected: int | None
) -> PlannedShift:
    """Change a shift that is at the expected version; whoever is on it stays, and hears of other times.

    A proposal that waits beside the week was made for the shift as it was: it goes, and so does every exchange of it
    where its times change. Raises Outdated, BreaksRules where somebody on the shift could not work it then, StillOnIt
    where a role goes that somebody works in, Unprocessable, and WrongState for archived weeks.
    """
    shift, week = _hold(session, actor, shift_id, expected)
    if wanted.weekly_schedule_id != week.id:
        fault = FieldFault(field="weekly_schedule_id", reason="is not the week of this shift")
        raise Unprocessable("A shift stays in its week.", faults=(fault,))
    _refuse_wrong(session, week, wanted)
    people = _people_on(session, shift)
    _refuse_lost_roles(session, wanted, people)
    before, as_it_was = _logged(shift), _as_known(session, shift)
    started_at = clock.bounds(shift.during)[0]
    if people:
        with _nothing_broken(session, week):
            _move(session, shift, wanted, people)
    else:
        _write(session, shift, wanted)
    after = _logged(shift)
    if (before["starts_at"], before["ends_at"]) != (after["starts_at"], after["ends_at"]):
        ending.shift_moves(session, actor, shift.id, wanted.starts_at - started_at)
    if before != after:
        drop_proposal(session, week)
        touch(session, week)
        _log(session, actor, week, shift.id, "change", before=before, after=after)
    if any(before[field] != after[field] for field in ("name", "starts_at", "ends_at", "break_minutes")):
        for one in people:
            places = [ShiftRole(planned_shift_id=shift.id, role_id=one.role_id)]
            shifts_changed(session, week, one.user_id, added=places, gone=[as_it_was[one.id]])
    session.refresh(shift, ["minutes", "version"])
    return shift


def delete_shift(session: Session, actor: User, shift_id: int, expected: int | None, *, release: bool) -> None:
    """Take a shift that is at the expected version off its week.

    With `release`, people are taken off it first, its trades end, and all of them are told. Raises Outdated,
    StillOnIt without `release`, WrongState for archived weeks and for published shifts that have begun with somebody
    on them.
    """
    shift, week = _hold(session, actor, shift_id, expected)
    people, as_it_was = _people_on(session, shift), _as_known(session, shift)
    if people and not release:
        raise StillOnIt(
            f"{_names(session, people)} would lose this shift.",
            way_forward="Take them off it first, or delete it with release=true.",
        )
    if people and week.status is WeekStatus.PUBLISHED and clock.bounds(shift.during)[0] <= clock.now():
        raise WrongState("This shift has begun, and somebody works it.", way_forward="What was worked is kept.")
    ending.shift_goes(session, actor, shift.id)
    before = _logged(shift) | {"user_ids": sorted(one.user_id for one in people)}
    # PostgreSQL takes what hangs on the shift along, and the hours of people with it.
    session.execute(delete(PlannedShift).where(PlannedShift.id == shift.id))
    session.expunge(shift)
    drop_proposal(session, week)
    touch(session, week)
    for one in people:
        shifts_changed(session, week, one.user_id, gone=[as_it_was[one.id]])
    _log(session, actor, week, shift_id, "delete", before=before)


def _hold(session: Session, actor: User, shift_id: int, expected: int | None) -> tuple[PlannedShift, WeeklySchedule]:
    week_id = session.scalar(select(PlannedShift.weekly_schedule_id).where(PlannedShift.id == shift_id))
    if week_id is None:
        raise NotFound("There is no such shift.")
    week = hold_week(session, actor, week_id)
    # Read under the lock of the week: whoever came first has changed or deleted it.
    shift = session.scalar(
        select(PlannedShift)
        .where(PlannedShift.id == shift_id)
        .options(selectinload(PlannedShift.roles))
        .execution_options(populate_existing=True)
    )
    if shift is None:
        raise NotFound("There is no such shift.", way_forward="Somebody else has just deleted it.")
    refuse_moved(shift.version, expected, "shift")
    return shift, week


def _people_on(session: Session, shift: PlannedShift) -> list[ShiftAssignment]:
    return list(
        session.scalars(
            select(ShiftAssignment)
            .where(ShiftAssignment.planned_shift_id == shift.id, ShiftAssignment.status == AssignmentStatus.CONFIRMED)
            .order_by(ShiftAssignment.id)
            .with_for_update()
        )
    )


def _as_known(session: Session, shift: PlannedShift) -> dict[int, MyShift]:
    """The shift as each of its assignments shows it now."""
    known = shifts_of(
        session,
        ShiftAssignment.planned_shift_id == shift.id,
        ShiftAssignment.status == AssignmentStatus.CONFIRMED,
    )
    past: dict[str, Any] = {"assignment_id": None, "colleagues": []}
    return {one.assignment_id: one.model_copy(update=past) for one in known if one.assignment_id is not None}


@contextmanager
def _nothing_broken(session: Session, week: WeeklySchedule) -> Iterator[None]:
    """Raises BreaksRules where a hard rule that held before the block, in this week or the next, does not after."""
    following = session.scalar(
        select(WeeklySchedule).where(
            WeeklySchedule.team_id == week.team_id,
            WeeklySchedule.week_start == week.week_start + timedelta(days=7),
        )
    )
    # Of the rest before the next week's shifts, that week says how much is missing, and this one that it is needed.
    weeks = [week] if following is None else [following, week]
    before = [_broken(session, one) for one in weeks]
    yield
    for one, had in zip(weeks, before, strict=True):
        if new := list((_broken(session, one) - had).elements()):
            raise BreaksRules(
                [finding.detail for finding in new],
                way_forward="Take the person off the shift first, or change it otherwise.",
            )


def _broken(session: Session, week: WeeklySchedule) -> Counter[Finding]:
    loaded = load_week(session, week)
    told = Told.of(session, loaded, loaded.confirmed)
    return Counter(finding for finding in score(told.problem, told.assignments).findings if finding.hard)


def _move(session: Session, shift: PlannedShift, wanted: ShiftWrite, people: list[ShiftAssignment]) -> None:
    """Write what is wanted with the people on it. PostgreSQL has the first word on double booking and hours."""
    try:
        with session.begin_nested():
            _write(session, shift, wanted)
    except IntegrityError as error:
        clash = session.execute(
            select(User.name, PlannedShift.name)
            .join(ShiftAssignment, ShiftAssignment.user_id == User.id)
            .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
            .where(
                User.id.in_([one.user_id for one in people]),
                PlannedShift.id != shift.id,
                ShiftAssignment.status == AssignmentStatus.CONFIRMED,
                ShiftAssignment.during.overlaps(Range(wanted.starts_at, wanted.ends_at)),
            )
            .limit(1)
        ).first()
        reason = explain_refusal(error).detail.removesuffix(".")
        if clash:
            reason = Phrase("{person} works {shift} at that time", person=clash[0], shift=clash[1])
        raise BreaksRules([reason], way_forward="Take the person off the shift first.") from error


def _write(session: Session, shift: PlannedShift, wanted: ShiftWrite) -> None:
    before = _logged(shift)
    shift.template_id = wanted.template_id
    shift.name = wanted.name
    shift.during = Range(wanted.starts_at, wanted.ends_at)
    shift.break_minutes = wanted.break_minutes
    kept = {need.role_id: need for need in shift.roles}
    # Rows that stay are changed in place: assignments hang on them.
    for need in wanted.needs:
        if need.role_id in kept:
            for field in NEEDS:
                setattr(kept[need.role_id], field, getattr(need, field))
        else:
            shift.roles.append(PlannedShiftRole(**need.model_dump()))
    named = {need.role_id for need in wanted.needs}
    for role_id in kept.keys() - named:
        shift.roles.remove(kept[role_id])
    if _logged(shift) != before:
        # Needs are rows of their own, which SQLAlchemy does not count as a change of the shift.
        flag_modified(shift, "name")
    session.flush()


def _refuse_wrong(session: Session, week: WeeklySchedule, wanted: ShiftWrite) -> None:
    refuse_unknown_roles(session, wanted.needs)
    _refuse_outside(week, wanted)
    if wanted.template_id is not None:
        template = session.get(ShiftTemplate, wanted.template_id)
        if template is None or template.team_id != week.team_id:
            fault = FieldFault(field="template_id", reason="is no template of this team")
            raise Unprocessable("There is no such template.", faults=(fault,))


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


def _refuse_lost_roles(session: Session, wanted: ShiftWrite, people: list[ShiftAssignment]) -> None:
    named = {need.role_id for need in wanted.needs}
    lost = [one for one in people if one.role_id not in named]
    if not lost:
        return
    role = session.get_one(Role, lost[0].role_id)
    fault = FieldFault(field="needs", reason=f"leaves out {role.name}, which somebody works in")
    raise StillOnIt(
        f"{_names(session, [one for one in lost if one.role_id == role.id])} works this shift as {role.name}.",
        way_forward="Take them off it first, or leave the role with a headcount of 0.",
        faults=(fault,),
    )


def _names(session: Session, people: list[ShiftAssignment]) -> str:
    found = session.scalars(select(User.name).where(User.id.in_([one.user_id for one in people])).order_by(User.name))
    *some, last = list(found)
    return f"{', '.join(some)} and {last}" if some else last


def _logged(shift: PlannedShift) -> dict[str, Any]:
    starts_at, ends_at = clock.bounds(shift.during)
    return {
        "template_id": shift.template_id,
        "name": shift.name,
        "starts_at": starts_at.astimezone(UTC).isoformat(),
        "ends_at": ends_at.astimezone(UTC).isoformat(),
        "break_minutes": shift.break_minutes,
        "needs": sorted(({field: getattr(need, field) for field in NEEDS} for need in shift.roles), key=_role),
    }


def _role(need: dict[str, Any]) -> int:
    return int(need["role_id"])


def _log(
    session: Session,
    actor: User,
    week: WeeklySchedule,
    shift_id: int,
    what: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    record(
        session,
        actor_id=actor.id,
        action=f"shift.{what}",
        entity="planned_shift",
        entity_id=shift_id,
        team_id=week.team_id,
        before=before,
        after=after,
    )
