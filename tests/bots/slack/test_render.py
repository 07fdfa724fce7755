"""Replies and forms become what Slack takes. `ROTA_UPDATE_GOLDEN=1` writes the golden files anew."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bots.reply import Reply, Table
from bots.slack.forms import FormContext, answers, errors, modal, with_faults
from bots.slack.markup import escape, parts
from bots.slack.render import blocks_of, fallback, render
from tests.bots.slack.replies import FORMS, REPLIES, TIME_OFF, long_reply
from tests.standins.slack_rules import faults_of_blocks, faults_of_view

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", REPLIES)
def test_each_kind_of_reply_renders_as_its_golden_file(name: str) -> None:
    messages = render(REPLIES[name], picture="F0123456789")
    assert_golden(name, [{"text": message.text, "blocks": message.blocks} for message in messages])
    assert [fault for message in messages for fault in faults_of_blocks(message.blocks, "message")] == []


@pytest.mark.parametrize("name", FORMS)
def test_each_form_renders_as_its_golden_file(name: str) -> None:
    view = modal(FORMS[name], FormContext(value=FORMS[name].value, channel="C1"), Reply(text="Fill <this> in."))
    assert_golden(f"form_{name}", view)
    assert faults_of_view(view) == []


def test_a_long_reply_is_split_within_the_limits_and_nothing_is_lost() -> None:
    reply = long_reply()
    messages = render(reply)
    assert len(messages) > 3
    assert [fault for message in messages for fault in faults_of_blocks(message.blocks, "message")] == []
    shown = json.dumps([message.blocks for message in messages], ensure_ascii=False)
    assert all(f"Line {number}:" in shown for number in range(200))
    assert all(f'"Person {number}"' in shown for number in range(300))
    assert all(f"Section {number}" in shown for number in range(70))


def test_a_table_is_also_text_for_screen_readers_and_search() -> None:
    text = fallback(REPLIES["week"])
    assert "Ana; Mon 30: 09–17 Bar; Wed 2: 17–23 Bar" in text
    assert "The week as a picture" in text


def test_a_command_that_slack_keeps_for_itself_is_named_as_it_is_typed_here() -> None:
    told = "/help lists all; https://rota.example/help and /invite @Rota are none of ours."
    [message] = render(Reply(text=told, table=Table(columns=("Type",), rows=(("/open [week]",),))))
    assert message.text == f"/rota {told[1:]}\nType: /rota open [week]"
    assert "/rota open [week]" in json.dumps(message.blocks)


@pytest.mark.parametrize("most", [10, 50, 3000])
def test_splitting_never_cuts_an_entity_and_keeps_every_word(most: int) -> None:
    marked = escape(" ".join(["a<b", "c&d", "word"] * 500))
    pieces = [*parts(marked, most)]
    assert max(map(len, pieces)) <= most
    assert "".join(pieces).replace(" ", "") == marked.replace(" ", "")
    assert not any(piece.rsplit("&", 1)[-1].isalpha() and "&" in piece for piece in pieces)


@pytest.mark.parametrize(
    ("plain", "marked"),
    [
        ("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;"),
        ("*loud* and _soft_", "∗loud∗ and ＿soft＿"),
        ("snake_case 2*3 a~b", "snake_case 2*3 a~b"),
        ("see https://x.example/_a_?b=1&c=2 *now*", "see https://x.example/_a_?b=1&amp;c=2 ∗now∗"),
        ("`rm`", "ˋrmˋ"),
    ],
)
def test_what_people_write_never_becomes_markup(plain: str, marked: str) -> None:
    assert escape(plain) == marked


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("Welcome. /help shows what you can do.", "Welcome. /rota help shows what you can do."),
        ("Did you mean /open?", "Did you mean /rota open?"),
        ("/opening, /help-desk, and/open and a/help/b", "/opening, /help-desk, and/open and a/help/b"),
        ("https://rota.example/help /rota help", "https://rota.example/help /rota help"),
    ],
)
def test_commands_that_slack_keeps_for_itself_are_named_as_they_are_typed_there(plain: str, shown: str) -> None:
    [message] = render(Reply(text=plain, table=Table(columns=("Type", "and I"), rows=((plain, ""),))))
    assert message.blocks[0]["text"]["text"] == shown
    assert message.blocks[1]["rows"][1][0]["text"] == shown
    assert message.text == f"{shown}\nType: {shown}"


def test_the_home_tab_holds_no_block_that_is_for_messages_only() -> None:
    blocks = [block.to_dict() for block in blocks_of(REPLIES["week"])]
    assert faults_of_blocks(blocks, "home") == []


def test_answers_come_back_by_the_names_of_the_inputs() -> None:
    view = _filled()
    assert answers(view) == {"from": "2026-12-24", "kind": "VACATION", "reason": "Family"}


def test_a_fault_stands_at_its_field_and_keeps_what_was_typed() -> None:
    view = _filled()
    faults = (("until", "Say until when."), ("elsewhere", "Something else."))
    assert errors(faults, view) == {"until": "Say until when.", "from": "Something else."}
    again = with_faults(view, faults)
    assert faults_of_view(again) == []
    names = [block.get("block_id") for block in again["blocks"]]
    assert names[names.index("until") + 1] == "fault-of-until"
    assert again["blocks"][names.index("reason")]["element"]["initial_value"] == " Family "
    assert len(with_faults({**view, "blocks": again["blocks"]}, ())["blocks"]) == len(view["blocks"])


def _filled() -> dict[str, Any]:
    view = modal(TIME_OFF, FormContext(value=""))
    values = {
        "from": {"value": {"type": "datepicker", "selected_date": "2026-12-24"}},
        "until": {"value": {"type": "datepicker", "selected_date": None}},
        "kind": {
            "value": {
                "type": "static_select",
                "selected_option": {"text": {"type": "plain_text", "text": "Vacation"}, "value": "VACATION"},
            }
        },
        "reason": {"value": {"type": "plain_text_input", "value": " Family "}},
    }
    return {**view, "state": {"values": values}}


def assert_golden(name: str, value: Any) -> None:
    """Compare with the golden file of this name."""
    path = GOLDEN / f"{name}.json"
    written = json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("ROTA_UPDATE_GOLDEN"):
        path.write_text(written)
    assert json.loads(path.read_text()) == value
