"""`rota invite`: from the shell to a linked account."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bots.demo import sample
from bots.inviting import telegram_link
from service.errors import Unprocessable
from service.people.chat import link_by_code
from service.people.models import ChatIdentity, User
from service.schemas.chat import ChatAccount
from service.settings import get_settings
from tests.standins.telegram import TelegramServer
from tests.standins.telegram_world import TOKEN


@pytest.fixture(autouse=True)
def settings(telegram: TelegramServer, fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", fresh_database)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("JWT_SECRET_KEY", "a-key-for-signing-tokens-in-these-tests-only")
    monkeypatch.setenv("ROTA_BOT_SECRET", "the-bots-own-secret-for-these-tests-only")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_API_URL", telegram.url)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def invite(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bots.cli", "invite", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_invitation_is_a_link_and_a_picture_whose_code_works_once(fresh_database: str, tmp_path: Path) -> None:
    with sample.transaction(fresh_database) as session:
        session.add(User(name="Sam", handle="sam", email="sam@example.com"))
    picture = tmp_path / "code.png"
    said = invite("Sam@example.com", "--picture", str(picture))
    assert said.returncode == 0, said.stderr
    found = re.search(r"/link (\w+)", said.stdout)
    assert found is not None
    assert telegram_link("rota_stand_in_bot", found[1]) in said.stdout
    assert "█" in said.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")

    ana, ben = (ChatAccount(platform="telegram", external_id=name) for name in ("1", "2"))
    with sample.transaction(fresh_database) as session:
        assert link_by_code(session, ana, found[1]).user.name == "Sam"
        with pytest.raises(Unprocessable):
            link_by_code(session, ben, found[1])
        assert session.scalars(select(ChatIdentity.external_id)).all() == ["1"]


def test_somebody_unknown_cannot_be_invited() -> None:
    said = invite("nobody")
    assert said.returncode == 1
    assert "no active person" in said.stderr
