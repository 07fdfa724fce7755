"""`rota doctor` says what stands between Rota and Slack."""

import pytest

from bots.doctor import Finding, Health, examine
from bots.slack.check import SCOPES
from tests.standins.slack import APP_TOKEN, SlackServer
from tests.standins.slack_world import TOKEN

SEVERAL = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "secret",
    "SLACK_PUBLIC_URL": "https://rota.example.com",
    "SLACK_WORKSPACES": "T1,T2",
    "SLACK_SIGNING_SECRET": "s" * 32,
}


async def found_of_slack(**settings: str) -> Finding:
    """What the doctor says of Slack where this is all that is configured."""
    [found] = [one for one in await examine(settings) if one.part == "Slack"]
    return found


@pytest.mark.anyio
async def test_a_sound_slack_knows_us_and_opens_a_socket(slack: SlackServer) -> None:
    slack.world.scopes = [*SCOPES]
    found = await found_of_slack(SLACK_BOT_TOKEN=TOKEN, SLACK_APP_TOKEN=APP_TOKEN, SLACK_API_URL=slack.url)
    assert found.health is Health.GOOD
    assert "knows us as" in found.sentence
    assert "opens a socket" in found.sentence


@pytest.mark.anyio
async def test_a_missing_scope_and_a_wrong_app_token_are_both_said(slack: SlackServer) -> None:
    slack.world.scopes = [scope for scope in SCOPES if scope != "im:write"]
    found = await found_of_slack(SLACK_BOT_TOKEN=TOKEN, SLACK_APP_TOKEN="xapp-wrong", SLACK_API_URL=slack.url)
    assert found.health is Health.BAD
    assert "im:write" in found.sentence
    assert "SLACK_APP_TOKEN" in found.sentence


@pytest.mark.anyio
async def test_swapped_tokens_are_told_before_slack_is_asked() -> None:
    found = await found_of_slack(SLACK_BOT_TOKEN=TOKEN, SLACK_APP_TOKEN="xoxb-swapped")
    assert found.health is Health.BAD
    assert "begins with xapp-" in found.sentence


@pytest.mark.anyio
async def test_several_workspaces_are_told_where_to_install() -> None:
    found = await found_of_slack(**SEVERAL, ROTA_ENCRYPTION_KEYS="k" * 32)
    assert found.health is Health.GOOD
    assert "https://rota.example.com/slack/install" in found.sentence


@pytest.mark.anyio
async def test_several_workspaces_without_a_key_for_their_tokens_are_no_sound_set_up() -> None:
    found = await found_of_slack(**SEVERAL)
    assert found.health is Health.BAD
    assert "ROTA_ENCRYPTION_KEYS" in found.sentence


@pytest.mark.anyio
async def test_without_slack_nothing_is_wrong() -> None:
    assert (await found_of_slack()).health is Health.ABSENT
