"""A team's channel is spoken to in the language that most of those read who are in it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.notifications import service as notifications
from service.notifications.content import order
from service.notifications.models import Delivery
from service.notifications.payloads import WeekPublishedPayload
from service.people.models import Team, User
from service.schemas.shifts import WeekStatus
from tests.builders import a_manager, a_team, a_user, a_week


@pytest.fixture
def team(session: Session) -> Team:
    return a_team(session)


def spoken_to(session: Session, team: Team) -> str:
    """The language in which the channel hears that a week was published."""
    week = a_week(session, team, status=WeekStatus.PUBLISHED)
    boss = a_manager(session, a_team(session))
    told = WeekPublishedPayload(weekly_schedule_id=week.id, published_by=boss.id, first_time=True)
    notifications.tell_team(session, team.id, told, dedupe_key="published")
    return order(session, session.scalars(select(Delivery)).one(), uncertain=False).locale


def reading(session: Session, team: Team, *locales: str, manager: bool = False) -> None:
    for locale in locales:
        a_user(session, team, manager=manager).locale = locale
    session.flush()


def test_most_of_the_team_decide(session: Session, team: Team) -> None:
    reading(session, team, "de", "de-AT", "en")
    assert spoken_to(session, team) == "de"


def test_who_is_in_no_chat_or_has_left_does_not_count(session: Session, team: Team) -> None:
    reading(session, team, "de")
    for number in range(2):
        session.add(User(name="New", handle=f"new{number}", email=f"new{number}@example.com", teams=[team]))
    gone = a_user(session, team)
    gone.active = False
    reading(session, a_team(session), "en", "en")
    assert spoken_to(session, team) == "de"


@pytest.mark.parametrize("locale", ["de", "en"])
def test_of_as_many_the_managers_decide(session: Session, team: Team, locale: str) -> None:
    reading(session, team, "en" if locale == "de" else "de")
    reading(session, team, locale, manager=True)
    assert spoken_to(session, team) == locale


def test_a_team_without_anybody_in_chat_hears_english(session: Session, team: Team) -> None:
    assert spoken_to(session, team) == "en"
