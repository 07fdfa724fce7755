"""The stand-in Slack and what talks to it. At the end of each test, nothing may have been sent that Slack refuses."""

from collections.abc import Iterator

import pytest

from bots.slack.adapter import SlackPlatform, web_client
from tests.standins.slack import SlackServer, slack_server
from tests.standins.slack_world import TOKEN


@pytest.fixture
def anyio_backend() -> str:
    """The bots run on asyncio."""
    return "asyncio"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A stand-in Slack of this test's own."""
    with slack_server() as server:
        yield server
        assert server.world.complaints == []


@pytest.fixture
def platform(slack: SlackServer) -> SlackPlatform:
    """The adapter, talking to the stand-in."""
    return SlackPlatform(web_client(TOKEN, slack.url))
