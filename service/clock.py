"""Local calendar days and UTC instants: the one place where they meet.

A local time that a daylight-saving change skips is taken after the change, one that it repeats is taken the first
time (PEP 495, fold 0).
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

MIDNIGHT = time(0)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def database_now(session: Session) -> datetime:
    """This moment by the clock of the database: the one clock for what processes on several machines agree on, such
    as leases, heartbeats and when something is due. A machine whose clock is wrong then holds up nothing."""
    moment: datetime = session.scalars(select(func.clock_timestamp())).one()
    return moment


def to_utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of `at` on the local `day`."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def shift_times(day: date, start: time, end: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants of a shift that starts on the local `day`; one that ends at or before its start ends the next."""
    end_day = day + timedelta(days=1) if end <= start else day
    return to_utc(day, start, zone), to_utc(end_day, end, zone)


def length_on_the_wall(start: time, end: time) -> timedelta:
    """How long a shift is on a day on which nobody changes the clocks; a whole day where it ends when it starts."""
    begins, ends = shift_times(date(2000, 1, 1), start, end, ZoneInfo("UTC"))
    return ends - begins


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The local calendar day of an instant."""
    return instant.astimezone(zone).date()


def week_of(day: date, week_start: int) -> date:
    """The first day of the week that `day` lies in; `week_start` 0 is Monday."""
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def days_between(start: datetime, end: datetime, zone: ZoneInfo) -> list[date]:
    """The local days that [start, end) touches."""
    first = local_day(start, zone)
    last = local_day(end - timedelta(microseconds=1), zone)
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def bounds(during: Range[datetime]) -> tuple[datetime, datetime]:
    """Both ends of a range that is bounded, as the tables' checks make sure."""
    if during.lower is None or during.upper is None:
        raise ValueError("the range is unbounded")
    return during.lower, during.upper
