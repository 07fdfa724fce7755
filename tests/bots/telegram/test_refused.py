"""What Telegram refuses is still answered: a picture by its text alone, anything else by a reference."""

import io
from dataclasses import replace

import pytest
import redis as valkey
from PIL import Image as Canvas

from bots.actions import Action
from bots.demo.embedded import Servers
from bots.platform import Address
from bots.reply import Audience, Button, Image, Reply
from bots.telegram.adapter import TelegramPlatform
from bots.telegram.callbacks import Callback, CallbackSigner, Press
from tests.bots.slack.replies import REPLIES
from tests.bots.telegram.desk import NotingDesk
from tests.bots.telegram.running import running_bot
from tests.standins.telegram import TelegramServer
from tests.standins.telegram_methods import chat_json
from tests.standins.telegram_side import TelegramSide
from tests.standins.telegram_world import TOKEN, Fault, Trouble


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


def test_an_answer_that_may_not_be_said_in_a_group_is_said_in_private(
    telegram: TelegramServer, side: TelegramSide, embedded: Servers
) -> None:
    with valkey.Redis.from_url(embedded.redis_url) as connection:
        connection.flushdb()
    ana, group = telegram.world.join("Ana"), telegram.world.open_group("Bar", supergroup=True)
    desk = NotingDesk(replies={"/schedule": Reply(text="The week", audience=Audience.CHANNEL)})
    muted = "Bad Request: not enough rights to send text messages to the chat"
    telegram.world.fail("sendMessage", Fault(trouble=Trouble.REFUSED, description=muted))
    with running_bot(telegram, embedded.redis_url, desk, webhook=False):
        side.say(ana, "/schedule", group=group)
        assert side.next_message(ana.id).text == "The week"


def test_a_question_in_a_message_that_is_gone_is_no_failure(
    telegram: TelegramServer, side: TelegramSide, embedded: Servers
) -> None:
    with valkey.Redis.from_url(embedded.redis_url) as connection:
        connection.flushdb()
    ana = telegram.world.join("Ana")
    publish = Button(action=Action.PUBLISH, value="3:1", label="Publish", confirm="Everybody is told.")
    desk = NotingDesk(replies={"/week": Reply(text="A week", buttons=(publish,))})
    gone = "Bad Request: message to edit not found"
    with running_bot(telegram, embedded.redis_url, desk, webhook=False):
        side.say(ana, "/week")
        message = side.next_message(ana.id)
        telegram.world.fail("editMessageReplyMarkup", Fault(trouble=Trouble.REFUSED, description=gone))
        side.answer_to(side.press(ana, message, "Publish"))
        side.settle()
        assert side.world.from_bot(ana.id) == [message]


def test_a_question_of_a_message_that_telegram_shows_no_more_is_called_too_old(
    telegram: TelegramServer, side: TelegramSide, embedded: Servers
) -> None:
    with valkey.Redis.from_url(embedded.redis_url) as connection:
        connection.flushdb()
    ana = telegram.world.join("Ana")
    data = CallbackSigner(TOKEN).pack(Callback(press=Press.ASK, name=Action.PUBLISH, value="3:1"), str(ana.id))
    old = {"chat": chat_json(telegram.world, ana.id), "message_id": 1, "date": 0}
    telegram.world.callbacks["q-old"] = None
    press = {"id": "q-old", "from": ana.as_telegram(), "chat_instance": "1", "data": data, "message": old}
    with running_bot(telegram, embedded.redis_url, NotingDesk(), webhook=False):
        answer = side.answer_to(side.deliver({"callback_query": press}))
    assert (answer["text"], answer["show_alert"]) == ("That was too long ago. Please start again.", True)
