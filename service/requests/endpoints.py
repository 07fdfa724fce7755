"""Routes of what people ask for: time off, availability, wishes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query

from service.requests import effect, reading, service, wishes
from service.schemas.base import Instant, Page
from service.schemas.requests import (
    Approval,
    AvailabilityRead,
    AvailabilityWrite,
    PreferenceCreate,
    PreferenceRead,
    PreferenceWrite,
    Rejection,
    TimeOffDecision,
    TimeOffEffect,
    TimeOffKind,
    TimeOffRead,
    TimeOffSort,
    TimeOffStatus,
    TimeOffWrite,
    Withdrawal,
)
from service.security import CurrentUser, DbSession
from service.swaps import sick

router = APIRouter()
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
RequestId = Annotated[int, Path(ge=1, le=2**31 - 1)]
RowQuery = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=100)]


def _filters(
    status: TimeOffStatus | None = None,
    user_id: RowQuery = None,
    team_id: RowQuery = None,
    since: Annotated[Instant | None, Query(description="leaves out what ends by then")] = None,
    until: Annotated[Instant | None, Query(description="leaves out what begins then or later")] = None,
) -> reading.Filters:
    return reading.Filters(status=status, user_id=user_id, team_id=team_id, since=since, until=until)


@router.post("/time-off-requests", status_code=201, tags=["time off"])
def ask(
    session: DbSession, user: CurrentUser, wanted: TimeOffWrite, idempotency_key: IdempotencyKey = None
) -> TimeOffRead:
    """Ask for time off; the managers of the person are told. Managers may enter it for people of theirs."""
    return reading.read(session, user, service.ask(session, user, wanted, idempotency_key=idempotency_key))


@router.get("/time-off-requests", tags=["time off"])
def requests(
    session: DbSession,
    user: CurrentUser,
    filters: Annotated[reading.Filters, Depends(_filters)],
    sort: TimeOffSort = TimeOffSort.NEWEST,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[TimeOffRead]:
    """The caller's own requests, and for managers those of their people."""
    found, total = reading.visible(session, user, filters, sort, limit=limit, offset=offset)
    return Page(items=reading.reads(session, user, found), total=total, limit=limit, offset=offset)


@router.get("/time-off-requests/{request_id}", tags=["time off"])
def request(session: DbSession, user: CurrentUser, request_id: RequestId) -> TimeOffRead:
    """One request: one's own, or that of a person of theirs for managers."""
    return reading.read(session, user, service.find(session, user, request_id))


@router.get("/time-off-requests/{request_id}/effect", tags=["time off"])
def request_effect(session: DbSession, user: CurrentUser, request_id: RequestId) -> TimeOffEffect:
    """The shifts that the request takes its person off; drafts for their managers only."""
    found = service.find(session, user, request_id)
    return TimeOffEffect(request_id=found.id, shifts=effect.affected(session, user, found))


@router.post("/time-off-requests/{request_id}/approve", tags=["time off"])
def approve(
    session: DbSession, user: CurrentUser, request_id: RequestId, wanted: Approval | None = None
) -> TimeOffDecision:
    """Say yes. Refused (`breaks_shifts`) where it takes the person off shifts, until `accept_effect` is set."""
    found, released = service.approve(session, user, request_id, wanted or Approval())
    return TimeOffDecision(request=reading.read(session, user, found), released=released)


@router.post("/time-off-requests/{request_id}/reject", tags=["time off"])
def reject(
    session: DbSession, user: CurrentUser, request_id: RequestId, wanted: Rejection | None = None
) -> TimeOffRead:
    """Say no, with a word to the person where one is wanted."""
    return reading.read(session, user, service.reject(session, user, request_id, wanted or Rejection()))


@router.post("/time-off-requests/{request_id}/withdraw", tags=["time off"])
def withdraw(
    session: DbSession, user: CurrentUser, request_id: RequestId, wanted: Withdrawal | None = None
) -> TimeOffRead:
    """Take one's own request back, from the state in which it was `seen`; managers may take an approval back.

    After a sick call the shifts that nobody has taken meanwhile are the person's again.
    """
    away = service.withdraw(session, user, request_id, wanted or Withdrawal())
    if away.kind is TimeOffKind.SICK:
        sick.call_off(session, user, away)
    return reading.read(session, user, away)


@router.get("/availability", tags=["availability"])
def availability(session: DbSession, user: CurrentUser, user_id: RowQuery = None) -> AvailabilityRead:
    """When the caller can work, or a person that they manage."""
    return wishes.availability_of(session, user, user_id)


@router.put("/availability", tags=["availability"])
def replace_availability(
    session: DbSession, user: CurrentUser, wanted: AvailabilityWrite, user_id: RowQuery = None
) -> AvailabilityRead:
    """Say the whole week anew, one's own or that of a person of theirs for managers."""
    return wishes.replace_availability(session, user, user_id, wanted)


@router.delete("/availability", status_code=204, tags=["availability"])
def delete_availability(session: DbSession, user: CurrentUser, user_id: RowQuery = None) -> None:
    """Forget all windows: the person can always work."""
    wishes.replace_availability(session, user, user_id, AvailabilityWrite(windows=[]))


@router.get("/employee-preferences", tags=["wishes"])
def preferences(
    session: DbSession,
    user: CurrentUser,
    user_id: RowQuery = None,
    team_id: RowQuery = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[PreferenceRead]:
    """The caller's own wishes, and for managers those of their people."""
    found, total = wishes.visible_preferences(
        session, user, user_id=user_id, team_id=team_id, limit=limit, offset=offset
    )
    return Page(items=found, total=total, limit=limit, offset=offset)


@router.post("/employee-preferences", status_code=201, tags=["wishes"])
def create_preference(session: DbSession, user: CurrentUser, wanted: PreferenceCreate) -> PreferenceRead:
    """Wish for or against shifts; managers may enter it for people of theirs."""
    return wishes.create_preference(session, user, wanted)


@router.get("/employee-preferences/{preference_id}", tags=["wishes"])
def preference(session: DbSession, user: CurrentUser, preference_id: RequestId) -> PreferenceRead:
    """One wish."""
    return wishes.read_preference(session, wishes.find_preference(session, user, preference_id))


@router.put("/employee-preferences/{preference_id}", tags=["wishes"])
def change_preference(
    session: DbSession, user: CurrentUser, preference_id: RequestId, wanted: PreferenceWrite
) -> PreferenceRead:
    """Say a wish anew; what is left out is cleared."""
    return wishes.change_preference(session, user, preference_id, wanted)


@router.delete("/employee-preferences/{preference_id}", status_code=204, tags=["wishes"])
def delete_preference(session: DbSession, user: CurrentUser, preference_id: RequestId) -> None:
    """Forget a wish."""
    wishes.delete_preference(session, user, preference_id)
