"""Requests as callers see them: whole for who asks and for managers, one's own options for who is asked."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func as sql
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service import clock
from service.notifications import reach
from service.people.models import Role, User
from service.people.service import manages
from service.schemas.people import Person
from service.schemas.swaps import (
    Answer,
    AnswerRead,
    OptionRead,
    SwapCan,
    SwapKind,
    SwapRead,
    SwapStatus,
    TradedPlace,
)
from service.shifts.models import PlannedShift
from service.swaps.models import SwapAnswerRow, SwapLeg, SwapRequest
from service.swaps.service import WHOLE
from service.swaps.states import LIVE


def visible(
    session: Session, actor: User, *, live: bool, team_id: int | None, limit: int, offset: int
) -> tuple[list[SwapRequest], int]:
    """The requests that the actor may see, newest first, and how many there are."""
    managed = [team.id for team in actor.teams if manages(actor, team.id)]
    asked = select(SwapAnswerRow.request_id).where(SwapAnswerRow.user_id == actor.id)
    drops = (SwapRequest.kind == SwapKind.DROP) & SwapRequest.team_id.in_([team.id for team in actor.teams])
    query = select(SwapRequest)
    if not actor.is_admin:
        query = query.where(
            or_(
                SwapRequest.owner_id == actor.id,
                SwapRequest.asked_by == actor.id,
                SwapRequest.team_id.in_(managed),
                SwapRequest.id.in_(asked),
                drops,
            )
        )
    if live:
        query = query.where(SwapRequest.status.in_(LIVE))
    if team_id is not None:
        query = query.where(SwapRequest.team_id == team_id)
    total = session.scalar(select(sql.count()).select_from(query.subquery())) or 0
    page = query.options(*WHOLE).order_by(SwapRequest.id.desc()).limit(limit).offset(offset)
    return list(session.scalars(page)), total


def on_offer(session: Session, week_id: int) -> set[int]:
    """The assignments of a week that a live request is about."""
    query = (
        select(SwapLeg.assignment_id)
        .join(SwapRequest, SwapRequest.id == SwapLeg.request_id)
        .where(SwapRequest.weekly_schedule_id == week_id, SwapRequest.status.in_(LIVE), SwapLeg.option == 0)
    )
    return {assignment_id for assignment_id in session.scalars(query) if assignment_id is not None}


def read(session: Session, actor: User, request: SwapRequest) -> SwapRead:
    """One request as the actor sees it."""
    return reads(session, actor, [request])[0]


def read_in_channel(session: Session, request_id: int) -> SwapRead:
    """One request as everybody in a team's channel may see it."""
    request = session.scalars(select(SwapRequest).where(SwapRequest.id == request_id).options(*WHOLE)).one()
    return reads(session, None, [request])[0]


def reads(session: Session, actor: User | None, requests: Sequence[SwapRequest]) -> list[SwapRead]:
    """Requests as the actor sees them, or a whole channel, in a fixed number of statements."""
    legs = [leg for request in requests for leg in request.legs]
    shift_ids, role_ids = {leg.planned_shift_id for leg in legs}, {leg.role_id for leg in legs}
    shifts = {
        shift.id: shift for shift in session.scalars(select(PlannedShift).where(PlannedShift.id.in_(shift_ids)))
    }
    roles = {role.id: role for role in session.scalars(select(Role).where(Role.id.in_(role_ids)))}
    named = {who for leg in legs for who in (leg.giver_id, leg.taker_id) if who is not None}
    for request in requests:
        named |= {request.owner_id, request.asked_by, *(one.user_id for one in request.answers)}
        named |= {request.decided_by} if request.decided_by is not None else set()
    people, without_account = {}, set[int]()
    for user_id, name, handle, is_reached in session.execute(
        select(User.id, User.name, User.handle, reach.HAS_ACCOUNT).where(User.id.in_(named))
    ):
        people[user_id] = Person(id=user_id, name=name, handle=handle)
        if not is_reached:
            without_account.add(user_id)

    def place(leg: SwapLeg) -> TradedPlace:
        shift = shifts[leg.planned_shift_id]
        starts_at, ends_at = clock.bounds(shift.during)
        return TradedPlace(
            assignment_id=leg.assignment_id,
            planned_shift_id=shift.id,
            name=shift.name,
            role=roles[leg.role_id].name,
            starts_at=starts_at,
            ends_at=ends_at,
            minutes=shift.minutes,
            giver=people[leg.giver_id],
            taker=None if leg.taker_id is None else people[leg.taker_id],
        )

    return [
        SwapRead(
            id=request.id,
            team_id=request.team_id,
            team_name=request.team.name,
            time_zone=request.team.time_zone,
            weekly_schedule_id=request.weekly_schedule_id,
            kind=request.kind,
            status=request.status,
            owner=people[request.owner_id],
            asked_by=people[request.asked_by],
            places=[place(leg) for leg in request.legs if leg.option == 0],
            options=[
                OptionRead(
                    number=number,
                    legs=[place(leg) for leg in request.legs if leg.option == number],
                    answers=[
                        AnswerRead(person=people[one.user_id], answer=one.answer)
                        for one in request.answers
                        if one.option == number
                    ],
                )
                for number in _options_of(actor, request)
            ],
            chosen=request.chosen,
            approval=request.approval,
            decided_by=None if request.decided_by is None else people[request.decided_by],
            note=request.note,
            released=request.released,
            can=list(_can(actor, request)),
            expires_at=request.expires_at,
            created_at=request.created_at,
            unreached=[people[user_id] for user_id in sorted(_awaited(actor, request) & without_account)],
        )
        for request in requests
    ]


def _awaited(actor: User | None, request: SwapRequest) -> set[int]:
    """Of whom an answer is awaited, as far as the actor sees."""
    shown = _options_of(actor, request)
    return {one.user_id for one in request.answers if one.option in shown and one.answer is Answer.ASKED}


def _options_of(actor: User | None, request: SwapRequest) -> list[int]:
    if actor is None:
        return [] if request.chosen is None else [request.chosen]
    numbers = sorted({leg.option for leg in request.legs} - {0})
    if actor.id in {request.owner_id, request.asked_by} or manages(actor, request.team_id):
        return numbers
    mine = {one.option for one in request.answers if one.user_id == actor.id}
    return [number for number in numbers if number in mine]


def _can(actor: User | None, request: SwapRequest) -> Iterable[SwapCan]:
    if actor is None:
        if request.status is SwapStatus.OPEN and request.kind is SwapKind.DROP:
            yield SwapCan.CLAIM
        return
    is_manager = manages(actor, request.team_id)
    if request.status is SwapStatus.OPEN:
        if any(one.user_id == actor.id and one.answer is Answer.ASKED for one in request.answers):
            yield SwapCan.ACCEPT
            yield SwapCan.DECLINE
            if request.owner_id != actor.id:
                yield SwapCan.COUNTER
        if request.kind is SwapKind.DROP and actor.id != request.owner_id:
            yield SwapCan.CLAIM
        if request.kind is SwapKind.DROP and is_manager and not request.released:
            yield SwapCan.RELEASE
    if request.status in LIVE and actor.id == request.asked_by and not request.released:
        yield SwapCan.WITHDRAW
    if request.status is SwapStatus.ACCEPTED and is_manager:
        yield SwapCan.APPROVE
