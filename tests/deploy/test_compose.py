"""The production set-up, as far as it can be tried without a container engine."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml
from pydantic_settings import BaseSettings

from bots import server_log
from bots.cli import QUEUES as WORKED_ON
from bots.settings import BotSettings
from service.settings import Settings
from tools.manifests import COMPOSE, faults_of_compose

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"
# What nobody should have to change.
INNER = {"DELIVERY_LEASE_SECONDS", "SERVICE_PATIENCE_SECONDS", "SERVICE_TIMEOUT_SECONDS"}
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


def test_everything_has_as_long_to_end_as_in_kubernetes() -> None:
    for name in ("api", "solver", "scheduler", "delivery", "slack", "telegram"):
        manifest = (ROOT / "deploy" / "kubernetes" / f"{name}.yaml").read_text()
        [seconds] = re.findall(r"terminationGracePeriodSeconds: (\d+)", manifest)
        # Where nothing is said, Compose kills after ten seconds, in the middle of what somebody waits for.
        assert _ours()[name].get("stop_grace_period") == f"{seconds}s", name


def test_every_setting_of_the_example_reaches_a_service() -> None:
    offered = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE))
    assert len(offered) > 30
    handed_on = set().union(*(service.get("environment", {}).keys() for service in _services().values()))
    filled_in = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))
    assert offered - handed_on - filled_in == set()


def test_every_setting_of_the_code_is_in_the_example() -> None:
    offered = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE))
    known = {name.upper() for name in (*Settings.model_fields, *BotSettings.model_fields)}
    assert known - offered == INNER


def test_each_process_gets_the_settings_that_it_reads_and_the_administrator_all_of_them() -> None:
    services = _ours()
    read_by: dict[str, type[BaseSettings]] = {
        "api": Settings,
        "solver": Settings,
        "delivery": BotSettings,
        "slack": BotSettings,
    }
    for name, settings in read_by.items():
        handed_on = services[name]["environment"].keys()
        not_handed_on = {field.upper() for field in settings.model_fields} - handed_on
        assert not_handed_on <= INNER | {"ROTA_SERVICE_DATABASE_URL"}, name
    assert services["admin"]["environment"].keys() == (
        services["api"]["environment"].keys() | services["slack"]["environment"].keys()
    )
    assert "ports" not in services["admin"]


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
