"""The stand-in refuses what Slack refuses; otherwise the other tests would promise nothing."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bots.slack.adapter import web_client
from tests.standins.slack import slack_server
from tests.standins.slack_rules import faults_of_blocks, faults_of_view
from tests.standins.slack_world import TOKEN

Json = dict[str, Any]


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def actions(*buttons: Json) -> Json:
    return {"type": "actions", "elements": [*buttons]}


def button(action_id: str = "a", text: str = "Go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, **more}


def table(rows: int, columns: int = 2, text: str = "x") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows}


@pytest.mark.parametrize(
    "blocks",
    [
        [section()] * 51,
        [section("x" * 3001)],
        [section("")],
        [section("x" * 2900)] * 5,
        [section(block_id="same"), section(block_id="same")],
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}],
        [actions(*(button(f"a{number}") for number in range(26)))],
        [actions(button(text="x" * 76))],
        [actions(button(value="x" * 2001))],
        [actions(button("x" * 256))],
        [actions(button("same"), button("same"))],
        [actions()],
        [table(101)],
        [table(2, columns=21)],
        [table(90, text="x" * 60)],
        [table(1), table(1)],
        [{"type": "input", "label": {"type": "plain_text", "text": "x" * 2001}, "element": {"type": "datepicker"}}],
    ],
)
def test_each_limit_of_a_message_is_kept(blocks: list[Json]) -> None:
    assert faults_of_blocks(blocks, "message")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"submit": {"type": "plain_text", "text": "x" * 25}},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"blocks": [section()] * 101},
        {"blocks": [table(1)]},
        {"submit": None},
    ],
)
def test_each_limit_of_a_modal_is_kept(wrong: Json) -> None:
    right: Json = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Time off"},
        "submit": {"type": "plain_text", "text": "Ask"},
        "blocks": [
            {
                "type": "input",
                "block_id": "from",
                "label": {"type": "plain_text", "text": "From"},
                "element": {"type": "datepicker", "action_id": "value"},
            }
        ],
    }
    assert faults_of_view(right) == []
    assert faults_of_view({name: value for name, value in {**right, **wrong}.items() if value is not None})


def test_the_schemas_refuse_what_the_limits_do_not_know(shared_data: object) -> None:
    assert faults_of_blocks([{"type": "sektion"}], "message")
    assert faults_of_blocks([section(colour="red")], "message")
    assert faults_of_blocks([{"type": "section"}], "message")


@pytest.mark.anyio
async def test_a_refused_call_is_recorded_and_answered_as_slack_would() -> None:
    with slack_server() as server:
        channel = server.world.open_channel("bar")
        client = web_client(TOKEN, server.url)
        with pytest.raises(SlackApiError, match="invalid_blocks"):
            await client.chat_postMessage(channel=channel.id, text="x", blocks=[section()] * 51)
        assert server.world.complaints
        assert server.world.in_channel(channel.id) == []
        with pytest.raises(SlackApiError, match="invalid_auth"):
            await web_client("xoxb-other", server.url).auth_test()
