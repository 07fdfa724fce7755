"""The whole bot against the stand-in Telegram, in both modes; only the chat core is a stand-in here."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import redis as valkey
from redis.asyncio import Redis

from bots.actions import Action
from bots.commands.registry import COMMANDS
from bots.demo.embedded import Servers
from bots.languages import speaking
from bots.pace import MOST
from bots.platform import SentMessage
from bots.reply import Audience, Button, Progress, Reply, Tone
from bots.telegram.adapter import TelegramPlatform, make_bot
from bots.telegram.callbacks import Callback, CallbackSigner, Press
from bots.telegram.journal import Journal
from tests.bots.slack.replies import REPLIES
from tests.bots.telegram.desk import NotingDesk
from tests.bots.telegram.running import Seen, running_bot
from tests.standins.telegram import SECRET_HEADER, TelegramServer
from tests.standins.telegram_side import TelegramSide
from tests.standins.telegram_world import TOKEN, Fault, Group, Person, Trouble

HELLO = Reply(text="Hello to all", audience=Audience.CHANNEL)
WITH_BUTTON = Reply(
    text="A week",
    audience=Audience.CHANNEL,
    buttons=(
        Button(action=Action.PUBLISH, value="3:1", label="Publish", confirm="Everybody is told."),
        Button(action=Action.WHY, value="7", label="Why"),
    ),
)


@dataclass(frozen=True, slots=True)
class RunUnderWay:
    """A run whose message is changed as it goes on."""

    stop: Button

    def at(self, share: float) -> Reply:
        """Its message when so much of it is done."""
        progress = Progress(share=share, label="searching")
        return Reply(text="A week", buttons=(self.stop,), progress=progress, follow_run=7)


def follower_edits(telegram: TelegramServer, redis_url: str, message: SentMessage, reply: Reply) -> None:
    """Whoever follows a run changes its message, from a process of their own and in the language of who asked."""

    async def edit() -> None:
        redis = Redis.from_url(redis_url)
        platform = TelegramPlatform(make_bot(TOKEN, telegram.url), CallbackSigner(TOKEN), journal=Journal(redis))
        with speaking("de"):
            await platform.edit(message, reply)
        await platform.close()

    asyncio.run(edit())


@pytest.fixture
def redis_url(embedded: Servers) -> str:
    with valkey.Redis.from_url(embedded.redis_url) as connection:
        connection.flushdb()
    return embedded.redis_url


@pytest.fixture
def desk() -> NotingDesk:
    return NotingDesk(replies={"/hello": HELLO, "/week": WITH_BUTTON})


@pytest.fixture(params=["polling", "webhook"])
def seen(
    request: pytest.FixtureRequest, telegram: TelegramServer, redis_url: str, desk: NotingDesk
) -> Iterator[Seen]:
    with running_bot(telegram, redis_url, desk, webhook=request.param == "webhook") as seen:
        yield seen


@pytest.fixture
def polling(telegram: TelegramServer, redis_url: str, desk: NotingDesk) -> Iterator[Seen]:
    with running_bot(telegram, redis_url, desk, webhook=False) as seen:
        yield seen


@pytest.fixture
def ana(telegram: TelegramServer) -> Person:
    return telegram.world.join("Ana", language="de")


@pytest.fixture
def group(telegram: TelegramServer) -> Group:
    return telegram.world.open_group("Bar", supergroup=True)


def test_a_command_is_answered_where_it_belongs(
    side: TelegramSide, seen: Seen, desk: NotingDesk, ana: Person, group: Group
) -> None:
    side.say(ana, "/hello@ROTA_stand_in_bot next  week", group=group)
    assert side.next_message(group.id).text == "Hello to all"
    side.say(ana, "/myshifts", group=group)
    assert side.next_message(ana.id).text == "answer to /myshifts"
    assert desk.lines == ["/hello next  week", "/myshifts"]
    assert {asker.account.external_id for asker, _ in desk.asked} == {str(ana.id)}
    assert {asker.locale for asker, _ in desk.asked} == {"de"}
    assert [message.text for message in side.world.from_bot(group.id)] == ["Hello to all"]


def test_an_update_delivered_again_or_late_changes_nothing_twice(
    side: TelegramSide, seen: Seen, desk: NotingDesk, ana: Person
) -> None:
    first = side.say(ana, "/one")
    second = side.say(ana, "/two")
    side.next_message(ana.id, saying="/two")
    for update in (second, first, first, second):
        side.deliver(update)
    side.say(ana, "/three")
    side.next_message(ana.id, saying="/three")
    assert desk.lines == ["/one", "/two", "/three"]
    assert len(side.world.from_bot(ana.id)) == 3


def test_after_a_restart_old_updates_are_known_and_old_buttons_work(
    telegram: TelegramServer, side: TelegramSide, redis_url: str, desk: NotingDesk, ana: Person
) -> None:
    with running_bot(telegram, redis_url, desk, webhook=False):
        asked = side.say(ana, "/week")
        message = side.next_message(ana.id)
    with running_bot(telegram, redis_url, desk, webhook=True):
        side.deliver(asked)
        side.press(ana, message, "Why")
        side.next_message(ana.id, saying="run.why 7")
    assert desk.lines == ["/week", "run.why 7"]


def test_a_button_with_a_question_does_nothing_until_yes(
    side: TelegramSide, seen: Seen, desk: NotingDesk, ana: Person
) -> None:
    side.say(ana, "/week")
    message = side.next_message(ana.id)
    asked = side.answer_to(side.press(ana, message, "Publish"))
    assert (asked["text"], asked["show_alert"]) == ("Everybody is told.", True)
    side.wait(lambda: message.labels == ["Why", "Ja: Publish", "‹ Zurück"], "the question")
    side.press(ana, message, "‹ Zurück")
    side.wait(lambda: message.labels == ["Why", "Publish"], "the button again")
    assert desk.lines == ["/week"]
    side.press(ana, message, "Publish")
    side.wait(lambda: "Ja: Publish" in message.labels, "the question")
    side.press(ana, message, "Ja: Publish")
    side.next_message(ana.id, saying="week.publish 3:1")
    assert desk.lines == ["/week", "week.publish 3:1"]


def test_a_question_stays_while_the_progress_of_the_run_goes_on(
    side: TelegramSide, polling: Seen, desk: NotingDesk, redis_url: str, ana: Person
) -> None:
    run = RunUnderWay(stop=Button(action=Action.CANCEL_RUN, value="7", label="Stop", confirm="Stop this run?"))
    desk.replies["/optimize"] = run.at(0.1)
    side.say(ana, "/optimize")
    message = side.next_message(ana.id)
    side.wait(lambda: polling.followed, "the follower")
    side.press(ana, message, "Stop")
    side.wait(lambda: message.labels == ["Ja: Stop", "‹ Zurück"], "the question")
    follower_edits(side.server, redis_url, polling.followed[0][1], run.at(0.5))
    assert "50" in message.text
    assert message.labels == ["Ja: Stop", "‹ Zurück"]
    side.press(ana, message, "‹ Zurück")
    side.wait(lambda: message.labels == ["Stop"], "the button again")
    follower_edits(side.server, redis_url, polling.followed[0][1], run.at(0.7))
    assert message.labels == ["Stop"]
    side.press(ana, message, "Stop")
    side.wait(lambda: "Ja: Stop" in message.labels, "the question")
    side.press(ana, message, "Ja: Stop")
    side.next_message(ana.id, saying="run.cancel 7")
    follower_edits(side.server, redis_url, polling.followed[0][1], Reply(text="Stopped."))
    assert message.labels == []


def test_a_button_changes_its_own_message(side: TelegramSide, seen: Seen, desk: NotingDesk, ana: Person) -> None:
    desk.replies["run.why"] = Reply(text="Because.", update=True, follow_run=7)
    side.say(ana, "/week")
    message = side.next_message(ana.id)
    side.answer_to(side.press(ana, message, "Why"))
    side.wait(lambda: message.text == "Because.", "the message to change")
    side.wait(lambda: seen.followed, "the run to be followed")
    run_id, followed = seen.followed[0]
    assert (run_id, followed.message_id, followed.address.target) == (7, str(message.id), str(ana.id))


def test_a_double_click_is_one_press(side: TelegramSide, polling: Seen, desk: NotingDesk, ana: Person) -> None:
    side.say(ana, "/week")
    message = side.next_message(ana.id)
    presses = [side.press(ana, message, "Why") for _ in range(3)]
    side.answer_to(presses[0])
    side.settle()
    assert desk.lines == ["/week", "run.why 7"]


def test_a_double_click_is_one_press_however_long_it_takes(
    side: TelegramSide, polling: Seen, desk: NotingDesk, ana: Person
) -> None:
    side.say(ana, "/week")
    message = side.next_message(ana.id)
    desk.slow = 3.5
    presses = [side.press(ana, message, "Why") for _ in range(2)]
    side.answer_to(presses[1])
    side.next_message(ana.id, saying="run.why 7")
    assert desk.lines == ["/week", "run.why 7"]


def test_a_refused_press_in_a_group_is_seen_by_the_presser_alone(
    side: TelegramSide, polling: Seen, desk: NotingDesk, ana: Person, group: Group
) -> None:
    desk.replies["run.why"] = Reply(text="Only managers may do that.", tone=Tone.REFUSAL)
    side.say(ana, "/week", group=group)
    message = side.next_message(group.id)
    answer = side.answer_to(side.press(ana, message, "Why"))
    assert answer["show_alert"] is True
    assert "Only managers" in answer["text"]
    assert len(side.world.from_bot(group.id)) == 1
    assert side.world.from_bot(ana.id) == []


def test_a_slow_press_does_not_spin(side: TelegramSide, polling: Seen, desk: NotingDesk, ana: Person) -> None:
    side.say(ana, "/week")
    message = side.next_message(ana.id)
    desk.slow = 3.0
    press = side.press(ana, message, "Why")
    side.answer_to(press)
    assert side.world.from_bot(ana.id) == [message]
    side.next_message(ana.id, saying="run.why")


@pytest.mark.parametrize("whose", ["forged", "foreign chat", "another bot"])
def test_a_button_that_is_not_ours_is_refused_and_nothing_is_done(
    side: TelegramSide, polling: Seen, desk: NotingDesk, group: Group, whose: str
) -> None:
    ana = side.world.join("Ana", language="de")
    side.say(ana, "/hello", group=group)
    message = side.next_message(group.id)
    publish = Callback(press=Press.ACT, name=Action.PUBLISH, value="3:1")
    data = {
        "forged": "1a" + "A" * 15 + "3:1",
        "foreign chat": CallbackSigner(TOKEN).pack(publish, str(ana.id)),
        "another bot": CallbackSigner("1:another").pack(publish, str(group.id)),
    }[whose]
    answer = side.answer_to(side.press_data(ana, message, data))
    assert answer["show_alert"] is True
    assert "gehört nicht hierher" in answer["text"]
    assert desk.lines == ["/hello"]


def test_who_never_started_the_bot_is_shown_the_way_and_then_answered(
    side: TelegramSide, polling: Seen, desk: NotingDesk, group: Group
) -> None:
    new = side.world.join("Neu", started=False)
    side.say(new, "/hours next week", group=group)
    pointer = side.next_message(group.id)
    assert pointer.text == "Neu, that is only for you: open a chat with me and press Start."
    [[link]] = pointer.keyboard
    assert link["url"] == "https://t.me/rota_stand_in_bot?start=c_hours"
    side.start(new, "c_hours")
    assert side.next_message(new.id).text == "answer to /hours"


def test_a_start_link_with_a_code_links_the_account(
    side: TelegramSide, polling: Seen, desk: NotingDesk, ana: Person
) -> None:
    side.start(ana, "ABCD2345")
    side.next_message(ana.id)
    side.start(ana)
    side.next_message(ana.id, saying="/help")
    assert desk.lines == ["/link ABCD2345", "/help"]


def test_an_answer_stays_in_its_topic(side: TelegramSide, polling: Seen, ana: Person) -> None:
    forum = side.world.open_group("Bar", forum=True)
    forum.topics.add(5)
    side.say(ana, "/hello", group=forum, thread=5)
    assert side.next_message(forum.id).thread == 5


def test_a_group_that_becomes_a_supergroup_is_told_and_answered(
    side: TelegramSide, polling: Seen, ana: Person
) -> None:
    small = side.world.open_group("Bar")
    big = side.upgrade(small)
    side.wait(lambda: polling.moved, "the move to be told")
    assert set(polling.moved) == {(str(small.id), str(big.id))}
    side.say(ana, "/hello", group=big)
    side.next_message(big.id)


def test_start_is_answered_by_help_in_a_group_and_read_with_the_name_of_the_bot(
    side: TelegramSide, polling: Seen, desk: NotingDesk, ana: Person, group: Group
) -> None:
    side.say(ana, "/start@rota_stand_in_bot", group=group)
    side.next_message(ana.id, saying="/help")
    side.say(ana, "/Start@rota_stand_in_bot K7Q2")
    side.next_message(ana.id, saying="/link K7Q2")
    assert desk.lines == ["/help", "/link K7Q2"]


def test_an_anonymous_administrator_hears_why_nothing_is_done_unless_another_bot_is_meant(
    side: TelegramSide, polling: Seen, desk: NotingDesk, ana: Person, group: Group
) -> None:
    for text in ("/hello@other_bot", "/hello"):
        update = side.server.world.number()
        message = {"message_id": update, "date": 1, "chat": group.as_telegram(), "text": text}
        entity = {"type": "bot_command", "offset": 0, "length": len(text)}
        side.deliver(
            {
                "message": message
                | {"from": ana.as_telegram(), "sender_chat": group.as_telegram(), "entities": [entity]}
            }
        )
    side.next_message(group.id, saying="anonym")
    side.settle()
    assert len(side.world.from_bot(group.id)) == 1
    assert desk.lines == []


def test_commands_for_other_bots_and_talk_in_the_group_are_not_ours(
    side: TelegramSide, polling: Seen, desk: NotingDesk, ana: Person, group: Group
) -> None:
    side.say(ana, "/hello@other_bot", group=group)
    side.say(ana, "hello", group=group)
    side.say(ana, "/hello", group=group)
    side.next_message(group.id)
    assert desk.lines == ["/hello"]


def test_a_failure_gives_a_reference_and_the_next_command_works(
    side: TelegramSide, polling: Seen, ana: Person
) -> None:
    side.say(ana, "/boom")
    assert "Kennung: " in side.next_message(ana.id).text
    side.say(ana, "/hello")
    side.next_message(ana.id, saying="Hello")


def test_who_asks_too_much_hears_so_once_in_their_language(
    side: TelegramSide, polling: Seen, desk: NotingDesk, ana: Person
) -> None:
    bo = side.world.join("Bo")
    side.say(ana, "/week")
    week = side.next_message(ana.id)
    for number in range(MOST + 2):
        side.say(ana, f"/hours {number}")
    assert "auf einmal" in side.next_message(ana.id, saying="auf einmal").text
    assert side.answer_to(side.press(ana, week, "Why"))["show_alert"] is True
    side.say(bo, "/hours")
    assert side.next_message(bo.id).text == "answer to /hours"
    assert len(desk.lines) == MOST + 1
    assert sum("auf einmal" in message.text for message in side.world.from_bot(ana.id)) == 1


def test_a_flood_wait_is_waited_for_and_the_answer_comes_once(side: TelegramSide, polling: Seen, ana: Person) -> None:
    side.world.fail("sendMessage", Fault(trouble=Trouble.RATE_LIMITED, retry_after=1))
    side.say(ana, "/hello")
    side.next_message(ana.id)
    side.settle()
    assert len(side.world.from_bot(ana.id)) == 1


def test_a_blocked_bot_and_a_broken_telegram_do_not_stop_it(
    side: TelegramSide, polling: Seen, desk: NotingDesk, ana: Person
) -> None:
    mad = side.world.join("Mad", blocked=True)
    side.say(mad, "/hello")
    side.world.fail("getUpdates", Fault(trouble=Trouble.SERVER_ERROR))
    side.say(ana, "/hello")
    side.next_message(ana.id)
    # Two people are answered side by side, in any order.
    side.wait(lambda: desk.lines == ["/hello", "/hello"], "both to have been heard")


def test_a_wrong_webhook_secret_is_refused_and_nothing_is_done(
    telegram: TelegramServer, side: TelegramSide, redis_url: str, desk: NotingDesk, ana: Person
) -> None:
    with running_bot(telegram, redis_url, desk, webhook=True):
        side.wait(lambda: telegram.world.webhook, "the webhook to be set")
        url = telegram.world.webhook["url"]
        forged = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": ana.id, "type": "private"}}}
        for headers in ({}, {SECRET_HEADER: "wrong"}):
            assert httpx.post(url, json=forged, headers=headers).status_code == 401
        good = {SECRET_HEADER: telegram.world.webhook["secret_token"]}
        assert httpx.post(url, content=b"{nonsense", headers=good).status_code == 400
        side.say(ana, "/hello")
        side.next_message(ana.id)
    assert desk.lines == ["/hello"]


def test_the_menu_is_set_for_each_kind_of_chat_and_language(side: TelegramSide, polling: Seen) -> None:
    side.wait(lambda: len(side.world.commands) == 6, "the commands")
    by_key = {key: {command["command"] for command in commands} for key, commands in side.world.commands.items()}
    private = by_key['{"type": "all_private_chats"}']
    assert {"link", "cancel", *COMMANDS} == private
    assert by_key['{"type": "all_private_chats"} de'] == private
    german = side.world.commands['{"type": "all_private_chats"} de']
    assert {"command": "myshifts", "description": "Deine Schichten sehen, und wer mit dir arbeitet"} in german
    assert "publish" not in by_key['{"type": "all_group_chats"}']
    assert "publish" in by_key['{"type": "all_chat_administrators"}']


def test_a_week_with_its_picture_reaches_the_group(
    side: TelegramSide, polling: Seen, desk: NotingDesk, ana: Person, group: Group
) -> None:
    desk.replies["/schedule"] = REPLIES["week"]
    side.say(ana, "/schedule", group=group)
    message = side.next_message(group.id)
    assert message.photo is not None
    assert message.labels == ["Publish", "Run again", "Why", "Discard"]
    assert "[photo]" in side.transcript(group.id)
