"""Sick calls: the person is off their shifts at once, replacements are asked in waves, managers are told.

Managers hear of every sick call, once, whether or not it opens a shift: of one that had begun, or that stood in a
draft alone, they would not know otherwise. A wave is a few people, the best for the week first; who is asked has
until the next wave alone, and the first to accept wins. When nobody is left to ask, managers are told, with the way
to a repair of the week.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from service import clock
from service.activity.service import record
from service.errors import Unprocessable
from service.notifications import reach
from service.notifications import service as notifications
from service.notifications.payloads import ShiftRole, SickCallPayload, YourShiftsPayload
from service.people.models import Team, User
from service.requests import effect, sickness
from service.requests import reading as time_off_reading
from service.requests import telling as time_off_telling
from service.requests.models import TimeOffRequest
from service.schemas.base import FieldFault
from service.schemas.requests import AffectedShift
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.schemas.swaps import SickCall, SickCallRead, SwapEvent, SwapKind, SwapStatus
from service.shifts.models import PlannedShift
from service.shifts.roster import places_of
from service.swaps import applying, ending, opening, reading, telling
from service.swaps import market as markets
from service.swaps.market import Market
from service.swaps.models import SwapLeg, SwapRequest
from service.swaps.service import hold, log_asked
from service.swaps.states import move_to

WAVE_SIZE = 3
WAVE = timedelta(minutes=15)
LONGEST_DAYS = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What a sick call has done: the time off, the requests for others to take shifts, the published places that had
    begun and stay the person's, and the managers who are told."""

    away: TimeOffRequest
    requests: list[SwapRequest]
    begun: list[ShiftRole]
    managers: list[User]


def call_in(session: Session, actor: User, wanted: SickCall) -> Called:
    """Note that somebody is sick, or sick for longer, and offer their published shifts ahead in that time to others.

    The actor themself, or a person of theirs. Their other work in that time is taken off them too, but for what they
    are on right now. Raises Unprocessable for days out of reason and Conflict where they are away then already.
    """
    person = time_off_reading.find_person(session, actor, wanted.user_id)
    during = _during(person, wanted)
    session.execute(select(User.id).where(User.id == person.id).with_for_update(key_share=True))
    away, new = sickness.note(session, actor, person, during)
    since, _until = clock.bounds(new)
    weeks = effect.lock_weeks(session, away)
    shifts = [
        shift
        for shift in effect.affected(session, person, away)
        if shift.week_status is WeekStatus.PUBLISHED and shift.status is AssignmentStatus.CONFIRMED
    ]
    begun = effect.begun(session, person) if since <= clock.now() else []
    requests = [_reopen(session, actor, person, shift) for shift in shifts]
    planned = effect.release(session, actor, away, weeks)
    starts_at, ends_at = clock.bounds(away.during)
    record(
        session,
        actor_id=actor.id,
        action="sick.call",
        entity="time_off_request",
        entity_id=away.id,
        team_id=person.teams[0].id if person.teams else None,
        after={
            "user_id": person.id,
            "starts_at": starts_at.isoformat(),
            "ends_at": ends_at.isoformat(),
            "swap_requests": [request.id for request in requests],
        },
    )
    payload = SickCallPayload(request_id=away.id, reopened=_places(shifts), begun=begun, planned=planned)
    managers = [one for one in time_off_reading.managers_of(session, person) if one.id != actor.id]
    time_off_telling.sick(session, payload, managers, since=since)
    for request in requests:
        ask_next_wave(session, request)
    return Called(away=away, requests=requests, begun=begun, managers=managers)


def _places(shifts: Iterable[AffectedShift]) -> list[ShiftRole]:
    return [ShiftRole(planned_shift_id=shift.planned_shift_id, role_id=shift.role_id) for shift in shifts]


def read(session: Session, actor: User, called: Called) -> SickCallRead:
    """What a sick call has done, as the actor sees it."""
    unreached = reach.unreached(session, [one.id for one in called.managers])
    return SickCallRead(
        time_off=time_off_reading.read(session, actor, called.away),
        requests=reading.reads(session, actor, called.requests),
        begun=places_of(session, [(place.planned_shift_id, place.role_id) for place in called.begun]),
        told=[one for one in map(time_off_reading.person_of, called.managers) if one not in unreached],
        unreached=unreached,
    )


