"""What people work beside the weeks of a problem: for other teams, and in the team's weeks before and after."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service import clock
from service.people.models import Team
from service.scheduling.calendar import Calendar
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from solver.problem import PastShift, Reason, Shift, Unavailable
from solver.rules import ForbiddenSuccession, MinimumRest, RestBetween

Between = MinimumRest | RestBetween | ForbiddenSuccession
"""Rules on two shifts of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept towards the team's weeks before and after, which stay as they are.

    `rules` are the hard ones, `shifts` those that are planned. The solver knows what was worked in the `history_days`
    before; whether the rules are also kept towards drafts is `drafts_bind`.
    """

    rules: tuple[Between, ...]
    shifts: tuple[Shift, ...]
    history_days: int
    drafts_bind: bool


def at_work(
    session: Session, team: Team, ids: list[int], calendar: Calendar, kept: Kept
) -> Iterator[tuple[int, Unavailable]]:
    """When people work for other teams or rest beside that, and are kept free for shifts of the team's weeks
    before and after: while they work those, while they rest between these weeks and those, and from what may not
    stand beside those.

    Weeks that the solver knows as history are left to it.
    """
    known_since = calendar.first_day - timedelta(days=kept.history_days)
    following = calendar.first_day + timedelta(days=calendar.days)
    minutes = (rule.minutes for rule in kept.rules if not isinstance(rule, ForbiddenSuccession))
    longest = timedelta(minutes=max(minutes, default=0))
    earliest, latest = clock.bounds(calendar.reach)
    rows = session.execute(
        select(ShiftAssignment, PlannedShift, WeeklySchedule.team_id, WeeklySchedule.status)
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
        .order_by(ShiftAssignment.during, ShiftAssignment.id)
    )
    for assignment, shift, team_id, status in rows:
        user_id = assignment.user_id
        rules = kept.rules if kept.drafts_bind or status is not WeekStatus.DRAFT else ()
        mine = [rule for rule in rules if str(user_id) in rule.employees]
        needed = max((rule.minutes for rule in mine if isinstance(rule, MinimumRest)), default=0)
        if team_id != team.id:
            work = unavailable(assignment.during, Reason.OTHER_TEAM, calendar)
            yield user_id, work
            if needed:
                start, end = work.start - needed, work.end + needed
                yield user_id, Unavailable(start=start, end=end, reason=Reason.REST_FROM_OTHER_TEAM)
            continue
        follows = assignment.week_start >= following
        work = unavailable(assignment.during, Reason.OTHER_WEEK, calendar)
        yield user_id, replace(work, start=work.start - needed) if follows else replace(work, end=work.end + needed)
        worked = past_shift(user_id, shift, calendar)
        pairs = (((shift, worked) if follows else (worked, shift), shift) for shift in kept.shifts)
        barred = [shift for pair, shift in pairs if any(_is_against(rule, *pair) for rule in mine)]
        if barred:
            start, end = min(shift.start for shift in barred), max(shift.end for shift in barred)
            meant = frozenset(shift.id for shift in barred)
            yield user_id, Unavailable(start=start, end=end, reason=Reason.OTHER_WEEK, shifts=meant)


def _is_against(rule: Between, earlier: Shift | PastShift, later: Shift | PastShift) -> bool:
    """Whether a rule on certain shifts forbids one after the other."""
    match rule:
        case RestBetween():
            is_close = 0 <= later.start - earlier.end < rule.minutes
            return is_close and earlier.type in rule.after and later.type in rule.before
        case ForbiddenSuccession():
            return earlier.type == rule.after and later.type in rule.types and later.day == earlier.day + 1
        case MinimumRest():
            return False


def unavailable(during: Range[datetime], reason: Reason, calendar: Calendar) -> Unavailable:
    """A span of time in which somebody cannot work."""
    start, end = calendar.span_of(during)
    return Unavailable(start=start, end=end, reason=reason)


def shift_type(template_id: int | None, name: str) -> str:
    """What the solver calls the kind of a shift: its template, or its name where it has none."""
    return str(template_id) if template_id is not None else f"name:{name}"


def past_shift(user_id: int, shift: PlannedShift, calendar: Calendar) -> PastShift:
    """A shift of another week, as one that somebody worked."""
    start, end = calendar.span_of(shift.during)
    return PastShift(
        employee=str(user_id),
        type=shift_type(shift.template_id, shift.name),
        day=calendar.day(clock.bounds(shift.during)[0]),
        start=start,
        end=end,
        minutes=shift.minutes,
    )
