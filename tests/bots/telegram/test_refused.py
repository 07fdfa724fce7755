"""What Telegram refuses is still answered: a picture by its text alone, anything else by a reference."""

import io
from dataclasses import replace

import pytest
import redis as valkey
from PIL import Image as Canvas

from bots.demo.embedded import Servers
from bots.platform import Address
from bots.reply import Image
from bots.telegram.adapter import TelegramPlatform
from tests.bots.slack.replies import REPLIES
from tests.bots.telegram.desk import NotingDesk
from tests.bots.telegram.running import running_bot
from tests.standins.telegram import TelegramServer
from tests.standins.telegram_side import TelegramSide
from tests.standins.telegram_world import Fault, Trouble


def too_long() -> Image:
    """A picture of more pixels than Telegram takes."""
    stream = io.BytesIO()
    Canvas.new("1", (1_000, 9_001)).save(stream, "PNG")
    return Image(png=stream.getvalue(), filename="week.png", alt_text="A long week")


@pytest.mark.anyio
@pytest.mark.parametrize("notification_id", [None, 5])
async def test_a_picture_that_telegram_refuses_leaves_its_text_and_buttons(
    telegram: TelegramServer, platform: TelegramPlatform, notification_id: int | None
) -> None:
    ana = telegram.world.join("Ana")
    address = Address(workspace="", target=str(ana.id), direct=True)
    reply = replace(REPLIES["week"], image=too_long())
    sent = await platform.send(address, reply, notification_id=notification_id)
    [message] = telegram.world.from_bot(ana.id)
    assert message.photo is None
    assert "All places are filled." in message.text
    assert message.labels == ["Publish", "Run again", "Why", "Discard"]
    await platform.edit(sent, REPLIES["plain"])
    assert REPLIES["plain"].text in message.text


def test_an_answer_that_telegram_refuses_is_answered_by_a_reference(
    telegram: TelegramServer, side: TelegramSide, embedded: Servers
) -> None:
    with valkey.Redis.from_url(embedded.redis_url) as connection:
        connection.flushdb()
    ana = telegram.world.join("Ana")
    telegram.world.fail("sendMessage", Fault(trouble=Trouble.REFUSED, description="Bad Request: MESSAGE_IS_BAD"))
    with running_bot(telegram, embedded.redis_url, NotingDesk(), webhook=False):
        side.say(ana, "/hours")
        assert "Reference: " in side.next_message(ana.id).text
