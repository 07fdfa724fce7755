"""Calls about the people whom a manager looks after, and the codes that bring them into a chat."""

from bots.client import Person
from service.schemas.base import Page
from service.schemas.chat import LinkCodeRead
from service.schemas.people import UserRead

USERS = "/users"
MOST = 200
LONGEST_TEXT = 100


async def people_without_account(person: Person) -> list[UserRead]:
    """The first of those who are in no chat yet, by name."""
    return await _people(person, linked=False)


async def people_called(person: Person, said: str) -> list[UserRead]:
    """The first of those whose name, address or handle holds these words, by name."""
    return await _people(person, text=said[:LONGEST_TEXT])


async def _people(person: Person, **wanted: str | bool) -> list[UserRead]:
    params = {"active": True, "limit": MOST, **wanted}
    return (await person.call(Page[UserRead], "GET", USERS, params=params)).items


async def one_person(person: Person, user_id: int) -> UserRead:
    """Somebody whom the person manages. Raises Refused with the code `not_found`."""
    return await person.call(UserRead, "GET", f"{USERS}/{user_id}")


async def make_code(person: Person, user_id: int) -> LinkCodeRead:
    """A one-time code for somebody whom the person manages."""
    return await person.call(LinkCodeRead, "POST", f"{USERS}/{user_id}/link-codes")
