"""Forms as conversations: by keys and in writing, back and forth, over a restart, and never twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import redis as valkey
from hypothesis import given
from hypothesis import strategies as st

from bots.demo.embedded import Servers
from bots.languages import speaking
from bots.reply import Reply, Tone
from bots.telegram.conversation import Conversation, Stale, Verb, View, WrongAnswer, press, typed, value_of, verb_of
from bots.telegram.questions import question
from bots.telegram.render import TelegramMessage
from tests.bots.slack.replies import EVERY_INPUT, FORMS, TIME_OFF
from tests.bots.telegram.desk import NotingDesk, asks
from tests.bots.telegram.running import Seen, running_bot
from tests.standins.telegram import TelegramServer
from tests.standins.telegram_rules import faults_of_call, shown
from tests.standins.telegram_side import TelegramSide
from tests.standins.telegram_world import Group, Message, Person

TODAY = date(2026, 11, 23)


def conversation(form: str = "timeoff") -> Conversation:
    return Conversation(id="c0de", form=FORMS[form])


def drawn(one: Conversation, view: View | None = None) -> TelegramMessage:
    return question(one, view or View(), lambda verb, argument: value_of(one, verb, argument), TODAY)


def labels(message: TelegramMessage) -> list[str]:
    return [key.text for row in message.keyboard for key in row]


def test_the_calendar_shows_a_month_with_every_day_and_the_way_to_the_next() -> None:
    message = drawn(conversation(), View(month="2026-11"))
    shows = labels(message)
    assert shows[:10] == ["‹", "November 2026", "›", "Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    assert [label.strip("·") for label in shows if label.strip("·").isdigit()] == [str(day) for day in range(1, 31)]
    assert "·23·" in shows
    assert [key.callback_data for key in message.keyboard[0]][::2] == ["c0de.0.m2026-10", "c0de.0.m2026-12"]


def test_the_calendar_begins_the_week_as_the_language_does() -> None:
    for locale, first_days in (("de", ["Mo.", "Di."]), ("en-US", ["Su", "Mo"])):
        with speaking(locale):
            assert labels(drawn(conversation(), View(month="2026-11")))[3:5] == first_days


@pytest.mark.parametrize("form", FORMS)
def test_every_question_of_every_form_is_within_telegrams_limits(form: str) -> None:
    one = conversation(form)
    for at in range(len(one.form.inputs) + 1):
        asked = Conversation(id="c0de", form=one.form, at=at)
        for view in (View(), View(hour="09"), View(month="2027-02"), View(page="3")):
            message = drawn(asked, view)
            call = {"chat_id": 1, "text": message.html, "parse_mode": "HTML"}
            assert message.markup is not None
            assert faults_of_call("sendMessage", call | {"reply_markup": message.markup.to_dict()}) == []


def test_several_are_chosen_by_marking_them_over_pages() -> None:
    one = Conversation(id="c0de", form=EVERY_INPUT, at=4)
    for number in (0, 29, 1, 0):
        one, view = press(one, Verb.OPTION, str(number))
        assert view.page == str(number // 8)
    assert one.answers["shifts"] == "1,29"
    following, _ = press(one, Verb.DONE, "")
    assert (following.at, following.answers["shifts"]) == (0, "1,29")
    assert "☑ Shift 1" in labels(drawn(one))
    assert "☐ Shift 0" in labels(drawn(one))


def test_what_is_needed_cannot_be_left_out() -> None:
    one = Conversation(id="c0de", form=EVERY_INPUT, at=4)
    same, _ = press(one, Verb.DONE, "")
    assert (same.at, same.faults) == (4, {"shifts": "This is needed."})
    with pytest.raises(Stale):
        press(one, Verb.SKIP, "")


@pytest.mark.parametrize(
    ("at", "text", "expected"),
    [(0, "late", "late"), (1, "2,5", "2.5"), (2, "9", "09:00"), (2, "17.30 h", "17:30"), (3, "sat, mon", "2,0")],
)
def test_written_answers_are_understood(at: int, text: str, expected: str) -> None:
    following = typed(Conversation(id="c0de", form=EVERY_INPUT, at=at), text)
    assert following.answers[EVERY_INPUT.inputs[at].name] == expected


@pytest.mark.parametrize("text", ["5", "14:00", "Dezember", "2026"])
def test_what_is_only_part_of_a_day_is_asked_again(text: str) -> None:
    with speaking("de"), pytest.raises(WrongAnswer):
        typed(Conversation(id="c0de", form=replace(TIME_OFF, today=TODAY)), text)


@pytest.mark.parametrize(("at", "text"), [(1, "many"), (2, "25:00"), (2, "noonish"), (3, "mon, someday")])
def test_what_is_no_answer_is_asked_again(at: int, text: str) -> None:
    with pytest.raises(WrongAnswer):
        typed(Conversation(id="c0de", form=EVERY_INPUT, at=at), text)


@pytest.mark.parametrize(
    ("text", "locale"), [("2026-12-24", "en"), ("24 Dec 2026", "en"), ("24. Dezember 2026", "de")]
)
def test_dates_are_read_as_people_write_them(text: str, locale: str) -> None:
    with speaking(locale):
        assert typed(conversation(), text).answers == {"from": "2026-12-24"}


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("5.12.2026", "en", "2026-12-05"),
        ("5.12.2026", "de", "2026-12-05"),
        ("5/12", "en", "2026-12-05"),
        ("3.1.", "de", "2027-01-03"),
        ("20.12.", "de", "2026-12-20"),
        ("23. November", "de", "2026-11-23"),
        ("tomorrow", "en", "2026-11-24"),
        ("morgen", "de", "2026-11-24"),
        ("today", "de", "2026-11-23"),
        ("wed", "en", "2026-11-25"),
        ("Freitag", "de", "2026-11-27"),
        ("in 3 Tagen", "de", "2026-11-26"),
        ("23 Nov", "en", "2026-11-23"),
        ("Montag", "de", "2026-11-23"),
        ("Sonntag", "de", "2026-11-29"),
    ],
)
def test_a_day_is_the_one_that_commands_mean_by_it_where_the_person_works(
    text: str, locale: str, expected: str
) -> None:
    one = Conversation(id="c0de", form=replace(TIME_OFF, today=TODAY))
    with speaking(locale):
        assert typed(one, text).answers == {"from": expected}


@given(st.text(max_size=60))
def test_no_text_breaks_a_conversation(text: str) -> None:
    for at in range(len(EVERY_INPUT.inputs)):
        try:
            following = typed(Conversation(id="c0de", form=EVERY_INPUT, at=at), text)
        except WrongAnswer:
            continue
        assert Conversation.load(following.dump()) == following


def test_a_key_of_another_question_or_conversation_is_stale() -> None:
    one = conversation()
    for value in ("dead.0.d2026-12-24", "c0de.1.d2026-12-24", "nonsense"):
        with pytest.raises(Stale):
            verb_of(one, value)
    with pytest.raises(Stale):
        verb_of(None, "c0de.0.x")


@pytest.fixture
def redis_url(embedded: Servers) -> str:
    with valkey.Redis.from_url(embedded.redis_url) as connection:
        connection.flushdb()
    return embedded.redis_url


@pytest.fixture
def desk() -> NotingDesk:
    return NotingDesk(
        replies={"/timeoff": asks(TIME_OFF), "timeoff": Reply(text="Asked for.", tone=Tone.SUCCESS)},
    )


@pytest.fixture
def seen(telegram: TelegramServer, redis_url: str, desk: NotingDesk) -> Iterator[Seen]:
    with running_bot(telegram, redis_url, desk, webhook=False) as seen:
        yield seen


@pytest.fixture
def ana(telegram: TelegramServer) -> Person:
    return telegram.world.join("Ana")


def pressed(side: TelegramSide, person: Person, message: Message, label: str, then: str) -> None:
    side.press(person, message, label)
    side.wait(lambda: then in message.text, f"{then!r} after {label!r}")


def test_time_off_is_asked_for_by_keys_alone_in_one_message(
    side: TelegramSide, seen: Seen, desk: NotingDesk, ana: Person
) -> None:
    side.say(ana, "/timeoff")
    message = side.next_message(ana.id)
    assert message.text == "Ask for time off\nTell me when.\n\nQuestion 1 of 4\nFirst day"
    assert "December 2026" in message.labels
    side.press(ana, message, "›")
    side.wait(lambda: "January 2027" in message.labels, "the next month")
    pressed(side, ana, message, "8", "Question 2")
    pressed(side, ana, message, "‹ Back", "Question 1")
    pressed(side, ana, message, "7", "Question 2")
    assert "First day: Thu 7 Jan 2027" in message.text
    assert "January 2027" in message.labels
    pressed(side, ana, message, "9", "Question 3")
    pressed(side, ana, message, "Personal", "Question 4")
    pressed(side, ana, message, "Skip", "Is all this right?")
    pressed(side, ana, message, "Ask", "Asked for.")
    assert desk.answers == [{"from": "2027-01-07", "until": "2027-01-09", "kind": "PERSONAL", "reason": ""}]
    assert len(side.world.from_bot(ana.id)) == 1
    assert message.keyboard == []


def test_the_calendar_marks_the_day_that_it_is_where_the_person_works(
    side: TelegramSide, seen: Seen, desk: NotingDesk, ana: Person
) -> None:
    desk.replies["/timeoff"] = asks(replace(TIME_OFF, today=date(2026, 12, 3)))
    side.say(ana, "/timeoff")
    assert "·3·" in side.next_message(ana.id).labels
    side.say(ana, "tomorrow")
    assert "First day: Fri 4 Dec 2026" in side.next_message(ana.id, saying="Question 2").text


def test_written_answers_move_the_question_below_them(
    side: TelegramSide, seen: Seen, desk: NotingDesk, ana: Person
) -> None:
    side.say(ana, "/timeoff")
    first = side.next_message(ana.id)
    side.say(ana, "whenever")
    again = side.next_message(ana.id, after=first.id, saying="I do not understand that date")
    side.say(ana, "2026-12-24")
    second = side.next_message(ana.id, after=again.id, saying="Question 2")
    side.say(ana, "26 Dec 2026")
    third = side.next_message(ana.id, after=second.id, saying="Question 3")
    side.say(ana, "vacation")
    fourth = side.next_message(ana.id, after=third.id, saying="Question 4")
    side.say(ana, "<b>Christmas</b> & more")
    last = side.next_message(ana.id, after=fourth.id, saying="Is all this right?")
    assert "Reason: <b>Christmas</b> & more" in last.text
    side.settle()
    assert side.world.from_bot(ana.id) == [last]
    pressed(side, ana, last, "Ask", "Asked for.")
    [answers] = desk.answers
    assert answers == {
        "from": "2026-12-24",
        "until": "2026-12-26",
        "kind": "VACATION",
        "reason": "<b>Christmas</b> & more",
    }


def test_a_conversation_goes_on_after_a_restart(
    telegram: TelegramServer, side: TelegramSide, redis_url: str, desk: NotingDesk, ana: Person
) -> None:
    with running_bot(telegram, redis_url, desk, webhook=False):
        side.say(ana, "/timeoff")
        message = side.next_message(ana.id)
        pressed(side, ana, message, "24", "Question 2")
    with running_bot(telegram, redis_url, desk, webhook=True):
        pressed(side, ana, message, "26", "Question 3")
        pressed(side, ana, message, "Vacation", "Question 4")
        pressed(side, ana, message, "Skip", "Is all this right?")
        pressed(side, ana, message, "Ask", "Asked for.")
    assert desk.answers == [{"from": "2026-12-24", "until": "2026-12-26", "kind": "VACATION", "reason": ""}]


def test_a_fault_asks_only_that_question_again_and_keeps_the_rest(
    side: TelegramSide, seen: Seen, desk: NotingDesk, ana: Person
) -> None:
    side.say(ana, "/timeoff")
    message = side.next_message(ana.id)
    for text in ("2027-04-01", "2027-04-03", "Vacation", "Easter"):
        side.say(ana, text)
        message = side.next_message(ana.id, after=message.id)
    pressed(side, ana, message, "Ask", "Not on the first of April.")
    assert "First day" in message.text
    side.say(ana, "2027-04-02")
    message = side.next_message(ana.id, after=message.id, saying="Is all this right?")
    pressed(side, ana, message, "Ask", "Asked for.")
    assert [answers["from"] for answers in desk.answers] == ["2027-04-01", "2027-04-02"]
    assert desk.answers[0] | {"from": "2027-04-02"} == desk.answers[1]


@pytest.mark.parametrize("how", ["key", "command"])
def test_a_conversation_can_be_cancelled_at_any_point(
    side: TelegramSide, seen: Seen, desk: NotingDesk, ana: Person, how: str
) -> None:
    side.say(ana, "/timeoff")
    message = side.next_message(ana.id)
    pressed(side, ana, message, "24", "Question 2")
    if how == "key":
        side.press(ana, message, "Cancel")
    else:
        side.say(ana, "/cancel")
    side.wait(lambda: message.text == "Cancelled. Nothing was changed.", "the cancelling")
    side.say(ana, "2026-12-26")
    side.next_message(ana.id, saying="Send a command")
    assert desk.answers == []


def test_an_old_key_is_answered_and_changes_nothing(
    side: TelegramSide, seen: Seen, desk: NotingDesk, ana: Person
) -> None:
    side.say(ana, "/timeoff")
    message = side.next_message(ana.id)
    old = next(key["callback_data"] for row in message.keyboard for key in row if key["text"] == "24")
    pressed(side, ana, message, "24", "Question 2")
    answer = side.answer_to(side.press_data(ana, message, old))
    assert answer["text"] == "That question was answered already."
    assert "Last day" in message.text
    side.say(ana, "/cancel")
    side.wait(lambda: "Cancelled" in message.text, "the cancelling")
    answer = side.answer_to(side.press_data(ana, message, old))
    assert answer["text"] == "That was too long ago. Please start again."


def test_a_form_handed_in_by_a_double_click_is_not_called_too_old(
    side: TelegramSide, seen: Seen, desk: NotingDesk, ana: Person
) -> None:
    side.say(ana, "/timeoff")
    message = side.next_message(ana.id)
    for answer in ("2027-04-02", "2027-04-03", "vacation", "family"):
        side.say(ana, answer)
        message = side.next_message(ana.id, after=message.id)
    first, second = [side.press(ana, message, "Ask") for _ in range(2)]
    assert (side.answer_to(first).get("text"), side.answer_to(second).get("text")) == (None, None)
    side.wait(lambda: "Asked for." in message.text, "the answer")
    assert len(desk.answers) == 1


def test_a_form_asked_for_in_a_group_is_answered_in_private(
    side: TelegramSide, seen: Seen, desk: NotingDesk, ana: Person
) -> None:
    group: Group = side.world.open_group("Bar")
    side.say(ana, "/timeoff", group=group)
    side.next_message(ana.id, saying="Question 1")
    new = side.world.join("New", started=False)
    side.say(new, "/timeoff", group=group)
    pointer = side.next_message(group.id)
    assert pointer.keyboard[0][0]["url"].endswith("?start=c_timeoff")
    side.start(new, "c_timeoff")
    side.next_message(new.id, saying="Question 1")


def test_what_is_drawn_reads_as_typed() -> None:
    one = Conversation(id="c0de", form=TIME_OFF, at=4, answers={"reason": "<i>&", "from": "2026-12-24"})
    assert "Reason: <i>&" in shown(drawn(one).html)
