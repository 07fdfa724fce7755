"""Publishing a week: one transaction from draft, or from proposal, to what everybody sees and is told.

DRAFT ──publish──> PUBLISHED ──unpublish──> DRAFT
  │                 │    └──publish again──> PUBLISHED (proposals become confirmed; who changed is told)
  │                 └──archive, when it is over──> ARCHIVED
  └──delete, if it was never published──> gone
"""

from datetime import timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.activity.service import record
from service.errors import Conflict, Unprocessable, VersionMoved, WrongState
from service.notifications import reach
from service.notifications import service as notifications
from service.notifications.payloads import ShiftRole, WeekPublishedPayload, YourShiftsPayload
from service.people.models import User
from service.schemas.shifts import AssignmentStatus, PublishResult, WeekStatus
from service.shifts.holding import hold_week
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from service.shifts.service import drop_proposal, explain_refusal, find_managed_week, week_read
from service.shifts.telling import shifts_changed
from service.swaps import ending
from service.versions import refuse_moved

Place = tuple[int, int]
"""A planned shift and a role."""


def publish(session: Session, actor: User, week_id: int, version: int) -> PublishResult:
    """Make the week what everybody sees, and tell whom it concerns; all of it or nothing.

    A first publish tells everybody who works; a later one only those whose shifts changed, and what. Raises
    VersionMoved when the week is not as the actor saw it, WrongState for archived weeks and Unprocessable for empty
    ones.
    """
    week = _lock(session, actor, week_id, version)
    if week.status is WeekStatus.ARCHIVED:
        raise WrongState("This week is archived.", way_forward="Only draft and published weeks can be published.")
    first_time = week.status is WeekStatus.DRAFT
    before = {} if first_time else _places(session, week)
    if not first_time:
        _confirm_proposals(session, week)
    after = _places(session, week)
    if not after and not before:
        raise Unprocessable("Nobody is on any shift of this week yet.", way_forward="Run /optimize first.")
    week.status = WeekStatus.PUBLISHED
    week.published_at = clock.now()
    week.published_by = actor.id
    session.flush()
    affected = _tell(session, week, actor, before, after, first_time=first_time)
    unreached = reach.unreached(session, affected)
    told = len(affected) - len(unreached)
    record(
        session,
        actor_id=actor.id,
        action="week.publish",
        entity="weekly_schedule",
        entity_id=week.id,
        team_id=week.team_id,
        after={"version": week.version, "told": told},
    )
    return PublishResult(week=week_read(week), told=told, first_time=first_time, unreached=unreached)


def unpublish(session: Session, actor: User, week_id: int, version: int) -> WeeklySchedule:
    """Take a published week back to draft: employees no longer see it, hear so, and its trades end.

    A proposal that waits beside it goes, since nobody sees it in a draft and a later publish would follow it.
    Raises VersionMoved, and WrongState for weeks that are not published.
    """
    week = _lock(session, actor, week_id, version)
    if week.status is not WeekStatus.PUBLISHED:
        raise WrongState("This week is not published.")
    ending.week_goes(session, actor, week.id)
    for user_id, places in sorted(_places(session, week).items()):
        shifts_changed(session, week, user_id, removed=_named(places), fact="unpublished")
    drop_proposal(session, week)
    week.status = WeekStatus.DRAFT
    week.published_at = None
    session.flush()
    record(
        session,
        actor_id=actor.id,
        action="week.unpublish",
        entity="weekly_schedule",
        entity_id=week.id,
        team_id=week.team_id,
    )
    return week


def delete_week(session: Session, actor: User, week_id: int, expected: int | None) -> None:
    """Throw away a draft that is at the expected version, with its shifts and whoever was planned on them.

    Raises Outdated, WrongState for weeks that were ever published, since people were told of them, and Conflict once
    runs were made for it.
    """
    week = hold_week(session, actor, week_id)
    refuse_moved(week.version, expected, "week")
    if week.status is not WeekStatus.DRAFT or week.published_by is not None:
        raise WrongState("Employees were told of this week.", way_forward="Change or delete its shifts instead.")
    team_id, before = week.team_id, {"week_start": week.week_start.isoformat(), "version": week.version}
    try:
        with session.begin_nested():
            session.execute(delete(WeeklySchedule).where(WeeklySchedule.id == week_id))
    except IntegrityError as error:
        raise Conflict(
            "This week was optimised, and its runs are kept.", way_forward="Change or delete its shifts instead."
        ) from error
    record(
        session,
        actor_id=actor.id,
        action="week.delete",
        entity="weekly_schedule",
        entity_id=week_id,
        team_id=team_id,
        before=before,
    )


def archive(session: Session, actor: User, week_id: int, version: int) -> WeeklySchedule:
    """Close a published week that is over: it can be read, and nothing in it changes any more.

    Raises VersionMoved, and WrongState for drafts, archived weeks and those that are not over.
    """
    week = _lock(session, actor, week_id, version)
    if week.status is not WeekStatus.PUBLISHED:
        raise WrongState(f"A week that is {week.status.lower()} cannot be archived.")
    over = clock.to_utc(week.week_start + timedelta(days=7), clock.MIDNIGHT, week.team.zone)
    still_worked = session.scalar(
        select(func.max(func.upper(PlannedShift.during))).where(PlannedShift.weekly_schedule_id == week.id)
    )
    if max(over, still_worked or over) > clock.now():
        raise WrongState("This week is not over yet.", way_forward="Archive it when its last shift has ended.")
    week.status = WeekStatus.ARCHIVED
    session.flush()
    record(
        session,
        actor_id=actor.id,
        action="week.archive",
        entity="weekly_schedule",
        entity_id=week.id,
        team_id=week.team_id,
    )
    return week


