"""The manifest is one that Slack takes, and the guide explains exactly what it asks for."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bots.commands.registry import COMMANDS
from bots.slack.app import EVENTS
from bots.slack.check import SCOPES
from bots.slack.kept import KEPT

ROOT = Path(__file__).parents[3]

# https://slack.com/help/articles/201259356-Slash-commands-in-Slack: a manifest with one of these is refused.
KEPT_BY_SLACK = """
active apps archive away call clear collapse dm dnd expand feed help huddle invite invite_people join keys kick leave
list me msg mute open part prefs remind remove rename search shortcuts shrug star status topic unarchive who
"""


@pytest.fixture
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "slack-manifest.yaml").read_text())
    return loaded


def test_slack_would_take_the_manifest(manifest: dict[str, Any], shared_data: Path) -> None:
    schema = json.loads((shared_data / "chat-specs" / "slack_manifest.2.0.0.json").read_text())
    jsonschema.validate(manifest, schema)


def test_every_command_is_there_but_those_that_slack_keeps_for_itself(manifest: dict[str, Any]) -> None:
    commands = [command["command"].removeprefix("/") for command in manifest["features"]["slash_commands"]]
    assert sorted(commands) == sorted({"rota", "link", *COMMANDS} - set(KEPT_BY_SLACK.split()))
    assert set(COMMANDS) & set(KEPT_BY_SLACK.split()) == KEPT


def test_the_guide_explains_exactly_the_scopes_that_are_asked_for(manifest: dict[str, Any]) -> None:
    guide = (ROOT / "docs" / "slack.md").read_text()
    explained = re.findall(r"^\| `([a-z:.]+)` \|", guide, re.MULTILINE)
    assert explained == manifest["oauth_config"]["scopes"]["bot"] == [*SCOPES]


def test_exactly_the_events_that_are_listened_to_are_subscribed(manifest: dict[str, Any]) -> None:
    assert sorted(manifest["settings"]["event_subscriptions"]["bot_events"]) == sorted(EVENTS)
