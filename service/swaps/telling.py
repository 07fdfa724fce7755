"""Who hears what about trades: everybody concerned of every change, the asker first, each fact once."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.notifications import service as notifications
from service.notifications.payloads import SwapPayload
from service.people.models import Team, User
from service.schemas.chat import ChannelPurpose
from service.schemas.swaps import Answer, SwapEvent, SwapKind
from service.swaps.models import SwapRequest


def asked(session: Session, request: SwapRequest, suitable: Iterable[int] = ()) -> None:
    """Ask everybody who has to agree; tell of a drop the team's channel for trades, else whoever could take it."""
    for answer in request.answers:
        if answer.answer is Answer.ASKED:
            _tell(session, request, answer.user_id, SwapEvent.ASKED, option=answer.option)
    if request.kind is SwapKind.DROP and _has_trades_channel(session, request):
        _tell_channel(session, request, SwapEvent.UP_FOR_GRABS)
        return
    for user_id in suitable:
        _tell(session, request, user_id, SwapEvent.UP_FOR_GRABS)


def _has_trades_channel(session: Session, request: SwapRequest) -> bool:
    return notifications.has_channel(session, request.team_id, ChannelPurpose.TRADES)


def _tell_channel(session: Session, request: SwapRequest, event: SwapEvent, option: int | None = None) -> None:
    """What was offered in the channel, and what became of it; sick calls go from wave to wave instead."""
    if request.kind is SwapKind.DROP and not request.wave and _has_trades_channel(session, request):
        payload = SwapPayload(request_id=request.id, event=event, option=option)
        key = f"swap:{request.id}:{event}:{option or 0}:channel"
        notifications.tell_team(session, request.team_id, payload, dedupe_key=key, purpose=ChannelPurpose.TRADES)


def half_way(session: Session, request: SwapRequest, actor_id: int) -> None:
    """One of several has agreed."""
    for user_id in _asker_first(request, {request.owner_id}):
        if user_id != actor_id:
            _tell(session, request, user_id, SwapEvent.AGREED, by=actor_id)


def countered(session: Session, request: SwapRequest, actor_id: int, option: int) -> None:
    """Another exchange is offered instead."""
    for answer in request.answers:
        if answer.option == option and answer.answer is Answer.ASKED:
            _tell(session, request, answer.user_id, SwapEvent.COUNTERED, by=actor_id, option=option)


def declined(session: Session, request: SwapRequest, actor_id: int) -> None:
    """One of those asked said no."""
    if actor_id != request.asked_by:
        _tell(session, request, request.asked_by, SwapEvent.DECLINED, by=actor_id)


def awaits_manager(session: Session, request: SwapRequest) -> None:
    """Everybody agrees; a manager decides."""
    for user_id in _asker_first(request, _in_option(request, request.chosen)):
        _tell(session, request, user_id, SwapEvent.AWAITS_MANAGER, option=request.chosen)
    for user_id in managers(session, request.team_id):
        _tell(session, request, user_id, SwapEvent.DECIDE, option=request.chosen)
    _tell_the_others(session, request)


def rejected(session: Session, request: SwapRequest) -> None:
    """A manager said no, with a word or without."""
    for user_id in _asker_first(request, _in_option(request, request.chosen)):
        _tell(session, request, user_id, SwapEvent.REJECTED, by=request.decided_by, option=request.chosen)


def done(session: Session, request: SwapRequest) -> None:
    """The shifts have changed hands."""
    for user_id in _asker_first(request, _in_option(request, request.chosen)):
        _tell(session, request, user_id, SwapEvent.DONE, option=request.chosen)
    for user_id in managers(session, request.team_id):
        _tell(session, request, user_id, SwapEvent.DONE, option=request.chosen)
    _tell_the_others(session, request)
    _tell_channel(session, request, SwapEvent.DONE, request.chosen)


def ended(session: Session, request: SwapRequest, event: SwapEvent, actor_id: int | None) -> None:
    """It ended without a trade; `event` says how."""
    for user_id in _asker_first(request, {request.owner_id, *_asked(request)}):
        if user_id != actor_id:
            _tell(session, request, user_id, event, by=actor_id)
    _tell_channel(session, request, event)


