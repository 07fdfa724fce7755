"""/sick in chat: days in words, what it did, and the way to a repair for the manager."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.actions import Action
from bots.announcements import announcement
from bots.reply import Reply, Tone
from service import clock
from service.notifications.content import order
from service.notifications.models import Delivery, Notification
from service.people.models import User
from service.requests.models import TimeOffRequest
from service.scheduling.models import SchedulingRun
from service.schemas.shifts import WeekStatus
from tests.bots.core.conftest import Press, Say
from tests.builders import a_manager, a_role, a_shift, a_team, a_user, a_week, an_assignment

NEXT_MONDAY = clock.week_of(clock.now().date(), 0) + timedelta(weeks=1)


class Ward:
    """Ana works next Monday; nobody else can."""

    def __init__(self, session: Session) -> None:
        team, role = a_team(session), a_role(session)
        self.maria = a_manager(session, team, name="Maria")
        self.ana = a_user(session, team, name="Ana", roles=[role])
        self.week = a_week(session, team, NEXT_MONDAY, status=WeekStatus.PUBLISHED)
        an_assignment(session, a_shift(session, self.week, role, name="Early"), self.ana, role)
        session.flush()


@pytest.fixture
def ward(session: Session) -> Ward:
    return Ward(session)


def news(session: Session, user: User) -> list[Reply]:
    query = select(Delivery).join(Notification).where(Notification.user_id == user.id).order_by(Notification.id)
    return [
        reply
        for one in session.scalars(query)
        for reply in announcement(order(session, one, uncertain=False).content)
    ]


def test_the_days_are_named_and_the_manager_is_led_to_a_repair(
    ward: Ward, session: Session, say: Say, press: Press
) -> None:
    reply = say(ward.ana, f"/sick {NEXT_MONDAY.isoformat()}")
    assert reply.heading == "Get well soon", reply.text
    assert "Early" in reply.sections[0].text
    headings = [one.heading for one in news(session, ward.maria)]
    assert headings == ["Ana has called in sick", "Nobody has taken Ana's shift"]
    (repair,) = news(session, ward.maria)[-1].buttons
    assert repair.action is Action.REPAIR_WEEK
    assert press(ward.ana, repair.action, repair.value).tone is Tone.REFUSAL
    assert press(ward.maria, repair.action, repair.value).follow_run is not None
    assert session.query(SchedulingRun).one().repair


def test_today_is_meant_where_no_day_is_named(ward: Ward, session: Session, say: Say) -> None:
    assert "You have no published shift then. Your manager is told." in say(ward.ana, "/sick").text
    (told,) = news(session, ward.maria)
    assert (told.heading, told.text.splitlines()[1:]) == ("Ana has called in sick", ["They are on no shift then."])
    assert session.query(TimeOffRequest).one().kind == "SICK"


def test_of_a_shift_that_has_begun_both_read_the_truth(ward: Ward, session: Session, say: Say) -> None:
    began = clock.now() - timedelta(hours=1)
    monday = clock.week_of(began.date(), 0)
    week = a_week(session, ward.ana.teams[0], monday, status=WeekStatus.PUBLISHED)
    role = ward.ana.roles[0]
    shift = a_shift(session, week, role, day=(began.date() - monday).days, start=began.hour, name="Running")
    an_assignment(session, shift, ward.ana, role)
    reply = say(ward.ana, "/sick")
    assert f"Running, {role.name} has begun, so I ask nobody to take it. Your manager is told." in reply.text
    (told,) = news(session, ward.maria)
    assert "Running" in told.text
    assert "/assign" in told.text
    assert told.buttons == ()


def test_a_sick_call_said_again_for_longer_names_all_of_its_days(ward: Ward, session: Session, say: Say) -> None:
    say(ward.ana, f"/sick {NEXT_MONDAY.isoformat()}")
    reply = say(ward.ana, f"/sick {NEXT_MONDAY.isoformat()} to {(NEXT_MONDAY + timedelta(days=2)).isoformat()}")
    assert reply.heading == "Get well soon", reply.text
    assert "Mon" in reply.text
    assert "Wed" in reply.text
    assert session.query(TimeOffRequest).one().status == "APPROVED"


def test_a_sick_call_is_taken_back_by_a_button(ward: Ward, session: Session, say: Say, press: Press) -> None:
    (back,) = say(ward.ana, "/sick tomorrow").buttons
    press(ward.maria, back.action, back.value)
    session.expire_all()
    assert session.query(TimeOffRequest).one().status == "CANCELLED"


def test_so_many_days_begin_today(ward: Ward, session: Session, say: Say) -> None:
    reply = say(ward.ana, "/sick 3 days")
    assert reply.heading == "Get well soon", reply.text
    begins, ends = clock.bounds(session.query(TimeOffRequest).one().during)
    assert (ends.date() - begins.date(), ends.time()) == (timedelta(days=3), clock.MIDNIGHT)


@pytest.mark.parametrize("words", ["a bit", "fri sat", "next 3 months"])
def test_words_that_are_no_days_are_asked_about(ward: Ward, session: Session, say: Say, words: str) -> None:
    assert "/sick until fri" in say(ward.ana, f"/sick {words}").text
    assert session.query(TimeOffRequest).all() == []
