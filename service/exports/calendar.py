"""The week as an iCalendar file: one event a shift, in the team's zone, whose definition is in the file."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from service.exports.rows import OPEN, ExportRow, rows_of
from service.schemas.shifts import Roster


def to_ics(roster: Roster) -> bytes:
    """Valid by RFC 5545; importing a later export updates the events, as their UIDs stay."""
    calendar = Calendar()
    calendar.add("prodid", "-//Rota//Schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{roster.team.name}, week of {roster.week.week_start.isoformat()}")
    rows = rows_of(roster)
    zone = ZoneInfo(roster.team.time_zone)
    for shift in sorted(roster.shifts, key=lambda shift: (shift.starts_at, shift.id)):
        event = Event()
        event.add("uid", f"shift-{shift.id}@rota")
        event.add("dtstamp", roster.week.published_at or datetime.now(UTC))
        event.add("sequence", shift.version)
        event.add("dtstart", shift.starts_at.astimezone(zone))
        event.add("dtend", shift.ends_at.astimezone(zone))
        event.add("summary", f"{shift.name} ({roster.team.name})")
        event.add("description", "\n".join(_line(row) for row in rows if row.shift_id == shift.id))
        calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _line(row: ExportRow) -> str:
    return f"{row.role}: {'open' if row.status == OPEN else row.person}"
