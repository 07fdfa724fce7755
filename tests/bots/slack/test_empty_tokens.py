"""A token that was left empty, as in a copied example, is none: the workspaces have tokens of their own."""

import pytest
from pydantic import SecretStr

from bots.platforms import NotConfigured, open_platform
from bots.settings import BotSettings
from bots.slack.opening import open_workspaces
from bots.slack.workspaces import InstalledTokens


@pytest.fixture
def empty_tokens(monkeypatch: pytest.MonkeyPatch) -> BotSettings:
    """The settings of several workspaces where the tokens of one are left empty, as in a filled-in example."""
    filled_in = {"ROTA_BOT_SECRET": "b" * 32, "REDIS_URL": "redis://127.0.0.1:1", "SLACK_CLIENT_ID": "1.2"}
    empty = dict.fromkeys(("SLACK_BOT_TOKEN", "TELEGRAM_BOT_TOKEN", "METRICS_PORT"), "")
    for name, value in (filled_in | empty).items():
        monkeypatch.setenv(name, value)
    return BotSettings()


@pytest.mark.anyio
async def test_an_empty_token_leaves_the_workspaces_their_own(empty_tokens: BotSettings) -> None:
    workspaces = open_workspaces(empty_tokens)
    assert isinstance(workspaces.tokens, InstalledTokens)
    await workspaces.close()
    from_a_file = empty_tokens.model_copy(update={"slack_bot_token": SecretStr("")})
    workspaces = open_workspaces(from_a_file)
    assert isinstance(workspaces.tokens, InstalledTokens)
    await workspaces.close()


@pytest.mark.anyio
async def test_a_platform_with_an_empty_token_is_not_used(empty_tokens: BotSettings) -> None:
    assert empty_tokens.metrics_port is None
    with pytest.raises(NotConfigured):
        await open_platform("telegram", empty_tokens)
