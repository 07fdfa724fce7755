"""More people at once than there are connections to the database: everybody is answered, nobody waits for ever."""

import asyncio
from collections import Counter
from pathlib import Path

import httpx
import pytest

from bots.demo import sample
from bots.demo.embedded import Servers
from service.security import make_access_token
from service.settings import get_settings
from tests.builders import a_team, a_user
from tests.processes import SECRETS, crew

pytestmark = pytest.mark.processes
PEOPLE = 150


def test_a_hundred_and_fifty_at_once_are_all_answered_with_three_connections(
    embedded: Servers, fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = {"DATABASE_URL": fresh_database, "REDIS_URL": embedded.redis_url, "DATABASE_POOL_SIZE": "3"}
    for name, value in (SECRETS | connected).items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    with sample.transaction(fresh_database) as session:
        user = a_user(session, a_team(session))
        session.flush()
        token, _expires = make_access_token(user)
    get_settings.cache_clear()
    with crew(fresh_database, embedded.redis_url, tmp_path) as running:
        url = running.start_api()
        assert asyncio.run(_ask_at_once(url, token)) == {200: PEOPLE}


async def _ask_at_once(url: str, token: str) -> Counter[int]:
    limits = httpx.Limits(max_connections=PEOPLE)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as http:
        headers = {"Authorization": f"Bearer {token}"}
        answers = await asyncio.gather(*(http.get("/api/users/me", headers=headers) for _ in range(PEOPLE)))
    return Counter(answer.status_code for answer in answers)
