"""Rules of the house: until when, how often and on which days a team trades, and when a manager decides."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import clock
from service.activity.service import record
from service.errors import Conflict
from service.people.models import Team, User
from service.people.service import require_manager, require_member
from service.schemas.people import SwapApproval
from service.schemas.swaps import TradePolicyRead, TradePolicyWrite
from service.swaps.market import Leg, Market, changes
from service.swaps.models import SwapRequest, TradePolicy
from service.swaps.states import LIVE

STORED = frozenset(TradePolicyWrite.model_fields) - {"approval"}


class TooLate(Conflict):
    """The shift begins too soon, or has begun."""

    code, title = "trade_too_late", "Too late to trade"


class BlackoutDay(Conflict):
    """Nothing is traded on that day."""

    code, title = "blackout_day", "No trades on that day"


class TooManyOpen(Conflict):
    """The person has as many requests open as their team allows."""

    code, title = "too_many_open", "Too many open requests"


def policy_of(session: Session, team: Team) -> TradePolicyRead:
    """The team's rules of the house."""
    row = session.get(TradePolicy, team.id)
    stored = {} if row is None else {field: getattr(row, field) for field in STORED}
    return TradePolicyRead(team_id=team.id, approval=team.swap_approval, **stored)


def read(session: Session, actor: User, team_id: int) -> TradePolicyRead:
    """The rules of a team, for its members."""
    return policy_of(session, require_member(session, actor, team_id))


def write(session: Session, actor: User, team_id: int, wanted: TradePolicyWrite) -> TradePolicyRead:
    """New rules for a team; they bind what is asked and decided from now on."""
    team = require_manager(session, actor, team_id)
    before = policy_of(session, team)
    team.swap_approval = wanted.approval
    row = session.get(TradePolicy, team.id, with_for_update=True) or TradePolicy(team_id=team.id)
    for field in STORED:
        setattr(row, field, getattr(wanted, field))
    session.add(row)
    session.flush()
    after = policy_of(session, team)
    record(
        session,
        actor_id=actor.id,
        action="trade_policy.write",
        entity="trade_policy",
        entity_id=team.id,
        team_id=team.id,
        before=before.model_dump(mode="json"),
        after=after.model_dump(mode="json"),
    )
    return after


def refuse_times(market: Market, policy: TradePolicyRead, planned_shift_ids: Sequence[int]) -> None:
    """Raises TooLate or BlackoutDay where one of these shifts cannot be traded now."""
    for shift_id in planned_shift_ids:
        shift = market.shifts[shift_id]
        if market.starts_at(shift_id) - timedelta(minutes=policy.latest_minutes) <= clock.now():
            raise TooLate(
                "{shift} begins too soon: trades of {team} close {hours} before the shift.",
                way_forward="Talk to your manager, who can still move it.",
                values={
                    "shift": shift.name,
                    "team": market.week.team.name,
                    "hours": _hours(policy.latest_minutes),
                },
            )
        if market.day(shift_id) in policy.blackout_days:
            raise BlackoutDay(
                "{team} trades no shifts of {day}.",
                way_forward="Talk to your manager, who can still move it.",
                values={"team": market.week.team.name, "day": market.day(shift_id).isoformat()},
            )


def tradable(market: Market, policy: TradePolicyRead, planned_shift_id: int) -> bool:
    """Whether the rules of the house let this shift change hands now."""
    try:
        refuse_times(market, policy, [planned_shift_id])
    except (TooLate, BlackoutDay):
        return False
    return True


def refuse_too_many(session: Session, policy: TradePolicyRead, actor: User) -> None:
    """Raises TooManyOpen. The caller holds the actor's row, so that two requests cannot pass each other."""
    count = session.scalar(
        select(func.count()).where(
            SwapRequest.asked_by == actor.id,
            SwapRequest.team_id == policy.team_id,
            SwapRequest.status.in_(LIVE),
            # What somebody is off already is theirs no more, and they could not withdraw it.
            SwapRequest.released.is_(False),
        )
    )
    if count is not None and count >= policy.open_per_person:
        raise TooManyOpen(
            "You have {count} open already, and your team allows {most} at once.",
            way_forward="Withdraw one, or wait for its answer.",
            values={"count": count, "most": policy.open_per_person},
        )


def approval_reason(market: Market, policy: TradePolicyRead, legs: Sequence[Leg]) -> str | None:
    """Why a manager decides about this exchange; None where nobody needs to."""
    if policy.approval is SwapApproval.NEVER:
        return None
    if policy.approval is SwapApproval.ALWAYS:
        return "Every trade of this team is decided by a manager."
    if any(leg.assignment_id is not None and market.places[leg.assignment_id].pinned for leg in legs):
        return "A manager put somebody on one of these shifts by hand."
    if len({leg.role_id for leg in legs}) > 1:
        return "The shifts are of different roles."
    for change in changes(market, legs):
        if change.minutes_after > max(policy.over_minutes, change.minutes_before):
            return f"{change.person.name} would work more than {_hours(policy.over_minutes)} in the week."
    return None


def _hours(minutes: int) -> str:
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes // 60} h {minutes % 60} min"
