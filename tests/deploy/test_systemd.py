"""The units are what systemd takes, are shut in, and run the same commands as the containers."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.test_starting import of_compose
from tools.manifests import ROOT

UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
PROGRAM = "/opt/rota/bin/rota"
# systemd's own measure, from 0 to 10.
MOST_EXPOSED = 2.0


def settings(unit: Path) -> dict[str, list[str]]:
    """The values of each setting, in order."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", unit.read_text(), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def name(unit: Path) -> str:
    """Which service of compose it is."""
    return unit.stem.removeprefix("rota-").removesuffix("@")


@pytest.fixture
def installed(tmp_path: Path) -> list[str]:
    """The units with a program that is there, one worker of each kind, as arguments for systemd-analyze."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not on this machine")
    names = []
    for unit in UNITS.iterdir():
        copy = tmp_path / unit.name.replace("@", "@1")
        copy.write_text(unit.read_text().replace(PROGRAM, str(Path(sys.executable).with_name("rota"))))
        names.append(f"./{copy.name}")
    return names


def analyse(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_systemd_finds_nothing_wrong(installed: list[str], tmp_path: Path) -> None:
    verified = analyse(tmp_path, "verify", *installed)
    assert (verified.returncode, verified.stderr) == (0, "")


def test_systemd_would_find_a_word_that_it_does_not_know(installed: list[str], tmp_path: Path) -> None:
    api = tmp_path / "rota-api.service"
    api.write_text(api.read_text().replace("NoNewPrivileges=", "NoNewPriviliges="))
    assert "NoNewPriviliges" in analyse(tmp_path, "verify", "./rota-api.service").stderr


def test_no_service_can_do_much_besides_its_work(installed: list[str], tmp_path: Path) -> None:
    for unit in installed:
        if unit.endswith(".service"):
            judged = analyse(tmp_path, "security", "--offline=true", unit).stdout
            exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", judged)
            assert exposure is not None, judged
            assert float(exposure[1]) <= MOST_EXPOSED, unit


def test_units_run_the_same_commands_as_compose() -> None:
    # `admin` is a shell for whoever runs Rota, who has one here.
    containers = {service: said["command"] for service, said in of_compose().items() if service != "admin"}
    units = {name(unit): settings(unit)["ExecStart"][0].removeprefix(f"{PROGRAM} ").split() for unit in SERVICES}
    assert units.keys() == containers.keys()
    for service, command in units.items():
        # In a container everything listens for the outside, here for the proxy on the same machine.
        assert without_host(command) == without_host(containers[service]), service


def test_after_a_reboot_everything_begins_behind_its_servers_and_is_tried_until_they_are_there() -> None:
    for unit in SERVICES:
        said = settings(unit)
        assert {"postgresql.service", "redis-server.service"} <= set(said["After"][0].split()), unit.name
        assert name(unit) == "migrate" or said["StartLimitIntervalSec"] == ["0"], unit.name


def test_each_of_nine_workers_has_a_port_and_no_other_has_it() -> None:
    ports = [
        int(value.removeprefix("METRICS_PORT=").replace("%i", str(worker)))
        for unit in SERVICES
        for value in settings(unit).get("Environment", ())
        for worker in (range(1, 10) if "@" in unit.name else (0,))
    ]
    assert len(set(ports)) == len(ports) == 3 + 2 * 9
    assert max(ports) < 2**16


def without_host(command: list[str]) -> list[str]:
    at = command.index("--host") if "--host" in command else len(command)
    return command[:at] + command[at + 2 :]


def test_bots_never_see_the_database_and_only_migrations_its_owner() -> None:
    for unit in SERVICES:
        files = [Path(file).stem for file in settings(unit)["EnvironmentFile"]]
        wanted = {"migrate": ["service", "owner"], "delivery": ["bots"], "slack": ["bots"], "telegram": ["bots"]}
        assert files == wanted.get(name(unit), ["service"]), unit.name


def test_every_service_is_limited_comes_back_and_answers_on_a_port_of_its_own() -> None:
    ports = []
    for unit in SERVICES:
        said = settings(unit)
        assert said["MemoryMax"], unit.name
        assert said["User"] == ["rota"], unit.name
        if name(unit) != "migrate":
            assert said["Restart"] == ["always"], unit.name
            assert said["PartOf"] == ["rota.target"], unit.name
        ports += [value for value in said.get("Environment", ()) if value.startswith("METRICS_PORT=")]
    assert len(set(ports)) == len(ports) == len(SERVICES) - 2, "all but the API and the migration"
