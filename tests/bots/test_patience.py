"""The bots wait out a restart of the service, and do nothing twice for it."""

import httpx
import pytest

from bots.client import Refused, Service, Unreachable
from service.schemas.base import Page
from service.schemas.notifications import DeliveryDone

pytestmark = pytest.mark.anyio
AWAY = httpx.Response(
    503, json={"title": "Not available", "status": 503, "code": "unavailable", "detail": "The database is away."}
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Restarting(httpx.AsyncBaseTransport):
    """A service that goes wrong like this, one request after the other, and then answers."""

    def __init__(self, *troubles: Exception | httpx.Response) -> None:
        self._troubles = list(troubles)
        self.asked = 0

    async def handle_async_request(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        if not self._troubles:
            return httpx.Response(200, json={"items": [], "total": 0, "limit": 1, "offset": 0})
        trouble = self._troubles.pop(0)
        if isinstance(trouble, Exception):
            raise trouble
        return trouble


def _service(transport: Restarting, patience: float = 10.0) -> Service:
    return Service("http://rota", "secret", platform="slack", patience_seconds=patience, transport=transport)


async def test_what_was_never_sent_is_sent_again() -> None:
    transport = Restarting(httpx.ConnectError("refused"), httpx.ConnectError("refused"))
    await _service(transport).call(None, "POST", "/anything")
    assert transport.asked == 3


async def test_a_question_is_asked_again_when_its_answer_is_lost_or_the_database_is_away() -> None:
    transport = Restarting(httpx.ReadError("reset"), AWAY)
    await _service(transport).call(Page[str], "GET", "/anything")
    assert transport.asked == 3


async def test_an_order_without_a_key_is_not_given_twice() -> None:
    transport = Restarting(httpx.ReadError("reset"))
    with pytest.raises(Unreachable):
        await _service(transport).call(None, "POST", "/anything")
    assert transport.asked == 1


async def test_a_report_of_a_delivery_is_given_again_and_its_second_arrival_is_none_of_a_problem() -> None:
    taken = httpx.Response(409, json={"title": "No", "status": 409, "code": "not_due", "detail": "It is done."})
    transport = Restarting(AWAY, httpx.ReadError("reset"), taken)
    await _service(transport).done(1, DeliveryDone(attempt=1, message_id="1"))
    assert transport.asked == 3


async def test_an_order_with_a_key_is_given_again() -> None:
    transport = Restarting(httpx.ReadError("reset"), AWAY)
    await _service(transport).call(None, "POST", "/anything", headers={"Idempotency-Key": "k"})
    assert transport.asked == 3


async def test_patience_ends() -> None:
    transport = Restarting(*[httpx.ConnectError("refused")] * 9)
    with pytest.raises(Unreachable):
        await _service(transport, patience=0.6).call(None, "GET", "/anything")
    assert 1 < transport.asked < 9


async def test_a_refusal_is_an_answer() -> None:
    no = httpx.Response(409, json={"title": "No", "status": 409, "code": "no", "detail": "No."})
    transport = Restarting(no)
    with pytest.raises(Refused):
        await _service(transport).call(None, "GET", "/anything")
    assert transport.asked == 1
