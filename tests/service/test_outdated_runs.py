"""What was solved for weeks as they no longer are is put on nobody, however often it was tried."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service import db
from service.notifications.models import Notification
from service.people.models import User
from service.requests import service as requests
from service.scheduling.models import SchedulingRun
from service.scheduling.problem import Loaded, load
from service.scheduling.recording import MAX_ATTEMPTS, Claim, record
from service.schemas.requests import Approval
from service.schemas.scheduling import RunStatus
from service.shifts.models import ShiftAssignment
from solver import Solution, solve
from tests.builders import a_manager, a_role, a_run, a_shift, a_team, a_user, a_week, time_off

pytestmark = pytest.mark.usefixtures("own_database")


class Bar:
    """Only Ana can work Monday, for which she has asked to be away. A run is at its last attempt."""

    def __init__(self, session: Session) -> None:
        team, role = a_team(session, "Bar"), a_role(session, "Bartender")
        self.maria = a_manager(session, team, name="Maria")
        ana = a_user(session, team, name="Ana", roles=[role])
        week = a_week(session, team)
        a_shift(session, week, role)
        self.away = time_off(session, ana)
        run = a_run(session, week, self.maria, status=RunStatus.RUNNING)
        run.attempt = MAX_ATTEMPTS
        session.flush()
        self.run_id = run.id

    def solved(self) -> tuple[Claim, Loaded, Solution]:
        """What the run's worker has just found."""
        with db.unit_of_work() as session:
            loaded = load(session, session.get_one(SchedulingRun, self.run_id))
        return Claim(self.run_id, MAX_ATTEMPTS), loaded, solve(loaded.problem, time_limit_s=5, workers=1, seed=1)

    def approve(self) -> None:
        """Maria lets Ana go."""
        with db.unit_of_work() as session:
            maria = session.scalars(
                select(User).where(User.id == self.maria.id).options(selectinload(User.teams))
            ).one()
            requests.approve(session, maria, self.away.id, Approval())

    def run(self) -> SchedulingRun:
        with db.unit_of_work() as session:
            return session.get_one(SchedulingRun, self.run_id)


@pytest.fixture
def bar() -> Bar:
    with db.unit_of_work() as session:
        return Bar(session)


def test_a_last_attempt_at_weeks_that_changed_fails_and_puts_nobody_back(bar: Bar) -> None:
    claim, loaded, solution = bar.solved()
    assert len(solution.assignments) == 1
    bar.approve()
    record(claim, loaded, solution, cancelled=False)
    run = bar.run()
    assert run.status is RunStatus.FAILED
    assert run.error == "These weeks kept changing while they were solved. Run it again in a moment."
    with db.unit_of_work() as session:
        assert session.scalars(select(ShiftAssignment)).all() == []
        assert "run_finished" in session.scalars(select(Notification.kind)).all()


def test_a_last_attempt_at_weeks_that_stayed_as_they_were_is_put_on_them(bar: Bar) -> None:
    claim, loaded, solution = bar.solved()
    record(claim, loaded, solution, cancelled=False)
    assert bar.run().status is RunStatus.SUCCESS
    with db.unit_of_work() as session:
        assert len(session.scalars(select(ShiftAssignment)).all()) == 1
