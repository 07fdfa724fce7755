"""Nobody in chat is asked to sign in: a token that the service takes no more is replaced."""

import asyncio
import time

import httpx
import pytest
from sqlalchemy.orm import Session

from bots.client import KNOWN_SECONDS, Service
from bots.desk import Desk
from bots.reply import Reply, Tone
from service.settings import get_settings
from tests.bots.core.conftest import BOT_SECRET, asker
from tests.builders import a_team, a_user


def test_a_command_is_done_though_the_token_died_before_its_time(
    session: Session, transport: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = a_user(session, a_team(session))

    async def twice() -> None:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            desk = Desk(service)
            assert (await desk.command(asker(worker.handle), "/hours")).tone is not Tone.REFUSAL
            # As an hour's jump of the clock does, or a service that came back with another key.
            monkeypatch.setenv("JWT_SECRET_KEY", "another-key-than-the-one-that-signed-the-first-token")
            get_settings.cache_clear()
            assert (await desk.command(asker(worker.handle), "/hours")).tone is not Tone.REFUSAL

    asyncio.run(twice())


class Restless(httpx.AsyncBaseTransport):
    """Reaches a service that comes back with another key before each of the next calls, as with another clock."""

    def __init__(self, inner: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch, restarts: int) -> None:
        self._inner, self._monkeypatch, self._left = inner, monkeypatch, restarts

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._left and not request.url.path.endswith("/chat/session"):
            self._left -= 1
            self._monkeypatch.setenv("JWT_SECRET_KEY", f"a-key-for-signing-tokens-that-is-number-{self._left}")
            get_settings.cache_clear()
        return await self._inner.handle_async_request(request)


def test_a_command_is_done_though_the_clock_jumps_there_and_back_meanwhile(
    session: Session, transport: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = a_user(session, a_team(session))

    async def asked() -> Reply:
        restless = Restless(transport, monkeypatch, restarts=3)
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=restless) as service:
            return await Desk(service).command(asker(worker.handle), "/hours")

    assert asyncio.run(asked()).tone is not Tone.REFUSAL


def test_who_has_just_become_manager_is_one_a_minute_later(
    session: Session, transport: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = a_team(session)
    kim = a_user(session, team)

    async def before_and_after() -> tuple[Reply, Reply]:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            desk = Desk(service)
            before = await desk.command(asker(kim.handle), "/runs")
            kim.is_manager = True
            session.flush()
            now = time.monotonic()
            monkeypatch.setattr("bots.client.time.monotonic", lambda: now + KNOWN_SECONDS)
            return before, await desk.command(asker(kim.handle), "/runs")

    before, after = asyncio.run(before_and_after())
    assert (before.tone, after.tone) == (Tone.REFUSAL, Tone.PLAIN)
