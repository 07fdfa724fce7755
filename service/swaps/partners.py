"""Who could take a person's shifts, for what, and what that changes: only what is legal, the best first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from sqlalchemy.orm import Session

from service import clock
from service.errors import NotAllowed
from service.people.models import User
from service.people.service import manages, require_member
from service.schemas.people import Person
from service.schemas.swaps import SwapKind, SwapOption, SwapPartners, TradedPlace, TradePolicyRead
from service.swaps import market as markets
from service.swaps import policy as policies
from service.swaps.market import Leg, Market
from service.swaps.models import SwapRequest
from solver.problem import Assignment
from solver.score.change import effect_of
from solver.swaps import SwapKind as FoundKind
from solver.swaps import feasible_swaps

MOST = 25
KINDS = {1: SwapKind.GIVE_AWAY, 2: SwapKind.SWAP, 3: SwapKind.CYCLE}


@dataclass(frozen=True, slots=True)
class Feasible:
    """A legal exchange and what it costs the week."""

    legs: tuple[Leg, ...]
    cost: int

    @property
    def kind(self) -> SwapKind:
        """What sort of trade it is."""
        return kind_of(self.legs)


def kind_of(legs: Sequence[Leg]) -> SwapKind:
    """The sort of trade that these legs make, by how many people give something."""
    return KINDS[min(3, len({leg.giver_id for leg in legs}))]


def partners(session: Session, actor: User, assignment_ids: Sequence[int], *, most: int = MOST) -> SwapPartners:
    """The ranked exchanges for one's own places; for those of somebody whom the actor manages, who could take them.

    Raises NotFound, NotAllowed, WrongState, and what the rules of the house refuse: they bind owners, not managers.
    """
    market = markets.enter(session, markets.week_of(session, assignment_ids), lock=False)
    require_member(session, actor, market.week.team_id)
    owner_id = owner_of(market, assignment_ids)
    if owner_id != actor.id and not manages(actor, market.week.team_id):
        raise NotAllowed("You can trade your own shifts.", way_forward="To take a colleague's, make them an offer.")
    policy = policies.policy_of(session, market.week.team)
    shift_ids = [market.places[one].planned_shift_id for one in assignment_ids]
    if owner_id == actor.id:
        policies.refuse_times(market, policy, shift_ids)
        found = list(feasible(market, policy, assignment_ids))
    else:
        markets.refuse_begun(market, shift_ids)
        found = list(_within_next_week(market, _given_away(market, assignment_ids)))
    return SwapPartners(
        places=[offered(market, one) for one in assignment_ids],
        time_zone=market.week.team.time_zone,
        options=[option_read(market, policy, one) for one in found[:most]],
        found=len(found),
    )


def owner_of(market: Market, assignment_ids: Sequence[int]) -> int:
    """The one person who holds all these places. Raises NotAllowed where there are several."""
    owners = {market.places[one].user_id for one in assignment_ids}
    if len(owners) > 1:
        raise NotAllowed("These shifts belong to different people.")
    return owners.pop()


def feasible(market: Market, policy: TradePolicyRead, assignment_ids: Sequence[int]) -> Iterator[Feasible]:
    """Every exchange that frees the holder of these places and that nothing forbids, the best first.

    Several places at once go to one person, for nothing or for as many of theirs: with each the best such exchange.
    """
    if len(assignment_ids) == 1:
        found: Iterable[Feasible] = _one_place(market, policy, assignment_ids[0])
    else:
        found = [*_given_away(market, assignment_ids), *_swapped(market, policy, assignment_ids)]
        found = sorted(found, key=lambda one: (one.cost, one.legs))
    return _within_next_week(market, found)


def _within_next_week(market: Market, found: Iterable[Feasible]) -> Iterator[Feasible]:
    return (one for one in found if not markets.broken_next_week(market, one.legs))


def _one_place(market: Market, policy: TradePolicyRead, assignment_id: int) -> list[Feasible]:
    mine = market.places[assignment_id]
    problem = replace(market.roster.problem, pinned=tuple(_closed(market, policy)))
    by_place = _by_place(market)
    given = problem, market.roster.assignments, str(mine.user_id), str(mine.planned_shift_id)
    swaps = feasible_swaps(*given, most_cycles=0)
    if not any(swap.kind is FoundKind.TWO_WAY for swap in swaps):
        # Three people have to agree to a cycle: it is offered where no two can help themselves.
        swaps = feasible_swaps(*given)
    return [
        Feasible(
            legs=tuple(
                Leg(
                    assignment_id=by_place[leg.shift, leg.giver],
                    planned_shift_id=int(leg.shift),
                    role_id=int(leg.role),
                    giver_id=int(leg.giver),
                    taker_id=int(leg.taker),
                )
                for leg in swap.legs
            ),
            cost=swap.cost,
        )
        for swap in swaps
    ]


def _closed(market: Market, policy: TradePolicyRead) -> Iterable[Assignment]:
    """Places that cannot change hands any more: begun, too soon, or on a day without trades."""
    closed = {shift_id for shift_id in market.shifts if not policies.tradable(market, policy, shift_id)}
    return (item for item in market.roster.assignments if int(item.shift) in closed)


def _by_place(market: Market) -> dict[tuple[str, str], int]:
    return {(str(one.planned_shift_id), str(one.user_id)): one.id for one in market.places.values()}


def _given_away(market: Market, assignment_ids: Sequence[int]) -> list[Feasible]:
    """All the places to one person, the best for the week first."""
    owner_id = owner_of(market, assignment_ids)
    others = [int(who) for who in market.roster.weeks if int(who) != owner_id]
    found = [
        one
        for who in others
        if (one := _judged(market, [leg_of(market, place, who) for place in assignment_ids])) is not None
    ]
    return sorted(found, key=lambda one: (one.cost, one.legs))


def _swapped(market: Market, policy: TradePolicyRead, assignment_ids: Sequence[int]) -> Iterator[Feasible]:
    """All the places to one person for as many of theirs: with each person the exchange that is best for the week."""
    owner_id = owner_of(market, assignment_ids)
    theirs = defaultdict[int, list[int]](list)
    for place in market.places.values():
        if place.user_id != owner_id and policies.tradable(market, policy, place.planned_shift_id):
            theirs[place.user_id].append(place.id)
    for who, places in sorted(theirs.items()):
        given = [leg_of(market, one, who) for one in assignment_ids]
        found = [
            one
            for chosen in combinations(sorted(places), len(assignment_ids))
            if (one := _judged(market, [*given, *(leg_of(market, place, owner_id) for place in chosen)])) is not None
        ]
        if found:
            yield min(found, key=lambda one: (one.cost, one.legs))


def _judged(market: Market, legs: Sequence[Leg]) -> Feasible | None:
    """The exchange with what it costs, where it breaks no rule of this week."""
    effect = effect_of(market.roster, [leg.dropped for leg in legs], [leg.added for leg in legs])
    return Feasible(legs=tuple(legs), cost=effect.cost) if effect.legal else None


def leg_of(market: Market, assignment_id: int, taker_id: int) -> Leg:
    """The place of an assignment on its way to somebody. Raises PlaceGone where there is no such place."""
    place = market.places.get(assignment_id)
    if place is None:
        raise markets.PlaceGone("A shift of this trade is not in the week any more.")
    return Leg(
        assignment_id=place.id,
        planned_shift_id=place.planned_shift_id,
        role_id=place.role_id,
        giver_id=place.user_id,
        taker_id=taker_id,
    )


def takers(market: Market, assignment_ids: Sequence[int]) -> list[int]:
    """Who could take all these places as they are, the best for the week first."""
    return [one.legs[0].taker_id for one in _within_next_week(market, _given_away(market, assignment_ids))]


def alternatives(session: Session, actor: User, request: SwapRequest) -> SwapPartners:
    """What somebody who is asked could offer instead: the other feasible exchanges of these places with them."""
    market = markets.enter(session, request.weekly_schedule_id, lock=False)
    policy = policies.policy_of(session, market.week.team)
    held = {leg.assignment_id for leg in request.legs if leg.option == 0}
    offered_ids = [assignment_id for assignment_id in market.places if assignment_id in held]
    if not offered_ids:
        raise markets.PlaceGone("This shift has changed hands meanwhile.")
    asked = {
        frozenset((leg.assignment_id, leg.taker_id) for leg in request.legs if leg.option == number)
        for number in {leg.option for leg in request.legs}
    }
    found = [
        one
        for one in feasible(market, policy, offered_ids)
        if one.kind is not SwapKind.CYCLE
        and actor.id in {leg.taker_id for leg in one.legs}
        and frozenset((leg.assignment_id, leg.taker_id) for leg in one.legs) not in asked
    ]
    return SwapPartners(
        places=[offered(market, one) for one in offered_ids],
        time_zone=market.week.team.time_zone,
        options=[option_read(market, policy, one) for one in found[:MOST]],
        found=len(found),
    )


def option_read(market: Market, policy: TradePolicyRead, exchange: Feasible) -> SwapOption:
    """An exchange as callers see it."""
    return SwapOption(
        kind=exchange.kind,
        legs=[traded(market, leg) for leg in exchange.legs],
        changes=markets.changes(market, exchange.legs),
        cost=exchange.cost,
        approval=policies.approval_reason(market, policy, exchange.legs),
    )


def traded(market: Market, leg: Leg) -> TradedPlace:
    """A place that changes hands, as callers see it."""
    return _place(
        market,
        leg.assignment_id,
        leg.planned_shift_id,
        leg.role_id,
        giver=market.person(leg.giver_id),
        taker=market.person(leg.taker_id),
    )


def offered(market: Market, assignment_id: int) -> TradedPlace:
    """A place on offer, as callers see it."""
    one = market.places[assignment_id]
    return _place(market, one.id, one.planned_shift_id, one.role_id, giver=market.person(one.user_id), taker=None)


def _place(
    market: Market,
    assignment_id: int | None,
    planned_shift_id: int,
    role_id: int,
    *,
    giver: Person,
    taker: Person | None,
) -> TradedPlace:
    shift = market.shifts[planned_shift_id]
    starts_at, ends_at = clock.bounds(shift.during)
    return TradedPlace(
        assignment_id=assignment_id,
        planned_shift_id=shift.id,
        name=shift.name,
        role=market.roles[role_id].name,
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=shift.minutes,
        giver=giver,
        taker=taker,
    )