def _lock(session: Session, actor: User, week_id: int, version: int) -> WeeklySchedule:
    find_managed_week(session, actor, week_id)
    week = session.scalars(
        select(WeeklySchedule)
        .where(WeeklySchedule.id == week_id)
        .options(selectinload(WeeklySchedule.team))
        .with_for_update(of=WeeklySchedule)
        .execution_options(populate_existing=True)
    ).one()
    if week.version != version:
        raise VersionMoved(
            "This week has changed since you looked at it.", way_forward="Look at it again, then repeat."
        )
    return week


def _places(session: Session, week: WeeklySchedule) -> dict[int, set[Place]]:
    """Who is confirmed where."""
    places: dict[int, set[Place]] = {}
    for user_id, shift_id, role_id in session.execute(
        select(ShiftAssignment.user_id, ShiftAssignment.planned_shift_id, ShiftAssignment.role_id).where(
            ShiftAssignment.planned_shift_id.in_(_shifts(week)),
            ShiftAssignment.status == AssignmentStatus.CONFIRMED,
        )
    ):
        places.setdefault(user_id, set()).add((shift_id, role_id))
    return places


def _shifts(week: WeeklySchedule) -> Select[int]:
    return select(PlannedShift.id).where(PlannedShift.weekly_schedule_id == week.id)


def _confirm_proposals(session: Session, week: WeeklySchedule) -> None:
    """Swap the confirmed assignments for the proposal, where there is one; rows that both have stay as they are.

    Raises WrongState where it would change a shift that has begun: the rest of it was made to go with that.
    """
    rows = session.scalars(
        select(ShiftAssignment)
        .where(ShiftAssignment.planned_shift_id.in_(_shifts(week)))
        .where(ShiftAssignment.status.in_([AssignmentStatus.CONFIRMED, AssignmentStatus.PROPOSED]))
        .with_for_update()
    ).all()
    now = clock.now()
    begun = {row.id for row in rows if clock.bounds(row.during)[0] <= now}
    late = [row for row in rows if row.id in begun and row.status is AssignmentStatus.PROPOSED]
    worked = {_key(row) for row in rows if row.id in begun and row.status is AssignmentStatus.CONFIRMED}
    if any(_key(row) not in worked for row in late):
        raise WrongState(
            "A shift that this proposal changes has begun meanwhile.", way_forward="Run /optimize once more."
        )
    session.execute(delete(ShiftAssignment).where(ShiftAssignment.id.in_([row.id for row in late])))
    ahead = [row for row in rows if row.id not in begun]
    proposed = {_key(row): row for row in ahead if row.status is AssignmentStatus.PROPOSED}
    if not proposed:
        # A proposal of which only what has begun is left says nothing about the rest of the week.
        return
    confirmed = {_key(row): row for row in ahead if row.status is AssignmentStatus.CONFIRMED}
    gone = [row.id for key, row in confirmed.items() if key not in proposed]
    doubled = [row.id for key, row in proposed.items() if key in confirmed]
    fresh = [row.id for key, row in proposed.items() if key not in confirmed]
    session.execute(delete(ShiftAssignment).where(ShiftAssignment.id.in_(gone + doubled)))
    try:
        session.execute(
            update(ShiftAssignment).where(ShiftAssignment.id.in_(fresh)).values(status=AssignmentStatus.CONFIRMED)
        )
    except IntegrityError as error:
        raise explain_refusal(error) from error


def _key(row: ShiftAssignment) -> tuple[int, int, int]:
    return row.planned_shift_id, row.user_id, row.role_id


def _tell(
    session: Session,
    week: WeeklySchedule,
    actor: User,
    before: dict[int, set[Place]],
    after: dict[int, set[Place]],
    *,
    first_time: bool,
) -> list[int]:
    """Tell the channel, and whose shifts changed; who they are."""
    fact = f"week:{week.id}:published:{week.version}"
    notifications.tell_team(
        session,
        week.team_id,
        WeekPublishedPayload(weekly_schedule_id=week.id, published_by=actor.id, first_time=first_time),
        dedupe_key=fact,
    )
    affected = [user for user in sorted(before.keys() | after.keys()) if before.get(user) != after.get(user)]
    for user_id in affected:
        had, has = before.get(user_id, set()), after.get(user_id, set())
        payload = YourShiftsPayload(
            weekly_schedule_id=week.id, first_time=first_time, added=_named(has - had), removed=_named(had - has)
        )
        notifications.tell_user(session, user_id, payload, dedupe_key=f"{fact}:user:{user_id}")
    return affected


def _named(places: set[Place]) -> list[ShiftRole]:
    return [ShiftRole(planned_shift_id=shift_id, role_id=role_id) for shift_id, role_id in sorted(places)]
