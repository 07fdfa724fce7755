"""What a notification's row holds: ids and figures only. What is shown is read afresh when it is delivered."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from service.schemas.base import Schema


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
    """A person's shifts of a published week, and what changed for them since it was published before."""

    kind: Literal["your_shifts"] = "your_shifts"
    weekly_schedule_id: int
    first_time: bool
    added: list[ShiftRole]
    removed: list[ShiftRole]


Payload = Annotated[RunFinishedPayload | WeekPublishedPayload | YourShiftsPayload, Field(discriminator="kind")]
PAYLOAD: TypeAdapter[Payload] = TypeAdapter(Payload)
