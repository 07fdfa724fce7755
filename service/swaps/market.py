"""One published week as a market: who holds which place, and what an exchange of places breaks, costs and changes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.errors import Conflict, NotFound, WrongState
from service.people.models import Role, User
from service.scheduling.beside import past_shift
from service.scheduling.explaining import load_week
from service.scheduling.problem import Loaded
from service.schemas.people import Person
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.schemas.swaps import PersonChange
from service.shifts.models import PlannedShift, ShiftAssignment, WeeklySchedule
from solver.phrases import Phrase
from solver.problem import Assignment, PastShift
from solver.score import person
from solver.score.change import Effect, effect_of, newly_broken
from solver.score.roster import Roster
from solver.solution import Finding, Term


class NotLegal(Conflict):
    """The exchange would break a hard rule for somebody."""

    code, title = "trade_not_legal", "Breaks a rule"


class PlaceGone(Conflict):
    """Somebody no longer holds a place that would change hands."""

    code, title = "place_gone", "Not theirs any more"


@dataclass(frozen=True, slots=True, order=True)
class Leg:
    """A place goes from one person to another. Without `assignment_id` the giver is off it already."""

    assignment_id: int | None
    planned_shift_id: int
    role_id: int
    giver_id: int
    taker_id: int

    @property
    def dropped(self) -> Assignment:
        """The place as its giver holds it."""
        return Assignment(shift=str(self.planned_shift_id), employee=str(self.giver_id), role=str(self.role_id))

    @property
    def added(self) -> Assignment:
        """The place as its taker will hold it."""
        return Assignment(shift=str(self.planned_shift_id), employee=str(self.taker_id), role=str(self.role_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A published week whose row is held; `next_week` is the problem of the one after it, where that is published."""

    week: WeeklySchedule
    loaded: Loaded
    roster: Roster
    places: dict[int, ShiftAssignment]
    shifts: dict[int, PlannedShift]
    roles: dict[int, Role]
    people: dict[int, User]
    next_week: Loaded | None
    next_roster: Roster | None

    def starts_at(self, planned_shift_id: int) -> datetime:
        """When a shift begins."""
        return clock.bounds(self.shifts[planned_shift_id].during)[0]

    def day(self, planned_shift_id: int) -> date:
        """The local day on which a shift begins."""
        return clock.local_day(self.starts_at(planned_shift_id), self.week.team.zone)

    def person(self, user_id: int) -> Person:
        """As much of somebody as a colleague may see."""
        user = self.people[user_id]
        return Person(id=user.id, name=user.name, handle=user.handle)


def week_of(session: Session, assignment_ids: Sequence[int]) -> int:
    """The week in which all these places lie. Raises NotFound, and WrongState where there is more than one."""
    weeks = session.execute(
        select(ShiftAssignment.id, PlannedShift.weekly_schedule_id)
        .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
        .where(ShiftAssignment.id.in_(assignment_ids), ShiftAssignment.status == AssignmentStatus.CONFIRMED)
    ).all()
    if {assignment_id for assignment_id, _ in weeks} != set(assignment_ids):
        raise NotFound("There is no such shift of anybody.", way_forward="It may have changed hands: see /myshifts.")
    if len({week_id for _, week_id in weeks}) > 1:
        raise WrongState("These shifts lie in different weeks.", way_forward="Trade the weeks one by one.")
    return int(weeks[0][1])


def enter(session: Session, week_id: int, *, lock: bool = True) -> Market:
    """The week as it is now, held against every other change until the transaction ends. Raises WrongState."""
    query = select(WeeklySchedule).where(WeeklySchedule.id == week_id).options(selectinload(WeeklySchedule.team))
    if lock:
        query = query.with_for_update(of=WeeklySchedule)
    week = session.scalars(query.execution_options(populate_existing=True)).one()
    if week.status is not WeekStatus.PUBLISHED:
        raise WrongState("Only shifts of published weeks are traded.")
    rows = session.scalars(
        select(ShiftAssignment)
        .join(PlannedShift, PlannedShift.id == ShiftAssignment.planned_shift_id)
        .where(PlannedShift.weekly_schedule_id == week_id, ShiftAssignment.status == AssignmentStatus.CONFIRMED)
        .execution_options(populate_existing=True)
    ).all()
    loaded = load_week(session, week)
    # What somebody was pinned to, the solver keeps; people may trade it, and their manager is asked.
    problem = replace(loaded.problem, pinned=())
    members = [int(employee.id) for employee in problem.employees] + [row.user_id for row in rows]
    people = session.scalars(select(User).where(User.id.in_(members)))
    shifts = session.scalars(select(PlannedShift).where(PlannedShift.weekly_schedule_id == week_id))
    following = _next_week(session, week)
    return Market(
        week=week,
        loaded=loaded,
        roster=Roster.of(problem, loaded.confirmed),
        places={assignment.id: assignment for assignment in rows},
        shifts={shift.id: shift for shift in shifts},
        roles={role.id: role for role in session.scalars(select(Role))},
        people={user.id: user for user in people},
        next_week=following,
        next_roster=None if following is None else Roster.of(following.problem, following.confirmed),
    )


def _next_week(session: Session, week: WeeklySchedule) -> Loaded | None:
    following = session.scalar(
        select(WeeklySchedule).where(
            WeeklySchedule.team_id == week.team_id,
            WeeklySchedule.week_start == week.week_start + timedelta(weeks=1),
            WeeklySchedule.status == WeekStatus.PUBLISHED,
        )
    )
    return None if following is None else load_week(session, following)


