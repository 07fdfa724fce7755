"""Secrets may come from files, so that they stand in no environment."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import SECRETS

PROGRAM = """
import json, sys
from bots.configuration import read_configuration
from bots.settings import BotSettings
from service.settings import Settings
service, bots = Settings(), BotSettings()
print(json.dumps({
    "service": [service.database_url, service.jwt_secret_key.get_secret_value()],
    "bots": [bots.redis_url, bots.rota_bot_secret.get_secret_value()],
    "doctor": read_configuration()["ROTA_BOT_SECRET"],
}))
"""


def read(folder: Path, home: Path, **environment: str) -> dict[str, object]:
    """What service, bots and doctor read in a process that is given this folder of files."""
    wanted = {*SECRETS, "DATABASE_URL", "REDIS_URL"}
    given = {key: value for key, value in os.environ.items() if key.upper() not in wanted}
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=given | {"ROTA_SECRETS_DIR": str(folder), "PYTHONPATH": root} | environment,
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir()
    files = SECRETS | {"DATABASE_URL": "postgresql://from/a-file", "redis_url": "redis://from/a-file"}
    for name, value in files.items():
        (folder / name).write_text(f"{value}\n")
    return folder


def test_service_bots_and_doctor_read_secrets_from_files(secrets: Path, tmp_path: Path) -> None:
    assert read(secrets, tmp_path) == {
        "service": ["postgresql://from/a-file", SECRETS["JWT_SECRET_KEY"]],
        "bots": ["redis://from/a-file", SECRETS["ROTA_BOT_SECRET"]],
        "doctor": SECRETS["ROTA_BOT_SECRET"],
    }


def test_the_environment_wins_over_a_file(secrets: Path, tmp_path: Path) -> None:
    other = "another-secret-that-is-long-enough-to-be-one"
    found = read(secrets, tmp_path, ROTA_BOT_SECRET=other, DATABASE_URL="postgresql://from/outside")
    assert found["service"] == ["postgresql://from/outside", SECRETS["JWT_SECRET_KEY"]]
    assert found["bots"] == ["redis://from/a-file", other]
    assert found["doctor"] == other
