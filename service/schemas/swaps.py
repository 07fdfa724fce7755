"""Trades of shifts: what can be swapped with whom, requests, answers, and each team's rules of the house."""

from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from service.schemas.base import LONGEST_NOTE, Instant, RowId, Schema
from service.schemas.people import Person, SwapApproval
from service.schemas.requests import TimeOffRead
from service.schemas.shifts import MyShift


class SwapKind(StrEnum):
    """What is traded: shift for shift, a shift given away, dropped for whoever can, round three people, or offered to
    be taken by a colleague who was not asked."""

    SWAP = "SWAP"
    GIVE_AWAY = "GIVE_AWAY"
    DROP = "DROP"
    CYCLE = "CYCLE"
    OFFER = "OFFER"


class SwapStatus(StrEnum):
    """Where a request is: `service.swaps.states.ALLOWED` says what may follow what."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    APPROVED = "APPROVED"
    DONE = "DONE"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class Answer(StrEnum):
    """What somebody said to an option."""

    ASKED = "ASKED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"


class ClaimMode(StrEnum):
    """Who gets an open shift: the first who claims it, or after a short wait whom it is fairest to."""

    FIRST = "FIRST"
    FAIR = "FAIR"


class LegWrite(Schema):
    """This place goes to this person."""

    assignment_id: RowId
    taker_id: RowId


class OptionWrite(Schema):
    """One exchange: every place that changes hands in it."""

    legs: list[LegWrite] = Field(min_length=1, max_length=14)


class SwapAsk(Schema):
    """A trade to ask for.

    `assignment_ids` are the caller's own places (of one week), or a colleague's for OFFER. SWAP, GIVE_AWAY and CYCLE
    name `options`, the first to be agreed wins, or ask `everyone` suitable; DROP and OFFER name none.
    """

    kind: SwapKind
    assignment_ids: list[RowId] = Field(min_length=1, max_length=7)
    options: list[OptionWrite] = Field(default_factory=list, max_length=20)
    everyone: bool = False
    note: str = Field(default="", max_length=LONGEST_NOTE)

    @model_validator(mode="after")
    def _names_its_options(self) -> "SwapAsk":
        open_to_all = self.kind in (SwapKind.DROP, SwapKind.OFFER)
        if open_to_all and (self.options or self.everyone):
            raise ValueError(f"{self.kind} takes no options")
        if not open_to_all and bool(self.options) == self.everyone:
            raise ValueError("name options, or everyone")
        if len(set(self.assignment_ids)) < len(self.assignment_ids):
            raise ValueError("names a place twice")
        return self


class SwapAnswer(Schema):
    """An answer to an option; without a number, to the only one that waits for the caller."""

    option: int | None = Field(default=None, ge=1, le=1000)


class SwapCounter(Schema):
    """Another exchange than the one that was asked for; the asker answers it."""

    legs: list[LegWrite] = Field(min_length=1, max_length=14)


class SwapDecision(Schema):
    """A manager's word."""

    note: str = Field(default="", max_length=LONGEST_NOTE)


class TradedPlace(Schema):
    """A place on a shift that changes hands, or is on offer (no `taker`). Without `assignment_id` it has changed."""

    assignment_id: RowId | None
    planned_shift_id: RowId
    name: str
    role: str
    starts_at: Instant
    ends_at: Instant
    minutes: int
    giver: Person
    taker: Person | None


class PersonChange(Schema):
    """What an exchange does to one person: minutes in the week, the shortest rest around their shifts (None where
    they have at most one), and by how many points it meets their wishes better (negative: worse)."""

    person: Person
    minutes_before: int
    minutes_after: int
    rest_before: int | None
    rest_after: int | None
    wishes: int


class SwapOption(Schema):
    """A feasible exchange, with what it changes for everybody in it. `cost` is what it costs the week (less is
    better); `approval` says why a manager decides, where one does."""

    kind: SwapKind
    legs: list[TradedPlace]
    changes: list[PersonChange]
    cost: int
    approval: str | None


class SwapPartners(Schema):
    """The exchanges that break no rule for anyone, the best first; `found` counts those that are not listed too."""

    places: list[TradedPlace]
    time_zone: str
    options: list[SwapOption]
    found: int


class AnswerRead(Schema):
    """What somebody in an option said."""

    person: Person
    answer: Answer


