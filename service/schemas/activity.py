"""What was done, by whom; and the figures of a team's week."""

from datetime import date
from typing import Any

from service.schemas.base import Instant, RowId, Schema
from service.schemas.people import Person
from service.schemas.scheduling import RunStatus
from service.schemas.shifts import WeekStatus


class ActivityRead(Schema):
    """One thing that was done to one row. `actor` is None for Rota itself."""

    id: int
    at: Instant
    actor: Person | None
    team_id: RowId | None
    platform: str
    action: str
    entity: str
    entity_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Spread(Schema):
    """The least, the middle and the most of people's minutes in a week."""

    least: int
    middle: int
    most: int


class SummaryRead(Schema):
    """The figures of a team's week for a dashboard.

    `filled` counts confirmed assignments; `cost` is in the smallest unit of the currency; `spread` is over
    everybody active in the team; the rest is what waits now, and how the runs of the last 30 days went.
    """

    team_id: RowId
    week_start: date
    week_status: WeekStatus | None
    places: int
    filled: int
    planned_minutes: int
    cost: int
    people: int
    spread: Spread
    waiting_time_off: int
    waiting_trades: int
    open_shifts: int
    runs: dict[RunStatus, int]
    mean_run_seconds: float | None
