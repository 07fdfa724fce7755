"""Answers that meet on one offer: exactly one wins, the others are told politely, and the shift has one holder."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from service import clock, db
from service.activity.models import ActivityLog
from service.people.models import User
from service.schemas.people import SwapApproval
from service.schemas.shifts import AssignmentStatus, WeekStatus
from service.schemas.swaps import LegWrite, OptionWrite, SwapAsk, SwapKind, SwapStatus
from service.shifts.models import ShiftAssignment, UserWeeklyHours
from service.shifts.publishing import publish
from service.swaps import answering, opening
from service.swaps import service as trades
from service.swaps.answering import TradeClosed
from service.swaps.models import SwapRequest
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.racing import race

ROUNDS = 50
NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)
Act = Callable[[], str]
pytestmark = pytest.mark.usefixtures("own_database")


def _user(session: Session, user_id: int) -> User:
    return session.scalars(select(User).where(User.id == user_id).options(selectinload(User.teams))).one()


class Offer:
    """Somebody's only shift of a published week, which others may take; a run proposed yet another person for it."""

    def __init__(self, kind: SwapKind, others: int = 2) -> None:
        with db.unit_of_work() as session:
            team, role = a_team(session), a_role(session)
            team.swap_approval = SwapApproval.NEVER
            self.manager = a_manager(session, team).id
            owner = a_user(session, team, roles=[role])
            takers = [a_user(session, team, roles=[role]) for _ in range(others)]
            week = a_week(session, team, NEXT_MONDAY, status=WeekStatus.PUBLISHED)
            shift = a_shift(session, week, role)
            place = an_assignment(session, shift, owner, role)
            options = [OptionWrite(legs=[LegWrite(assignment_id=place.id, taker_id=takers[0].id)])]
            wanted = SwapAsk(kind=kind, assignment_ids=[place.id], options=[] if kind is SwapKind.DROP else options)
            self.request = trades.ask(session, owner, wanted).id
            an_assignment(session, shift, takers[-1], role, AssignmentStatus.PROPOSED)
            self.owner, self.takers = owner.id, [taker.id for taker in takers]
            self.week, self.version, self.shift, self.place = week.id, week.version, shift.id, place.id

    def accept(self, taker: int) -> Act:
        def act() -> str:
            with db.unit_of_work() as session:
                answering.accept(session, _user(session, taker), self.request, None)
            return f"accepted by {taker}"

        return act

    def withdraw(self) -> str:
        with db.unit_of_work() as session:
            answering.withdraw(session, _user(session, self.owner), self.request)
        return "withdrawn"

    def move(self) -> str:
        with db.unit_of_work() as session:
            opening.move(session, _user(session, self.manager), self.place, self.takers[-1])
        return "moved"

    def republish(self) -> str:
        with db.unit_of_work() as session:
            publish(session, _user(session, self.manager), self.week, self.version)
        return "published"

    def holder(self) -> int:
        """Who has the shift. Fails unless it is exactly one, with the hours of all who could have it right."""
        confirmed = ShiftAssignment.status == AssignmentStatus.CONFIRMED
        with db.unit_of_work() as session:
            (holder,) = session.scalars(
                select(ShiftAssignment.user_id).where(ShiftAssignment.planned_shift_id == self.shift, confirmed)
            ).all()
            people = UserWeeklyHours.user_id.in_([self.owner, *self.takers])
            counted = session.execute(
                select(UserWeeklyHours.user_id, UserWeeklyHours.scheduled_minutes).where(
                    people, UserWeeklyHours.scheduled_minutes > 0
                )
            ).all()
        assert [tuple(row) for row in counted] == [(holder, 8 * 60)]
        return holder

    def status(self) -> SwapStatus:
        with db.unit_of_work() as session:
            return session.get_one(SwapRequest, self.request).status


def test_of_two_hundred_who_accept_at_once_one_wins_and_all_others_are_told_politely() -> None:
    offer = Offer(SwapKind.DROP, others=200)
    won, lost = race(*(offer.accept(taker) for taker in offer.takers))
    assert len(won) == 1
    assert won == [f"accepted by {offer.holder()}"]
    assert len(lost) == 199
    assert {type(error) for error in lost} == {TradeClosed}
    assert all("faster" in str(error) and error.way_forward for error in lost)
    with db.unit_of_work() as session:
        trades_logged = session.scalar(
            select(func.count()).select_from(ActivityLog).where(ActivityLog.action == "assignment.trade")
        )
    assert (offer.status(), trades_logged) == (SwapStatus.DONE, 1)


def test_of_an_accept_and_a_withdrawal_exactly_one_counts() -> None:
    for _ in range(ROUNDS):
        offer = Offer(SwapKind.GIVE_AWAY)
        (won,), _lost = race(offer.accept(offer.takers[0]), offer.withdraw)
        withdrawn = won == "withdrawn"
        assert offer.status() is (SwapStatus.CANCELLED if withdrawn else SwapStatus.DONE)
        assert offer.holder() == (offer.owner if withdrawn else offer.takers[0])


@pytest.mark.parametrize("rival", [Offer.move, Offer.republish], ids=["manager's edit", "republish"])
def test_of_an_accept_and_a_change_of_the_week_exactly_one_counts(rival: Callable[[Offer], str]) -> None:
    for _ in range(ROUNDS):
        offer = Offer(SwapKind.GIVE_AWAY)
        (won,), _lost = race(offer.accept(offer.takers[0]), partial(rival, offer))
        accepted = won.startswith("accepted")
        assert offer.holder() == (offer.takers[0] if accepted else offer.takers[-1])
        assert (offer.status() is SwapStatus.DONE) == accepted
