"""A random team's published week, and what must be true of it whatever people do: see test_trading_machine.py."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, selectinload

from service import clock
from service.activity.models import ActivityLog
from service.errors import RotaError
from service.people.models import User
from service.schemas.people import SwapApproval
from service.schemas.shifts import AssignmentStatus, AssignmentWrite, WeekStatus
from service.schemas.swaps import ClaimMode, SwapStatus, TradePolicyWrite
from service.shifts import assigning
from service.shifts.models import PlannedShift, ShiftAssignment, UserWeeklyHours
from service.swaps import market as markets
from service.swaps import policy
from service.swaps.models import SwapRequest
from service.swaps.states import ALLOWED
from solver.score import person
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week

NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)
PEOPLE = 6
Holding = tuple[int, int, int]
"""A planned shift, a role and who is there in it."""


def _holding(logged: dict[str, Any]) -> Holding:
    return logged["planned_shift_id"], logged["role_id"], logged["user_id"]


someone = st.integers(0, PEOPLE - 1)
anything = st.integers(0, 10**6)


class PublishedWeek(RuleBasedStateMachine):
    """One team's published week, in a transaction that is rolled back at the end."""

    engine: Engine
    reached: Counter[SwapStatus]
    """In which states requests were at the end."""

    @initialize(
        approval=st.sampled_from(SwapApproval),
        claim=st.sampled_from(ClaimMode),
        shifts=st.lists(st.tuples(st.integers(0, 6), st.sampled_from([6, 9, 14]), someone), min_size=4, max_size=9),
        roles=st.lists(st.integers(1, 3), min_size=PEOPLE, max_size=PEOPLE),
    )
    def a_published_week(
        self, approval: SwapApproval, claim: ClaimMode, shifts: list[tuple[int, int, int]], roles: list[int]
    ) -> None:
        self.connection = self.engine.connect()
        self.transaction = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        team = a_team(self.session)
        known = [a_role(self.session) for _ in range(2)]
        self.roles = {role.id: role for role in known}
        self.manager = a_manager(self.session, team).id
        self.people = [
            a_user(self.session, team, roles=[one for bit, one in enumerate(known) if mask >> bit & 1]).id
            for mask in roles
        ]
        house = TradePolicyWrite(approval=approval, claim=claim, open_per_person=20)
        policy.write(self.session, self.user(self.manager), team.id, house)
        week = a_week(self.session, team, NEXT_MONDAY, status=WeekStatus.PUBLISHED)
        self.week = week.id
        for number, (day, start, who) in enumerate(shifts):
            shift = a_shift(self.session, week, known[number % 2], day=day, start=start, hours=6)
            self.put(shift, self.user(self.people[who]))
        self.replayed = self.holdings()
        self.broken = self.hard_findings()
        self.last_log = self.session.scalar(select(func.max(ActivityLog.id))) or 0

    def put(self, shift: PlannedShift, user: User) -> None:
        """This person on the shift if they may be, so that the week starts out legal."""
        wanted = AssignmentWrite(
            planned_shift_id=shift.id, user_id=user.id, role_id=shift.roles[0].role_id, pinned=False,
            accept_warnings=True,
        )  # fmt: skip
        self.attempt(lambda: assigning.assign(self.session, self.user(self.manager), wanted))

    def attempt(self, act: Callable[[], object]) -> None:
        """One request of somebody's: done whole, or refused and without any trace."""
        try:
            with self.session.begin_nested():
                act()
                self.session.flush()
        except RotaError:
            pass
        self.session.expire_all()

    def user(self, user_id: int) -> User:
        query = select(User).where(User.id == user_id).options(selectinload(User.teams), selectinload(User.roles))
        return self.session.scalars(query.execution_options(populate_existing=True)).one()

    def pick(self, ids: list[int], number: int) -> int | None:
        return ids[number % len(ids)] if ids else None

    def places(self) -> list[ShiftAssignment]:
        confirmed = ShiftAssignment.status == AssignmentStatus.CONFIRMED
        return list(self.session.scalars(select(ShiftAssignment).where(confirmed).order_by(ShiftAssignment.id)))

    def requests(self, *states: SwapStatus) -> list[int]:
        query = select(SwapRequest.id).where(SwapRequest.weekly_schedule_id == self.week).order_by(SwapRequest.id)
        return list(self.session.scalars(query.where(SwapRequest.status.in_(states)) if states else query))

    def holdings(self) -> Counter[Holding]:
        return Counter((one.planned_shift_id, one.role_id, one.user_id) for one in self.places())

    def hard_findings(self) -> Counter[Any]:
        market = markets.enter(self.session, self.week, lock=False)
        return Counter(
            finding for who in market.roster.weeks for finding in person.findings(market.roster, who) if finding.hard
        )

    # What must be true after each of these.

    @invariant()
    def no_hard_rule_is_newly_broken(self) -> None:
        now = self.hard_findings()
        assert not now - self.broken
        self.broken = now

    @invariant()
    def no_place_is_lost_or_doubled_and_the_log_tells_every_change(self) -> None:
        rows = self.session.scalars(
            select(ActivityLog)
            .where(ActivityLog.id > self.last_log, ActivityLog.entity == "shift_assignment")
            .order_by(ActivityLog.id)
        )
        for row in rows:
            self.last_log = row.id
            before, after = row.before or {}, row.after or {}
            # Who was released from a shift before it was traded is off it already.
            if "user_id" in before and before.get("assignment_id", 0) is not None:
                self.replayed[_holding(before)] -= 1
            if "user_id" in after:
                self.replayed[_holding(after)] += 1
        assert +self.replayed == self.holdings()
        doubled = Counter((shift, who) for shift, _role, who in self.holdings().elements())
        assert all(count == 1 for count in doubled.values())

    @invariant()
    def each_request_went_only_where_the_table_of_states_lets_it(self) -> None:
        moves = dict[int, list[tuple[str | None, str]]]()
        traded = Counter[int]()
        for row in self.session.scalars(select(ActivityLog).order_by(ActivityLog.id)):
            before, after = row.before or {}, row.after or {}
            if row.entity == "swap_request" and "status" in after:
                moves.setdefault(row.entity_id, []).append((before.get("status"), after["status"]))
            if row.action == "assignment.trade" and after["swap_request_id"] is not None:
                traded[after["swap_request_id"]] += 1
        requests = self.session.scalars(select(SwapRequest).options(selectinload(SwapRequest.legs))).all()
        for request in requests:
            assert moves[request.id][0] == (None, SwapStatus.OPEN)
            assert moves[request.id][-1][1] == request.status
            for (_, reached), (left, following) in pairwise(moves[request.id]):
                assert left == reached
                assert following is not None
                assert SwapStatus(following) in ALLOWED[SwapStatus(reached)]
            chosen = [leg for leg in request.legs if leg.option == request.chosen]
            assert traded[request.id] == (len(chosen) if request.status is SwapStatus.DONE else 0)

    @invariant()
    def counters_of_hours_are_right(self) -> None:
        worked = Counter[int]()
        for place in self.places():
            worked[place.user_id] += place.minutes
        counted = self.session.execute(
            select(UserWeeklyHours.user_id, UserWeeklyHours.scheduled_minutes).where(
                UserWeeklyHours.user_id.in_(self.people), UserWeeklyHours.scheduled_minutes > 0
            )
        )
        assert {row.user_id: row.scheduled_minutes for row in counted} == dict(worked)

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.reached.update(self.session.scalars(select(SwapRequest.status)))
            self.session.close()
            self.transaction.rollback()
            self.connection.close()
