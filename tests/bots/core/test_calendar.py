"""/calendar in chat: a link at once, its fate afterwards, and a file where no link can work."""

import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from bots.actions import Action
from bots.reply import Audience
from service.calendars.models import CalendarFeed
from service.people.models import User
from service.schemas.shifts import WeekStatus
from service.settings import get_settings
from tests.bots.core.conftest import Press, Say
from tests.builders import a_role, a_shift, a_team, a_user, a_week, an_assignment


@pytest.fixture
def sam(session: Session) -> User:
    team, role = a_team(session), a_role(session)
    sam = a_user(session, team, name="Sam", roles=[role])
    an_assignment(session, a_shift(session, a_week(session, team, status=WeekStatus.PUBLISHED), role), sam, role)
    return sam


@pytest.fixture
def reachable(settings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROTA_PUBLIC_URL", "https://rota.example.com")
    get_settings.cache_clear()


def test_a_link_is_made_told_once_and_turned_off(
    reachable: None, session: Session, sam: User, say: Say, press: Press
) -> None:
    first = say(sam, "/calendar")
    assert "https://rota.example.com/api/calendar/" in first.text
    assert first.audience is Audience.ASKER
    again = say(sam, "/calendar")
    assert "https://" not in again.text
    assert "no calendar has read it yet" in again.text
    assert "https://rota.example.com/api/calendar/" in press(sam, Action.NEW_CALENDAR, "").text
    assert press(sam, Action.END_CALENDAR, "").update
    assert session.query(CalendarFeed).count() == 0


def test_where_no_calendar_could_reach_the_service_there_is_a_file(session: Session, sam: User, say: Say) -> None:
    reply = say(sam, "/calendar")
    (file,) = reply.files
    assert len(Calendar.from_ical(file.content).walk("VEVENT")) == 1
    assert "ROTA_PUBLIC_URL" in reply.text
    assert session.query(CalendarFeed).count() == 0
