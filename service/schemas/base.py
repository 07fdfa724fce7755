"""What every schema shares: strictness, pages, problem details."""

from datetime import datetime, time
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints


class Schema(BaseModel):
    """Base of all schemas: unknown fields are refused, values are frozen, text is stripped."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class FromBots(Schema):
    """Base of what our own bots alone say: a service ignores what newer bots add, as during a rolling deploy.

    What people may say too is refused with the name of what is unknown: they may have mistyped it.
    """

    model_config = ConfigDict(extra="ignore")


def _to_the_second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def _to_the_minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def _local_to_the_minute(at: time) -> time:
    if at.tzinfo is not None:
        raise ValueError("is a local time, without a zone")
    return at.replace(second=0, microsecond=0)


Instant = Annotated[AwareDatetime, AfterValidator(_to_the_second)]
# Work and absences are planned by the minute: PostgreSQL and the solver would round seconds each in their own way.
Minute = Annotated[AwareDatetime, AfterValidator(_to_the_minute)]
LocalTime = Annotated[time, AfterValidator(_local_to_the_minute)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Weekday = Annotated[int, Field(ge=0, le=6, description="0 is Monday")]
RowId = Annotated[int, Field(ge=1, le=2**31 - 1)]

LONGEST_NOTE = 300
"""Characters of a word that goes with a request or a decision."""

Item = TypeVar("Item")


class Page(Schema, Generic[Item]):
    """One page of a list: `total` counts all items that match."""

    items: list[Item]
    total: int
    limit: int
    offset: int


class FieldFault(Schema):
    """One field that was refused, and why."""

    field: str
    reason: str


class Wording(Schema):
    """How a problem is worded, with the places of its `values` open: for whoever says it in another language."""

    detail: str
    way_forward: str | None = None
    values: dict[str, str]

    def said(self, sentence: str) -> str:
        """A sentence with its places filled."""
        return sentence.format(**self.values)


class PhraseRead(Schema):
    """How a sentence of the solver is worded, with the places of its `values` open: names, numbers, more phrases."""

    wording: str
    values: dict[str, "str | PhraseRead"] = Field(default_factory=dict)


class Problem(BaseModel):
    """Problem details as of RFC 9457. `code` is stable and for programs; `detail` is for people.

    `wording` is there where `detail` or `way_forward` name somebody or count something. `phrases` says how sentences
    of the solver are worded, each under the English that stands in `wording` or in a fault: not inside those, where
    bots of an older version refuse what they do not know.
    """

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    way_forward: str | None = None
    reference: str | None = None
    wording: Wording | None = None
    phrases: dict[str, PhraseRead] | None = None
    faults: list[FieldFault] = Field(default_factory=list)
