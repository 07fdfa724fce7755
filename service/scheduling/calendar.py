"""Days and minutes of a planning horizon, as the solver counts them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import Range

from service import clock

# A night shift has at least three hours in the night time of directive 2003/88/EC, article 2, here 23:00 to 06:00.
NIGHT_START, NIGHT_END = time(23), time(6)
NIGHT_MINUTES = 180


@dataclass(frozen=True)
class Calendar:
    """The horizon of `days` local days from `first_day`; minutes count elapsed time from its first midnight."""

    first_day: date
    days: int
    zone: ZoneInfo

    @cached_property
    def _origin(self) -> datetime:
        return clock.to_utc(self.first_day, clock.MIDNIGHT, self.zone)

    @cached_property
    def reach(self) -> Range[datetime]:
        """The horizon with a day on either side, for what runs over midnight."""
        return Range(
            clock.to_utc(self.first_day - timedelta(days=1), clock.MIDNIGHT, self.zone),
            clock.to_utc(self.first_day + timedelta(days=self.days + 1), clock.MIDNIGHT, self.zone),
        )

    @cached_property
    def minutes(self) -> int:
        """How long the horizon is."""
        return self.minute(clock.to_utc(self.first_day + timedelta(days=self.days), clock.MIDNIGHT, self.zone))

    def minute(self, instant: datetime) -> int:
        """Minutes of elapsed time since the horizon began."""
        return int((instant - self._origin).total_seconds()) // 60

    def span_of(self, during: Range[datetime]) -> tuple[int, int]:
        """Both ends of a range, in minutes; one that begins and ends within the same minute has all of it."""
        start, end = (self.minute(instant) for instant in clock.bounds(during))
        return start, max(end, start + 1)

    def instant(self, minute: int) -> datetime:
        """The instant so many minutes after the horizon began, or before it."""
        return self._origin + timedelta(minutes=minute)

    def day(self, instant: datetime) -> int:
        """The local day of an instant; 0 is the first of the horizon."""
        return (clock.local_day(instant, self.zone) - self.first_day).days

    def span(self, day: date, start: time, end: time) -> tuple[int, int]:
        """Both ends, in minutes, of a local window that begins on `day`."""
        first, last = clock.shift_times(day, start, end, self.zone)
        return self.minute(first), self.minute(last)

    def days_around(self) -> list[date]:
        """The local days of the horizon, with one before and one after."""
        return [self.first_day + timedelta(days=offset) for offset in range(-1, self.days + 1)]

    def is_night(self, start: datetime, end: datetime) -> bool:
        """Whether a shift has at least three hours of night time."""
        day = clock.local_day(start, self.zone)
        minutes = 0.0
        for offset in (-1, 0):
            dusk, dawn = clock.shift_times(day + timedelta(days=offset), NIGHT_START, NIGHT_END, self.zone)
            minutes += max(0.0, (min(end, dawn) - max(start, dusk)).total_seconds() / 60)
        return minutes >= NIGHT_MINUTES
