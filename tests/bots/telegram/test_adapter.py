"""The adapter against the stand-in Telegram: posts once, edits in place, and says what went wrong."""

import pytest
from redis.asyncio import Redis

from bots.actions import Action
from bots.platform import Address, Away, Gone, PlatformError, RateLimited, SentMessage, Uncertain
from bots.reply import Reply
from bots.telegram.adapter import TelegramPlatform, make_bot
from bots.telegram.callbacks import Callback, CallbackSigner, Press
from bots.telegram.errors import Disconnected, TelegramRefused
from tests.bots.slack.replies import DOT, REPLIES, long_reply
from tests.standins.telegram import TelegramServer
from tests.standins.telegram_world import TOKEN, Fault, Group, Person, Trouble

pytestmark = pytest.mark.anyio

HELLO = Reply(text="Hello")


def direct_to(person: Person) -> Address:
    return Address(workspace="", target=str(person.id), direct=True)


def group_of(group: Group, thread: int | None = None) -> Address:
    return Address(workspace="", target=str(group.id), direct=False, thread=str(thread or ""))


@pytest.fixture
def ana(telegram: TelegramServer) -> Person:
    return telegram.world.join("Ana")


@pytest.mark.parametrize("name", REPLIES)
async def test_every_kind_of_reply_is_taken_and_can_become_every_other(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person, name: str
) -> None:
    sent = await platform.send(direct_to(ana), REPLIES[name], notification_id=5)
    for later in ("plain", "week", "shifts", "plain", "plain"):
        sent = await platform.replace(sent, REPLIES[later])
    first, *more = [message for message in telegram.world.from_bot(ana.id) if message.document is None]
    assert REPLIES["plain"].text in first.text
    assert more == []


async def test_a_name_full_of_signs_reads_as_typed(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person
) -> None:
    name = "<b>&_*[]()~`>#+-=|{}.!</b> &amp; \\"
    await platform.send(direct_to(ana), Reply(heading=name, text=name))
    [message] = telegram.world.from_bot(ana.id)
    assert message.text == f"{name}\n\n{name}"


async def test_a_button_is_signed_for_the_chat_it_is_in(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person
) -> None:
    await platform.send(direct_to(ana), REPLIES["week"])
    message = telegram.world.from_bot(ana.id)[0]
    publish, again = [key["callback_data"] for row in message.keyboard for key in row][:2]
    read = CallbackSigner(TOKEN).read
    assert read(publish, str(ana.id)) == Callback(press=Press.ASK, name=Action.PUBLISH, value="3:1")
    assert read(again, str(ana.id)) == Callback(press=Press.ACT, name=Action.RERUN, value="7")


async def test_a_progress_message_becomes_the_picture_in_place(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person
) -> None:
    sent = await platform.send(direct_to(ana), REPLIES["progress"])
    await platform.edit(sent, REPLIES["week"])
    first = telegram.world.from_bot(ana.id)[0]
    assert first.photo == DOT
    assert first.labels == ["Publish", "Run again", "Why", "Discard"]


async def test_a_long_reply_edited_short_leaves_nothing_behind(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person
) -> None:
    sent = await platform.send(direct_to(ana), long_reply())
    assert len(telegram.world.from_bot(ana.id)) > 3
    assert [message.silent for message in telegram.world.from_bot(ana.id)][:2] == [False, True]
    await platform.edit(sent, HELLO)
    assert [message.text for message in telegram.world.from_bot(ana.id)] == ["Hello"]


async def test_files_are_sent_where_the_message_is(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person
) -> None:
    await platform.send(direct_to(ana), REPLIES["file"])
    _, document = telegram.world.from_bot(ana.id)
    assert document.document == ("week.csv", b"a,b\n1,2\n")


async def test_a_topic_of_a_forum_is_answered_in_the_topic(
    telegram: TelegramServer, platform: TelegramPlatform
) -> None:
    forum = telegram.world.open_group("Bar", forum=True)
    forum.topics.add(77)
    await platform.send(group_of(forum, 77), REPLIES["file"])
    assert [message.thread for message in telegram.world.from_bot(forum.id)] == [77, 77]


