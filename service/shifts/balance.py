"""How somebody's hours, weekends, nights and trades stand beside the middle of their team, without naming anybody."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.people.models import Team, User
from service.scheduling.calendar import Calendar
from service.schemas.people import HoursBalance
from service.schemas.shifts import AssignmentStatus
from service.schemas.swaps import SwapStatus
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from service.shifts.service import VISIBLE
from service.swaps.models import SwapLeg, SwapRequest

WEEKS = 4
# Of fewer people the middle would tell what one of them works.
FEWEST = 4
SATURDAY = 5


def balance(session: Session, user: User, team: Team, week_start: date) -> tuple[HoursBalance, HoursBalance | None]:
    """The user's own of the four weeks up to this one, and the median of the team; None for a team of too few."""
    first = week_start - timedelta(weeks=WEEKS - 1)
    weeks = select(WeeklySchedule.id).where(
        WeeklySchedule.team_id == team.id,
        WeeklySchedule.week_start.between(first, week_start),
        WeeklySchedule.status.in_(VISIBLE),
    )
    shifts: dict[int, list[PlannedShift]] = defaultdict(list)
    for user_id, shift in session.execute(
        select(ShiftAssignment.user_id, PlannedShift)
        .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
        .where(
            PlannedShift.weekly_schedule_id.in_(weeks),
            ShiftAssignment.status == AssignmentStatus.CONFIRMED,
        )
    ):
        shifts[user_id].append(shift)
    traded = Counter[int]()
    for giver_id, taker_id in session.execute(
        select(SwapLeg.giver_id, SwapLeg.taker_id)
        .join(SwapRequest, SwapRequest.id == SwapLeg.request_id)
        .where(
            SwapRequest.weekly_schedule_id.in_(weeks),
            SwapRequest.status == SwapStatus.DONE,
            SwapLeg.option == SwapRequest.chosen,
        )
    ):
        traded.update(each for each in (giver_id, taker_id) if each is not None)
    calendar = Calendar(first, WEEKS * 7, team.zone)
    members = select(User.id).where(User.active, User.is_manager.is_(False), User.teams.any(Team.id == team.id))
    everybody = [_of(calendar, shifts[each], traded[each]) for each in session.scalars(members)]
    return _of(calendar, shifts[user.id], traded[user.id]), _middle(everybody)


def _of(calendar: Calendar, shifts: Iterable[PlannedShift], trades: int) -> HoursBalance:
    weekends, nights, minutes = set(), 0, 0
    for shift in shifts:
        starts_at, ends_at = clock.bounds(shift.during)
        day = clock.local_day(starts_at, calendar.zone)
        if day.weekday() >= SATURDAY:
            weekends.add(clock.week_of(day, 0))
        nights += calendar.is_night(starts_at, ends_at)
        minutes += shift.minutes
    return HoursBalance(minutes=minutes, weekends=len(weekends), nights=nights, trades=trades)


def _middle(everybody: list[HoursBalance]) -> HoursBalance | None:
    if len(everybody) < FEWEST:
        return None
    return HoursBalance(
        minutes=round(median(one.minutes for one in everybody)),
        weekends=median(one.weekends for one in everybody),
        nights=median(one.nights for one in everybody),
        trades=median(one.trades for one in everybody),
    )