class OptionRead(Schema):
    """One exchange of a request; `number` names it in answers."""

    number: int
    legs: list[TradedPlace]
    answers: list[AnswerRead]


class SwapCan(StrEnum):
    """What the reader of a request can do with it now."""

    ACCEPT = "ACCEPT"
    DECLINE = "DECLINE"
    COUNTER = "COUNTER"
    CLAIM = "CLAIM"
    WITHDRAW = "WITHDRAW"
    APPROVE = "APPROVE"
    RELEASE = "RELEASE"


class SwapEvent(StrEnum):
    """What happened to a request, or is asked of its reader."""

    ASKED = "ASKED"
    UP_FOR_GRABS = "UP_FOR_GRABS"
    AGREED = "AGREED"
    COUNTERED = "COUNTERED"
    DECLINED = "DECLINED"
    AWAITS_MANAGER = "AWAITS_MANAGER"
    DECIDE = "DECIDE"
    REJECTED = "REJECTED"
    DONE = "DONE"
    TAKEN = "TAKEN"
    CLAIM_VOID = "CLAIM_VOID"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    ENDED = "ENDED"
    WEEK_CHANGED = "WEEK_CHANGED"
    RELEASED = "RELEASED"
    REMINDER = "REMINDER"
    # Of a service before sick calls had a message of their own; there may still be some to deliver.
    SICK = "SICK"
    NOBODY = "NOBODY"


class SwapRead(Schema):
    """A request as its reader may see it: the asked see the options that they are in, asker and managers all.

    `unreached` are those of whom an answer is awaited and who have no chat account, so that no message reaches them.
    """

    id: RowId
    team_id: RowId
    team_name: str
    time_zone: str
    weekly_schedule_id: RowId
    kind: SwapKind
    status: SwapStatus
    owner: Person
    asked_by: Person
    places: list[TradedPlace]
    options: list[OptionRead]
    chosen: int | None
    approval: str | None
    decided_by: Person | None
    note: str
    released: bool
    can: list[SwapCan]
    expires_at: Instant
    created_at: Instant
    unreached: list[Person] = Field(default_factory=list)


class OpenShift(Schema):
    """An open shift that the reader could take, and what that changes for them."""

    request: SwapRead
    change: PersonChange


class TakeableShift(Schema):
    """A colleague's shift that the reader could take, and what that changes for them."""

    place: TradedPlace
    time_zone: str
    change: PersonChange


class ShiftMove(Schema):
    """Give this place to this person at once."""

    assignment_id: RowId
    user_id: RowId


class ShiftMoved(Schema):
    """A place that was given to somebody else; `unreached` are those of the two who have no chat account."""

    unreached: list[Person] = Field(default_factory=list)


class SickCall(Schema):
    """Somebody is sick from the day `first` (today where it is missing) to `last` (that day), in their team's zone;
    managers may say so for their people (`user_id`)."""

    first: date | None = None
    last: date | None = None
    user_id: RowId | None = None


class SickCallRead(Schema):
    """What a sick call has done: the time off, and the shifts that others are asked to take. Those that had `begun`
    stay the person's. Of the managers, `told` are those whom a message reaches, `unreached` have no chat account."""

    time_off: TimeOffRead
    requests: list[SwapRead]
    begun: list[MyShift] = Field(default_factory=list)
    told: list[Person] = Field(default_factory=list)
    unreached: list[Person] = Field(default_factory=list)


class TradePolicyWrite(Schema):
    """A team's rules of the house.

    `latest_minutes` before its start a shift can no longer be traded; at most `open_per_person` requests of a person
    are open at once; above `over_minutes` in the week a manager decides (unless approval is NEVER); nothing is traded
    on `blackout_days`.
    """

    approval: SwapApproval = SwapApproval.ACROSS_ROLES
    latest_minutes: int = Field(default=120, ge=0, le=14 * 24 * 60)
    open_per_person: int = Field(default=3, ge=1, le=100)
    over_minutes: int = Field(default=40 * 60, ge=0, le=7 * 24 * 60)
    blackout_days: list[date] = Field(default_factory=list, max_length=366)
    answer_hours: int = Field(default=48, ge=1, le=14 * 24)
    claim: ClaimMode = ClaimMode.FIRST
    fair_minutes: int = Field(default=30, ge=1, le=24 * 60)


class TradePolicyRead(TradePolicyWrite):
    """A team's rules of the house."""

    team_id: RowId
