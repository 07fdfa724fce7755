"""The production set-up, as far as it can be tried without a container engine."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml

from bots import server_log
from bots.cli import QUEUES as WORKED_ON
from tools.manifests import COMPOSE, faults_of_compose

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"


def _services() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]
    return services


def _ours() -> dict[str, dict[str, Any]]:
    return {name: service for name, service in _services().items() if service["image"] == "rota"}


def test_the_compose_file_follows_the_specification() -> None:
    assert list(faults_of_compose(COMPOSE.read_text())) == []


def test_a_field_that_compose_does_not_know_is_a_fault() -> None:
    assert list(faults_of_compose(COMPOSE.read_text().replace("read_only:", "read-only:"))) != []


def test_the_dockerfile_passes_its_linter() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), DOCKERFILE], capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout


def test_every_package_is_in_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {name.removesuffix("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    copied = set(re.findall(r"^COPY (\w+) \w+$", DOCKERFILE.read_text(), re.MULTILINE))
    let_in = set(re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert copied == wanted == let_in


def test_the_image_has_what_production_needs_at_the_versions_that_are_tested_and_no_tools() -> None:
    tested, shipped = (pinned(ROOT / folder / "requirements.lock") for folder in ("", "deploy"))
    assert shipped.items() <= tested.items()
    assert {"fastapi", "dramatiq", "ortools", "opentelemetry-sdk"} <= shipped.keys()
    assert shipped.keys().isdisjoint({"pytest", "mypy", "ruff", "hypothesis", "uv", "schemathesis", "libfaketime"})
    assert re.findall(r"^COPY (\S+)/requirements.lock", DOCKERFILE.read_text(), re.MULTILINE) == ["deploy"]
    assert "!deploy/requirements.lock" in (ROOT / ".dockerignore").read_text().splitlines()


def pinned(lock: Path) -> dict[str, str]:
    """What a lock file names, each with its version; hashes are by version."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(), re.MULTILINE))


def test_every_queue_of_a_chat_platform_and_of_solving_has_a_worker() -> None:
    workers = [service["command"][2] for service in _ours().values() if service["command"][0] == "worker"]
    assert {queue for queues in workers for queue in queues.split(",")} == set(WORKED_ON) - {"deliver_terminal"}


def test_postgresql_is_told_to_keep_people_out_of_its_log() -> None:
    command = _services()["postgres"]["command"]
    assert command == [
        "postgres",
        *(word for name, value in server_log.SETTINGS.items() for word in ("-c", f"{name}={value}")),
    ]


def test_every_service_is_limited_and_watched() -> None:
    for name, service in _services().items():
        assert name == "migrate" or service["deploy"]["resources"]["limits"]["memory"], name
    for name, service in _ours().items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
