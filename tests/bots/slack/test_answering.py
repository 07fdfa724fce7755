"""An answer reaches who asked, also where the place that it was meant for does not take it."""

from dataclasses import replace

import httpx
import pytest
from redis.asyncio import Redis

from bots.client import Service
from bots.desk import Asker
from bots.inbox import Job, JobKind
from bots.pace import Pace
from bots.platform import Away, SentMessage
from bots.reply import Reply
from bots.slack import forms
from bots.slack.adapter import SlackPlatform
from bots.slack.answering import Answering, Place
from bots.slack.desk import account_of, place_of
from bots.slack.errors import Disconnected
from bots.slack.work import Work
from bots.slack.workspaces import InstalledTokens, OneToken, Workspaces
from service.schemas.base import Problem
from service.schemas.installations import InstallationRead
from tests.bots.slack.replies import REPLIES
from tests.bots.slack.running import ASK, CountingDesk
from tests.standins.slack import SlackServer
from tests.standins.slack_side import SlackSide
from tests.standins.slack_world import TOKEN, WORKSPACE, Channel, Fault, Json, Message, Person, Trouble

pytestmark = pytest.mark.anyio


async def follow(_: Asker, __: int, ___: SentMessage) -> None:
    """No run is followed here."""


@pytest.fixture
def work(slack: SlackServer) -> Work:
    """What does the jobs."""
    return working(slack, CountingDesk())


def working(slack: SlackServer, desk: CountingDesk) -> Work:
    """What does the jobs at this desk; nothing listens where it would count them."""
    pace = Pace(Redis.from_url("redis://127.0.0.1:9/0"))
    return Work(desk, Workspaces(OneToken(TOKEN), slack.url), follow, pace)


def posted(slack: SlackServer, channel: Channel) -> Message:
    """A message of the bot."""
    message = Message(channel=channel.id, ts=slack.world.new_ts(), text="A week", blocks=[])
    slack.world.messages.append(message)
    return message


def beside(slack: SlackServer, person: Person, channel: Channel, pressed: str = "") -> Place:
    """Where the answer to a press of this message goes."""
    return Place(
        asker=Asker(account=account_of(WORKSPACE, person.id), place=place_of(WORKSPACE, channel.id), key="1"),
        channel=channel.id,
        response_url=slack.new_response_url(user=person.id, channel=channel.id, ts=pressed or None),
        pressed=pressed,
    )


def said_to(slack: SlackServer, person: Person) -> list[str]:
    return [message.text for message in slack.world.seen_by(person.id)]


@pytest.mark.parametrize("error", ["edit_window_closed", "cant_update_message", "message_not_found"])
async def test_a_message_that_cannot_be_changed_is_answered_beside_it(
    slack: SlackServer, platform: SlackPlatform, error: str
) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    old = posted(slack, channel)
    slack.world.fail("chat.update", Fault(trouble=Trouble.REFUSED, error=error))
    reply = Reply(text="The week is published.", update=True)
    await Answering(platform, follow).answer(beside(slack, ana, channel, old.ts), reply)
    assert [message.text for message in slack.world.in_channel(channel.id)] == ["A week", "The week is published."]


