"""The transcript says what a message says."""

from bots.slack.forms import FormContext, modal
from bots.slack.render import render
from tests.bots.slack.replies import REPLIES, TIME_OFF
from tests.standins.slack_transcript import as_markdown, modal_as_markdown


def test_a_week_reads_as_its_message_shows_it() -> None:
    [message] = render(REPLIES["week"], picture="F0123456789")
    written = as_markdown(message.blocks)
    assert "> **Bar, week of 30 November**" in written
    assert "> **Coverage** 42 of 42 · **Gap** 0 %" in written
    assert "> | Ben & Co | – | <off> | 09–17 Kitchen |" in written
    assert "> `[Publish]` `[Run again]` `[Why]` `[Discard]`" in written


def test_a_form_reads_as_its_modal_shows_it() -> None:
    written = modal_as_markdown(modal(TIME_OFF, FormContext(value="")))
    assert "> First day: `2026-12-24`" in written
    assert "> `[Close]` `[Ask]`" in written
