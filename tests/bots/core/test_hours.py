"""/hours shows how somebody stands beside the middle of their team, and names nobody."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bots.actions import Action
from service import clock
from service.schemas.people import SwapApproval
from service.schemas.shifts import WeekStatus
from tests.bots.core.conftest import Press, Say
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment

NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


def test_hours_weekends_nights_and_trades_stand_beside_the_middle_of_the_team(
    session: Session, say: Say, press: Press
) -> None:
    team, role = a_team(session), a_role(session)
    team.swap_approval = SwapApproval.NEVER
    a_manager(session, team)
    people = [a_user(session, team, name=name, roles=[role]) for name in ("Ana", "Joe", "Kim", "Zoe")]
    ana, joe = people[:2]
    last = a_week(session, team, NEXT_MONDAY - timedelta(weeks=1), WeekStatus.PUBLISHED)
    week = a_week(session, team, NEXT_MONDAY, WeekStatus.PUBLISHED)
    unseen = a_week(session, team, NEXT_MONDAY - timedelta(weeks=2), WeekStatus.DRAFT)
    an_assignment(session, a_shift(session, last, role, day=5, start=22), ana, role)
    an_assignment(session, a_shift(session, unseen, role, day=5, start=22), ana, role)
    an_assignment(session, a_shift(session, week, role, day=6, start=22, hours=2), ana, role)
    dropped = an_assignment(session, a_shift(session, week, role), ana, role)
    for person in people[1:]:
        an_assignment(session, a_shift(session, week, role, day=1), person, role)
    ((withdraw,)) = press(ana, Action.DROP, str(dropped.id)).buttons
    press(joe, Action.ACCEPT_TRADE, withdraw.value.removeprefix("trade:") + ":")
    table = say(ana, "/hours next week").table
    assert table is not None
    assert table.rows == (
        ("Hours", "10 h", "9 h"),
        ("Weekends", "2", "0"),
        ("Nights", "1", "0"),
        ("Trades", "1", "0.5"),
    )


def test_the_middle_of_so_few_that_it_would_tell_what_one_works_is_not_told(session: Session, say: Say) -> None:
    team = a_team(session)
    ana, *_others = [a_user(session, team) for _ in range(3)]
    assert say(ana, "/hours").table is None