def struck(session: Session, request: SwapRequest, options: set[int], event: SwapEvent, actor_id: int | None) -> None:
    """Some exchanges of a request cannot come about any more: whoever is in no other need not answer."""
    waiting = {one.user_id for one in request.answers if one.option not in options} | {request.asked_by}
    for answer in request.answers:
        is_open = answer.option in options and answer.answer is not Answer.DECLINED
        if is_open and answer.user_id not in waiting | {actor_id}:
            _tell(session, request, answer.user_id, event, by=actor_id)


def claim_void(session: Session, request: SwapRequest, option: int) -> None:
    """Who claimed a dropped shift could not work it any more when the claims were settled."""
    for user_id in sorted(_in_option(request, option) - {request.owner_id}):
        _tell(session, request, user_id, SwapEvent.CLAIM_VOID, option=option)


def open_again(session: Session, request: SwapRequest) -> None:
    """Who was to have a dropped shift cannot; its owner has it until somebody else claims it."""
    for user_id in sorted(_in_option(request, request.chosen) - {request.owner_id}):
        declined(session, request, user_id)


def up_for_grabs(session: Session, request: SwapRequest, people: Iterable[int]) -> None:
    """Ask a wave of people whether they take a shift."""
    for user_id in people:
        _tell(session, request, user_id, SwapEvent.UP_FOR_GRABS)


def told_of_grabs(session: Session, request: SwapRequest, people: Iterable[int]) -> set[int]:
    """Those of these people who know already that the shift is up for grabs."""
    keys = {_key(request, who, SwapEvent.UP_FOR_GRABS): who for who in people}
    return {keys[key] for key in notifications.known(session, keys)}


def nobody_left(session: Session, request: SwapRequest, unreached: Iterable[int] = ()) -> None:
    """Everybody who could take a shift was asked, but for those whom no message reaches."""
    for user_id in managers(session, request.team_id):
        payload = SwapPayload(request_id=request.id, event=SwapEvent.NOBODY, unreached=list(unreached))
        key = _key(request, user_id, SwapEvent.NOBODY)
        notifications.tell_user(session, user_id, payload, dedupe_key=key)


def released(session: Session, request: SwapRequest) -> None:
    """A manager let the owner go."""
    _tell(session, request, request.owner_id, SwapEvent.RELEASED)


def reminded(session: Session, request: SwapRequest) -> None:
    """Somebody has not answered for a while."""
    for answer in request.answers:
        if answer.answer is Answer.ASKED:
            _tell(session, request, answer.user_id, SwapEvent.REMINDER, option=answer.option)


def _tell_the_others(session: Session, request: SwapRequest) -> None:
    """Those who were asked, or claimed it too, and need not wait any more."""
    chosen = _in_option(request, request.chosen)
    for answer in request.answers:
        if answer.answer is not Answer.DECLINED and answer.user_id not in chosen:
            _tell(session, request, answer.user_id, SwapEvent.TAKEN)


def managers(session: Session, team_id: int) -> list[int]:
    """The active managers of a team."""
    query = select(User.id).where(User.is_manager, User.active, User.teams.any(Team.id == team_id))
    return list(session.scalars(query.order_by(User.id)))


def other_managers(session: Session, team_id: int, user_id: int) -> list[int]:
    """The active managers of a team but this one."""
    return [each for each in managers(session, team_id) if each != user_id]


def _asked(request: SwapRequest) -> set[int]:
    return {one.user_id for one in request.answers if one.answer is not Answer.DECLINED}


def _in_option(request: SwapRequest, option: int | None) -> set[int]:
    return {one.user_id for one in request.answers if one.option == option}


def _asker_first(request: SwapRequest, people: set[int]) -> list[int]:
    return [request.asked_by, *sorted(people - {request.asked_by})]


def _tell(
    session: Session,
    request: SwapRequest,
    user_id: int,
    event: SwapEvent,
    *,
    by: int | None = None,
    option: int | None = None,
) -> None:
    payload = SwapPayload(request_id=request.id, event=event, by=by, option=option)
    notifications.tell_user(session, user_id, payload, dedupe_key=_key(request, user_id, event, by, option))


def _key(
    request: SwapRequest, user_id: int, event: SwapEvent, by: int | None = None, option: int | None = None
) -> str:
    return f"swap:{request.id}:{event}:{option or 0}:{by or 0}:user:{user_id}"