def call_off(session: Session, actor: User, away: TimeOffRequest) -> None:
    """Who is not sick after all gets back what nobody has taken meanwhile, and no one else is asked for it.

    The caller holds the time off, which has been taken back.
    """
    theirs = (
        select(SwapRequest.id, SwapRequest.weekly_schedule_id)
        .join(SwapLeg, (SwapLeg.request_id == SwapRequest.id) & (SwapLeg.option == 0))
        .join(PlannedShift, PlannedShift.id == SwapLeg.planned_shift_id)
        .where(
            SwapRequest.owner_id == away.user_id,
            SwapRequest.status == SwapStatus.OPEN,
            SwapRequest.released,
            PlannedShift.during.op("&&")(away.during),
        )
        .order_by(SwapRequest.weekly_schedule_id, SwapRequest.id)
    )
    for request_id, _week_id in session.execute(theirs).all():
        request = hold(session, actor, request_id)
        market = markets.enter(session, request.weekly_schedule_id)
        legs = opening.claim_of(request, away.user_id)
        if request.status is not SwapStatus.OPEN or not opening.is_legal(market, legs, released=True):
            continue
        applying.apply(session, market, legs, actor_id=actor.id, request_id=None, released=True)
        move_to(session, request, actor.id, SwapStatus.CANCELLED, "not sick after all")
        took_back = actor.id == request.asked_by
        telling.ended(session, request, SwapEvent.WITHDRAWN if took_back else SwapEvent.WEEK_CHANGED, actor.id)
        places = [ShiftRole(planned_shift_id=leg.planned_shift_id, role_id=leg.role_id) for leg in legs]
        payload = YourShiftsPayload(weekly_schedule_id=market.week.id, first_time=False, added=places, removed=[])
        key = f"week:{market.week.id}:given-back:{request.id}:user:{away.user_id}"
        notifications.tell_user(session, away.user_id, payload, dedupe_key=key)


def _during(person: User, wanted: SickCall) -> Range[datetime]:
    zone = person.teams[0].zone if person.teams else ZoneInfo(person.time_zone or "UTC")
    today = clock.local_day(clock.now(), zone)
    first = wanted.first or today
    last = wanted.last or first
    if first < today or last < first or (last - first).days >= LONGEST_DAYS:
        fault = FieldFault(field="last", reason=f"the days lie ahead, in order, at most {LONGEST_DAYS} of them")
        raise Unprocessable("A sick call is about today or days to come.", faults=(fault,))
    starts = clock.now() if first == today else clock.to_utc(first, clock.MIDNIGHT, zone)
    return Range(starts, clock.to_utc(last + timedelta(days=1), clock.MIDNIGHT, zone))


def _reopen(session: Session, actor: User, person: User, shift: AffectedShift) -> SwapRequest:
    # Whatever was asked about this shift before is over.
    ending.place_goes(session, shift.assignment_id)
    request = SwapRequest(
        team_id=shift.team_id,
        weekly_schedule_id=shift.weekly_schedule_id,
        kind=SwapKind.DROP,
        status=SwapStatus.OPEN,
        owner_id=person.id,
        asked_by=person.id,
        released=False,
        note="",
        team=session.get_one(Team, shift.team_id),
        expires_at=shift.starts_at,
        legs=[
            SwapLeg(
                option=0,
                position=0,
                request_status=SwapStatus.OPEN,
                assignment_id=shift.assignment_id,
                planned_shift_id=shift.planned_shift_id,
                role_id=shift.role_id,
                giver_id=person.id,
            )
        ],
        answers=[],
    )
    session.add(request)
    session.flush()
    log_asked(session, actor, request)
    opening.let_go(session, actor, request)
    return request


def ask_next_wave(session: Session, request: SwapRequest) -> None:
    """Ask the next few who could take the shift; tell managers where nobody is left. The caller holds the request.

    A wave is not spent on people whom no message reaches: managers hear who they are.
    """
    market = markets.enter(session, request.weekly_schedule_id)
    candidates = ranked(market, request)
    reached = reach.reachable(session, candidates)
    known = telling.told_of_grabs(session, request, reached)
    asked = [who for who in candidates if who in reached and who not in known][:WAVE_SIZE]
    now = clock.now()
    if not asked:
        request.wave_until = None
        telling.nobody_left(session, request, [who for who in candidates if who not in reached])
    else:
        request.wave += 1
        request.wave_until = now + min(WAVE, (request.expires_at - now) / 4)
        telling.up_for_grabs(session, request, asked)
    session.flush()


def ranked(market: Market, request: SwapRequest) -> list[int]:
    """Who could take what a released request offers, breaking no rule: the best for the week first.

    That is legal first of all; then what `score` says of hours, rest, wishes, fairness and wages.
    """
    costs = {}
    for who in market.people:
        legs = opening.claim_of(request, who)
        if who != request.owner_id and opening.is_legal(market, legs, released=True):
            costs[who] = markets.judge(market, legs, released=True).cost
    return sorted(costs, key=lambda who: (costs[who], who))


def still_wanted(market: Market, request: SwapRequest) -> bool:
    """Whether the places on offer are still empty."""
    offered = [leg for leg in request.legs if leg.option == 0]
    return all(markets.has_room(market, leg.planned_shift_id, leg.role_id) for leg in offered)
