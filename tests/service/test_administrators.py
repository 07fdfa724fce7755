"""The first administrator, made beside the service."""

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import select
from typer.testing import CliRunner

from service import db, security
from service.app import create_app
from service.cli import app
from service.people.administrators import make_administrator
from service.people.models import User
from tests.builders import a_team, a_user

pytestmark = pytest.mark.usefixtures("own_database")


def test_an_administrator_is_made_and_can_sign_in_and_open_a_team() -> None:
    assert make_administrator("ada@example.com", "Ada", "a long password") is True
    with TestClient(create_app()) as api:
        login = api.post("/api/users/login", json={"email": "ada@example.com", "password": "a long password"})
        headers = {"Authorization": f"Bearer {login.json()['access_token']}"}
        made = api.post("/api/teams", json={"name": "Bar", "time_zone": "UTC"}, headers=headers)
    assert made.status_code == 201


def test_somebody_who_is_there_is_promoted_and_signs_in_anew() -> None:
    with db.unit_of_work() as session:
        ana = a_user(session, a_team(session), name="Ana")
        token, _ = security.make_access_token(ana)
    assert make_administrator("ANA@example.com", "Ana", "a long password") is False
    with db.unit_of_work() as session:
        [found] = session.scalars(select(User))
        assert (found.is_admin, found.is_manager, found.handle) == (True, True, "ana")
    with TestClient(create_app()) as api:
        assert api.get("/api/users/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_weak_password_is_refused_and_makes_nobody() -> None:
    with pytest.raises(ValidationError, match="at least 10"):
        make_administrator("ada@example.com", "Ada", "short")
    shell = CliRunner().invoke(
        app, ["administrator", "ada@example.com", "--name", "Ada"], env={"ROTA_PASSWORD": "short"}
    )
    assert shell.exit_code == 2
    assert "password" in shell.stderr
    with db.unit_of_work() as session:
        assert session.scalars(select(User)).all() == []