async def test_a_group_that_became_a_supergroup_is_followed(telegram: TelegramServer, redis: Redis) -> None:
    moves: list[tuple[str, str]] = []

    async def note(old: str, new: str) -> None:
        moves.append((old, new))

    platform = TelegramPlatform(make_bot(TOKEN, telegram.url), CallbackSigner(TOKEN), on_moved=note)
    group = telegram.world.open_group("Bar")
    bigger = telegram.world.upgrade(group)
    sent = await platform.send(group_of(group), REPLIES["progress"])
    assert moves == [(str(group.id), str(bigger.id))]
    assert sent.address.target == str(bigger.id)
    [message] = telegram.world.from_bot(bigger.id)
    # The button is good where it now is.
    CallbackSigner(TOKEN).read(message.keyboard[0][0]["callback_data"], str(bigger.id))
    await platform.close()


async def test_a_notification_taken_by_telegram_is_not_posted_again(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person
) -> None:
    address = direct_to(ana)
    sent = await platform.send(address, REPLIES["week"], notification_id=41)
    before = len(telegram.world.from_bot(ana.id))
    assert await platform.find_sent(address, 41) == sent
    assert await platform.find_sent(address, 42) is None
    assert await platform.send(address, REPLIES["week"], notification_id=41) == sent
    assert len(telegram.world.from_bot(ana.id)) == before


async def test_a_long_notification_cut_off_half_way_is_completed_not_repeated(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person
) -> None:
    address = direct_to(ana)
    telegram.world.fail("sendPhoto", Fault(trouble=Trouble.RATE_LIMITED))
    telegram.world.fail("sendMessage", Fault(trouble=Trouble.SERVER_ERROR))
    reply = Reply(text="word " * 500, image=REPLIES["week"].image)
    with pytest.raises(RateLimited):
        await platform.send(address, reply, notification_id=9)
    with pytest.raises(Uncertain):
        await platform.send(address, reply, notification_id=9)
    assert await platform.find_sent(address, 9) is None
    await platform.send(address, reply, notification_id=9)
    photo, text = telegram.world.from_bot(ana.id)
    assert photo.photo == DOT
    assert (photo.text + " " + text.text).split() == ["word"] * 500


@pytest.mark.parametrize("trouble", [Trouble.DROPPED, Trouble.SERVER_ERROR])
async def test_an_answer_that_never_came_is_uncertain_and_not_repeated(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person, trouble: Trouble
) -> None:
    telegram.world.fail("sendMessage", Fault(trouble=trouble))
    with pytest.raises(Uncertain):
        await platform.send(direct_to(ana), HELLO)
    assert len(telegram.world.calls_of("sendMessage")) == 1


@pytest.mark.parametrize("reply", [HELLO, REPLIES["week"]], ids=["text", "picture"])
async def test_a_notification_whose_answer_never_came_is_found_again(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person, reply: Reply
) -> None:
    address, ben = direct_to(ana), direct_to(telegram.world.join("Ben"))
    await platform.send(ben, HELLO)
    method = "sendMessage" if reply is HELLO else "sendPhoto"
    telegram.world.fail(method, Fault(trouble=Trouble.DROPPED))
    with pytest.raises(Uncertain):
        await platform.send(address, reply, notification_id=9)
    await platform.send(ben, Reply(text="something else"))
    await platform.send(address, reply, notification_id=9)
    assert len(telegram.world.from_bot(ana.id)) == 1
    assert [message.edits for message in telegram.world.from_bot(int(ben.target))] == [0, 0]
    assert await platform.find_sent(address, 9) is not None


