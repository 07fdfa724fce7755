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
