"""Every command of the production set-up is started as it stands there, answers, and ends when told to."""

import re
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bots.demo.embedded import Servers
from bots.slack.check import SCOPES
from tests.deploy.figures import OF_PROMETHEUS, asked_for, told
from tests.processes import SECRETS, Crew, crew, free_port, wait_until
from tests.standins.slack import SlackServer, slack_server
from tests.standins.slack_side import SIGNING_SECRET
from tests.standins.slack_world import TOKEN as SLACK_TOKEN
from tests.standins.telegram import TelegramServer, telegram_server
from tests.standins.telegram_world import TOKEN as TELEGRAM_TOKEN
from tools.manifests import COMPOSE, manifests

# What `.env` would hold, and where compose looks it up.
FILLED_IN = SECRETS | {
    "POSTGRES_PASSWORD": "any",
    "ROTA_DATABASE_PASSWORD": "another",
    "SLACK_BOT_TOKEN": SLACK_TOKEN,
    "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    "TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
}
LISTENING = ("api", "slack", "telegram")


def of_compose() -> dict[str, dict[str, Any]]:
    """Our own services in compose, each with its environment as compose fills it in."""
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    ours = {name: service for name, service in services.items() if service["image"] == "rota"}
    for service in ours.values():
        service["environment"] = {
            name: filled_in
            for name, value in service["environment"].items()
            if (filled_in := FILLED_IN.get(name) if value is None else _filled_in(value)) is not None
        }
    return ours


def running_names(services: dict[str, Any]) -> set[str]:
    """Those that run on and on."""
    return services.keys() - {"migrate", "admin"}


def _filled_in(value: str) -> str:
    return re.sub(
        r"\$\{(\w+):([-?])(.*?)\}",
        lambda found: (
            FILLED_IN.get(found[1]) or (found[3] if found[2] == "-" else pytest.fail(f"{found[1]} is unset"))
        ),
        value,
    )


def test_kubernetes_runs_the_same_commands_as_compose() -> None:
    pods = [
        manifest["spec"]["template"]["spec"] for _, manifest in manifests() if "template" in manifest.get("spec", {})
    ]
    started = {container["name"]: container["args"] for pod in pods for container in pod["containers"]}
    # Which only waits there for `kubectl exec`.
    assert started.pop("admin") == ["infinity"]
    assert started == {name: service["command"] for name, service in of_compose().items() if name != "admin"}


@pytest.mark.processes
@pytest.mark.xdist_group("processes")
def test_every_command_of_the_set_up_starts_answers_and_ends(
    embedded: Servers, fresh_database: str, service_url: str, tmp_path: Path
) -> None:
    services = of_compose()
    with (
        slack_server() as slack,
        telegram_server() as telegram,
        crew(service_url, embedded.redis_url, tmp_path / "logs") as processes,
    ):
        slack.world.scopes = [*SCOPES]
        # Migrations run as the owner of the tables; everything else as the role that they make for it.
        owner = {"DATABASE_URL": fresh_database, "ROTA_SERVICE_DATABASE_URL": service_url}
        assert services["migrate"]["environment"].keys() >= owner.keys()
        assert all(
            "ROTA_SERVICE_DATABASE_URL" not in services[name]["environment"] for name in services.keys() - {"migrate"}
        )
        migrated = processes.start(*services["migrate"]["command"], **services["migrate"]["environment"] | owner)
        assert migrated.wait(60) == 0, processes.logs()
        here = {"DATABASE_URL": service_url, "REDIS_URL": embedded.redis_url}
        ports = {name: free_port() for name in LISTENING}
        here |= {
            "ROTA_SERVICE_URL": f"http://127.0.0.1:{ports['api']}",
            "SLACK_API_URL": slack.url,
            "TELEGRAM_API_URL": telegram.url,
        }
        running, watched = {}, {}
        for name in running_names(services):
            given = services[name]["environment"] | here
            command = services[name]["command"] + (["--port", str(ports[name])] if name in ports else [])
            if name == "api":
                watched[name] = f"http://127.0.0.1:{ports[name]}/ready"
            else:
                given["METRICS_PORT"] = str(free_port())
                watched[name] = f"http://127.0.0.1:{given['METRICS_PORT']}"
            running[name] = processes.start(*command, **given)
        for url in (*watched.values(), f"http://127.0.0.1:{ports['slack']}/health"):
            wait_until(lambda url=url: _answers(url), seconds=60)  # type: ignore[misc]  # bound per turn
        wait_until(lambda: bool(telegram.world.commands), seconds=60)
        assert [name for name, process in running.items() if process.poll() is not None] == [], processes.logs()
        pages = [url.replace("/ready", "/metrics") for url in watched.values()]
        figures = OF_PROMETHEUS.union(*(told(httpx.get(page).text) for page in pages))
        assert {where: missing for where, names in asked_for().items() if (missing := names - figures)} == {}
        examined = processes.start(*services["admin"]["command"], **services["admin"]["environment"] | here)
        assert examined.wait(60) == 0, processes.logs()
        _end(running, processes)
        _over_the_other_way(processes, services, here, slack, telegram)


def _over_the_other_way(
    processes: Crew,
    services: dict[str, dict[str, Any]],
    here: dict[str, str],
    slack: SlackServer,
    telegram: TelegramServer,
) -> None:
    """Slack over Socket Mode, Telegram over its webhook."""
    port = free_port()
    slack_given = (
        services["slack"]["environment"]
        | here
        | {"SLACK_APP_TOKEN": "xapp-stand-in", "METRICS_PORT": str(free_port())}
    )
    webhook = {
        "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
        "TELEGRAM_WEBHOOK_SECRET": "the-secret-of-the-webhook",
        "METRICS_PORT": str(free_port()),
    }
    telegram_given = services["telegram"]["environment"] | here | webhook
    running = {
        "slack": processes.start("slack", **slack_given),
        "telegram": processes.start("telegram", "--port", str(port), **telegram_given),
    }
    wait_until(lambda: slack.has_socket, seconds=60)
    wait_until(lambda: telegram.world.webhook.get("url") == webhook["TELEGRAM_WEBHOOK_URL"], seconds=60)
    _end(running, processes)


def _end(running: dict[str, Any], processes: Crew) -> None:
    for process in running.values():
        process.terminate()
    # uvicorn ends in order, and then dies of the signal that it was sent, as daemons should.
    in_order = dict.fromkeys(running, 0) | ({"api": -signal.SIGTERM} if "api" in running else {})
    assert {name: process.wait(40) for name, process in running.items()} == in_order, processes.logs()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False
