"""Open shifts: who could take which, letting an owner go, and a manager's own hand."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service import clock
from service.activity.service import record
from service.errors import Conflict, NotAllowed, NotFound, RotaError
from service.notifications import reach
from service.notifications import service as notifications
from service.notifications.payloads import ShiftRole, YourShiftsPayload
from service.people.models import User
from service.people.service import manages, require_manager
from service.schemas.swaps import OpenShift, ShiftMoved, SwapKind, SwapStatus
from service.shifts.models import ShiftAssignment
from service.shifts.service import drop_proposal, touch
from service.swaps import applying, partners, reading, telling
from service.swaps import market as markets
from service.swaps.answering import TradeClosed
from service.swaps.market import Leg, Market
from service.swaps.models import SwapRequest
from service.swaps.service import WHOLE, hold


def open_shifts(session: Session, actor: User) -> list[OpenShift]:
    """The open shifts that the actor could take without breaking a rule, with what that changes, by time."""
    query = select(SwapRequest).where(
        SwapRequest.status == SwapStatus.OPEN,
        SwapRequest.kind == SwapKind.DROP,
        SwapRequest.team_id.in_([team.id for team in actor.teams]),
        SwapRequest.owner_id != actor.id,
        SwapRequest.expires_at > clock.now(),
    )
    by_week: dict[int, list[SwapRequest]] = defaultdict(list)
    for request in session.scalars(query.options(*WHOLE).order_by(SwapRequest.id)):
        by_week[request.weekly_schedule_id].append(request)
    found = []
    for week_id, requests in by_week.items():
        market = markets.enter(session, week_id, lock=False)
        for request in requests:
            legs = claim_of(request, actor.id)
            if is_legal(market, legs, released=request.released):
                change = next(one for one in markets.changes(market, legs) if one.person.id == actor.id)
                found.append(OpenShift(request=reading.read(session, actor, request), change=change))
    return sorted(found, key=lambda one: one.request.places[0].starts_at)


def claim_of(request: SwapRequest, user_id: int) -> tuple[Leg, ...]:
    """The exchange that somebody's claim of what is on offer makes."""
    return tuple(
        Leg(
            assignment_id=leg.assignment_id,
            planned_shift_id=leg.planned_shift_id,
            role_id=leg.role_id,
            giver_id=leg.giver_id,
            taker_id=user_id,
        )
        for leg in request.legs
        if leg.option == 0
    )


def is_legal(market: Market, legs: Sequence[Leg], *, released: bool) -> bool:
    """Whether the exchange breaks nothing now."""
    try:
        markets.judge(market, legs, released=released)
    except RotaError:
        return False
    return True


def release(session: Session, actor: User, request_id: int) -> SwapRequest:
    """Let the owner of a dropped shift go at once, though nobody has claimed it; managers only.

    Once released, again changes nothing.
    """
    request = hold(session, actor, request_id)
    if not manages(actor, request.team_id):
        raise NotAllowed("Only managers release somebody from a shift.", way_forward="Ask your manager.")
    if request.released:
        return request
    if request.kind is not SwapKind.DROP or request.status is not SwapStatus.OPEN:
        raise TradeClosed("There is nothing to release here any more.")
    let_go(session, actor, request)
    telling.released(session, request)
    return request


def let_go(session: Session, actor: User, request: SwapRequest) -> None:
    """Take the owner off the places on offer, and note it. The caller holds the request."""
    market = markets.enter(session, request.weekly_schedule_id)
    gone = [leg.assignment_id for leg in request.legs if leg.option == 0 and leg.assignment_id is not None]
    for assignment_id in gone:
        place = market.places.get(assignment_id)
        if place is None or place.user_id != request.owner_id:
            raise markets.PlaceGone("This shift has changed hands meanwhile.")
        record(
            session,
            actor_id=actor.id,
            action="assignment.release",
            entity="shift_assignment",
            entity_id=assignment_id,
            team_id=request.team_id,
            before={
                "user_id": place.user_id,
                "planned_shift_id": place.planned_shift_id,
                "role_id": place.role_id,
            },
            after={"swap_request_id": request.id},
        )
    session.execute(delete(ShiftAssignment).where(ShiftAssignment.id.in_(gone)))
    request.released = True
    session.flush()
    for leg in request.legs:
        session.refresh(leg, ["assignment_id"])
    drop_proposal(session, market.week)
    touch(session, market.week)


def move(session: Session, actor: User, assignment_id: int, user_id: int) -> ShiftMoved:
    """Give somebody's shift to somebody else at once; managers only, and still only what is legal.

    Both hear of it. Raises NotFound, NotAllowed, NotLegal, and Conflict where it is theirs already.
    """
    market = markets.enter(session, markets.week_of(session, [assignment_id]))
    require_manager(session, actor, market.week.team_id)
    leg = partners.leg_of(market, assignment_id, user_id)
    if user_id not in market.people:
        raise NotFound("There is no such person in this team.")
    if leg.giver_id == leg.taker_id:
        raise Conflict("This person is on that shift already.", way_forward="Choose somebody else, or another shift.")
    markets.refuse_begun(market, [leg.planned_shift_id])
    applying.apply(session, market, (leg,), actor_id=actor.id, request_id=None)
    place = ShiftRole(planned_shift_id=leg.planned_shift_id, role_id=leg.role_id)
    for who, added, removed in ((leg.giver_id, [], [place]), (leg.taker_id, [place], [])):
        payload = YourShiftsPayload(weekly_schedule_id=market.week.id, first_time=False, added=added, removed=removed)
        key = f"week:{market.week.id}:moved:{market.week.version}:user:{who}"
        notifications.tell_user(session, who, payload, dedupe_key=key)
    return ShiftMoved(unreached=reach.unreached(session, [leg.giver_id, leg.taker_id]))
