"""Replies become what Telegram takes. `ROTA_UPDATE_GOLDEN=1` writes the golden files anew."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.actions import Action
from bots.reply import Button, Reply, Section, Table
from bots.telegram.markup import Run, Tag, length, marked, pieces
from bots.telegram.render import CAPTION, TEXT, TelegramMessage, render
from tests.bots.slack.replies import DOT, REPLIES, long_reply
from tests.standins.telegram_rules import BUTTONS, faults_of_call, shown

GOLDEN = Path(__file__).parent / "golden"


def data_of(button: Button) -> str:
    return f"{button.action}:{button.value}"


def call_of(message: TelegramMessage) -> dict[str, Any]:
    keyboard = {"reply_markup": message.markup.to_dict()} if message.markup else {}
    where = {"chat_id": 1, "parse_mode": "HTML", **keyboard}
    return where | ({"caption": message.html, "photo": "x"} if message.image else {"text": message.html})


def faults_of(messages: list[TelegramMessage]) -> list[str]:
    return [
        fault
        for message in messages
        for fault in faults_of_call("sendPhoto" if message.image else "sendMessage", call_of(message))
    ]


@pytest.mark.parametrize("name", REPLIES)
def test_each_kind_of_reply_renders_as_its_golden_file(name: str) -> None:
    messages = render(REPLIES[name], data_of)
    assert_golden(name, [call_of(message) for message in messages])
    assert faults_of(messages) == []


def test_a_long_reply_keeps_every_word_and_every_button_within_the_limits() -> None:
    messages = render(long_reply(), data_of)
    assert faults_of(messages) == []
    said = "\n".join(shown(message.html) for message in messages)
    for expected in ("Line 199:", "Person 299", "Section 69"):
        assert expected in said
    labels = [key.text for message in messages for row in message.keyboard for key in row]
    assert labels == [f"{number} · Swap" for number in range(1, 71)]


def test_buttons_stand_on_the_message_that_holds_their_section() -> None:
    for message in render(long_reply(), data_of):
        for row in message.keyboard:
            for key in row:
                number = key.text.partition(" ")[0]
                assert f"{number} · Section {int(number) - 1}" in shown(message.html)


def test_a_section_of_many_buttons_is_split_over_messages() -> None:
    buttons = tuple(Button(action=Action.SWAP, value=str(n), label=f"Somebody {n}") for n in range(250))
    messages = render(Reply(text="Whom?", sections=(Section(text="People", buttons=buttons),)), data_of)
    assert faults_of(messages) == []
    assert sum(len(row) for message in messages for row in message.keyboard) == 250
    assert all(sum(map(len, message.keyboard)) <= BUTTONS for message in messages)


def test_a_long_text_beside_a_picture_goes_on_below_it() -> None:
    reply = Reply(text="word " * 600, image=REPLIES["week"].image, buttons=REPLIES["week"].buttons)
    photo, *more = render(reply, data_of)
    assert photo.image is not None
    assert photo.image.png == DOT
    assert length(shown(photo.html)) <= CAPTION
    assert len(photo.keyboard) > 0
    assert all(message.image is None for message in more)
    assert "".join(shown(message.html) for message in [photo, *more]).count("word") == 600


def test_a_wide_table_becomes_lines_that_name_their_columns() -> None:
    columns = ("", *(f"Day {n}" for n in range(7)))
    wide = Table(columns=columns, rows=(("Ana <b>", *(["09–17 Kitchen"] * 6), ""),))
    [message] = render(Reply(text="", table=wide), data_of)
    assert "<pre>" not in message.html
    assert shown(message.html).startswith("Ana <b>: Day 0 09–17 Kitchen, Day 1 09–17 Kitchen")


def test_an_empty_reply_still_says_something() -> None:
    [message] = render(Reply(text=""), data_of)
    assert shown(message.html)


@given(st.text(max_size=300))
def test_any_name_is_shown_as_it_was_typed(name: str) -> None:
    assert shown(marked([Run(name, Tag.BOLD)])) == name


@given(st.text(alphabet="ab <&>😀\n", min_size=1, max_size=400), st.integers(min_value=8, max_value=60))
def test_a_split_text_loses_only_blanks_and_keeps_the_limit(text: str, most: int) -> None:
    parts = [*pieces(Run(text), most)]
    assert all(length(part.text) <= most for part in parts)
    assert "".join("".join(part.text.split()) for part in parts) == "".join(text.split())


def test_text_is_cut_at_the_end_of_a_line_rather_than_in_a_word() -> None:
    text = "\n".join(f"line {number} of many" for number in range(500))
    parts = [*pieces(Run(text), TEXT)]
    assert len(parts) > 1
    assert all(part.text.endswith("of many") for part in parts)


def assert_golden(name: str, rendered: Any) -> None:
    file = GOLDEN / f"{name}.json"
    text = json.dumps(rendered, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("ROTA_UPDATE_GOLDEN"):
        file.write_text(text)
    assert text == file.read_text()
