"""A command that cannot work as Rota is set up says so in one sentence, and repeats nothing that is secret."""

import subprocess
import sys
from pathlib import Path

import pytest

PASSWORD = "a-password-of-the-database"
GIVEN = {
    "DATABASE_URL": f"postgresql://rota:{PASSWORD}@127.0.0.1:1/rota",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "JWT_SECRET_KEY": "a-key-for-signing-tokens-in-these-tests-only",
    "ROTA_BOT_SECRET": "the-bots-own-secret-for-these-tests-only",
}
EXPORT = ("people", "export", "ana")
ROOT = Path(__file__).parents[2]


def said(folder: Path, *command: str, **changed: str) -> str:
    """The one line with which `rota` ends; a setting that is empty was not filled in."""
    done = subprocess.run(
        [sys.executable, "-m", "bots.cli", *command],
        env={"PYTHONPATH": str(ROOT), "HOME": str(folder)} | GIVEN | changed,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    [line] = done.stderr.splitlines()
    assert PASSWORD not in line
    return line


@pytest.mark.parametrize(
    ("command", "changed", "sentence"),
    [
        (EXPORT, {"JWT_SECRET_KEY": ""}, "JWT_SECRET_KEY is not set."),
        (("api",), {"JWT_SECRET_KEY": "ours"}, "JWT_SECRET_KEY is weak: use at least 32 random characters."),
        (("api",), {"DATABASE_POOL_SIZE": "many"}, "DATABASE_POOL_SIZE Input should be a valid integer"),
        (EXPORT, {}, "PostgreSQL cannot be reached"),
        (("invite", "maria"), {}, "PostgreSQL cannot be reached"),
        (("migrate",), {"DATABASE_URL": f"rota:{PASSWORD}"}, "DATABASE_URL is no address"),
        (("queues",), {"REDIS_URL": "127.0.0.1"}, "REDIS_URL is no address"),
    ],
)
def test_what_is_set_up_wrong_is_named_in_one_line(
    tmp_path: Path, command: tuple[str, ...], changed: dict[str, str], sentence: str
) -> None:
    line = said(tmp_path, *command, **changed)
    assert line.startswith(sentence)
    assert not any(value in line for name, value in changed.items() if name.endswith("KEY") and value)
