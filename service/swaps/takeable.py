"""Colleagues' shifts that somebody could take over without being asked, by offering to."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.people.models import Team, User
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.schemas.swaps import TakeableShift
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from service.swaps import market as markets
from service.swaps import partners, reading
from service.swaps import policy as policies
from service.swaps.market import Market
from service.swaps.opening import is_legal


def takeable(session: Session, actor: User, day: date) -> list[TakeableShift]:
    """The shifts of colleagues that begin on this local day and that the actor could take without breaking a rule.

    By time; what is on offer already stands among the open shifts instead.
    """
    found: list[TakeableShift] = []
    for team in actor.teams:
        for week_id in session.scalars(_published_on(team, day)):
            found.extend(_in_week(session, markets.enter(session, week_id, lock=False), actor, day))
    return sorted(found, key=lambda one: (one.place.starts_at, one.place.name, one.place.giver.name))


def _published_on(team: Team, day: date) -> Select[int]:
    """The published weeks of the team with shifts that begin then: one, as a rule."""
    midnight = datetime.combine(day, time(), tzinfo=team.zone)
    next_midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=team.zone)
    starts = func.lower(PlannedShift.during)
    return (
        select(WeeklySchedule.id)
        .join(PlannedShift, PlannedShift.weekly_schedule_id == WeeklySchedule.id)
        .join(ShiftAssignment, ShiftAssignment.planned_shift_id == PlannedShift.id)
        .where(
            WeeklySchedule.team_id == team.id,
            WeeklySchedule.status == WeekStatus.PUBLISHED,
            ShiftAssignment.status == AssignmentStatus.CONFIRMED,
            starts >= midnight,
            starts < next_midnight,
        )
        .distinct()
    )


def _in_week(session: Session, market: Market, actor: User, day: date) -> Iterator[TakeableShift]:
    policy = policies.policy_of(session, market.week.team)
    taken = reading.on_offer(session, market.week.id)
    for place in market.places.values():
        if place.user_id == actor.id or place.id in taken or market.day(place.planned_shift_id) != day:
            continue
        leg = partners.leg_of(market, place.id, actor.id)
        if not policies.tradable(market, policy, place.planned_shift_id) or not is_legal(
            market, [leg], released=False
        ):
            continue
        change = next(one for one in markets.changes(market, [leg]) if one.person.id == actor.id)
        yield TakeableShift(
            place=partners.offered(market, place.id), time_zone=market.week.team.time_zone, change=change
        )
