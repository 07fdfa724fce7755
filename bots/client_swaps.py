"""Calls about trades of shifts."""

from datetime import date

from bots.client import Person
from service.schemas.base import Page
from service.schemas.swaps import (
    OpenShift,
    ShiftMove,
    ShiftMoved,
    SickCall,
    SickCallRead,
    SwapAnswer,
    SwapAsk,
    SwapCounter,
    SwapDecision,
    SwapPartners,
    SwapRead,
    TakeableShift,
)

SWAPS = "/swaps"


async def partners(person: Person, assignment_ids: list[int]) -> SwapPartners:
    """Who could take these places of the person, for what."""
    return await person.call(SwapPartners, "GET", f"{SWAPS}/partners", params={"assignment_id": assignment_ids})


async def ask(person: Person, wanted: SwapAsk) -> SwapRead:
    """Ask for a trade; a request that arrives twice has one effect."""
    return await person.call(SwapRead, "POST", SWAPS, body=wanted, once=True)


async def trades(person: Person, limit: int = 50) -> list[SwapRead]:
    """The live requests that concern the person, newest first."""
    return (await person.call(Page[SwapRead], "GET", SWAPS, params={"limit": limit})).items


async def trade(person: Person, request_id: int) -> SwapRead:
    """One request."""
    return await person.call(SwapRead, "GET", f"{SWAPS}/{request_id}")


async def accept(person: Person, request_id: int, option: int | None) -> SwapRead:
    """Say yes, or claim what is on offer."""
    body = SwapAnswer(option=option)
    return await person.call(SwapRead, "POST", f"{SWAPS}/{request_id}/accept", body=body)


async def decline(person: Person, request_id: int, option: int | None) -> SwapRead:
    """Say no."""
    body = SwapAnswer(option=option)
    return await person.call(SwapRead, "POST", f"{SWAPS}/{request_id}/decline", body=body)


async def alternatives(person: Person, request_id: int) -> SwapPartners:
    """What the person, who is asked, could offer instead."""
    return await person.call(SwapPartners, "GET", f"{SWAPS}/{request_id}/alternatives")


async def counter(person: Person, request_id: int, wanted: SwapCounter) -> SwapRead:
    """Offer something else."""
    return await person.call(SwapRead, "POST", f"{SWAPS}/{request_id}/counter", body=wanted)


async def withdraw(person: Person, request_id: int) -> SwapRead:
    """Take one's own request back."""
    return await person.call(SwapRead, "POST", f"{SWAPS}/{request_id}/withdraw")


async def approve(person: Person, request_id: int) -> SwapRead:
    """A manager's yes."""
    return await person.call(SwapRead, "POST", f"{SWAPS}/{request_id}/approve")


async def reject(person: Person, request_id: int, note: str) -> SwapRead:
    """A manager's no."""
    return await person.call(SwapRead, "POST", f"{SWAPS}/{request_id}/reject", body=SwapDecision(note=note))


async def open_shifts(person: Person) -> list[OpenShift]:
    """The open shifts that the person could take."""
    return await person.call(list[OpenShift], "GET", f"{SWAPS}/open")


async def takeable(person: Person, day: date) -> list[TakeableShift]:
    """The shifts of colleagues on that day that the person could offer to take."""
    return await person.call(list[TakeableShift], "GET", f"{SWAPS}/takeable", params={"day": day.isoformat()})


async def release(person: Person, request_id: int) -> SwapRead:
    """Let the owner of a dropped shift go."""
    return await person.call(SwapRead, "POST", f"{SWAPS}/{request_id}/release")


async def move(person: Person, assignment_id: int, user_id: int) -> ShiftMoved:
    """Give a shift to somebody else at once."""
    body = ShiftMove(assignment_id=assignment_id, user_id=user_id)
    return await person.call(ShiftMoved, "POST", f"{SWAPS}/moves", body=body)


async def call_in_sick(person: Person, wanted: SickCall) -> SickCallRead:
    """Say that somebody is sick."""
    return await person.call(SickCallRead, "POST", f"{SWAPS}/sick-calls", body=wanted, once=True)
