"""Decisions about one request that meet: exactly one wins, the others are told so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from service.db import unit_of_work
from service.errors import Conflict, RotaError, WrongState
from service.notifications.models import Notification
from service.people.models import User
from service.requests import service
from service.requests.models import TimeOffRequest
from service.schemas.requests import Approval, Rejection, TimeOffKind, TimeOffStatus, TimeOffWrite, Withdrawal
from tests.builders import a_manager, a_team, a_user

pytestmark = pytest.mark.usefixtures("own_database")
ROUNDS = 50
START = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)

Act = Callable[[Session], object]


def _wanted(round_: int) -> TimeOffWrite:
    starts_at = START + timedelta(days=2 * round_)
    return TimeOffWrite(kind=TimeOffKind.VACATION, starts_at=starts_at, ends_at=starts_at + timedelta(days=1))


def _user(session: Session, user_id: int) -> User:
    return session.scalars(select(User).where(User.id == user_id).options(selectinload(User.teams))).one()


def _race(*acts: Act) -> list[RotaError | None]:
    """Do all at once, each in a transaction of its own; what each was refused with."""
    barrier, refusals = Barrier(len(acts)), dict[int, RotaError | None]()

    def doing(number: int, act: Act) -> None:
        barrier.wait()
        try:
            with unit_of_work() as session:
                act(session)
            refusals[number] = None
        except RotaError as error:
            refusals[number] = error

    threads = [Thread(target=doing, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    # An error that is no refusal ends its thread without an entry.
    assert len(refusals) == len(acts)
    return [refusals[number] for number in range(len(acts))]


@pytest.fixture
def people(own_database: None) -> dict[str, int]:
    with unit_of_work() as session:
        team = a_team(session)
        managers = [a_manager(session, team) for _ in range(2)]
        return {"maria": managers[0].id, "nora": managers[1].id, "sam": a_user(session, team).id}


def test_of_an_approval_a_rejection_and_a_withdrawal_exactly_one_wins(people: dict[str, int]) -> None:
    winners = set()
    for round_ in range(ROUNDS):
        with unit_of_work() as session:
            number = service.ask(session, _user(session, people["sam"]), _wanted(round_)).id

        def approving(session: Session, number: int = number) -> object:
            return service.approve(session, _user(session, people["maria"]), number, Approval())

        def rejecting(session: Session, number: int = number) -> object:
            return service.reject(session, _user(session, people["nora"]), number, Rejection())

        def withdrawing(session: Session, number: int = number) -> object:
            return service.withdraw(session, _user(session, people["sam"]), number, Withdrawal())

        # Turned each round, so that none is always started first.
        acts = [approving, rejecting, withdrawing]
        turned = acts[round_ % 3 :] + acts[: round_ % 3]
        refusals = _race(*turned)
        assert [type(refusal) for refusal in refusals if refusal] == [WrongState, WrongState]
        ends = [TimeOffStatus.APPROVED, TimeOffStatus.REJECTED, TimeOffStatus.CANCELLED]
        won = (ends[round_ % 3 :] + ends[: round_ % 3])[refusals.index(None)]
        winners.add(won)
        with unit_of_work() as session:
            assert session.get_one(TimeOffRequest, number).status is won
            told = select(func.count()).where(
                Notification.dedupe_key.in_([f"time_off:{number}:approved", f"time_off:{number}:rejected"])
            )
            assert session.scalar(told) == (won is not TimeOffStatus.CANCELLED)
    assert winners


def test_two_approvals_at_once_are_one(people: dict[str, int]) -> None:
    for round_ in range(ROUNDS):
        with unit_of_work() as session:
            number = service.ask(session, _user(session, people["sam"]), _wanted(round_)).id

        def approving(session: Session, number: int = number) -> object:
            return service.approve(session, _user(session, people["maria"]), number, Approval())

        assert _race(approving, approving) == [None, None]
    with unit_of_work() as session:
        told = select(func.count()).where(Notification.kind == "time_off_decided")
        assert session.scalar(told) == ROUNDS


def test_two_requests_for_the_same_days_at_once_are_one(people: dict[str, int]) -> None:
    for round_ in range(ROUNDS):

        def asking(session: Session, round_: int = round_) -> object:
            return service.ask(session, _user(session, people["sam"]), _wanted(round_))

        refusals = _race(asking, asking)
        assert [type(refusal) for refusal in refusals if refusal] == [Conflict]


def test_one_key_twice_at_once_is_one_request(people: dict[str, int]) -> None:
    for round_ in range(ROUNDS):

        def asking(session: Session, round_: int = round_) -> object:
            person = _user(session, people["sam"])
            return service.ask(session, person, _wanted(round_), idempotency_key=f"key {round_}")

        assert _race(asking, asking) == [None, None]
    with unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(TimeOffRequest)) == ROUNDS
