"""Calls about weeks and shifts beyond the everyday ones: people, assignments by hand, calendars."""

from bots.client import Person
from service.schemas.base import Page
from service.schemas.calendars import FeedCreated, FeedRead
from service.schemas.people import UserRead
from service.schemas.shifts import AssignmentRead, AssignmentWrite

CALENDAR = "/calendar"
PAGE = 200


async def calendar_status(person: Person) -> FeedRead:
    """Since when there is a link. Raises Refused with the status 404 where there is none."""
    return await person.call(FeedRead, "GET", CALENDAR)


async def new_calendar(person: Person) -> FeedCreated:
    """A new link; the old one ends."""
    return await person.call(FeedCreated, "POST", CALENDAR)


async def end_calendar(person: Person) -> None:
    """No link any more."""
    await person.call(None, "DELETE", CALENDAR)


async def calendar_file(person: Person, path: str) -> bytes:
    """What a calendar reads behind a link."""
    return await person.download(path.removeprefix("/api"))


async def assign(person: Person, wanted: AssignmentWrite) -> AssignmentRead:
    """Put somebody on a shift. Raises Refused with the codes `breaks_rules` and `costs_something`."""
    return await person.call(AssignmentRead, "POST", "/shift-assignments", body=wanted)


async def people(person: Person) -> list[UserRead]:
    """Everybody in the teams of a manager."""
    found: list[UserRead] = []
    while True:
        params = {"limit": PAGE, "offset": len(found)}
        page = await person.call(Page[UserRead], "GET", "/users", params=params)
        found += page.items
        if not page.items or len(found) >= page.total:
            return found
