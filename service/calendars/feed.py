"""A person's shifts as an iCalendar feed: one event a shift, in its team's zone, with who else is on."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from service.people.models import User
from service.schemas.shifts import MyShift

REFRESH = timedelta(minutes=30)


def to_feed(user: User, shifts: list[MyShift]) -> bytes:
    """Valid by RFC 5545. UIDs stay, so that a shift that moves, moves in the calendar; one given away is gone."""
    calendar = Calendar()
    calendar.add("prodid", "-//Rota//My shifts//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Shifts of {user.name}")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    now = datetime.now(UTC)
    for shift in shifts:
        calendar.add_component(_event(user, shift, now))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(user: User, shift: MyShift, now: datetime) -> Event:
    zone = ZoneInfo(shift.time_zone)
    event = Event()
    event.add("uid", f"shift-{shift.planned_shift_id}-{user.id}@rota")
    event.add("dtstamp", now)
    event.add("dtstart", shift.starts_at.astimezone(zone))
    event.add("dtend", shift.ends_at.astimezone(zone))
    event.add("summary", f"{shift.name}: {shift.role} ({shift.team_name})")
    if shift.colleagues:
        event.add("description", "With " + ", ".join(person.name for person in shift.colleagues))
    return event
