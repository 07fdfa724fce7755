"""The installation guide names only what is there: its lines are held to compose, units, manifests and `rota`."""

import importlib
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
import yaml
from typer.core import TyperGroup

from bots.cli import COMMANDS, app
from tools.manifests import COMPOSE, ROOT

GUIDE = (ROOT / "docs" / "deploy.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
UNITS = {unit.name for unit in (ROOT / "deploy" / "systemd").iterdir()}
COMPOSED = yaml.safe_load(COMPOSE.read_text())["services"]
MANIFESTS = [
    one
    for manifest in (ROOT / "deploy" / "kubernetes").glob("*.yaml")
    for one in yaml.safe_load_all(manifest.read_text())
    if one
]
SHORT = {"deploy": "Deployment", "job": "Job"}


def commands(program: str) -> Iterator[list[str]]:
    """The words of each command of the guide that runs `program`, without what is piped or joined to it."""
    for block in BLOCKS:
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            for start in (number for number, word in enumerate(words) if word.split("/")[-1] == program):
                rest = words[start + 1 :]
                ends = [number for number, word in enumerate(rest) if re.fullmatch(r"[&|;<>]+|.*\)", word)]
                yield rest[: ends[0]] if ends else rest


def check(words: list[str]) -> None:
    """Fail where there is no such command of Rota, or no such option of it."""
    inner = next((command.module for command in COMMANDS if command.name == words[0]), None)
    command = typer.main.get_command(importlib.import_module(inner).app if inner else app)
    # A module with one command is that command.
    rest = words if isinstance(command, TyperGroup) else words[1:]
    while isinstance(command, TyperGroup):
        assert rest[0] in command.commands, words
        command, rest = command.commands[rest[0]], rest[1:]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {one.split("=")[0] for one in rest if one.startswith("--")} <= known, words


@pytest.mark.parametrize("block", BLOCKS)
def test_the_shell_can_read_each_block(block: str) -> None:
    read = subprocess.run(["bash", "-n"], input=block.replace("<", "_"), capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_of_rota_in_the_pages_is_one(page: Path) -> None:
    text = page.read_text()
    for block in re.findall(r"^```(?:sh|console|bash)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for line in re.findall(r"^(?:\$ )?(?:\S*/)?rota ([a-z].*)$", block, re.MULTILINE):
            check(shlex.split(line.split("|")[0], comments=True))
    for line in re.findall(r"`rota ([a-z][^`|]*)`", text):
        check(shlex.split(line))


def test_compose_has_the_services_and_profiles_that_the_guide_names() -> None:
    profiles = {profile for service in COMPOSED.values() for profile in service.get("profiles", [])}
    lines = [words[1:] for words in commands("docker") if words[0] == "compose"]
    assert len(lines) >= 6
    for words in lines:
        assert {words[number + 1] for number, word in enumerate(words) if word == "--profile"} <= profiles, words
        verbs = [number for number, word in enumerate(words) if word in ("run", "exec")]
        if verbs:
            service, *command = [word for word in words[verbs[0] + 1 :] if word not in ("--rm", "--no-TTY")]
            assert service in COMPOSED
            if service in {"api", "admin"}:
                # `run` goes on from the image's entry point, which is `rota`; `exec` does not.
                check(command if words[verbs[0]] == "run" else command[1:])
    for service, wanted in re.findall(r"\| `(\w+)`.*?`--scale (\w+)=", GUIDE):
        assert service == wanted
        assert service in COMPOSED


def test_systemd_has_the_units_that_the_guide_names() -> None:
    named = {
        word if "." in word else f"{word}.service"
        for words in commands("systemctl")
        for word in words
        if word.startswith("rota")
    }
    assert {re.sub(r"@\d", "@", unit) for unit in named} == UNITS


def test_kubernetes_has_what_the_guide_names() -> None:
    there = {(one["kind"], one["metadata"]["name"]) for one in MANIFESTS if "metadata" in one}
    lines = list(commands("kubectl"))
    assert len(lines) >= 5
    for words in lines:
        for space in (words[number + 1] for number, word in enumerate(words) if word == "--namespace"):
            assert ("Namespace", space) in there
        for kind, name in (word.split("/") for word in words if re.fullmatch(r"(deploy/a\w+|job/[\w-]+)", word)):
            assert (SHORT[kind], name) in there
        if words[0] == "delete":
            assert (SHORT[words[1]], words[2]) in there
        if words[0] == "scale":
            assert (words[1].capitalize(), words[2]) in there
        if "--" in words:
            check(words[words.index("--") + 2 :])


def test_the_files_that_the_guide_names_are_there() -> None:
    named = set(re.findall(r"`((?:deploy|tests)/[\w./-]+)`", GUIDE)) | set(re.findall(r"\]\(([\w./-]+)\)", GUIDE))
    assert len(named) > 10
    for name in named:
        assert (ROOT / name).exists() or (ROOT / "docs" / name).exists(), name