async def test_a_button_in_a_channel_that_the_bot_has_left_is_answered_directly(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    old = posted(slack, channel)
    channel.bot_is_member = False
    reply = Reply(text="The week is published.", update=True)
    await Answering(platform, follow).answer(beside(slack, ana, channel, old.ts), reply)
    assert "The week is published." in said_to(slack, ana)


def sent_form(slack: SlackServer, person: Person, channel: Channel, values: Json) -> Job:
    """The form of a person who has closed it since, as it says that it is being saved."""
    url = slack.new_response_url(user=person.id, channel=channel.id)
    view = forms.modal(ASK, forms.FormContext(value="17", channel=channel.id, response_url=url))
    payload = {
        "team": {"id": WORKSPACE},
        "user": {"id": person.id},
        "view": {**view, "id": "VCLOSED", "state": {"values": values}},
    }
    return Job(kind=JobKind.FORM, key="1", payload=payload)


async def test_who_closes_a_form_that_is_being_saved_is_told_what_came_of_it(slack: SlackServer, work: Work) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    filled = {"from": {"value": {"type": "datepicker", "selected_date": "2026-12-24"}}}
    await work.do(sent_form(slack, ana, channel, filled))
    assert said_to(slack, ana) == ["Asked for 2026-12-24"]


async def test_who_closes_a_form_that_is_being_saved_is_told_what_was_wrong(slack: SlackServer, work: Work) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    await work.do(sent_form(slack, ana, channel, {}))
    assert said_to(slack, ana) == ["🚫 Say from when."]


async def test_an_answer_that_slack_refuses_gives_a_reference(slack: SlackServer, work: Work) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    slack.world.fail("views.open", Fault(trouble=Trouble.REFUSED, error="invalid_arguments"))
    payload = SlackSide(slack).command_payload(ana, channel, "/timeoff", "")
    await work.do(Job(kind=JobKind.COMMAND, key="1", payload=payload))
    [said] = said_to(slack, ana)
    assert "Something went wrong on our side. Reference: " in said


@pytest.mark.parametrize("trouble", [httpx.ConnectError("refused"), httpx.Response(500)], ids=["away", "failing"])
async def test_a_workspace_is_still_spoken_to_while_the_service_is_in_trouble(
    trouble: httpx.Response | httpx.ConnectError,
) -> None:
    installed = InstallationRead(platform="slack", workspace=WORKSPACE, name="Bar", bot_user="U1", token=TOKEN)
    answers: list[httpx.Response | httpx.ConnectError] = [httpx.Response(200, text=installed.model_dump_json())]

    def answer(_: httpx.Request) -> httpx.Response:
        told = answers.pop(0) if answers else trouble
        if isinstance(told, httpx.ConnectError):
            raise told
        return told

    transport = httpx.MockTransport(answer)
    async with Service("http://service", "secret", platform="slack", transport=transport) as service:
        tokens = InstalledTokens(service, known_seconds=0)
        assert [await tokens.of(WORKSPACE), await tokens.of(WORKSPACE)] == [TOKEN, TOKEN]
        with pytest.raises(Away):
            await tokens.of("T0NEVERSEEN")
        refused = Problem(title="Not installed", status=404, code="not_installed", detail="Not there.")
        answers.append(httpx.Response(404, text=refused.model_dump_json()))
        with pytest.raises(Disconnected):
            await tokens.of(WORKSPACE)


@pytest.mark.parametrize("ephemeral", [False, True])
async def test_the_message_of_a_button_that_asked_by_a_form_is_changed_by_its_answer(
    slack: SlackServer, platform: SlackPlatform, ephemeral: bool
) -> None:
    ana, channel = slack.world.join("Ana"), slack.world.open_channel("bar")
    asked = posted(slack, channel)
    asked.only_for = ana.id if ephemeral else None
    place = replace(beside(slack, ana, channel, asked.ts), trigger_id=slack.world.trigger(), ephemeral=ephemeral)
    await Answering(platform, follow).answer(place, Reply(text="", form=ASK))
    [view] = slack.world.views.values()
    filled = {"from": {"value": {"type": "datepicker", "selected_date": "2026-12-24"}}}
    payload = {
        "team": {"id": WORKSPACE},
        "user": {"id": ana.id},
        "view": {**view, "state": {"values": filled}},
    }
    await working(slack, CountingDesk(updates=True)).do(Job(kind=JobKind.FORM, key="1", payload=payload))
    assert [message.text for message in slack.world.messages] == ["Asked for 2026-12-24"]


async def test_a_picture_asked_for_in_somebody_elses_conversation_is_pointed_to(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    ana, theirs = slack.world.join("Ana"), Channel(id="D0THEIRS", name="directmessage", bot_is_member=False)
    slack.world.channels[theirs.id] = theirs
    await Answering(platform, follow).answer(beside(slack, ana, theirs), REPLIES["week"])
    assert "I sent it to you directly." in said_to(slack, ana)


async def test_a_picture_asked_for_in_the_conversation_with_the_bot_needs_no_pointer(
    slack: SlackServer, platform: SlackPlatform
) -> None:
    ana = slack.world.join("Ana")
    await Answering(platform, follow).answer(beside(slack, ana, slack.world.direct(ana.id)), REPLIES["week"])
    assert len(said_to(slack, ana)) == 1


async def test_the_home_tab_is_of_no_channel(slack: SlackServer) -> None:
    ana, channel, desk = slack.world.join("Ana"), slack.world.open_channel("bar"), CountingDesk()
    work = working(slack, desk)
    opened = {"team_id": WORKSPACE, "event": {"type": "app_home_opened", "user": ana.id, "tab": "home"}}
    await work.do(Job(kind=JobKind.EVENT, key="1", payload=opened))
    payload = SlackSide(slack).command_payload(ana, channel, "/hours", "")
    await work.do(Job(kind=JobKind.COMMAND, key="2", payload=payload))
    assert [asker.place is None for asker in desk.askers] == [True] * 4 + [False] + [True] * 4
