"""Telegram fulfils the contract of platforms."""

import pytest

from bots.platform import Address
from bots.telegram.adapter import TelegramPlatform
from tests.bots.platform_contract import PlatformContract, Stage
from tests.standins.telegram import TelegramServer


class TestContract(PlatformContract):
    """The suite, on the stand-in Telegram."""

    @pytest.fixture
    def stage(self, telegram: TelegramServer, platform: TelegramPlatform) -> Stage:
        """Ana and the group of the bar."""
        ana, bar = telegram.world.join("Ana"), telegram.world.open_group("Bar")

        def seen(address: Address) -> list[str]:
            return [message.text for message in telegram.world.from_bot(int(address.target))]

        return Stage(
            platform=platform,
            person=Address(workspace="", target=str(ana.id), direct=True),
            channel=Address(workspace="", target=str(bar.id), direct=False),
            seen=seen,
        )
