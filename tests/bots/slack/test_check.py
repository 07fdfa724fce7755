"""What is wrong with the configuration is said, with what to do about it."""

import pytest

from bots.settings import BotSettings
from bots.slack.check import SCOPES, check_slack
from bots.slack.options import Misconfigured, SlackOptions
from tests.standins.slack import APP_TOKEN, SlackServer
from tests.standins.slack_world import TOKEN, Fault, Trouble


def options(url: str = "http://127.0.0.1:9/api/", **more: str) -> SlackOptions:
    given = {
        "rota_bot_secret": "b" * 32,
        "redis_url": "redis://127.0.0.1",
        "slack_bot_token": TOKEN,
        "slack_signing_secret": "s" * 32,
        "slack_api_url": url,
        **more,
    }
    return SlackOptions.from_settings(BotSettings.model_validate(given))


@pytest.mark.anyio
async def test_a_sound_installation_is_well(slack: SlackServer) -> None:
    slack.world.scopes = [*SCOPES]
    findings = await check_slack(options(slack.url, slack_app_token=APP_TOKEN))
    assert [finding.well for finding in findings] == [True, True]


@pytest.mark.anyio
async def test_a_missing_scope_is_named(slack: SlackServer) -> None:
    slack.world.scopes = [scope for scope in SCOPES if scope != "files:read"]
    [finding] = await check_slack(options(slack.url))
    assert not finding.well
    assert "files:read" in finding.what


@pytest.mark.anyio
async def test_a_revoked_token_and_a_wrong_app_token_are_told(slack: SlackServer) -> None:
    slack.world.fail("auth.test", Fault(trouble=Trouble.REFUSED, error="token_revoked"))
    findings = await check_slack(options(slack.url, slack_app_token="xapp-wrong"))
    assert [finding.well for finding in findings] == [False, False]
    assert "token_revoked" in findings[0].what
    assert all(finding.advice for finding in findings)


@pytest.mark.anyio
async def test_a_slack_that_cannot_be_reached_is_told() -> None:
    [finding] = await check_slack(options())
    assert "cannot be reached" in finding.what


@pytest.mark.parametrize(
    "wrong",
    [
        {"slack_bot_token": "xoxp-somebody"},
        {"slack_bot_token": ""},
        {"slack_signing_secret": ""},
        {"slack_app_token": "xoxb-swapped"},
        {"slack_signing_secret": " , "},
        {"slack_signing_secret": "a,b,c"},
    ],
)
def test_tokens_that_were_mixed_up_stop_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        options(**wrong)


SEVERAL = {
    "slack_bot_token": "",
    "slack_client_id": "1.2",
    "slack_client_secret": "secret",
    "slack_public_url": "https://rota.example.com",
    "slack_workspaces": "T1, T2",
}


def test_several_workspaces_need_no_token_of_their_own() -> None:
    install = options(**SEVERAL).install
    assert install is not None
    assert [install.welcomes(team) for team in ("T1", "T2", "T3", "")] == [True, True, False, False]


@pytest.mark.parametrize(
    "wrong",
    [
        {"slack_bot_token": TOKEN},
        {"slack_client_secret": ""},
        {"slack_public_url": "http://rota.example.com"},
        {"slack_workspaces": ""},
    ],
)
def test_an_installation_that_is_half_configured_stops_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        options(**SEVERAL | wrong)


def test_two_secrets_may_hold_at_once() -> None:
    assert options(slack_signing_secret="new, old").signing_secrets == ["new", "old"]
