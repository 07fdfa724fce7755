"""Calls about what people ask for: time off, availability, wishes."""

from bots.client import Person
from service.schemas.base import Instant, Page
from service.schemas.requests import (
    Approval,
    AvailabilityRead,
    AvailabilityWindow,
    AvailabilityWrite,
    PreferenceCreate,
    PreferenceRead,
    PreferenceWrite,
    Rejection,
    TimeOffDecision,
    TimeOffEffect,
    TimeOffRead,
    TimeOffSort,
    TimeOffStatus,
    TimeOffWrite,
    Withdrawal,
)
from service.schemas.shifts import TemplateRead

AVAILABILITY = "/availability"
WISHES = "/employee-preferences"
TIME_OFF = "/time-off-requests"
MOST_TEMPLATES = 200


async def ask_time_off(person: Person, wanted: TimeOffWrite) -> TimeOffRead:
    """Ask for time off."""
    return await person.call(TimeOffRead, "POST", TIME_OFF, body=wanted, once=True)


async def waiting_time_off(person: Person, limit: int) -> Page[TimeOffRead]:
    """What waits for a decision among all that the person may see, oldest first."""
    params = {"status": TimeOffStatus.PENDING.value, "sort": TimeOffSort.OLDEST.value, "limit": limit}
    return await person.call(Page[TimeOffRead], "GET", TIME_OFF, params=params)


async def own_time_off(person: Person, since: Instant, limit: int) -> list[TimeOffRead]:
    """The person's own requests that end after `since`, by time."""
    params = {
        "user_id": person.user.id,
        "since": since.isoformat(),
        "sort": TimeOffSort.SOONEST.value,
        "limit": limit,
    }
    return (await person.call(Page[TimeOffRead], "GET", TIME_OFF, params=params)).items


async def time_off(person: Person, request_id: int) -> TimeOffRead:
    """One request."""
    return await person.call(TimeOffRead, "GET", f"{TIME_OFF}/{request_id}")


async def effect_of(person: Person, request_id: int) -> TimeOffEffect:
    """The shifts that a request takes its person off."""
    return await person.call(TimeOffEffect, "GET", f"{TIME_OFF}/{request_id}/effect")


async def approve_time_off(person: Person, request_id: int, *, accept_effect: bool) -> TimeOffDecision:
    """Say yes. Raises Refused with the code `breaks_shifts` where that opens shifts and is not accepted."""
    body = Approval(accept_effect=accept_effect)
    return await person.call(TimeOffDecision, "POST", f"{TIME_OFF}/{request_id}/approve", body=body)


async def reject_time_off(person: Person, request_id: int, note: str) -> TimeOffRead:
    """Say no."""
    return await person.call(TimeOffRead, "POST", f"{TIME_OFF}/{request_id}/reject", body=Rejection(note=note))


async def withdraw_time_off(person: Person, request_id: int, wanted: Withdrawal) -> TimeOffRead:
    """Take a request back."""
    return await person.call(TimeOffRead, "POST", f"{TIME_OFF}/{request_id}/withdraw", body=wanted)


async def availability(person: Person) -> AvailabilityRead:
    """When the person can work."""
    return await person.call(AvailabilityRead, "GET", AVAILABILITY)


async def say_availability(person: Person, windows: list[AvailabilityWindow]) -> AvailabilityRead:
    """The whole week anew; no window means always."""
    return await person.call(AvailabilityRead, "PUT", AVAILABILITY, body=AvailabilityWrite(windows=windows))


async def wishes(person: Person) -> list[PreferenceRead]:
    """The person's own wishes."""
    params = {"user_id": person.user.id, "limit": 200}
    return (await person.call(Page[PreferenceRead], "GET", WISHES, params=params)).items


async def add_wish(person: Person, wanted: PreferenceCreate) -> PreferenceRead:
    """A new wish. Raises Refused with the code `conflict` where there is one about just these shifts."""
    return await person.call(PreferenceRead, "POST", WISHES, body=wanted)


async def change_wish(person: Person, wish_id: int, wanted: PreferenceWrite) -> PreferenceRead:
    """Say a wish anew."""
    return await person.call(PreferenceRead, "PUT", f"{WISHES}/{wish_id}", body=wanted)


async def remove_wish(person: Person, wish_id: int) -> None:
    """Forget a wish."""
    await person.call(None, "DELETE", f"{WISHES}/{wish_id}")


async def templates(person: Person) -> list[TemplateRead]:
    """The recurring shifts of all teams of the person."""
    found: list[TemplateRead] = []
    for team in person.user.teams:
        params = {"team_id": team.id, "limit": MOST_TEMPLATES}
        found += (await person.call(Page[TemplateRead], "GET", "/shift-templates", params=params)).items
    return found
