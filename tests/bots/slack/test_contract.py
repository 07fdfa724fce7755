"""Slack fulfils the contract of platforms."""

import pytest

from bots.platform import Address
from bots.slack.adapter import SlackPlatform
from tests.bots.platform_contract import PlatformContract, Stage
from tests.standins.slack import SlackServer
from tests.standins.slack_world import WORKSPACE


class TestContract(PlatformContract):
    """The suite, on the stand-in Slack."""

    @pytest.fixture
    def stage(self, slack: SlackServer, platform: SlackPlatform) -> Stage:
        """Ana and the channel of the bar."""
        ana, bar = slack.world.join("Ana"), slack.world.open_channel("bar")

        def seen(address: Address) -> list[str]:
            found = slack.world.seen_by(address.target) if address.direct else slack.world.in_channel(address.target)
            return [message.text for message in found]

        return Stage(
            platform=platform,
            person=Address(workspace=WORKSPACE, target=ana.id, direct=True),
            channel=Address(workspace=WORKSPACE, target=bar.id, direct=False),
            seen=seen,
        )
