"""During a rolling deploy bots and service are of two versions for a while: either may be the newer one."""

import json
from typing import Literal

import httpx
import pytest
from pydantic import ValidationError

from bots.client import Refused, Service
from service.app import create_app
from service.schemas.base import FieldFault, Schema, Wording
from service.schemas.notifications import DeliveryFailed
from service.schemas.people import Credentials


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Away(Schema):
    """Something that people ask for, of which a newer version knows more than an older one."""

    kind: Literal["away"] = "away"
    day: int
    note: str | None = None
    half: bool = False


class Answer(Schema):
    """What the older version knows of an answer."""

    id: int
    parts: list["Part"]


class Part(Schema):
    """A part of it."""

    name: str


async def said(body: Schema) -> dict[str, object]:
    """What the service is sent."""
    heard: list[bytes] = []

    def listen(request: httpx.Request) -> httpx.Response:
        heard.append(request.content)
        return httpx.Response(204)

    async with Service(
        "http://service", "secret", platform="slack", transport=httpx.MockTransport(listen)
    ) as service:
        await service.call(None, "POST", "/anything", body=body)
    told: dict[str, object] = json.loads(heard[0])
    return told


@pytest.mark.anyio
async def test_bots_say_only_what_they_mean_so_that_an_older_service_takes_it() -> None:
    assert await said(Away(day=3)) == {"kind": "away", "day": 3}
    assert await said(Away(day=3, note=None)) == {"kind": "away", "day": 3, "note": None}, "taken back on purpose"


@pytest.mark.anyio
async def test_bots_read_what_they_know_in_the_answer_of_a_newer_service() -> None:
    newer = {"id": 7, "colour": "new", "parts": [{"name": "one", "size": 3}]}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=newer))
    async with Service("http://service", "secret", platform="slack", transport=transport) as service:
        assert await service.call(Answer, "GET", "/anything") == Answer(id=7, parts=[Part(name="one")])


@pytest.mark.anyio
async def test_bots_read_what_they_know_of_a_refusal_by_a_newer_service() -> None:
    newer = {
        "title": "Gone",
        "status": 404,
        "code": "not_found",
        "detail": "Sam is gone.",
        "wording": {"detail": "{person} is gone.", "values": {"person": "Sam"}, "colour": "new"},
        "faults": [{"field": "person", "reason": "is gone", "colour": "new"}],
        "colour": "new",
    }
    transport = httpx.MockTransport(lambda _: httpx.Response(404, json=newer))
    async with Service("http://service", "secret", platform="slack", transport=transport) as service:
        with pytest.raises(Refused) as refused:
            await service.call(Answer, "GET", "/anything")
    assert refused.value.problem.wording == Wording(detail="{person} is gone.", values={"person": "Sam"})
    assert refused.value.problem.faults == [FieldFault(field="person", reason="is gone")]


def test_the_service_ignores_what_newer_bots_add_to_their_own_calls() -> None:
    newer = DeliveryFailed.model_validate({"attempt": 1, "error": "Away", "since_when": "yesterday"})
    assert newer == DeliveryFailed(attempt=1, error="Away")


def test_every_body_of_a_call_for_bots_alone_may_hold_more() -> None:
    described = create_app().openapi()
    bodies = [
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for path in described["paths"].values()
        for operation in path.values()
        if "bots only" in operation.get("description", "") and "requestBody" in operation
    ]
    assert {"DeliveryDone", "DeliveryFailed", "ChatAccount", "LinkRequest", "Workspace"} <= set(bodies)
    strict = [
        name for name in bodies if described["components"]["schemas"][name].get("additionalProperties") is False
    ]
    assert strict == []


def test_what_people_mistype_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="passwort"):
        Credentials.model_validate({"email": "ana@example.com", "password": "a-password", "passwort": "another"})
