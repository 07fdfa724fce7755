"""A form on the terminal, as somebody types it."""

from datetime import date

import pytest

from bots.commands.timeoff import form
from bots.reply import Reply, Tone
from bots.terminal.asking import WrongAnswer, again, answered, begin, filled, question

TODAY = date(2026, 11, 25)


def _filled(*lines: str) -> dict[str, str]:
    asking = begin(Reply(text="", form=form(TODAY)))
    for line in lines:
        asking = answered(asking, line, TODAY)
    assert asking.to_come == ()
    return filled(asking)


def test_a_form_is_answered_line_by_line() -> None:
    answers = _filled("2", "fri", "-", "9", "12:30", "dentist")
    assert answers == {"kind": "SICK", "first": "2026-11-27", "starts": "09:00", "ends": "12:30", "reason": "dentist"}


def test_what_is_offered_is_kept_by_one_key() -> None:
    assert _filled("-", "-", "-", "-", "-", "-") == {"kind": "VACATION", "first": "2026-11-25"}


def test_a_question_shows_its_choices_and_what_the_key_means() -> None:
    reply = question(begin(Reply(text="Or in one line.", form=form(TODAY))))
    assert reply.heading == "Ask for time off"
    assert reply.text.splitlines() == [
        "Or in one line.",
        "What for",
        "1  Vacation",
        "2  Sick leave",
        "3  Personal time off",
        "4  Something else",
        "- for Vacation",
    ]


@pytest.mark.parametrize(("before", "line"), [((), "9"), (("1",), "blursday"), (("1", "fri", "-"), "25:00")])
def test_what_is_no_answer_is_said_and_asked_again(before: tuple[str, ...], line: str) -> None:
    asking = begin(Reply(text="", form=form(TODAY)))
    for one in before:
        asking = answered(asking, one, TODAY)
    with pytest.raises(WrongAnswer, match="Type "):
        answered(asking, line, TODAY)


def test_only_what_was_wrong_is_asked_again() -> None:
    asking = begin(Reply(text="", form=form(TODAY)))
    for line in ("1", "fri", "tomorrow", "-", "-", "-"):
        asking = answered(asking, line, TODAY)
    asking = again(asking, (("last", "This ends before it begins."),))
    asked = question(asking)
    assert asked.tone is Tone.WARNING
    assert asked.text.startswith("This ends before it begins.\nLast day")
    asking = answered(asking, "sat", TODAY)
    assert filled(asking) == {"kind": "VACATION", "first": "2026-11-27", "last": "2026-11-28"}
