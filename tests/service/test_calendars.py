"""A person's shifts in their own calendar: right in every zone, for whoever has the link, until it is taken back."""

from datetime import UTC, date, datetime

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar, Event
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from service.calendars.models import CalendarFeed
from service.people.models import User
from service.schemas.shifts import WeekStatus
from service.settings import get_settings
from tests.builders import MONDAY, a_role, a_shift, a_team, a_user, a_week, an_assignment
from tests.service.conftest import As

CHANGE_WEEK = date(2026, 10, 19)
"""Its Sunday is the 25th of October, when clocks in Berlin go back at 03:00."""


@pytest.fixture
def ana(session: Session) -> User:
    team = a_team(session, name="Anchor", time_zone="Europe/Berlin")
    role = a_role(session, "Bar")
    ana, joe = a_user(session, team, name="Ana", roles=[role]), a_user(session, team, name="Joe", roles=[role])
    week = a_week(session, team, status=WeekStatus.PUBLISHED)
    shift = a_shift(session, week, role, headcount=2)
    an_assignment(session, shift, ana, role)
    an_assignment(session, shift, joe, role)
    draft = a_week(session, team, date(2030, 12, 30))
    an_assignment(session, a_shift(session, draft, role), ana, role)
    return ana


def new_feed(api: TestClient, headers: dict[str, str]) -> str:
    made = api.post("/api/calendar", headers=headers)
    assert made.status_code == 201
    path: str = made.json()["path"]
    return path


def events(api: TestClient, path: str) -> list[tuple[Event, datetime, datetime]]:
    answer = api.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = [part for part in Calendar.from_ical(answer.content).walk() if isinstance(part, Event)]
    return [(event, event.decoded("dtstart"), event.decoded("dtend")) for event in found]


def test_the_link_shows_published_shifts_and_who_else_is_on(api: TestClient, ana: User, as_user: As) -> None:
    ((event, start, _),) = events(api, new_feed(api, as_user(ana)))
    assert "Bar (Anchor)" in str(event["SUMMARY"])
    assert event["DESCRIPTION"] == "With Joe"
    assert str(start.tzinfo) == "Europe/Berlin"
    assert start.date() == MONDAY


def test_a_shift_over_the_end_of_summer_time_keeps_its_instants(
    api: TestClient, session: Session, as_user: As
) -> None:
    team = a_team(session, time_zone="Europe/Berlin")
    role = a_role(session)
    night_porter = a_user(session, team, roles=[role])
    week = a_week(session, team, CHANGE_WEEK, status=WeekStatus.PUBLISHED)
    an_assignment(session, a_shift(session, week, role, day=5, start=20, hours=9), night_porter, role)
    ((_, start, end),) = events(api, new_feed(api, as_user(night_porter)))
    assert (start.hour, end.hour) == (22, 6)
    assert start.astimezone(UTC) == datetime(2026, 10, 24, 20, tzinfo=UTC)
    assert end.astimezone(UTC) == datetime(2026, 10, 25, 5, tzinfo=UTC)


def test_a_new_link_ends_the_old_one_and_revoking_ends_both(api: TestClient, ana: User, as_user: As) -> None:
    headers = as_user(ana)
    old, new = new_feed(api, headers), new_feed(api, headers)
    assert api.get(old).status_code == 404
    assert api.get(new).status_code == 200
    assert api.get("/api/calendar", headers=headers).json()["last_read_at"] is not None
    assert api.delete("/api/calendar", headers=headers).status_code == 204
    assert api.get(new).status_code == 404
    assert api.get("/api/calendar", headers=headers).status_code == 404


def test_whoever_has_left_has_no_calendar(api: TestClient, session: Session, ana: User, as_user: As) -> None:
    path = new_feed(api, as_user(ana))
    ana.active = False
    session.flush()
    assert api.get(path).status_code == 404


def test_the_link_is_neither_kept_nor_logged(api: TestClient, session: Session, ana: User, as_user: As) -> None:
    path = new_feed(api, as_user(ana))
    token = path.removeprefix("/api/calendar/").removesuffix(".ics")
    with capture_logs() as logs:
        api.get(path)
    assert [entry["path"] for entry in logs if entry["event"] == "request.done"] == ["/api/calendar/....ics"]
    assert token not in str(logs)
    assert session.query(CalendarFeed).one().token_hash != token


def test_a_link_that_reaches_no_route_is_not_logged_either(api: TestClient, ana: User, as_user: As) -> None:
    path = new_feed(api, as_user(ana))
    with capture_logs() as logs:
        for asked in (f"{path}/", path.removesuffix(".ics"), path.replace("/api/", "/api//")):
            api.get(asked, follow_redirects=False)
        api.post(path)
    assert len(logs) == 4
    assert path.removeprefix("/api/calendar/").removesuffix(".ics") not in str(logs)


def test_the_whole_address_is_told_where_the_outside_name_is_known(
    api: TestClient, ana: User, as_user: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert api.post("/api/calendar", headers=as_user(ana)).json()["url"] is None
    monkeypatch.setenv("ROTA_PUBLIC_URL", "https://rota.example.com/")
    get_settings.cache_clear()
    made = api.post("/api/calendar", headers=as_user(ana)).json()
    assert made["url"] == f"https://rota.example.com{made['path']}"
