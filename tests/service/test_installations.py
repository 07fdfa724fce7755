"""Tokens of installations: sealed at rest, replaced, forgotten, and sealed anew with a new key."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import clock
from service.installations import sealing, service
from service.installations.models import ChatInstallation
from service.settings import get_settings
from tests.builders import a_manager, a_team
from tests.service.conftest import As

OLD, NEW = "the-old-key-" + "o" * 32, "the-new-key-" + "n" * 32
ACME = {"platform": "slack", "workspace": "T1"}
INSTALLATION = {**ACME, "name": "Acme", "bot_user": "U1", "scopes": "commands", "token": "xoxb-secret"}


@pytest.fixture(autouse=True)
def keys(settings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keys(monkeypatch, OLD)


def use_keys(monkeypatch: pytest.MonkeyPatch, *keys: str) -> None:
    monkeypatch.setenv("ROTA_ENCRYPTION_KEYS", ",".join(keys))
    get_settings.cache_clear()


def sealed(session: Session) -> str | None:
    session.expire_all()
    return session.scalars(select(ChatInstallation.sealed_token)).one()


def test_a_token_is_kept_sealed_and_given_to_bots_alone(
    session: Session, api: TestClient, as_bot: dict[str, str], as_user: As
) -> None:
    assert api.post("/api/chat/installations", json=INSTALLATION, headers=as_bot).status_code == 204
    assert "xoxb-secret" not in str(sealed(session))
    found = api.post("/api/chat/installations/find", json=ACME, headers=as_bot).json()
    assert (found["token"], found["bot_user"]) == ("xoxb-secret", "U1")
    boss = as_user(a_manager(session, a_team(session)))
    for route in ("", "/find", "/remove"):
        assert api.post(f"/api/chat/installations{route}", json=INSTALLATION, headers=boss).status_code == 401


def test_installing_again_replaces_the_token(api: TestClient, as_bot: dict[str, str]) -> None:
    for token in ("xoxb-first", "xoxb-second"):
        api.post("/api/chat/installations", json={**INSTALLATION, "token": token}, headers=as_bot)
    assert api.post("/api/chat/installations/find", json=ACME, headers=as_bot).json()["token"] == "xoxb-second"


def test_uninstalling_forgets_the_token_and_a_late_farewell_does_not_end_a_new_installation(
    session: Session, api: TestClient, as_bot: dict[str, str]
) -> None:
    api.post("/api/chat/installations", json=INSTALLATION, headers=as_bot)
    before = (clock.now() - timedelta(minutes=1)).isoformat()
    api.post("/api/chat/installations/remove", json={**ACME, "at": before}, headers=as_bot)
    assert sealed(session) is not None
    api.post("/api/chat/installations/remove", json={**ACME, "at": clock.now().isoformat()}, headers=as_bot)
    assert sealed(session) is None
    refused = api.post("/api/chat/installations/find", json=ACME, headers=as_bot)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_installed")


def test_a_new_key_takes_over_and_the_old_one_can_go(
    session: Session, api: TestClient, as_bot: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    api.post("/api/chat/installations", json=INSTALLATION, headers=as_bot)
    use_keys(monkeypatch, NEW, OLD)
    assert service.rotate(session) == 1
    session.flush()
    use_keys(monkeypatch, NEW)
    assert api.post("/api/chat/installations/find", json=ACME, headers=as_bot).json()["token"] == "xoxb-secret"
    use_keys(monkeypatch, OLD)
    with pytest.raises(sealing.CannotSeal):
        sealing.unseal(str(sealed(session)))


def test_without_a_key_nothing_is_kept(
    session: Session, api: TestClient, as_bot: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keys(monkeypatch)
    refused = api.post("/api/chat/installations", json=INSTALLATION, headers=as_bot)
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_seal")
    assert session.scalars(select(ChatInstallation.id)).all() == []


def test_a_weak_key_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    use_keys(monkeypatch, OLD, "short")
    with pytest.raises(ValueError, match="weak"):
        get_settings()
