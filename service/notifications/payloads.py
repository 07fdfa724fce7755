"""What a notification's row holds: ids and figures; what is shown is read afresh when it is delivered.

Only what is no more is kept as it was.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from service.schemas.base import Schema
from service.schemas.shifts import MyShift
from service.schemas.swaps import SwapEvent


class RunFinishedPayload(Schema):
    """A run ended."""

    kind: Literal["run_finished"] = "run_finished"
    run_id: int


class WeekPublishedPayload(Schema):
    """A week was published."""

    kind: Literal["week_published"] = "week_published"
    weekly_schedule_id: int
    published_by: int
    first_time: bool


class ShiftRole(Schema):
    """A place on a shift."""

    planned_shift_id: int
    role_id: int


class YourShiftsPayload(Schema):
    """A person's shifts of a published week, and what changed for them since they last heard of it.

    `gone` are shifts as they were, for want of a row to read them from.
    """

    kind: Literal["your_shifts"] = "your_shifts"
    weekly_schedule_id: int
    first_time: bool
    added: list[ShiftRole]
    removed: list[ShiftRole]
    gone: list[MyShift] = Field(default_factory=list)


class TimeOffAskedPayload(Schema):
    """Somebody asks a manager for time off."""

    kind: Literal["time_off_asked"] = "time_off_asked"
    request_id: int


class TimeOffDecidedPayload(Schema):
    """A request for time off was decided; `released` are the published shifts that the person is off now."""

    kind: Literal["time_off_decided"] = "time_off_decided"
    request_id: int
    released: list[ShiftRole]


class TimeOffWithdrawnPayload(Schema):
    """Approved time off was taken back."""

    kind: Literal["time_off_withdrawn"] = "time_off_withdrawn"
    request_id: int
    withdrawn_by: int


class SickCallPayload(Schema):
    """Somebody has called in sick. Their published places that others are asked to take; those that they are on right
    now; and those that nobody but managers has seen, in drafts and proposals."""

    kind: Literal["sick_call"] = "sick_call"
    request_id: int
    reopened: list[ShiftRole]
    begun: list[ShiftRole]
    planned: list[ShiftRole]


class UnreachablePayload(Schema):
    """What was to be said by a delivery could not be: its channel or account is gone."""

    kind: Literal["unreachable"] = "unreachable"
    delivery_id: int


class LeftPlatformPayload(Schema):
    """A person's account on a chat platform is no more."""

    kind: Literal["left_platform"] = "left_platform"
    user_id: int
    platform: str


class AccountReplacedPayload(Schema):
    """A person's account on a chat platform is another one now."""

    kind: Literal["account_replaced"] = "account_replaced"
    platform: str


class SwapPayload(Schema):
    """Something happened to a request to trade; `by` is who did it, `option` the exchange that it is about,
    `unreached` who could not be asked."""

    kind: Literal["swap"] = "swap"
    request_id: int
    event: SwapEvent
    by: int | None = None
    option: int | None = None
    unreached: list[int] = Field(default_factory=list)


Payload = Annotated[
    RunFinishedPayload
    | WeekPublishedPayload
    | YourShiftsPayload
    | TimeOffAskedPayload
    | TimeOffDecidedPayload
    | TimeOffWithdrawnPayload
    | SickCallPayload
    | UnreachablePayload
    | LeftPlatformPayload
    | AccountReplacedPayload
    | SwapPayload,
    Field(discriminator="kind"),
]
PAYLOAD: TypeAdapter[Payload] = TypeAdapter(Payload)
