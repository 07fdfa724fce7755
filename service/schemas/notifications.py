"""What is told to whom, and how delivery workers lease and report it."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from service.schemas.base import FromBots, Instant, RowId, Schema
from service.schemas.people import Person
from service.schemas.requests import AffectedShift, TimeOffRead
from service.schemas.scheduling import RunRead
from service.schemas.shifts import MyShift, Roster, WeekRead
from service.schemas.swaps import SwapEvent, SwapRead

NEEDLESS = "needless:"
"""How the error of a DEAD delivery begins that nobody misses: there is nothing to mend, and nothing to try again."""


class DeliveryStatus(StrEnum):
    """PENDING waits; SENDING is leased by a worker; UNCERTAIN was cut off and must be looked for before a repeat;
    DEAD was given up and can be replayed by hand."""

    PENDING = "PENDING"
    SENDING = "SENDING"
    UNCERTAIN = "UNCERTAIN"
    SENT = "SENT"
    DEAD = "DEAD"


class RunFinished(Schema):
    """A run ended: with a schedule (`rosters`, one a week), without one, or cancelled.

    For the team's channel, and for whoever asked where that does not reach them; `no_channel` tells them that there
    is none on the platform on which they read it.
    """

    kind: Literal["run_finished"] = "run_finished"
    run: RunRead
    requested_by: Person
    rosters: list[Roster]
    no_channel: bool = False


class WeekPublished(Schema):
    """A week was published, for the first time or again. For the team's channel."""

    kind: Literal["week_published"] = "week_published"
    published_by: Person
    first_time: bool
    roster: Roster


class YourShifts(Schema):
    """A person's own shifts of a published week; on a later publish also what was added and removed."""

    kind: Literal["your_shifts"] = "your_shifts"
    week: WeekRead
    team_name: str
    time_zone: str
    first_time: bool
    shifts: list[MyShift]
    added: list[MyShift]
    removed: list[MyShift]


class TimeOffAsked(Schema):
    """Somebody asks a manager for time off, and the shifts that a yes would take them off."""

    kind: Literal["time_off_asked"] = "time_off_asked"
    request: TimeOffRead
    shifts: list[AffectedShift]


class TimeOffDecided(Schema):
    """A person's request was decided; `released` are the published shifts that they are off now."""

    kind: Literal["time_off_decided"] = "time_off_decided"
    request: TimeOffRead
    released: list[MyShift]


class TimeOffWithdrawn(Schema):
    """Approved time off was taken back."""

    kind: Literal["time_off_withdrawn"] = "time_off_withdrawn"
    request: TimeOffRead
    withdrawn_by: Person


class SickCalled(Schema):
    """Somebody has called in sick: the published shifts that others are asked to take, in these weeks; those that had
    begun, which stay theirs; and those that are not published yet. For managers."""

    kind: Literal["sick_call"] = "sick_call"
    request: TimeOffRead
    reopened: list[MyShift]
    begun: list[MyShift]
    planned: list[MyShift]
    weeks: list[WeekRead]


class Unreachable(Schema):
    """Something could not be said: to this person, or without one in the channel of this team. For managers."""

    kind: Literal["unreachable"] = "unreachable"
    platform: str
    person: Person | None
    team_name: str


class LeftPlatform(Schema):
    """A person's account on a platform is no more; `shifts` are those that they still have ahead. For managers."""

    kind: Literal["left_platform"] = "left_platform"
    platform: str
    person: Person
    shifts: int


class AccountReplaced(Schema):
    """The reader's account on a platform is another one now. For their other accounts and the one before."""

    kind: Literal["account_replaced"] = "account_replaced"
    platform: str


class SwapNews(Schema):
    """Something happened to a request to trade, as its reader may see it; `note` is what `by` said of it, `unreached`
    who could take the shift and has no chat account to be asked on."""

    kind: Literal["swap"] = "swap"
    event: SwapEvent
    by: Person | None
    option: int | None
    request: SwapRead
    note: str = ""
    unreached: list[Person] = Field(default_factory=list)


Content = Annotated[
    RunFinished
    | WeekPublished
    | YourShifts
    | TimeOffAsked
    | TimeOffDecided
    | TimeOffWithdrawn
    | SickCalled
    | Unreachable
    | LeftPlatform
    | AccountReplaced
    | SwapNews,
    Field(discriminator="kind"),
]


class DeliveryOrder(Schema):
    """A leased delivery: what to send where, in which language and zone.

    `uncertain` says that an earlier attempt may have gone through: look for the notification before repeating.
    After `lease_seconds` it may be somebody else's.
    """

    id: int
    notification_id: int
    platform: str
    workspace: str
    target: str
    thread: str
    direct: bool
    attempt: int
    uncertain: bool
    lease_seconds: float = 60.0
    locale: str
    time_zone: str
    content: Content


class DeliveryDone(FromBots):
    """A delivery that the platform took; `message_id` is the platform's own."""

    attempt: int = Field(ge=1)
    message_id: str = Field(max_length=128)


class DeliveryFailed(FromBots):
    """A delivery that did not go through.

    `retry_after` is a wait that the platform asked for (it does not use up attempts); `gone` says that the target
    cannot be reached any more; `uncertain` that the platform may have taken it; `away` that the platform itself is in
    trouble, which says nothing about the message.
    """

    attempt: int = Field(ge=1)
    error: str = Field(max_length=500)
    retry_after: float | None = Field(default=None, ge=0, le=24 * 3600)
    gone: bool = False
    uncertain: bool = False
    away: bool = False


class DeliveryRead(Schema):
    """A delivery as an administrator sees it."""

    id: int
    notification_id: int
    kind: str
    platform: str
    target: str
    status: DeliveryStatus
    attempts: int
    error: str | None
    next_attempt_at: Instant
    sent_at: Instant | None


class DeadLetters(Schema):
    """Deliveries to try again."""

    delivery_ids: list[RowId] = Field(min_length=1, max_length=1000)
