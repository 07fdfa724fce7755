"""Making an agreed exchange true: all of it in one transaction, after one more look at every rule."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.activity.service import record
from service.schemas.shifts import AssignmentSource, AssignmentStatus
from service.shifts.models import ShiftAssignment
from service.shifts.service import drop_proposal, explain_refusal, touch
from service.swaps import market as markets
from service.swaps.market import Leg, Market


def apply(
    session: Session,
    market: Market,
    legs: tuple[Leg, ...],
    *,
    actor_id: int | None,
    request_id: int | None,
    released: bool = False,
) -> None:
    """Hand the places over, log each with before and after, and raise the week's version.

    A proposal that waits beside the week was made for the week as it was, and would take the trade back: it goes.
    Raises NotLegal, PlaceGone, and Conflict where PostgreSQL refuses.
    """
    markets.judge(market, legs, released=released)
    given = [leg.assignment_id for leg in legs if leg.assignment_id is not None]
    session.execute(delete(ShiftAssignment).where(ShiftAssignment.id.in_(given)))
    fresh = [_handed_over(market, leg) for leg in legs]
    try:
        with session.begin_nested():
            session.add_all(fresh)
            session.flush()
    except IntegrityError as error:
        raise explain_refusal(error) from error
    for leg, assignment in zip(legs, fresh, strict=True):
        record(
            session,
            actor_id=actor_id,
            action="assignment.trade",
            entity="shift_assignment",
            entity_id=assignment.id,
            team_id=market.week.team_id,
            before={
                "assignment_id": leg.assignment_id,
                "user_id": leg.giver_id,
                "planned_shift_id": leg.planned_shift_id,
                "role_id": leg.role_id,
            },
            after={
                "user_id": leg.taker_id,
                "planned_shift_id": leg.planned_shift_id,
                "role_id": leg.role_id,
                "swap_request_id": request_id,
            },
        )
    drop_proposal(session, market.week)
    touch(session, market.week)


def _handed_over(market: Market, leg: Leg) -> ShiftAssignment:
    shift = market.shifts[leg.planned_shift_id]
    return ShiftAssignment(
        planned_shift_id=shift.id,
        role_id=leg.role_id,
        user_id=leg.taker_id,
        status=AssignmentStatus.CONFIRMED,
        source=AssignmentSource.TRADE,
        pinned=False,
        during=shift.during,
        minutes=shift.minutes,
        week_start=shift.week_start,
    )