async def test_even_the_first_message_that_the_bot_ever_sent_is_found_again(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person
) -> None:
    address, ben = direct_to(ana), direct_to(telegram.world.join("Ben"))
    telegram.world.fail("sendMessage", Fault(trouble=Trouble.DROPPED))
    with pytest.raises(Uncertain):
        await platform.send(address, HELLO, notification_id=9)
    await platform.send(ben, Reply(text="something else"))
    await platform.send(address, HELLO, notification_id=9)
    assert [message.text for message in telegram.world.from_bot(ana.id)] == ["Hello"]
    assert [message.edits for message in telegram.world.from_bot(int(ben.target))] == [0]


async def test_what_cannot_be_looked_for_is_not_repeated_while_telegram_answers_nothing(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person
) -> None:
    address = direct_to(ana)
    telegram.world.weather = lambda: Fault(trouble=Trouble.DROPPED)
    for _ in range(5):
        with pytest.raises(Uncertain):
            await platform.send(address, HELLO, notification_id=9)
    telegram.world.weather = None
    await platform.send(address, HELLO, notification_id=9)
    # Once too often is what Telegram lets happen: no number of a message was known.
    assert len(telegram.world.from_bot(ana.id)) == 2


async def test_a_notification_that_was_never_taken_is_posted_and_nothing_else_touched(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person
) -> None:
    address = direct_to(ana)
    await platform.send(address, Reply(text="before"))
    telegram.world.fail("sendMessage", Fault(trouble=Trouble.SERVER_ERROR))
    with pytest.raises(Uncertain):
        await platform.send(address, HELLO, notification_id=9)
    await platform.send(address, Reply(text="between"))
    await platform.send(address, HELLO, notification_id=9)
    assert [message.text for message in telegram.world.from_bot(ana.id)] == ["before", "between", "Hello"]


async def test_a_wait_that_telegram_asks_for_is_passed_on(
    telegram: TelegramServer, platform: TelegramPlatform, ana: Person
) -> None:
    telegram.world.fail("sendMessage", Fault(trouble=Trouble.RATE_LIMITED, retry_after=17))
    with pytest.raises(RateLimited) as caught:
        await platform.send(direct_to(ana), HELLO)
    assert caught.value.retry_after == 17


@pytest.mark.parametrize(
    ("status", "description", "expected"),
    [
        (403, "Forbidden: bot was blocked by the user", Gone),
        (403, "Forbidden: bot was kicked from the supergroup chat", Gone),
        (403, "Forbidden: user is deactivated", Gone),
        (400, "Bad Request: chat not found", Gone),
        (400, "Bad Request: not enough rights to send text messages to the chat", Gone),
        (401, "Unauthorized", Disconnected),
        (400, "Bad Request: can't parse entities", TelegramRefused),
        (502, "Bad Gateway", Uncertain),
    ],
)
async def test_each_refusal_is_told_by_its_type(
    telegram: TelegramServer, platform: TelegramPlatform, status: int, description: str, expected: type[PlatformError]
) -> None:
    fault = Fault(trouble=Trouble.REFUSED, status=status, description=description)
    telegram.world.fail("sendMessage", fault)
    with pytest.raises(expected):
        await platform.send(direct_to(telegram.world.join("Ana")), HELLO)


async def test_who_never_started_or_blocked_the_bot_is_gone(
    telegram: TelegramServer, platform: TelegramPlatform
) -> None:
    for person in (telegram.world.join("New", started=False), telegram.world.join("Mad", blocked=True)):
        with pytest.raises(Gone):
            await platform.send(direct_to(person), HELLO)


async def test_a_message_that_is_no_more_cannot_be_edited(platform: TelegramPlatform, ana: Person) -> None:
    with pytest.raises(Gone):
        await platform.edit(SentMessage(address=direct_to(ana), message_id="123456"), HELLO)


async def test_a_telegram_that_cannot_be_reached_is_an_error_but_not_uncertain(ana: Person) -> None:
    platform = TelegramPlatform(make_bot(TOKEN, "http://127.0.0.1:9"), CallbackSigner(TOKEN))
    with pytest.raises(Away) as caught:
        await platform.send(direct_to(ana), HELLO)
    assert not isinstance(caught.value, Uncertain)
    await platform.close()
