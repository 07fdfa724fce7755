"""The adapter against the stand-in Slack: posts once, edits, finds again, and says what went wrong."""

import pytest

from bots.platform import Address, Away, Gone, PlatformError, RateLimited, SentMessage, Uncertain
from bots.reply import Reply
from bots.slack.adapter import SlackPlatform
from bots.slack.errors import Disconnected, SlackRefused
from tests.bots.slack.replies import DOT, REPLIES, long_reply
from tests.standins.slack import SlackServer
from tests.standins.slack_world import WORKSPACE, Fault, Trouble

pytestmark = pytest.mark.anyio

HELLO = Reply(text="Hello")


def channel_of(slack: SlackServer) -> Address:
    return Address(workspace=WORKSPACE, target=slack.world.open_channel("bar").id, direct=False)


def direct_to(slack: SlackServer, **kind: bool) -> Address:
    return Address(workspace=WORKSPACE, target=slack.world.join("Ana", **kind).id, direct=True)


@pytest.mark.parametrize("name", REPLIES)
async def test_every_kind_of_reply_is_taken_and_can_be_edited(
    slack: SlackServer, platform: SlackPlatform, name: str
) -> None:
    address = channel_of(slack)
    sent = await platform.send(address, REPLIES[name], notification_id=5)
    await platform.edit(sent, REPLIES["plain"])
    [message] = slack.world.in_channel(address.target)
    assert message.text == REPLIES["plain"].text
    assert message.edits == 1


async def test_a_direct_message_reaches_one_person_and_can_be_edited(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    address = direct_to(slack)
    sent = await platform.send(address, HELLO)
    await platform.edit(sent, Reply(text="Hello again"))
    assert [message.text for message in slack.world.seen_by(address.target)] == ["Hello again"]


async def test_a_picture_stands_in_the_message_with_its_words(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.world.files_take = 2
    address = channel_of(slack)
    await platform.send(address, REPLIES["week"])
    [message] = slack.world.in_channel(address.target)
    [picture] = [block for block in message.blocks if block["type"] == "image"]
    upload = slack.world.files[picture["slack_file"]["id"]]
    assert upload.content == DOT
    assert upload.alt_text == picture["alt_text"]
    assert "Ana; Mon 30: 09–17 Bar" in message.text


async def test_a_picture_that_slack_is_slow_with_follows_in_the_thread(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    slack.world.files_take = 1000
    address = channel_of(slack)
    await platform.send(address, REPLIES["week"])
    [message] = slack.world.in_channel(address.target)
    assert not [block for block in message.blocks if block["type"] == "image"]
    assert [upload.shared_in for upload in slack.world.files.values()] == [None, address.target]


async def test_files_are_shared_where_the_message_is(slack: SlackServer, platform: SlackPlatform) -> None:
    address = channel_of(slack)
    await platform.send(address, REPLIES["file"])
    [upload] = slack.world.files.values()
    assert (upload.filename, upload.content, upload.shared_in) == ("week.csv", b"a,b\n1,2\n", address.target)


async def test_a_notification_is_found_again_by_its_id_and_no_other(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    address = channel_of(slack)
    sent = await platform.send(address, HELLO, notification_id=41)
    for _ in range(250):
        await platform.send(address, HELLO, notification_id=7)
    assert await platform.find_sent(address, 41) == sent
    assert await platform.find_sent(address, 42) is None


async def test_a_connection_dropped_after_the_effect_is_uncertain_and_posts_once(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    address = channel_of(slack)
    slack.world.fail("chat.postMessage", Fault(trouble=Trouble.DROPPED))
    with pytest.raises(Uncertain):
        await platform.send(address, HELLO, notification_id=3)
    found = await platform.find_sent(address, 3)
    assert found is not None
    assert len(slack.world.in_channel(address.target)) == 1


async def test_a_long_notification_cut_off_half_way_is_completed_not_repeated(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    address = channel_of(slack)
    await platform.send(address, HELLO)
    whole = await platform.send(channel_of(slack), long_reply())
    expected = len(slack.world.in_channel(whole.address.target))
    # The first of many posts takes effect, but its answer is lost.
    slack.world.fail("chat.postMessage", Fault(trouble=Trouble.RATE_LIMITED))
    with pytest.raises(RateLimited):
        await platform.send(address, long_reply(), notification_id=9)
    slack.world.fail("chat.postMessage", Fault(trouble=Trouble.DROPPED))
    with pytest.raises(Uncertain):
        await platform.send(address, long_reply(), notification_id=9)
    assert await platform.find_sent(address, 9) is None
    await platform.send(address, long_reply(), notification_id=9)
    assert await platform.find_sent(address, 9) is not None
    assert len(slack.world.in_channel(address.target)) == 1 + expected


async def test_a_wait_that_slack_asks_for_is_passed_on(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.world.fail("chat.postMessage", Fault(trouble=Trouble.RATE_LIMITED, retry_after=17))
    with pytest.raises(RateLimited) as caught:
        await platform.send(channel_of(slack), HELLO)
    assert caught.value.retry_after == 17
    assert len(slack.world.calls_of("chat.postMessage")) == 1


async def test_an_error_of_the_server_is_uncertain(slack: SlackServer, platform: SlackPlatform) -> None:
    slack.world.fail("chat.postMessage", Fault(trouble=Trouble.SERVER_ERROR))
    with pytest.raises(Uncertain):
        await platform.send(channel_of(slack), HELLO)


async def test_silence_is_uncertain(slack: SlackServer, platform: SlackPlatform) -> None:
    platform.client.timeout = 1
    slack.world.fail("chat.postMessage", Fault(trouble=Trouble.SILENT))
    with pytest.raises(Uncertain):
        await platform.send(channel_of(slack), HELLO)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("is_archived", Gone),
        ("not_in_channel", Gone),
        ("token_revoked", Disconnected),
        ("account_inactive", Disconnected),
        ("fatal_error", Uncertain),
        ("msg_too_long", SlackRefused),
    ],
)
async def test_each_refusal_is_told_by_its_type(
    slack: SlackServer, platform: SlackPlatform, code: str, expected: type[PlatformError]
) -> None:
    slack.world.fail("chat.postMessage", Fault(trouble=Trouble.REFUSED, error=code))
    with pytest.raises(expected):
        await platform.send(channel_of(slack), HELLO)


async def test_somebody_who_left_is_gone(slack: SlackServer, platform: SlackPlatform) -> None:
    with pytest.raises(Gone):
        await platform.send(direct_to(slack, deactivated=True), HELLO)


async def test_a_message_that_is_no_more_cannot_be_edited(slack: SlackServer, platform: SlackPlatform) -> None:
    address = channel_of(slack)
    with pytest.raises(Gone):
        await platform.edit(SentMessage(address=address, message_id=f"{address.target}:1.000001"), HELLO)


async def test_a_slack_that_cannot_be_reached_is_an_error_but_not_uncertain(platform: SlackPlatform) -> None:
    platform.client.base_url = "http://127.0.0.1:9/api/"
    with pytest.raises(Away) as caught:
        await platform.send(Address(workspace=WORKSPACE, target="C1", direct=False), HELLO)
    assert not isinstance(caught.value, Uncertain)
