"""Somebody leaves, or a shift goes, while another manager plans with them: one of the two is refused, every time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session, selectinload

from service import clock, db
from service.people import teams, users
from service.people.models import TeamMember, User
from service.schemas.shifts import AssignmentWrite
from service.shifts import assigning, editing
from service.shifts.models import PlannedShift, ShiftAssignment
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week
from tests.service.racing import race

pytestmark = pytest.mark.usefixtures("own_database")
ROUNDS = 50
COMING = clock.week_of(datetime.now(UTC).date(), 0) + timedelta(weeks=2)


class Bar:
    """Two managers, Ana, and a shift for each round."""

    def __init__(self, session: Session) -> None:
        team, role = a_team(session), a_role(session)
        self.team, self.role = team.id, role.id
        self.maria, self.rita = (a_manager(session, team).id for _ in range(2))
        self.ana = a_user(session, team, name="Ana", roles=[role]).id
        week = a_week(session, team, COMING)
        self.shifts = [a_shift(session, week, role, day=day % 7).id for day in range(ROUNDS)]


@pytest.fixture
def bar(own_database: None) -> Bar:
    with db.unit_of_work() as session:
        return Bar(session)


def as_actor(user_id: int, act: Callable[[Session, User], object]) -> Callable[[], str]:
    def doing() -> str:
        with db.unit_of_work() as session:
            query = select(User).where(User.id == user_id).options(selectinload(User.teams))
            act(session, session.scalars(query).one())
        return act.__name__

    return doing


def assigning_ana(bar: Bar, shift: int) -> Callable[[], str]:
    def assign(session: Session, actor: User) -> None:
        wanted = AssignmentWrite(
            planned_shift_id=shift, user_id=bar.ana, role_id=bar.role, accept_warnings=True, pinned=False
        )
        assigning.assign(session, actor, wanted)

    return as_actor(bar.rita, assign)


def deactivating(bar: Bar, _: int) -> Callable[[], str]:
    def leave(session: Session, actor: User) -> None:
        users.deactivate(session, actor, bar.ana, release=False)

    return as_actor(bar.maria, leave)


def removing(bar: Bar, _: int) -> Callable[[], str]:
    def leave(session: Session, actor: User) -> None:
        teams.remove_member(session, actor, bar.team, bar.ana)

    return as_actor(bar.maria, leave)


def deleting(bar: Bar, shift: int) -> Callable[[], str]:
    def leave(session: Session, actor: User) -> None:
        editing.delete_shift(session, actor, shift, None, release=False)

    return as_actor(bar.maria, leave)


@pytest.mark.parametrize("leaving", [deactivating, removing, deleting])
def test_nobody_is_planned_who_has_just_left(bar: Bar, leaving: Callable[[Bar, int], Callable[[], str]]) -> None:
    for shift in bar.shifts:
        won, lost = race(assigning_ana(bar, shift), leaving(bar, shift))
        assert (len(won), len(lost)) == (1, 1)
        with db.unit_of_work() as session:
            assert (session.scalar(select(func.count()).select_from(ShiftAssignment)) == 1) is (won == ["assign"])
            assert (_is_there(session, bar, shift)) is (won == ["assign"])
            session.execute(text("DELETE FROM shift_assignment"))
            session.execute(update(User).where(User.id == bar.ana).values(active=True))
            if session.get(TeamMember, (bar.team, bar.ana)) is None:
                session.add(TeamMember(team_id=bar.team, user_id=bar.ana))


def _is_there(session: Session, bar: Bar, shift: int) -> bool:
    active = session.scalar(select(User.active).where(User.id == bar.ana))
    in_team = session.get(TeamMember, (bar.team, bar.ana)) is not None
    return bool(active) and in_team and session.get(PlannedShift, shift) is not None
