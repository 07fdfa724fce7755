"""The chat core on the real service, without a port between them, inside the test's own transaction."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy.orm import Session

from bots.actions import Action
from bots.client import Service
from bots.demo.embedded import Servers
from bots.desk import Asker, Desk
from bots.reply import Reply
from service import security
from service.app import create_app
from service.people.models import User
from service.schemas.chat import ChatAccount
from service.settings import get_settings

BOT_SECRET = "the-bots-own-secret-for-these-tests-only"

Say = Callable[[User, str], Reply]
Press = Callable[[User, Action, str], Reply]


@pytest.fixture
def settings(embedded: Servers, template_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", template_database)
    monkeypatch.setenv("REDIS_URL", embedded.redis_url)
    monkeypatch.setenv("JWT_SECRET_KEY", "a-key-for-signing-tokens-in-these-tests-only")
    monkeypatch.setenv("ROTA_BOT_SECRET", BOT_SECRET)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def transport(settings: None, session: Session) -> httpx.ASGITransport:
    """The service, each request a savepoint of the test's transaction."""
    app = create_app()

    def one_request() -> Iterator[Session]:
        with session.begin_nested():
            yield session
        session.expire_all()

    app.dependency_overrides[security.database] = one_request
    app.dependency_overrides[security.units] = lambda: contextmanager(one_request)
    return httpx.ASGITransport(app=app)


def asker(handle: str) -> Asker:
    """Somebody on the terminal."""
    return Asker(account=ChatAccount(platform="terminal", external_id=handle), place=None, key="")


@pytest.fixture
def say(transport: httpx.ASGITransport) -> Say:
    """Say a line as somebody, and hear the answer."""

    async def saying(handle: str, line: str) -> Reply:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return await Desk(service).command(asker(handle), line)

    return lambda user, line: asyncio.run(saying(user.handle, line))


@pytest.fixture
def press(transport: httpx.ASGITransport) -> Press:
    """Press a button as somebody."""

    async def pressing(handle: str, action: Action, value: str) -> Reply:
        async with Service("http://service", BOT_SECRET, platform="terminal", transport=transport) as service:
            return await Desk(service).action(asker(handle), action, value)

    return lambda user, action, value: asyncio.run(pressing(user.handle, action, value))
