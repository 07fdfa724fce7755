"""What every platform's adapter must do. A platform's tests subclass this and give the two fixtures."""

from dataclasses import dataclass
from typing import Protocol

import pytest

from bots.actions import Action
from bots.platform import Address, Platform
from bots.reply import Button, Field, Progress, Reply, Section, Table, Tone

HELLO = Reply(text="Hello")
KINDS = (
    HELLO,
    Reply(text="No & <never>", tone=Tone.REFUSAL),
    Reply(text="Facts", heading="Heading", fields=(Field(label="Filled", value="3 of 4"),)),
    Reply(text="Rows", table=Table(columns=("Who", "Mon"), rows=(("Ana", "09–17"), ("Ben", "")))),
    Reply(text="Parts", sections=(Section(heading="Mon", text="09–17"), Section(text="off"))),
    Reply(text="Choose", buttons=(Button(action=Action.WHY, value="1", label="Why"),)),
    Reply(text="Working", progress=Progress(share=0.5, label="half way")),
    Reply(text="word " * 2000),
)


class Seen(Protocol):
    """What stands in a place, as people see it: the text of each message."""

    def __call__(self, address: Address) -> list[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A platform to test: its adapter, a person and a channel that it reaches, and what is seen there."""

    platform: Platform
    person: Address
    channel: Address
    seen: Seen


class PlatformContract:
    """Subclass it as `TestContract` and give a fixture `stage`."""

    pytestmark = pytest.mark.anyio

    @pytest.mark.parametrize("reply", KINDS, ids=lambda reply: reply.text[:8])
    async def test_every_kind_of_reply_reaches_people_and_channels(self, stage: Stage, reply: Reply) -> None:
        for address in (stage.person, stage.channel):
            sent = await stage.platform.send(address, reply)
            assert sent.address == address
            assert sent.message_id
            assert stage.seen(address)

    async def test_an_edited_message_says_the_new_and_no_more_the_old(self, stage: Stage) -> None:
        sent = await stage.platform.send(stage.channel, HELLO)
        await stage.platform.edit(sent, Reply(text="Goodbye"))
        said = " ".join(stage.seen(stage.channel))
        assert "Goodbye" in said
        assert "Hello" not in said

    async def test_an_edit_that_changes_nothing_is_no_error(self, stage: Stage) -> None:
        sent = await stage.platform.send(stage.channel, HELLO)
        await stage.platform.edit(sent, HELLO)
        assert len(stage.seen(stage.channel)) == 1

    async def test_a_notification_is_found_where_it_was_sent_and_nowhere_else(self, stage: Stage) -> None:
        sent = await stage.platform.send(stage.person, HELLO, notification_id=41)
        await stage.platform.send(stage.channel, HELLO, notification_id=42)
        assert await stage.platform.find_sent(stage.person, 41) == sent
        assert await stage.platform.find_sent(stage.person, 42) is None
        assert await stage.platform.find_sent(stage.channel, 41) is None

    async def test_a_found_message_can_be_edited(self, stage: Stage) -> None:
        await stage.platform.send(stage.channel, HELLO, notification_id=43)
        found = await stage.platform.find_sent(stage.channel, 43)
        assert found is not None
        await stage.platform.edit(found, Reply(text="Goodbye"))
        assert "Goodbye" in " ".join(stage.seen(stage.channel))

    async def test_the_further_messages_of_a_notification_have_marks_below_zero(self, stage: Stage) -> None:
        sent = await stage.platform.send(stage.channel, HELLO, notification_id=-(7 * 16 + 1))
        assert await stage.platform.find_sent(stage.channel, -(7 * 16 + 1)) == sent

    async def test_closing_twice_is_no_error(self, stage: Stage) -> None:
        await stage.platform.close()
        await stage.platform.close()