def judge(market: Market, legs: Sequence[Leg], *, released: bool = False) -> Effect:
    """What the exchange costs. Raises PlaceGone where a giver no longer holds a place, and NotLegal.

    With `released` the givers are off their places already, which must still be empty.
    """
    for leg in legs:
        _refuse_gone(market, leg, released=released)
        if str(leg.taker_id) not in market.roster.weeks:
            raise NotLegal("Somebody in this trade is no longer in the team.")
    # Who has left the team is not in the problem any more; their place passes on all the same.
    dropped = [
        leg.dropped for leg in legs if leg.assignment_id is not None and leg.dropped in market.roster.assignments
    ]
    effect = effect_of(market.roster, dropped, [leg.added for leg in legs])
    # Of the rest before the next week's shifts, that week says how much is missing, and this one that it is needed.
    broken = [*broken_next_week(market, legs), *effect.broken]
    if broken:
        raise NotLegal(
            "That would break a rule: {rule}.",
            way_forward="Choose somebody else, or another shift.",
            values={"rule": in_words(market, broken[0])},
        )
    return effect


def _refuse_gone(market: Market, leg: Leg, *, released: bool) -> None:
    if released:
        if has_room(market, leg.planned_shift_id, leg.role_id):
            return
        raise PlaceGone("This shift has been filled meanwhile.", way_forward="/open shows the others.")
    held = None if leg.assignment_id is None else market.places.get(leg.assignment_id)
    if held is None or held.user_id != leg.giver_id:
        raise PlaceGone(
            "A shift of this trade has changed hands meanwhile.", way_forward="See /schedule as it is now."
        )


def refuse_begun(market: Market, planned_shift_ids: Iterable[int]) -> None:
    """Raises WrongState where one of these shifts has begun."""
    if any(market.starts_at(shift_id) <= clock.now() for shift_id in planned_shift_ids):
        raise WrongState("This shift has begun.", way_forward="Only shifts ahead are moved.")


def has_room(market: Market, planned_shift_id: int, role_id: int) -> bool:
    """Whether fewer people are on a shift in a role than it wants."""
    shift = next((one for one in market.roster.problem.shifts if one.id == str(planned_shift_id)), None)
    if shift is None:
        return False
    wanted = sum(demand.target for demand in shift.demands if demand.role == str(role_id))
    here = [
        one for one in market.places.values() if (one.planned_shift_id, one.role_id) == (planned_shift_id, role_id)
    ]
    return len(here) < wanted


def broken_next_week(market: Market, legs: Sequence[Leg]) -> list[Finding]:
    """Hard rules that the exchange newly breaks in the week after, for who trades."""
    before = market.next_roster
    if before is None:
        return []
    past = {who: Counter(week.past) for who, week in before.weeks.items() if _trades(legs, who)}
    for leg in legs:
        if leg.assignment_id is not None and str(leg.giver_id) in past:
            past[str(leg.giver_id)][_past(market, leg, leg.giver_id)] -= 1
        if str(leg.taker_id) in past:
            past[str(leg.taker_id)][_past(market, leg, leg.taker_id)] += 1
    after = before.with_past({who: tuple(worked.elements()) for who, worked in past.items()})
    broken: list[Finding] = []
    for who in sorted(past):
        broken.extend(newly_broken(person.findings(before, who), person.findings(after, who)))
    return broken


def _trades(legs: Sequence[Leg], who: str) -> bool:
    return any(who in (str(leg.giver_id), str(leg.taker_id)) for leg in legs)


def _past(market: Market, leg: Leg, user_id: int) -> PastShift:
    if market.next_week is None:
        raise ValueError("there is no week after this one")
    return past_shift(user_id, market.shifts[leg.planned_shift_id], market.next_week.calendar)


def in_words(market: Market, finding: Finding) -> Phrase:
    """A finding with the names of roles and shifts where the solver knows numbers."""
    if finding.term is Term.QUALIFICATION and finding.role is not None and finding.employee is not None:
        name = market.people[int(finding.employee)].name
        return Phrase("{person} does not work as {role}", person=name, role=market.roles[int(finding.role)].name)
    return finding.detail


def changes(market: Market, legs: Sequence[Leg]) -> list[PersonChange]:
    """What the exchange changes for everybody in it, the first giver first."""
    known = set(market.roster.assignments)
    dropped = [leg.dropped for leg in legs if leg.dropped in known]
    after = market.roster.after(dropped, [leg.added for leg in legs])
    people = dict.fromkeys(who for leg in legs for who in (leg.giver_id, leg.taker_id))
    return [_change(market, market.roster, after, who) for who in people if str(who) in market.roster.weeks]


def _change(market: Market, before: Roster, after: Roster, user_id: int) -> PersonChange:
    who = str(user_id)
    return PersonChange(
        person=market.person(user_id),
        minutes_before=_minutes(before, who),
        minutes_after=_minutes(after, who),
        rest_before=_shortest_rest(before, who),
        rest_after=_shortest_rest(after, who),
        wishes=_unmet_wishes(before, who) - _unmet_wishes(after, who),
    )


def _minutes(roster: Roster, who: str) -> int:
    return sum(shift.minutes for shift in roster.weeks[who].shifts)


def _shortest_rest(roster: Roster, who: str) -> int | None:
    week = roster.weeks[who]
    times = sorted([(past.start, past.end) for past in week.past] + [(one.start, one.end) for one in week.shifts])
    return min((later[0] - earlier[1] for earlier, later in pairwise(times) if later[0] >= 0), default=None)


def _unmet_wishes(roster: Roster, who: str) -> int:
    return sum(finding.penalty for finding in person.findings(roster, who) if finding.term is Term.REQUESTS)
