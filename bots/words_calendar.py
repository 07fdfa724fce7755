"""What people read about their calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bots import words
from bots.languages import N_, _

ONLY_A_FILE = N_(
    "Here are your shifts as a file to open in your calendar. It does not follow changes: for a calendar that does,"
    " whoever runs Rota has to set ROTA_PUBLIC_URL."
)
ENDED = N_("Your calendar link is off. /calendar makes a new one.")


def link(url: str) -> str:
    """A new link."""
    said = _(
        "Subscribe to this address in Google Calendar, Outlook or on your phone, and your published shifts follow"
        " every change:\n{url}\nWhoever has it sees your shifts, so keep it to yourself; I cannot show it again."
    )
    return said.format(url=url)


def status(created_at: datetime, last_read_at: datetime | None, zone: str) -> str:
    """What became of the link."""
    since = words.day(created_at.astimezone(ZoneInfo(zone)).date())
    if last_read_at is None:
        return _("You have had a calendar link since {since}; no calendar has read it yet.").format(since=since)
    read = last_read_at.astimezone(ZoneInfo(zone))
    said = _("You have had a calendar link since {since}; a calendar last read it on {day} at {time}.")
    return said.format(since=since, day=words.day(read.date()), time=f"{read:%H:%M}")
