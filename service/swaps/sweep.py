"""What time does to requests: claims are settled fairly, what is forgotten is reminded of, what is over expires."""

from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from service import clock
from service.db import unit_of_work
from service.errors import RotaError
from service.schemas.swaps import Answer, SwapEvent, SwapStatus
from service.shifts.models import WeeklySchedule
from service.swaps import market as markets
from service.swaps import opening, sick, telling
from service.swaps.answering import settle
from service.swaps.models import SwapLeg, SwapRequest
from service.swaps.service import WHOLE, legs_of
from service.swaps.states import LIVE, move_to

log = structlog.get_logger()
BATCH = 50
REMIND_AFTER = timedelta(hours=12)
REMIND_BEFORE = timedelta(hours=3)


def sweep() -> int:
    """Do what is due, each request in a unit of work of its own; returns how many were due.

    One that cannot be attended to is logged, and waits for the next sweep. Raises where the database is away.
    """
    with unit_of_work() as session:
        due = session.scalars(select(SwapRequest.id).where(_due()).order_by(SwapRequest.id).limit(BATCH)).all()
    for request_id in due:
        _try(request_id)
    return len(due)


def _try(request_id: int) -> None:
    try:
        with unit_of_work() as session:
            attend(session, request_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # What is wrong with one request, or with its team, must not hold up those of all others.
        log.exception("swap.not_attended", request_id=request_id)


def _due() -> ColumnElement[bool]:
    now = clock.now()
    orphaned = exists().where(
        SwapLeg.request_id == SwapRequest.id,
        SwapLeg.option == 0,
        SwapLeg.assignment_id.is_(None),
    )
    is_open = SwapRequest.status == SwapStatus.OPEN
    return and_(
        SwapRequest.status.in_(LIVE),
        (SwapRequest.expires_at <= now)
        | (SwapRequest.released.is_(False) & orphaned)
        | (is_open & (SwapRequest.claims_until <= now))
        | (is_open & (SwapRequest.wave_until <= now))
        | (is_open & SwapRequest.reminded_at.is_(None) & _worth_reminding()),
    )


def _worth_reminding() -> ColumnElement[bool]:
    now = clock.now()
    return (SwapRequest.created_at <= now - REMIND_AFTER) | (
        (SwapRequest.expires_at <= now + REMIND_BEFORE) & (SwapRequest.created_at <= now - timedelta(hours=1))
    )


def attend(session: Session, request_id: int) -> None:
    """Do what is due for one request, its week and then itself held."""
    week_id = session.scalar(select(SwapRequest.weekly_schedule_id).where(SwapRequest.id == request_id))
    session.execute(select(WeeklySchedule.id).where(WeeklySchedule.id == week_id).with_for_update())
    request = session.scalar(
        select(SwapRequest)
        .where(SwapRequest.id == request_id, _due())
        .options(*WHOLE)
        .with_for_update(of=SwapRequest)
        .execution_options(populate_existing=True)
    )
    if request is None:
        return
    now = clock.now()
    offered = [leg for leg in request.legs if leg.option == 0]
    if not request.released and any(leg.assignment_id is None for leg in offered):
        move_to(session, request, None, SwapStatus.CANCELLED, "the shift changed")
        telling.ended(session, request, SwapEvent.WEEK_CHANGED, None)
    elif request.expires_at <= now:
        move_to(session, request, None, SwapStatus.EXPIRED)
        telling.ended(session, request, SwapEvent.EXPIRED, None)
        if request.released:
            _tell_of_gap(session, request)
    elif request.claims_until is not None and request.claims_until <= now:
        _settle_fairly(session, request)
    elif request.wave_until is not None and request.wave_until <= now:
        _go_on_asking(session, request)
    else:
        request.reminded_at = now
        telling.reminded(session, request)
    log.info("swap.attended", request_id=request.id, status=request.status)


def _tell_of_gap(session: Session, request: SwapRequest) -> None:
    """Managers hear that nobody took what somebody is off already, unless the place was filled by other means."""
    try:
        market = markets.enter(session, request.weekly_schedule_id)
    except RotaError:
        return
    if sick.still_wanted(market, request):
        telling.nobody_left(session, request)


def _go_on_asking(session: Session, request: SwapRequest) -> None:
    """The next wave, or the end where somebody has filled the place by other means."""
    try:
        market = markets.enter(session, request.weekly_schedule_id)
    except RotaError:
        request.wave_until = None
        return
    if sick.still_wanted(market, request):
        sick.ask_next_wave(session, request)
    else:
        move_to(session, request, None, SwapStatus.CANCELLED, "the place is filled")


def _settle_fairly(session: Session, request: SwapRequest) -> None:
    """Of those who claimed, the one with whom the week is best for everybody; from then on, who comes first."""
    request.claims_until = None
    claims = [
        number
        for number in sorted({leg.option for leg in request.legs} - {0})
        if all(one.answer is Answer.ACCEPTED for one in request.answers if one.option == number)
    ]
    try:
        market = markets.enter(session, request.weekly_schedule_id)
    except RotaError:
        return
    costs = {}
    for number in claims:
        legs = legs_of(request, number)
        if opening.is_legal(market, legs, released=request.released):
            costs[number] = markets.judge(market, legs, released=request.released).cost
        else:
            telling.claim_void(session, request, number)
            for one in request.answers:
                if one.option == number:
                    one.answer = Answer.DECLINED
    if costs:
        best = min(costs, key=lambda number: (costs[number], number))
        try:
            with session.begin_nested():
                settle(session, None, request, best)
        except RotaError as error:
            log.info("swap.fair_claim_refused", request_id=request.id, code=error.code)
